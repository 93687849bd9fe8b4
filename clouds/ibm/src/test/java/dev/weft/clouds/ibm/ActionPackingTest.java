// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionPackingTest {
    @TempDir
    private Path folder;

    private Packed packed(String runtime, String... files) throws IOException {
        for (String file : files) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "");
        }
        return ActionPacking.of(
                TestFunctions.of("one", Function.Contract.OPENWHISK, runtime, TestFunctions.Asked.usual()), folder);
    }

    private static Packing packing(Packed packed) {
        return ((Packed.As) packed).packing();
    }

    @ParameterizedTest
    @CsvSource({
        "nodejs20,nodejs:20",
        "nodejs:20,nodejs:20",
        "python3.11,python:3.11",
        "nodejs,nodejs:default",
        "java:8,java:8"
    })
    void runtimesAreSpelledAsOpenWhiskDoes(String written, String kind) {
        assertThat(ActionPacking.kind(written)).isEqualTo(kind);
    }

    @Test
    void oneSourceFileIsText() throws IOException {
        Packing packing = packing(packed("nodejs:20", "hello.js"));
        assertThat(packing.form()).isEqualTo(Packing.Form.TEXT);
        assertThat(packing.handler()).isEqualTo("main");
        assertThat(packing.runtime()).isEqualTo("nodejs:20");
    }

    @Test
    void aModuleIsNoTextAndIsNamedAsTheBeginning() throws IOException {
        Packing packing = packing(packed("nodejs:20", "hello.mjs"));
        assertThat(packing.form()).isEqualTo(Packing.Form.ZIP);
        assertThat(new String(packing.added().get("package.json"), StandardCharsets.UTF_8))
                .isEqualTo("{\"main\": \"hello.mjs\"}\n");
        assertThat(packing.adapter()).isEqualTo("begins at hello.mjs");
    }

    @Test
    void aFolderWithABeginningIsLeftAsItIs() throws IOException {
        Packing packing = packing(packed("nodejs:20", "index.js", "lib/other.js"));
        assertThat(packing.form()).isEqualTo(Packing.Form.ZIP);
        assertThat(packing.added()).isEmpty();
    }

    @Test
    void pythonIsGivenItsBeginning() throws IOException {
        assertThat(packing(packed("python:3.11", "shop.py", "data/prices.csv")).added())
                .hasEntrySatisfying("__main__.py", bytes -> assertThat(new String(bytes, StandardCharsets.UTF_8))
                        .isEqualTo("from shop import main\n"));
    }

    @Test
    void whatCanNotBeginIsSaidSo() throws IOException {
        assertThat(((Packed.Not) packed("python:3.11", "README.md")).mistakes())
                .singleElement()
                .satisfies(mistake -> {
                    assertThat(mistake.field()).isEqualTo("spec.code.path");
                    assertThat(mistake.message()).contains("__main__.py");
                });
        assertThat(((Packed.Not) packed("Node 20")).mistakes())
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.field()).isEqualTo("spec.runtime"));
    }
}
