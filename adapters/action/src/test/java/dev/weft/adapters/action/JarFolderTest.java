// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarFolderTest {
    @TempDir
    private Path folder;

    private Path jar(String... names) throws IOException {
        Path jar = folder.resolve("action.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                if (!name.endsWith("/")) {
                    out.write("0123456789".getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return jar;
    }

    @Test
    void aJarBecomesAFolder() throws IOException {
        Path unpacked = JarFolder.of(jar("a.txt", "lib/", "lib/b.jar", "x/y/z.txt"), folder.resolve("code"), 4, 30);

        assertThat(unpacked.resolve("a.txt")).hasContent("0123456789");
        assertThat(unpacked.resolve("lib/b.jar")).exists();
        assertThat(unpacked.resolve("x/y/z.txt")).exists();
    }

    @Test
    void moreFilesOrBytesThanAnActionHasAreNotUnpacked() throws IOException {
        Path jar = jar("a.txt", "b.txt");

        assertThatThrownBy(() -> JarFolder.of(jar, folder, 1, 100)).hasMessage("the jar has more than 1 files");
        assertThatThrownBy(() -> JarFolder.of(jar, folder, 2, 19)).hasMessage("the jar unpacks to more than 19 bytes");
    }

    @Test
    void aJarThatLeadsOutOfItsFolderIsRefused() throws IOException {
        Path jar = jar("../outside.txt");

        assertThatThrownBy(() -> JarFolder.of(jar, folder, 1, 100))
                .hasMessage("the jar leads out of its folder: ../outside.txt");
    }
}
