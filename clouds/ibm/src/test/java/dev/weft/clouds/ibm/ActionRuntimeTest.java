// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActionRuntimeTest {
    @TempDir
    private Path code;

    @ParameterizedTest
    @CsvSource({
        "nodejs:18, NODE 18",
        "nodejs:24, NODE 24",
        "nodejs20, NODE 20",
        "nodejs:default, NODE 18",
        "python:3, PYTHON 9",
        "python:3.9, PYTHON 9",
        "python:3.13, PYTHON 13",
        "python3.11, PYTHON 11",
        "python:default, PYTHON 9"
    })
    void aRuntimeAsksForItsLanguageAndVersion(String runtime, String asked) throws IOException {
        file(runtime.startsWith("node") ? "index.js" : "__main__.py");
        List<String> questions = new ArrayList<>();

        List<Mistake> mistakes =
                ActionRuntime.check(function(runtime, null), code, (language, version, field, value) -> {
                    questions.add(language + " " + version);
                    return null;
                });

        assertThat(mistakes).isEmpty();
        assertThat(questions).containsExactly(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodejs:6", "nodejs", "python:2", "python:3.8", "python:3.14", "java:25", "go:1.27"})
    void anotherRuntimeIsAMistakeThatNamesOurs(String runtime) {
        assertThat(check(runtime, null)).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("spec.runtime");
            assertThat(mistake.value()).isEqualTo(runtime);
            assertThat(mistake.message()).contains("nodejs:20", "python:3", "java:8");
        });
    }

    @Test
    void everyMistakeIsSaidAtOnce() {
        List<Mistake> mistakes = ActionRuntime.check(
                function("python:3.12", "other.main"),
                code,
                (language, version, field, value) -> Mistake.at(field, value, "needs Python 3.12"));

        assertThat(mistakes).extracting(Mistake::field).containsExactly("spec.runtime", "spec.handler");
    }

    @Test
    void aNodeActionIsAPackageAnIndexOrASingleFile() throws IOException {
        assertThat(check("nodejs:20", null)).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("spec.code.path");
            assertThat(mistake.message()).contains("index.js").contains("none");
        });
        file("hello.mjs");
        assertThat(check("nodejs:20", null)).isEmpty();
        file("other.js");
        assertThat(check("nodejs:20", null)).isNotEmpty();
        file("index.js");
        assertThat(check("nodejs:20", null)).isEmpty();
        Files.delete(code.resolve("index.js"));
        file("package.json");
        assertThat(check("nodejs:20", null)).isEmpty();
    }

    @Test
    void aNodeHandlerMayNameAnotherFile() throws IOException {
        file("hello.js");

        assertThat(check("nodejs:20", "hello.greet")).isEmpty();
        assertThat(check("nodejs:20", "other.greet")).singleElement().satisfies(mistake -> assertThat(mistake.message())
                .contains("other.js"));
        assertThat(check("nodejs:20", "no function")).singleElement().satisfies(mistake -> assertThat(mistake.field())
                .isEqualTo("spec.handler"));
    }

    @Test
    void aPythonActionIsAMainFileOrASingleOne() throws IOException {
        assertThat(check("python:3", null)).isNotEmpty();
        file("hello.py");
        assertThat(check("python:3", "greet")).isEmpty();
        file("lib.py");
        assertThat(check("python:3", null)).singleElement().satisfies(mistake -> assertThat(mistake.message())
                .contains("hello.py, lib.py"));
        file("__main__.py");
        assertThat(check("python:3", null)).isEmpty();
    }

    private void file(String name) throws IOException {
        Files.writeString(code.resolve(name), "");
    }

    private List<Mistake> check(String runtime, @Nullable String handler) {
        ContractHost.Languages every = (language, version, field, value) -> null;
        return ActionRuntime.check(function(runtime, handler), code, every);
    }

    private static Function function(String runtime, @Nullable String handler) {
        return SampleFunction.handler("greeter", Function.Contract.OPENWHISK, runtime, handler)
                .function();
    }
}
