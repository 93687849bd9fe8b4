// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {
    @TempDir
    private Path folder;

    @Test
    void whatMovesIsInBothPlacesBetween() throws IOException {
        Application between = Handover.between(application("a: east"), application("a: west"));

        assertThat(places(between)).containsExactly(Map.entry("a", "west east"));
    }

    @Test
    void whatGoesStaysUntilTheEnd() throws IOException {
        Application between = Handover.between(application("a: east", "b: east"), application("a: east"));

        assertThat(places(between)).containsOnly(Map.entry("a", "east"), Map.entry("b", "east"));
        assertThat(between.code()).containsKey("b");
    }

    @Test
    void whatOnlyGrowsNeedsNoStepBetween() throws IOException {
        Application wanted = application("a: east", "b: east");

        assertThat(Handover.between(application("a: east"), wanted)).isSameAs(wanted);
    }

    private static Map<String, String> places(Application application) {
        return application.functions().stream()
                .collect(Collectors.toMap(Function::name, each -> each.spec().placement().clouds().stream()
                        .map(Choice::name)
                        .collect(Collectors.joining(" "))));
    }

    private Application application(String... functions) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String cloud : List.of("east", "west")) {
            text.append("---\napiVersion: weft.dev/v1alpha1\nkind: Cloud\nmetadata: {name: %s}\nspec: {type: local}\n"
                    .formatted(cloud));
        }
        for (String each : functions) {
            String[] parts = each.split(": ", -1);
            text.append(
                    "---\napiVersion: weft.dev/v1alpha1\nkind: Function\nmetadata: {name: %s}\nspec: {contract: http, code: {path: .}, command: [x], placement: {clouds: [{name: %s}]}}\n"
                            .formatted(parts[0], parts[1]));
        }
        Path file = Files.writeString(folder.resolve("weft.yaml"), text.toString());
        return switch (DocumentReader.read(List.of(file), Map.of())) {
            case Reading.Valid(Application application) -> application;
            case Reading.Invalid(var mistakes) -> throw new AssertionError(mistakes.toString());
        };
    }
}
