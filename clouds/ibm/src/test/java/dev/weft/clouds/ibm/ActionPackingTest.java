// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

    private Packed java(String runtime, @org.jspecify.annotations.Nullable String handler) {
        return ActionPacking.of(
                SampleFunction.handler("one", Function.Contract.OPENWHISK, runtime, handler)
                        .function(),
                folder);
    }

    @Test
    void compiledClassesAreAJarOnceTheyHaveAManifest() throws IOException {
        JavaClasses.write(folder, "shop.Hello", JavaClasses.echo("shop.Hello", "greet", JavaClasses.ACTION, 8));

        Packing packing = packing(java("java:8", "shop.Hello#greet"));

        assertThat(packing.form()).isEqualTo(Packing.Form.ZIP);
        assertThat(packing.handler()).isEqualTo("shop.Hello#greet");
        assertThat(packing.runtime()).isEqualTo("java:8");
        assertThat(packing.added()).containsOnlyKeys("META-INF/MANIFEST.MF");

        Files.createDirectories(folder.resolve("META-INF"));
        Files.writeString(folder.resolve("META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\n");
        assertThat(packing(java("java:8", "shop.Hello#greet")).added()).isEmpty();
    }

    @Test
    void withJarsComesWhatUnpacksThem() throws IOException {
        JavaClasses.jar(
                folder.resolve("lib/hello.jar"),
                Map.of("shop/Hello.class", JavaClasses.echo("shop.Hello", "main", JavaClasses.ACTION, 8)));

        Packing packing = packing(java("java:8", "shop.Hello"));

        assertThat(packing.handler()).isEqualTo("dev.weft.adapters.action.ActionStart");
        assertThat(packing.adapter()).contains("shop.Hello");
        assertThat(packing.added())
                .containsKeys("META-INF/MANIFEST.MF", "dev/weft/adapters/action/ActionStart.class")
                .hasEntrySatisfying(
                        "weft_action.properties", bytes -> assertThat(new String(bytes, StandardCharsets.UTF_8))
                                .isEqualTo("main=shop.Hello\n"));
        // OpenWhisk's own kind is java:8
        assertThat(packing.added())
                .hasEntrySatisfying("dev/weft/adapters/action/ActionStart.class", bytes -> assertThat(bytes[7])
                        .isEqualTo((byte) 52));
    }

    @Test
    void anActionInJavaMustNameItsClassAndFitItsKind() throws IOException {
        JavaClasses.write(folder, "shop.Hello", JavaClasses.echo("shop.Hello", "main", JavaClasses.ACTION, 17));

        assertThat(said(java("java:8", "shop.Hello"))).contains("compiled for Java 17", "java:8");
        assertThat(said(java("java:17", null))).contains("must be a class");
        assertThat(said(java("java:17", "shop.Hello::main"))).contains("com.example.Hello#greet");
        assertThat(packing(java("java:17", "shop.Hello")).runtime()).isEqualTo("java:17");
    }

    private static String said(Packed packed) {
        return ((Packed.Not) packed).mistakes().getFirst().message();
    }
}
