// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.control.Application;
import dev.weft.control.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPackagerTest {
    private static final Packing ZIP = Packing.own(Packing.Form.ZIP, "index.handler", "node");

    @TempDir
    Path folder;

    @TempDir
    Path artifacts;

    private Artifact.Archive pack(Packing packing) {
        Application documents = new Workspace(folder).valid(Workspace.ALL);
        return (Artifact.Archive) new LocalPackager(artifacts, new FakeImages())
                .pack(
                        documents.functions().getFirst(),
                        Objects.requireNonNull(documents.code().get("checkout")),
                        packing,
                        documents.clouds().getFirst());
    }

    @Test
    void theSameFilesAreTheSameBytesWhereverAndWheneverTheyArePacked() throws Exception {
        new Workspace(folder).write("checkout/lib/a.js", "a");
        byte[] first = Files.readAllBytes(pack(ZIP).file());
        String hash = pack(ZIP).hash();
        Files.setLastModifiedTime(folder.resolve("checkout/lib/a.js"), FileTime.from(Instant.EPOCH));
        TimeZone here = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            assertThat(Files.readAllBytes(pack(ZIP).file())).isEqualTo(first);
            assertThat(pack(ZIP).hash()).isEqualTo(hash).hasSize(40);
        } finally {
            TimeZone.setDefault(here);
        }
        new Workspace(folder).write("checkout/lib/a.js", "b");
        assertThat(pack(ZIP).hash()).isNotEqualTo(hash);
    }

    @Test
    void programsStayProgramsAndLinksBecomeWhatTheyLeadTo() throws Exception {
        Path program = new Workspace(folder).write("checkout/bootstrap", "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(folder.resolve("checkout/start"), Path.of("bootstrap"));
        Artifact.Archive packed = pack(ZIP);
        List<String> entries = new ArrayList<>();
        try (var zip = org.apache.commons.compress.archivers.zip.ZipFile.builder()
                .setPath(packed.file())
                .get()) {
            for (ZipArchiveEntry each : java.util.Collections.list(zip.getEntries())) {
                entries.add(each.getName() + ' ' + Integer.toOctalString(each.getUnixMode()));
            }
        }
        assertThat(entries).containsExactly("bootstrap 100755", "index.js 100644", "start 100755");
        assertThat(packed.unpackedBytes()).isGreaterThan(20);
    }

    @Test
    void whatAnAdapterNeedsIsPutBesideTheCode() throws Exception {
        Packing adapted = new Packing(
                Packing.Form.ZIP,
                "an adapter",
                Map.of("weft/adapter.js", "x".getBytes(StandardCharsets.UTF_8)),
                List.of(),
                Map.of(),
                "weft/adapter.handle",
                "node");
        try (ZipFile zip = new ZipFile(pack(adapted).file().toFile())) {
            assertThat(zip.getEntry("weft/adapter.js")).isNotNull();
            assertThat(zip.getEntry("index.js")).isNotNull();
        }
        new Workspace(folder).write("checkout/weft/adapter.js", "mine");
        assertThatThrownBy(() -> pack(adapted))
                .isInstanceOf(PackagingException.class)
                .hasMessageContaining("weft/adapter.js");
    }

    @Test
    void linksOutOfTheFolderAndToNothingAreRefused() throws Exception {
        new Workspace(folder);
        Path link = Files.createSymbolicLink(folder.resolve("checkout/out"), Path.of("/etc/hostname"));
        assertThatThrownBy(() -> pack(ZIP)).hasMessageContaining("leads out of the folder");
        Files.delete(link);
        Files.createSymbolicLink(folder.resolve("checkout/gone"), Path.of("nowhere"));
        assertThatThrownBy(() -> pack(ZIP)).hasMessageContaining("gone leads to nothing");
    }

    @Test
    void oneSourceFileIsTakenAsText() {
        Artifact.Archive text = pack(Packing.own(Packing.Form.TEXT, "main", "nodejs:20"));
        assertThat(text.file()).hasContent("exports.handler = async () => 'hello'\n");
        new Workspace(folder).write("checkout/other.js", "x");
        assertThatThrownBy(() -> pack(Packing.own(Packing.Form.TEXT, "main", "nodejs:20")))
                .hasMessageContaining("one source file");
    }
}
