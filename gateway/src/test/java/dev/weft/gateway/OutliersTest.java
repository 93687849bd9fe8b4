// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static dev.weft.gateway.PlacementDecider.Standing.HEALTHY;
import static dev.weft.gateway.PlacementDecider.Standing.OUT;
import static dev.weft.gateway.PlacementDecider.Standing.PROBE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException.Kind;
import dev.weft.gateway.protection.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutliersTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void aCloudThatFailsFarMoreOftenThanTheOthersIsOut() {
        List<PlaceHealth> clouds = clouds(3);
        use(clouds.get(1), 40, 0);
        use(clouds.get(2), 40, 0);
        use(clouds.getFirst(), 18, 2);
        assertThat(clouds.getFirst().standing()).isEqualTo(HEALTHY); // too few calls to say
        use(clouds.getFirst(), 10, 2);
        assertThat(clouds.getFirst().standing()).isEqualTo(OUT);
        assertThat(clouds.get(1).standing()).isEqualTo(HEALTHY);
    }

    @Test
    void whatAllSufferFromPutsNobodyOut() {
        List<PlaceHealth> clouds = clouds(3);
        for (int i = 0; i < 30; i++) {
            clouds.forEach(each -> use(each, 2, 2));
        }
        assertThat(clouds).extracting(PlaceHealth::standing).containsOnly(HEALTHY);
    }

    @Test
    void neverMoreThanHalfOfTheCloudsAreOut() {
        List<PlaceHealth> clouds = clouds(4);
        use(clouds.get(3), 40, 0);
        for (int i = 0; i < 3; i++) {
            use(clouds.get(i), 40, 2);
        }
        assertThat(clouds.stream().filter(each -> each.standing() == OUT)).hasSize(2);
    }

    @Test
    void beingOutAgainSoonTakesLonger() {
        List<PlaceHealth> clouds = clouds(2);
        PlaceHealth bad = clouds.getFirst();
        use(bad, 40, 2);
        assertThat(bad.standing()).isEqualTo(OUT);
        pass(PlaceHealth.OUT_MIN);
        assertThat(bad.probe()).isTrue();
        assertThat(bad.probe()).isFalse();
        bad.answered();
        assertThat(bad.standing()).isEqualTo(HEALTHY);
        use(bad, 40, 2);
        pass(PlaceHealth.OUT_MIN);
        assertThat(bad.standing()).isEqualTo(OUT);
        pass(PlaceHealth.OUT_MIN);
        assertThat(bad.standing()).isEqualTo(PROBE);
        bad.answered();
        pass(PlaceHealth.FORGIVEN_AFTER.plusSeconds(1));
        use(bad, 40, 2);
        pass(PlaceHealth.OUT_MIN);
        assertThat(bad.standing()).isEqualTo(PROBE);
    }

    @Test
    void whatWasLongAgoWeighsLittle() {
        PlaceHealth cloud = clouds(2).getLast();
        use(cloud, 10, 3);
        for (int i = 0; i < PlaceHealth.WINDOW_CALLS * 5; i++) {
            cloud.answered();
        }
        assertThat(cloud.failureRatio()).isLessThan(0.01);
        assertThat(cloud.calls()).isLessThan(PlaceHealth.WINDOW_CALLS);
    }

    @Test
    void theRetryBudgetIsNeverOverspent() throws Exception {
        RetryBudget budget = new RetryBudget();
        AtomicInteger spent = new AtomicInteger();
        int calls = 5000;
        try (var callers = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < calls; i++) {
                callers.execute(() -> {
                    budget.earn();
                    spent.addAndGet(budget.spend() ? 1 : 0);
                });
            }
        }
        assertThat(spent.get()).isLessThanOrEqualTo(RetryBudget.SAVED_MAX + calls / 5);
        assertThat(budget.left()).isBetween(0.0, (double) RetryBudget.SAVED_MAX);
    }

    private List<PlaceHealth> clouds(int count) {
        List<PlaceHealth> clouds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clouds.add(new PlaceHealth(now::get));
        }
        Outliers outliers = new Outliers(clouds);
        clouds.forEach(each -> each.comparedBy(outliers));
        return clouds;
    }

    /** So many calls; of {@code every} one fails, never three in a row. 0: none fails. */
    private static void use(PlaceHealth cloud, int calls, int every) {
        for (int i = 1; i <= calls; i++) {
            if (every > 0 && i % every == 0) {
                cloud.failed(Kind.UNKNOWN);
            } else {
                cloud.answered();
            }
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
