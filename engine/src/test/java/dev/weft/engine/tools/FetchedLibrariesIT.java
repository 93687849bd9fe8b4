// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of Python packages, from a wheel of this machine: no registry is asked. */
class FetchedLibrariesIT {
    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();
    private FetchedLibraries libraries;
    private Path wheel;

    @BeforeEach
    void open() throws IOException {
        libraries = new FetchedLibraries(folder.resolve("home"), progress::add);
        wheel = folder.resolve("tiny-1.0-py3-none-any.whl");
        Map<String, String> files = Map.of(
                "tiny.py", "SIZE = 'tiny'\n",
                "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
                "tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                "tiny-1.0.dist-info/RECORD",
                        "tiny.py,,\ntiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/WHEEL,,\ntiny-1.0.dist-info/RECORD,,\n");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(wheel))) {
            for (Map.Entry<String, String> each : files.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private String lock(String hash) {
        return "# SPDX\ntiny @ %s \\\n    --hash=sha256:%s\n".formatted(wheel.toUri(), hash);
    }

    @Test
    void aWheelOfTheLocksHashIsThereOnce() throws IOException {
        String lock = lock(Sha256.hex(Files.readAllBytes(wheel)));

        Path site = libraries.pip("tiny-python", lock).resolve("site");
        assertThat(site.resolve("tiny.py")).content().contains("tiny");

        Files.delete(wheel);
        assertThat(libraries.pip("tiny-python", lock)).isEqualTo(site.getParent());
        assertThat(progress).hasSize(2).first().asString().startsWith("fetching library tiny-python");
    }

    @Test
    void aWheelOfAnotherHashIsRefusedAndNothingIsLeft() throws IOException {
        String lock = lock("0".repeat(64));

        assertThatThrownBy(() -> libraries.pip("tiny-python", lock))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("library tiny-python: ")
                .hasMessageContaining("THESE PACKAGES DO NOT MATCH THE HASHES");
        try (Stream<Path> left = Files.list(folder.resolve("home/libraries"))) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
    }

    /** Its build could run any program. */
    @Test
    void aPackageThatIsNoWheelIsRefused() throws IOException {
        Path source = Files.write(folder.resolve("tiny-1.0.tar.gz"), new byte[] {1});
        String lock = "tiny==1.0 --hash=sha256:" + Sha256.hex(Files.readAllBytes(source))
                + "\n--no-index\n--find-links " + folder.toUri() + "\n";
        Files.delete(wheel);

        assertThatThrownBy(() -> libraries.pip("tiny-python", lock))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("No matching distribution found for tiny==1.0");
    }
}
