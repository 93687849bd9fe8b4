// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class ZippedAppTest {
    private static final String CODE = "app.http('hello', {});";

    private static byte[] zip(String... namesAndTexts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static List<String> left() throws IOException {
        try (var all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.map(Path::toString)
                    .filter(each -> each.contains("weft-app"))
                    .toList();
        }
    }

    @Test
    void functionsAreFoundWithoutRunningAnything() throws Exception {
        List<String> before = left();
        ZippedApp node =
                ZippedApp.read("node20", zip("index.js", CODE, "node_modules/other/index.js", "app.http('no', {})"));
        assertThat(node.problems()).isEmpty();
        assertThat(node.functions()).containsExactly(new ZippedApp.Found("hello", null, null));
        ZippedApp java = ZippedApp.read(
                "java21",
                zip(
                        "add/function.json",
                        "{\"entryPoint\":\"shop.Cart.add\",\"bindings\":[{\"type\":\"httpTrigger\"}]}"));
        assertThat(java.functions()).singleElement().satisfies(each -> assertThat(each.route())
                .isEqualTo("api/add"));
        assertThat(left()).isEqualTo(before);
    }

    @Test
    void packagesThatAreThereAreNotMissing() throws Exception {
        String manifest = "{\"dependencies\":{\"left-pad\":\"1\",\"@azure/functions\":\"4\"}}";
        assertThat(ZippedApp.read("node20", zip("index.js", CODE, "package.json", manifest))
                        .problems())
                .singleElement()
                .asString()
                .contains("[left-pad]");
        assertThat(ZippedApp.read(
                                "node20",
                                zip("index.js", CODE, "package.json", manifest, "node_modules/left-pad/a.js", ""))
                        .problems())
                .isEmpty();
    }

    @Test
    void whatIsNoAppIsToldAndLeavesNothing() throws Exception {
        List<String> before = left();
        for (byte[] each :
                List.of(new byte[0], new byte[] {'P', 'K', 3, 4}, zip("../evil.js", CODE), zip("/../evil.js", CODE))) {
            ZippedApp read = ZippedApp.read("node20", each);
            assertThat(read.problems()).hasSize(1);
            assertThat(read.functions()).isEmpty();
        }
        assertThat(ZippedApp.read("java21", zip("a.jar", "")).problems())
                .singleElement()
                .asString()
                .contains("function.json");
        assertThat(ZippedApp.read("python3", zip("a", "")).problems())
                .singleElement()
                .asString()
                .contains("node20");
        assertThat(left()).isEqualTo(before);
    }

    @Test
    void aFileThatUnpacksToMoreThanIsTakenIsLeftOff() throws Exception {
        byte[] large = zip("index.js", CODE + "/".repeat(3 << 20), "other.bin", "0".repeat(3 << 20));
        assertThat(large.length).isLessThan(64 << 10);
        assertThat(ZippedApp.read("node20", large, 4 << 20).problems())
                .containsExactly("it has more than 4194304 bytes unpacked");
        assertThat(ZippedApp.read("node20", large, 8 << 20).problems()).isEmpty();
    }

    @Test
    void soAreTooManyFiles() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i <= ZippedApp.ENTRIES_MAX; i++) {
                zip.putNextEntry(new ZipEntry("f" + i));
            }
        }
        assertThat(ZippedApp.read("node20", bytes.toByteArray()).problems())
                .containsExactly("it has more than 50000 files");
    }
}
