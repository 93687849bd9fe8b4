// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.spi.ContractHost;
import dev.weft.testkit.Copy;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FcChecksTest {
    @TempDir
    Path code;

    private final List<String> asked = new ArrayList<>();
    private final ContractHost.Languages languages = (language, version, field, value) -> {
        asked.add(language + " " + version);
        return null;
    };

    private List<Mistake> check(
            @Nullable String runtime, @Nullable String handler, List<String> command, Map<String, String> annotations) {
        SampleFunction sample = new SampleFunction(
                "greeter",
                Function.Contract.ALIBABA_FC,
                runtime,
                handler,
                command,
                Duration.ofSeconds(1),
                1,
                0,
                1,
                Duration.ofMinutes(1),
                "128Mi");
        Function function = sample.function();
        return FcChecks.of(
                new Function(new Metadata("greeter", "default", Map.of(), annotations), function.spec()),
                code,
                languages);
    }

    private List<Mistake> check(@Nullable String runtime, @Nullable String handler) {
        return check(runtime, handler, List.of(), Map.of());
    }

    private Path file(String name, String text) throws IOException {
        Path file = code.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @ParameterizedTest
    @CsvSource({
        "nodejs16, NODE 16",
        "nodejs20, NODE 20",
        "nodejs22, NODE 22",
        "python3, PYTHON 6",
        "python3.9, PYTHON 9",
        "python3.12, PYTHON 12"
    })
    void aRuntimeAsksForItsLanguageAtLeastThatNew(String runtime, String needs) throws IOException {
        file("index.js", "");
        file("index.py", "");

        assertThat(check(runtime, "index.handler")).isEmpty();
        assertThat(asked).containsExactly(needs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"python2.7", "nodejs", "nodejs99", "java11", "custom.debian9", "custom-container"})
    void anUnknownRuntimeIsToldWhichThereAre(String runtime) {
        assertThat(check(runtime, "index.handler")).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo("spec.runtime");
            assertThat(each.message())
                    .contains("custom.debian10")
                    .contains("nodejs20")
                    .contains("python3.10");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"index", "index.", ".handler", "../index.handler", "index.js.handler", "a b"})
    void aHandlerIsFileDotFunction(String handler) {
        assertThat(check("nodejs20", handler)).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo("spec.handler");
            assertThat(each.message()).contains("index.handler");
        });
    }

    @Test
    void aHandlersFileMustBeThere() throws IOException {
        file("src/index.mjs", "");

        assertThat(check("nodejs20", "src/index.handler")).isEmpty();
        assertThat(check("nodejs16", "src/index.handler")).singleElement().satisfies(each -> assertThat(each.message())
                .contains("src/index.js"));
        assertThat(check("python3.10", "src/index.handler"))
                .singleElement()
                .satisfies(each -> assertThat(each.message()).contains("src/index.py"));
    }

    @Test
    void everyMistakeIsSaidAtOnce() {
        List<Mistake> mistakes =
                check("nodejs20", "index", List.of(), Map.of("alibabacloud.com/initializer", "other.init"));

        assertThat(mistakes)
                .extracting(Mistake::field)
                .containsExactly("spec.handler", "metadata.annotations.alibabacloud.com/initializer");
    }

    @Test
    void aCustomRuntimeNeedsACommandOrAnExecutableBootstrap() throws IOException {
        assertThat(check("custom", null)).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo("spec.command");
            assertThat(each.message()).contains("bootstrap");
        });

        Path bootstrap = file("bootstrap", "#!/bin/bash\n");
        assertThat(check("custom", null)).singleElement().satisfies(each -> assertThat(each.message())
                .contains("chmod +x"));

        assertThat(bootstrap.toFile().setExecutable(true)).isTrue();
        assertThat(check("custom", null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'node server.js\n', '#!/bin/bash'", "'#!/bin/bash\r\nnode\r\n', Windows"})
    void aBootstrapThatLinuxCannotStartIsRefused(String text, String says) throws IOException {
        Path bootstrap = file("bootstrap", text);
        assertThat(bootstrap.toFile().setExecutable(true)).isTrue();

        assertThat(check("custom.debian12", null)).singleElement().satisfies(each -> assertThat(each.message())
                .contains(says));
    }

    @Test
    void aCustomRuntimesProgramMustBeThere() {
        assertThat(check("custom", null, List.of("sh", "-c", "true"), Map.of())).isEmpty();
        assertThat(check("custom", null, List.of("no-such-program"), Map.of()))
                .singleElement()
                .satisfies(each -> assertThat(each.field()).isEqualTo("spec.command[0]"));
        assertThat(check("custom", null, List.of("./server"), Map.of()))
                .singleElement()
                .satisfies(each -> assertThat(each.message()).contains("not executable"));
    }

    @Test
    void namesThatFunctionComputeReservesAreRefused() throws IOException {
        file("index.js", "");
        Function plain = SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "nodejs20", "index.handler")
                .function();
        Function named = Copy.withSpec(plain, "env", Map.of("FC_REGION", "here", "CURRENCY", "EUR"));

        assertThat(FcChecks.of(named, code, languages)).singleElement().satisfies(each -> assertThat(each.field())
                .isEqualTo("spec.env.FC_REGION"));
    }
}
