// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.control.code.ContentHash;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZippedCodeTest {
    private static final String DOCUMENTS = Workspace.ALL.replace("{path: ./checkout}", "{zip: ./checkout.zip}");
    private static final int FILE = 0100644;
    private static final int PROGRAM = 0100755;
    private static final int LINK = 0120777;

    @TempDir
    private Path folder;

    private Workspace workspace;

    @BeforeEach
    void open() {
        workspace = new Workspace(folder);
    }

    private record Entry(String name, String text, int mode) {}

    private Path zip(long time, Entry... entries) throws IOException {
        Path file = folder.resolve("checkout.zip");
        try (OutputStream to = Files.newOutputStream(file);
                ZipArchiveOutputStream out = new ZipArchiveOutputStream(to)) {
            for (Entry each : entries) {
                ZipArchiveEntry entry = new ZipArchiveEntry(each.name());
                entry.setTime(time);
                entry.setUnixMode(each.mode());
                out.putArchiveEntry(entry);
                out.write(each.text().getBytes(StandardCharsets.UTF_8));
                out.closeArchiveEntry();
            }
        }
        return file;
    }

    private String hash() {
        Application application = workspace.valid(DOCUMENTS);
        Path code = java.util.Objects.requireNonNull(application.code().get("checkout"));
        return ContentHash.of(application.functions().getFirst(), code, Map.of());
    }

    @Test
    void aZipFileIsAFolderOfCodeAndIsWatched() throws Exception {
        Path file = zip(0, new Entry("index.js", "code", FILE), new Entry("bin/tool", "#!", PROGRAM));
        Application application = workspace.valid(DOCUMENTS);
        Path code = java.util.Objects.requireNonNull(application.code().get("checkout"));
        assertThat(code.resolve("index.js")).hasContent("code");
        assertThat(Files.isExecutable(code.resolve("index.js"))).isFalse();
        assertThat(Files.isExecutable(code.resolve("bin/tool"))).isTrue();
        assertThat(application.files()).contains(file, folder.resolve("weft.yaml"));
        assertThat(workspace.valid(DOCUMENTS).code().get("checkout")).isEqualTo(code);
    }

    @Test
    void whatCountsIsWhatIsInIt() throws Exception {
        zip(1_000_000_000_000L, new Entry("a.js", "a", FILE), new Entry("b.js", "b", FILE));
        String first = hash();
        zip(1_500_000_000_000L, new Entry("b.js", "b", FILE), new Entry("a.js", "a", FILE));
        assertThat(hash()).isEqualTo(first);
        zip(1_500_000_000_000L, new Entry("b.js", "b", FILE), new Entry("a.js", "c", FILE));
        assertThat(hash()).isNotEqualTo(first);
        zip(1_500_000_000_000L, new Entry("b.js", "b", FILE), new Entry("a.js", "a", PROGRAM));
        assertThat(hash()).isNotEqualTo(first);
    }

    @Test
    void whatIsNoHonestZipFileIsRefusedWithWhatIsWrong() throws Exception {
        zip(0, new Entry("../index.js", "code", FILE));
        refused("would land outside of the folder");
        zip(0, new Entry("index.js", "/etc/passwd", LINK));
        refused("has the link 'index.js'; links are not taken");
        zip(0, new Entry("a.js", "a", FILE), new Entry("a.js", "b", FILE));
        refused("cannot be unpacked");
        zip(0);
        refused("the package is empty");
        Files.writeString(folder.resolve("checkout.zip"), "no zip file");
        refused("is no zip file");
        assertThat(folder.resolveSibling("index.js")).doesNotExist();
    }

    @Test
    void aZipFileMayNotBeTooLarge() throws Exception {
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("checkout.zip").toFile(), "rw")) {
            sparse.setLength((512L << 20) + 1);
        }
        refused("the file has 536870913 bytes; at most 536870912 are taken");
    }

    private void refused(String words) {
        assertThat(workspace.mistakes(DOCUMENTS)).singleElement().satisfies(mistake -> assertThat(mistake)
                .startsWith("weft.yaml:12:15: spec.code.zip: './checkout.zip': ")
                .contains(words));
    }

    @Test
    void aMistakeInItStandsWhereTheDocumentNamesIt() throws Exception {
        zip(0, new Entry("index.js", "code", FILE));
        Reading reading = DocumentReader.read(
                List.of(workspace.write("weft.yaml", DOCUMENTS)),
                Map.of(),
                (function, code) -> List.of(Mistake.at("spec.code.path", null, "no main.py")));
        assertThat(workspace.mistakes(reading)).containsExactly("weft.yaml:12:15: spec.code.zip: no main.py");
    }
}
