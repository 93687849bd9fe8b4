// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static dev.weft.gateway.PlacementDecider.Standing.HEALTHY;
import static dev.weft.gateway.PlacementDecider.Standing.OUT;
import static dev.weft.gateway.PlacementDecider.Standing.PROBE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Strategy;
import dev.weft.gateway.PlacementDecider.CloudNow;
import dev.weft.gateway.PlacementDecider.Standing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementDeciderTest {
    private static final int HOPS_MAX = 3;

    private static final int CALLS = 20_000;
    private static final double NOTHING = Double.NaN;

    private final PlacementDecider decider = new PlacementDecider();

    @Test
    void failoverTriesCloudsInTheFilesOrder() {
        assertThat(order(Strategy.FAILOVER, standing(HEALTHY, HEALTHY, HEALTHY)))
                .containsExactly(0, 1, 2);
    }

    @Test
    void aCloudThatIsOutComesLastButIsNotForgotten() {
        assertThat(order(Strategy.FAILOVER, standing(OUT, HEALTHY))).containsExactly(1, 0);
        assertThat(order(Strategy.FAILOVER, standing(OUT, OUT))).containsExactly(0, 1);
    }

    @Test
    void aCloudDueForAProbeKeepsItsPlace() {
        assertThat(order(Strategy.FAILOVER, standing(PROBE, HEALTHY))).containsExactly(0, 1);
    }

    @Test
    void aCloudThatHasJustComeBackGetsItsShareAndNotAll() {
        List<CloudNow> back = List.of(new CloudNow(HEALTHY, true, 0.3, NOTHING, false, false), CloudNow.of(HEALTHY));
        assertThat(firsts(Strategy.FAILOVER, back)[0]).isCloseTo(0.3, within(0.02));
        List<CloudNow> alone = List.of(back.getFirst(), CloudNow.of(OUT));
        assertThat(firsts(Strategy.FAILOVER, alone)[0])
                .as("rather than one that is out")
                .isEqualTo(1);
    }

    @Test
    void weightsShareTheCalls() {
        double[] firsts = firsts(Strategy.WEIGHTED, standing(HEALTHY, HEALTHY, HEALTHY), 10, 30, 60);
        assertThat(firsts[0]).isCloseTo(0.1, within(0.02));
        assertThat(firsts[1]).isCloseTo(0.3, within(0.02));
        assertThat(firsts[2]).isCloseTo(0.6, within(0.02));
    }

    @Test
    void aFailedCloudMovesItsOwnCallsOnlyAndTheyGoByWeight() {
        int[] moved = new int[3];
        for (long key = 0; key < CALLS; key++) {
            int before = first(Strategy.WEIGHTED, standing(HEALTHY, HEALTHY, HEALTHY), key, 20, 20, 60);
            int after = first(Strategy.WEIGHTED, standing(HEALTHY, HEALTHY, OUT), key, 20, 20, 60);
            assertThat(after).isNotEqualTo(2);
            if (before == 2) {
                moved[after]++;
            } else {
                assertThat(after).as("key " + key).isEqualTo(before);
            }
        }
        assertThat((double) moved[0] / (moved[0] + moved[1])).isCloseTo(0.5, within(0.03));
    }

    @Test
    void aChangedWeightMovesOnlyTheShareItMust() {
        int moved = 0;
        for (long key = 0; key < CALLS; key++) {
            int before = first(Strategy.WEIGHTED, standing(HEALTHY, HEALTHY, HEALTHY), key, 1, 1, 1);
            int after = first(Strategy.WEIGHTED, standing(HEALTHY, HEALTHY, HEALTHY), key, 1, 1, 2);
            if (before != after) {
                assertThat(after).isEqualTo(2);
                moved++;
            }
        }
        // from a third to a half
        assertThat((double) moved / CALLS).isCloseTo(1.0 / 6, within(0.02));
    }

    @Test
    void weightZeroTakesNoCallsEvenWhenTheOthersAreOut() {
        assertThat(order(Strategy.WEIGHTED, standing(OUT, HEALTHY), 1, 0)).containsExactly(0);
    }

    @Test
    void theCheapestComesFirstAndThePriceNobodyKnowsLast() {
        assertThat(order(Strategy.CHEAPEST, measured(3e-6, NOTHING, 1e-6, 2e-6)))
                .containsExactly(2, 3, 0, 1);
        assertThat(order(Strategy.CHEAPEST, measured(1e-6, 1e-6))).containsExactly(0, 1);
    }

    @Test
    void theFastestComesFirstButForANamedShareThatTriesOthers() {
        double[] firsts = firsts(Strategy.FASTEST, measured(40, 5, NOTHING));
        assertThat(firsts[1]).isCloseTo(1 - PlacementDecider.EXPLORED_SHARE, within(0.01));
        assertThat(firsts[0]).isCloseTo(PlacementDecider.EXPLORED_SHARE / 2, within(0.01));
        assertThat(firsts[2]).isCloseTo(PlacementDecider.EXPLORED_SHARE / 2, within(0.01));
    }

    @Test
    void nobodyExploresACloudThatIsOut() {
        List<CloudNow> clouds =
                List.of(new CloudNow(HEALTHY, true, 1, 9, false, false), new CloudNow(OUT, true, 1, 1, false, false));
        assertThat(firsts(Strategy.FASTEST, clouds)).containsExactly(1, 0);
    }

    @Test
    void burstFillsThePremisesThenGoesPublicAndWaitsAtHomeLast() {
        CloudNow home = new CloudNow(HEALTHY, true, 1, NOTHING, true, false);
        CloudNow fullHome = new CloudNow(HEALTHY, true, 1, NOTHING, true, true);
        CloudNow away = CloudNow.of(HEALTHY);
        assertThat(order(Strategy.BURST, List.of(away, home))).containsExactly(1, 0);
        assertThat(order(Strategy.BURST, List.of(away, fullHome))).containsExactly(0, 1);
        assertThat(order(Strategy.BURST, List.of(away, fullHome, home))).containsExactly(2, 0, 1);
        assertThat(order(Strategy.BURST, List.of(CloudNow.of(OUT), fullHome))).containsExactly(1, 0);
    }

    @Test
    void aCloudWithoutTheRequiredLabelsIsNotEvenALastResort() {
        for (Strategy strategy : Strategy.values()) {
            List<CloudNow> clouds = List.of(CloudNow.of(HEALTHY, false), CloudNow.of(OUT));
            assertThat(order(strategy, clouds)).as(strategy.toString()).containsExactly(1);
        }
    }

    @Test
    void aCallThatNoCloudMayTakeIsRefused() {
        for (List<CloudNow> clouds : List.of(
                List.of(CloudNow.of(HEALTHY, false)),
                List.of(CloudNow.of(HEALTHY, false), CloudNow.of(HEALTHY, false)))) {
            assertThat(decide(Strategy.FAILOVER, 0, clouds)).isInstanceOfSatisfying(Decision.Refuse.class, refuse -> {
                assertThat(refuse.status()).isEqualTo(503);
                assertThat(refuse.word()).isEqualTo("require-unmet");
            });
        }
    }

    @Test
    void aCallThatHasPassedThroughTooManyFunctionsIsRefused() {
        assertThat(decide(Strategy.FAILOVER, HOPS_MAX, standing(HEALTHY))).isInstanceOf(Decision.Try.class);
        assertThat(decide(Strategy.FAILOVER, HOPS_MAX + 1, standing(HEALTHY)))
                .isInstanceOfSatisfying(Decision.Refuse.class, refuse -> assertThat(refuse.status())
                        .isEqualTo(508));
    }

    private static List<CloudNow> standing(Standing... standings) {
        return Arrays.stream(standings).map(CloudNow::of).toList();
    }

    private static List<CloudNow> measured(double... measures) {
        return Arrays.stream(measures)
                .mapToObj(each -> new CloudNow(HEALTHY, true, 1, each, false, false))
                .toList();
    }

    /** The share of calls with different keys that try each cloud first. */
    private double[] firsts(Strategy strategy, List<CloudNow> clouds, int... weights) {
        double[] firsts = new double[clouds.size()];
        for (long key = 0; key < CALLS; key++) {
            firsts[first(strategy, clouds, key, weights)] += 1.0 / CALLS;
        }
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = Math.round(firsts[i] * CALLS) / (double) CALLS;
        }
        return firsts;
    }

    private int first(Strategy strategy, List<CloudNow> clouds, long key, int... weights) {
        return order(decider.decide(
                        new PlacementDecider.Facts(placement(strategy, clouds, weights), 0, HOPS_MAX, clouds, key)))
                .getFirst();
    }

    private List<Integer> order(Strategy strategy, List<CloudNow> clouds, int... weights) {
        return order(decider.decide(
                new PlacementDecider.Facts(placement(strategy, clouds, weights), 0, HOPS_MAX, clouds, 7)));
    }

    private Decision decide(Strategy strategy, int hops, List<CloudNow> clouds) {
        return decider.decide(new PlacementDecider.Facts(placement(strategy, clouds), hops, HOPS_MAX, clouds, 7));
    }

    private static List<Integer> order(Decision decision) {
        return switch (decision) {
            case Decision.Try(List<Integer> order) -> order;
            case Decision.Refuse refuse -> throw new AssertionError(refuse.reason());
        };
    }

    private static Function.Placement placement(Strategy strategy, List<CloudNow> clouds, int... weights) {
        List<Function.Placement.Choice> choices = IntStream.range(0, clouds.size())
                .mapToObj(i -> new Function.Placement.Choice("cloud" + i, weights.length == 0 ? 1 : weights[i]))
                .toList();
        return new Function.Placement(strategy, choices, Map.of());
    }
}
