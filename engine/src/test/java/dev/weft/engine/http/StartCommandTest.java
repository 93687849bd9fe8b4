// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCommandTest {
    @TempDir
    private Path code;

    @Test
    void aProgramOfTheMachinesWithItsScriptIsRight() throws IOException {
        Files.writeString(code.resolve("server.sh"), "");

        assertThat(checked("sh", "server.sh")).isEmpty();
        assertThat(checked("/bin/sh", "-c", "exec something")).isEmpty();
    }

    @Test
    void noCommandIsAMistakeThatShowsOne() {
        assertThat(checked()).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("spec.command");
            assertThat(mistake.message()).contains("contract http").contains("[node, server.mjs]");
        });
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThat(checked("no-such-program")).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("spec.command[0]");
            assertThat(mistake.value()).isEqualTo("no-such-program");
        });
        assertThat(checked("./start")).singleElement().satisfies(mistake -> assertThat(mistake.message())
                .contains("there is no program"));
    }

    @Test
    void aScriptThatIsNotThereIsNamed() {
        assertThat(checked("node", "sever.mjs"))
                .filteredOn(mistake -> mistake.field().equals("spec.command[1]"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("there is no file"));
    }

    @Test
    void everyMistakeIsToldAtOnce() {
        Function right = SampleFunction.http("greeter", "no-such-program").function();
        Function.Spec its = right.spec();
        Function wrong = new Function(
                right.metadata(),
                new Function.Spec(
                        Function.Contract.CLOUDEVENTS,
                        null,
                        its.code(),
                        null,
                        its.command(),
                        its.memory(),
                        its.timeout(),
                        Map.of("PORT", "9000", "K_SERVICE", "secret"),
                        its.concurrency(),
                        its.minInstances(),
                        its.maxInstances(),
                        its.idleTimeout(),
                        false,
                        its.payload(),
                        its.appProtocol(),
                        its.placement(),
                        its.limits(),
                        its.architecture(),
                        its.existing(),
                        its.budget(),
                        its.events(),
                        Function.Spec.Unsaid.HOPS));

        List<Mistake> mistakes = StartCommand.check(wrong, code.resolve("nowhere"));

        assertThat(mistakes)
                .extracting(Mistake::field)
                .containsExactlyInAnyOrder("spec.code.path", "spec.command[0]", "spec.env.PORT", "spec.env.K_SERVICE");
        assertThat(mistakes.toString()).contains("contract cloudevents").doesNotContain("secret");
    }

    private List<Mistake> checked(String... command) {
        return StartCommand.check(SampleFunction.http("greeter", command).function(), code);
    }
}
