// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static dev.weft.gateway.PlacementDecider.Standing.HEALTHY;
import static dev.weft.gateway.PlacementDecider.Standing.OUT;
import static dev.weft.gateway.PlacementDecider.Standing.PROBE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementDeciderTest {
    private final PlacementDecider decider = new PlacementDecider();

    @Test
    void failoverTriesCloudsInTheFilesOrder() {
        assertThat(order(Function.Strategy.FAILOVER, List.of(HEALTHY, HEALTHY, HEALTHY), 0.9, 1, 1, 1))
                .containsExactly(0, 1, 2);
    }

    @Test
    void aCloudThatIsOutComesLastButIsNotForgotten() {
        assertThat(order(Function.Strategy.FAILOVER, List.of(OUT, HEALTHY), 0, 1, 1))
                .containsExactly(1, 0);
        assertThat(order(Function.Strategy.FAILOVER, List.of(OUT, OUT), 0, 1, 1))
                .containsExactly(0, 1);
    }

    @Test
    void aCloudDueForAProbeKeepsItsPlace() {
        assertThat(order(Function.Strategy.FAILOVER, List.of(PROBE, HEALTHY), 0, 1, 1))
                .containsExactly(0, 1);
    }

    @Test
    void weightsShareTheCallsAndTheRestFollowByWeight() {
        List<PlacementDecider.Standing> well = List.of(HEALTHY, HEALTHY, HEALTHY);
        assertThat(order(Function.Strategy.WEIGHTED, well, 0.0, 10, 30, 60)).containsExactly(2, 1, 0);
        assertThat(order(Function.Strategy.WEIGHTED, well, 0.59, 10, 30, 60)).containsExactly(2, 1, 0);
        assertThat(order(Function.Strategy.WEIGHTED, well, 0.61, 10, 30, 60)).containsExactly(1, 2, 0);
        assertThat(order(Function.Strategy.WEIGHTED, well, 0.99, 10, 30, 60)).containsExactly(0, 2, 1);
    }

    @Test
    void weightZeroTakesNoCallsEvenWhenTheOthersAreOut() {
        assertThat(order(Function.Strategy.WEIGHTED, List.of(OUT, HEALTHY), 0, 1, 0))
                .containsExactly(0);
    }

    @Test
    void aCallThatHasPassedThroughTooManyFunctionsIsRefused() {
        assertThat(decider.decide(
                        new PlacementDecider.Facts(placement(Function.Strategy.FAILOVER, 1), 17, List.of(HEALTHY), 0)))
                .isInstanceOfSatisfying(Decision.Refuse.class, refuse -> assertThat(refuse.status())
                        .isEqualTo(508));
    }

    private List<Integer> order(
            Function.Strategy strategy, List<PlacementDecider.Standing> standings, double draw, int... weights) {
        Decision decision =
                decider.decide(new PlacementDecider.Facts(placement(strategy, weights), 0, standings, draw));
        return switch (decision) {
            case Decision.Try(List<Integer> order) -> order;
            case Decision.Refuse refuse -> throw new AssertionError(refuse.reason());
        };
    }

    private static Function.Placement placement(Function.Strategy strategy, int... weights) {
        List<Function.Placement.Choice> clouds = java.util.stream.IntStream.range(0, weights.length)
                .mapToObj(i -> new Function.Placement.Choice("cloud" + i, weights[i]))
                .toList();
        return new Function.Placement(strategy, clouds, Map.of());
    }
}
