// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Cloud;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadFolderTest {
    private static final Map<String, Object> PLACEMENT = Map.of("clouds", List.of(Map.of("name", "aws-eu")));

    @TempDir
    private Path scratch;

    private Path where;
    private UploadFolder folder;

    @BeforeEach
    void open() {
        where = scratch.resolve("uploads");
        folder = new UploadFolder(where);
    }

    private static Draft draft(String name, Map<String, String> env) {
        return new Draft(
                name,
                Map.of("team", "shop"),
                Map.of("weft.dev/name", "Hello: \"World\""),
                Map.of("contract", "aws-lambda", "runtime", "nodejs20", "handler", "index.handler", "timeout", "3s"),
                env,
                Cloud.Type.AWS);
    }

    static byte[] zip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("index.js"));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
        return bytes.toByteArray();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(where)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsPutIsADocumentThatTakesValuesLiterally() throws IOException {
        Map<String, String> env =
                Map.of("PLAIN", "a: b # no comment", "LIKE", "${env:HOME} $${x} $$${ $", "LINES", "one\ntwo\n");
        folder.put(draft("hello", env), PLACEMENT, "default", zip("1")).over();
        assertThat(Objects.requireNonNull(folder.find("hello")).draft()).isEqualTo(draft("hello", env));
        Path cloud = Files.writeString(scratch.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: aws-eu}
                spec: {type: aws, region: eu-west-1}
                """);
        Reading reading = DocumentReader.read(
                Stream.concat(Stream.of(cloud), folder.documents().stream()).toList(), Map.of("HOME", "secret"));
        assertThat(reading).isInstanceOfSatisfying(Reading.Valid.class, valid -> {
            assertThat(valid.application().env().get("hello")).isEqualTo(env);
            assertThat(valid.application().secrets().get("hello")).isEmpty();
            assertThat(Objects.requireNonNull(valid.application().function("hello"))
                            .metadata()
                            .labels())
                    .containsEntry("team", "shop");
        });
    }

    @Test
    void onlyItsUserMayReadThem() throws IOException {
        folder.put(draft("hello", Map.of()), PLACEMENT, "default", zip("1")).over();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(where)))
                .isEqualTo("rwx------");
        for (String each : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(where.resolve(each))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aChangeCanBeTakenBackAndElseNothingOfTheOldStays() throws IOException {
        folder.put(draft("hello", Map.of()), PLACEMENT, "default", zip("1")).over();
        List<String> before = files();
        UploadFolder.Change change = folder.put(draft("hello", Map.of("A", "b")), PLACEMENT, "default", zip("2"));
        assertThat(files()).hasSize(3);
        change.undo();
        assertThat(files()).isEqualTo(before);
        assertThat(Objects.requireNonNull(folder.find("hello")).draft().env()).isEmpty();
        folder.put(draft("hello", Map.of("A", "b")), PLACEMENT, "default", null).over();
        assertThat(files()).isEqualTo(before);
        folder.put(draft("hello", Map.of()), PLACEMENT, "default", zip("2")).over();
        assertThat(files()).hasSize(2).doesNotContainAnyElementsOf(before.subList(0, 1));
        folder.put(draft("other", Map.of()), PLACEMENT, "default", zip("2")).undo();
        assertThat(files()).hasSize(2);
        folder.remove("hello").undo();
        assertThat(files()).hasSize(2);
        folder.remove("hello").over();
        assertThat(files()).isEmpty();
        assertThat(folder.find("hello")).isNull();
    }

    @Test
    void oneThatRunsAnImageHasNoZipFileAndMayGetOne() throws IOException {
        Draft imaged = draft("hello", Map.of()).withImage("registry.example/hello:1");
        folder.put(imaged, PLACEMENT, "default", null).over();
        assertThat(files()).containsExactly("hello.yaml");
        UploadFolder.Kept kept = Objects.requireNonNull(folder.find("hello"));
        assertThat(kept.draft()).isEqualTo(imaged);
        assertThat(kept.zip()).isNull();
        assertThat(kept.hash()).matches("[0-9a-f]{64}");
        folder.put(imaged, PLACEMENT, "default", zip("1")).over();
        assertThat(files()).hasSize(2);
        assertThat(Objects.requireNonNull(folder.find("hello")).draft().image()).isNull();
        folder.put(imaged, PLACEMENT, "default", null).over();
        assertThat(files()).containsExactly("hello.yaml");
        folder.sweep();
        folder.remove("hello").over();
        assertThat(files()).isEmpty();
    }

    @Test
    void whatAKilledWeftLeftIsSweptUp() throws IOException {
        folder.put(draft("hello", Map.of()), PLACEMENT, "default", zip("1")).over();
        List<String> before = files();
        UploadFolder.Change ignored = folder.put(draft("other", Map.of()), PLACEMENT, "default", zip("2"));
        Files.delete(where.resolve("other.yaml"));
        Files.writeString(where.resolve("hello.yaml.incoming"), "half");
        folder.sweep();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aNameThatLeadsElsewhereIsNone() {
        assertThatThrownBy(() -> folder.find("../hello")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> folder.put(draft("a/b", Map.of()), PLACEMENT, "default", zip("1")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
