// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.resource.Function;
import dev.weft.control.code.ContentHash;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentHashTest {
    @TempDir
    Path folder;

    private Workspace workspace;
    private String before = "";

    @BeforeEach
    void open() {
        workspace = new Workspace(folder);
        before = hash(Map.of());
    }

    @Test
    void theSameContentHasTheSameHash() {
        workspace.write("checkout/index.js", "exports.handler = async () => 'hello'\n");

        assertThat(hash(Map.of())).isEqualTo(before).hasSize(64);
    }

    @Test
    void everyPartOfTheContentCounts() throws Exception {
        assertThat(hash(Map.of("A", "b"))).isNotEqualTo(before);
        workspace.write("checkout/more.js", "");
        String more = hash(Map.of());
        assertThat(more).isNotEqualTo(before);
        assertThat(folder.resolve("checkout/more.js").toFile().setExecutable(true))
                .isTrue();
        String program = hash(Map.of());
        assertThat(program).isNotEqualTo(more);
        Files.move(folder.resolve("checkout/more.js"), folder.resolve("checkout/less.js"));
        assertThat(hash(Map.of())).isNotEqualTo(program);
        Files.delete(folder.resolve("checkout/less.js"));
        assertThat(hash(Map.of())).isEqualTo(before);
        Files.createSymbolicLink(folder.resolve("checkout/link"), Path.of("nowhere"));
        assertThat(hash(Map.of())).isNotEqualTo(before);
    }

    /** Its folder is the document's, in which anything may lie. */
    @Test
    void ofAnImageTheReferenceCountsAndNoFile() {
        String yaml = Workspace.ALL.replace("{path: ./checkout}", "{image: registry.example/shop/a}");
        String first = hash(yaml, Map.of());
        workspace.write("checkout/more.js", "");
        assertThat(hash(yaml, Map.of())).isEqualTo(first).isNotEqualTo(before);
        assertThat(hash(yaml.replace("shop/a}", "shop/b}"), Map.of())).isNotEqualTo(first);
    }

    @Test
    void whatToolsKeepForThemselvesDoesNot() {
        workspace.write("checkout/.git/HEAD", "ref");
        workspace.write("checkout/lib/__pycache__/a.pyc", "bytes");

        assertThat(hash(Map.of())).isEqualTo(before);
    }

    @Test
    void aFolderThatIsGoneIsToldOfByTheFunctionsName() {
        Function function = workspace.valid(Workspace.ALL).functions().getFirst();

        assertThatThrownBy(() -> ContentHash.of(function, folder.resolve("gone"), Map.of()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("checkout");
    }

    private String hash(Map<String, String> env) {
        return hash(Workspace.ALL, env);
    }

    private String hash(String yaml, Map<String, String> env) {
        Function function = workspace.valid(yaml).functions().getFirst();
        return ContentHash.of(function, folder.resolve("checkout"), env);
    }
}
