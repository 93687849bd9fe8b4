// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.DeploymentDecider.Spot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeploymentDeciderTest {
    private static final Spot SPOT = new Spot("f", "c");

    /** What is wanted, seen and last applied, and what must be done. */
    record Row(Map<Spot, String> wanted, Map<String, Set<String>> seen, Map<Spot, String> applied, List<Step> steps) {}

    static Stream<Row> rows() {
        return Stream.of(
                new Row(Map.of(), Map.of("c", Set.of()), Map.of(), List.of()),
                new Row(Map.of(SPOT, "1"), Map.of("c", Set.of()), Map.of(), List.of(new Step.Create("f", "c"))),
                new Row(
                        Map.of(SPOT, "1"),
                        Map.of("c", Set.of()),
                        Map.of(SPOT, "1"),
                        List.of(new Step.Create("f", "c"))),
                new Row(Map.of(SPOT, "1"), Map.of("c", Set.of("f")), Map.of(), List.of(new Step.Update("f", "c"))),
                new Row(
                        Map.of(SPOT, "2"),
                        Map.of("c", Set.of("f")),
                        Map.of(SPOT, "1"),
                        List.of(new Step.Update("f", "c"))),
                new Row(
                        Map.of(SPOT, "1"),
                        Map.of("c", Set.of("f")),
                        Map.of(SPOT, "1"),
                        List.of(new Step.Keep("f", "c"))),
                new Row(Map.of(), Map.of("c", Set.of("f")), Map.of(SPOT, "1"), List.of(new Step.Delete("f", "c"))),
                new Row(Map.of(SPOT, "1"), Map.of(), Map.of(), List.of()),
                new Row(
                        Map.of(SPOT, "1"),
                        Map.of("c", Set.of("f"), "d", Set.of("f", "g")),
                        Map.of(SPOT, "1"),
                        List.of(new Step.Keep("f", "c"), new Step.Delete("f", "d"), new Step.Delete("g", "d"))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theStepsFollowFromWhatIsWantedAndSeen(Row row) {
        assertThat(DeploymentDecider.decide(row.wanted(), row.seen(), row.applied()))
                .containsExactlyElementsOf(row.steps());
    }
}
