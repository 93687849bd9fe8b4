// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenedArchivesTest {
    private static final int BYTES_MAX = 1 << 20;
    private static final int ENTRIES_MAX = 3;

    @TempDir
    private Path folder;

    private final OpenedArchives archives = new OpenedArchives(10_000, BYTES_MAX, ENTRIES_MAX);

    /** So many files that are nothing but so many zeros: the same bytes whenever it is made. */
    private Path zip(int files, int bytes) throws IOException {
        Path file = folder.resolve("code.zip");
        try (OutputStream to = Files.newOutputStream(file);
                ZipOutputStream out = new ZipOutputStream(to)) {
            for (int i = 0; i < files; i++) {
                ZipEntry entry = new ZipEntry("file" + i);
                entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                out.putNextEntry(entry);
                out.write(new byte[bytes]);
                out.closeEntry();
            }
        }
        return file;
    }

    @Test
    void whatItUnpacksToHasALimit() throws Exception {
        assertThat(archives.open(zip(1, BYTES_MAX)).resolve("file0")).hasSize(BYTES_MAX);
        Path bomb = zip(1, BYTES_MAX + 1);
        assertThat(Files.size(bomb)).isLessThan(2_000);
        assertThatThrownBy(() -> archives.open(bomb)).hasMessageContaining("more than 1048576 bytes");
    }

    @Test
    void itsEntriesHaveALimit() throws Exception {
        assertThat(archives.open(zip(ENTRIES_MAX, 1))).isDirectoryContaining("glob:**file2");
        Path many = zip(ENTRIES_MAX + 1, 1);
        assertThatThrownBy(() -> archives.open(many)).hasMessageContaining("more than 3 files and folders");
    }

    @Test
    void theFileHasALimit() throws Exception {
        Path file = Files.write(folder.resolve("code.zip"), new byte[10_001]);
        assertThatThrownBy(() -> archives.open(file)).hasMessageContaining("10001 bytes; at most 10000");
    }

    @Test
    void ofAFileThatChangesTheLastTwoStay() throws Exception {
        Path first = archives.open(zip(1, 1));
        Path second = archives.open(zip(1, 2));
        assertThat(archives.open(zip(1, 1))).isEqualTo(first);
        Path third = archives.open(zip(1, 3));
        assertThat(second).doesNotExist();
        assertThat(first).exists();
        assertThat(third).exists();
        // nothing of what was refused or is gone lies about
        assertThat(first.getParent()).isNotNull().isDirectoryNotContaining("glob:**incoming*");
    }
}
