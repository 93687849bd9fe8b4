// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeArchiveTest {
    private static final long BYTES_MAX = 1 << 20;
    private static final int CENTRAL_ENTRY = 0x504b0102;

    @TempDir
    Path scratch;

    private Path folder = Path.of("");

    @BeforeEach
    void within() throws IOException {
        folder = Files.createDirectories(scratch.resolve("in/code"));
    }

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                if (!name.endsWith("/")) {
                    out.write(("content of " + name).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return bytes.toByteArray();
    }

    private void refused(byte[] zip, String words) {
        assertThatThrownBy(() -> CodeArchive.unpack(zip, folder, CodeArchive.ENTRIES_MAX, BYTES_MAX))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining(words);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(scratch)) {
            return all.filter(Files::isRegularFile)
                    .map(each -> scratch.relativize(each).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void filesAndFoldersLandInTheFolder() throws Exception {
        CodeArchive.unpack(
                zip("index.mjs", "lib/", "lib/a/b.mjs", "./c.mjs", "empty/"),
                folder,
                CodeArchive.ENTRIES_MAX,
                BYTES_MAX);
        assertThat(files()).containsExactly("in/code/c.mjs", "in/code/index.mjs", "in/code/lib/a/b.mjs");
        assertThat(folder.resolve("index.mjs")).hasContent("content of index.mjs");
        assertThat(folder.resolve("empty")).isDirectory();
    }

    /** Python's shutil, for one, writes such an entry. */
    @Test
    void theFolderItselfMayBeAnEntry() throws Exception {
        CodeArchive.unpack(zip("./", "index.mjs"), folder, CodeArchive.ENTRIES_MAX, BYTES_MAX);
        assertThat(files()).containsExactly("in/code/index.mjs");
    }

    @Test
    void aCloudMayAllowFewerEntries() throws Exception {
        byte[] three = zip("a", "b", "c");
        assertThatThrownBy(() -> CodeArchive.unpack(three, folder, 2, BYTES_MAX))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("more than 2 files and folders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "/evil",
                "..",
                "../",
                "../code-beside/evil",
                "a\\..\\..\\evil",
                "C:\\evil",
                "."
            })
    void nothingLandsOutside(String name) throws Exception {
        refused(zip("good", name, "later"), "outside");
        assertThat(files()).containsExactly("in/code/good");
    }

    @Test
    void aNameThatNoFileCanHaveIsRefused() throws Exception {
        refused(zip("a\0b"), "no file can have");
    }

    /** What a zip file calls a link is a small file here: it leads nowhere, and nothing is written through it. */
    @Test
    void linksAreNoLinks() throws Exception {
        byte[] zip = zip("link", "link/evil");
        int first = 0;
        while (ByteBuffer.wrap(zip).getInt(first) != CENTRAL_ENTRY) {
            first++;
        }
        zip[first + 5] = 3; // made by Unix
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(first + 38, 0120777 << 16);
        refused(zip, "cannot be unpacked");
        assertThat(files()).containsExactly("in/code/link");
        assertThat(Files.isSymbolicLink(folder.resolve("link"))).isFalse();
        assertThat(folder.resolve("link")).hasContent("content of link");
    }

    @Test
    void aBombEndsAtTheLimit() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                out.putNextEntry(new ZipEntry("zeros" + i));
                out.write(zeros);
            }
        }
        assertThat(bytes.size()).isLessThan(200_000);
        refused(bytes.toByteArray(), "more than 1048576 bytes");
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile)
                            .mapToLong(each -> each.toFile().length())
                            .sum())
                    .isLessThanOrEqualTo(BYTES_MAX);
        }
    }

    @Test
    void foldersCountToo() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (int i = 0; i <= CodeArchive.ENTRIES_MAX; i++) {
                // names that differ and all mean the same folder
                StringBuilder name = new StringBuilder();
                for (int bit = 0; bit < 17; bit++) {
                    name.append((i >> bit & 1) == 0 ? "./" : "a/../");
                }
                out.putNextEntry(new ZipEntry(name + "c/"));
            }
        }
        refused(bytes.toByteArray(), "more than 100000 files and folders");
    }

    @Test
    void whatIsBrokenIsSaidToBe() throws Exception {
        byte[] good = zip("index.mjs", "other.mjs");
        refused("no zip at all".getBytes(StandardCharsets.UTF_8), "empty, or is no zip file");
        refused(new byte[0], "empty, or is no zip file");
        refused(Arrays.copyOf(good, 45), "cannot be unpacked");
    }
}
