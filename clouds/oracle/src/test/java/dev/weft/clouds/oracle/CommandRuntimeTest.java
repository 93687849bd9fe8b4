// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRuntimeTest {
    @TempDir
    Path code;

    private List<Mistake> check(List<String> command) {
        Function function = SampleFunction.handler("f", Function.Contract.FN, "docker", null)
                .function();
        return new CommandRuntime(command).check(function, code, (language, version, field, value) -> null);
    }

    @Test
    void aProgramOfAnyKindIsStartedByItsCommand() {
        assertThat(check(List.of("python3", "func.py"))).isEmpty();
        assertThat(new CommandRuntime(List.of("python3", "func.py")).command()).containsExactly("python3", "func.py");
    }

    @Test
    void withoutACommandThereIsNothingToStart() {
        assertThat(check(List.of())).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo("spec.command");
            assertThat(each.message()).contains("FN_LISTENER");
        });
    }

    @Test
    void aProgramOfTheFoldersMustBeThere() {
        assertThat(check(List.of("./serve"))).singleElement().satisfies(each -> assertThat(each.field())
                .isEqualTo("spec.command[0]"));
    }
}
