// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private Instant now = Instant.parse("2026-11-30T09:00:00Z");
    private final Suspicion suspicion = new Suspicion(() -> now);

    @Test
    void aFewFailuresCostNothingAndMoreCostEverMore() {
        for (int i = 0; i < Suspicion.FREE; i++) {
            assertThat(suspicion.failed("1.2.3.4")).isZero();
        }
        Duration first = suspicion.failed("1.2.3.4");
        Duration second = suspicion.failed("1.2.3.4");
        assertThat(first).isPositive();
        assertThat(second).isEqualTo(first.multipliedBy(2));
        for (int i = 0; i < 100; i++) {
            assertThat(suspicion.failed("1.2.3.4")).isLessThanOrEqualTo(Suspicion.WAIT_MAX);
        }
        assertThat(suspicion.failed("1.2.3.4")).isEqualTo(Suspicion.WAIT_MAX);
        assertThat(suspicion.failed("5.6.7.8")).isZero();
    }

    @Test
    void successAndTimeMakeItForget() {
        for (int i = 0; i < 10; i++) {
            Duration ignored = suspicion.failed("1.2.3.4");
        }
        suspicion.proved("1.2.3.4");
        assertThat(suspicion.failed("1.2.3.4")).isZero();
        for (int i = 0; i < 10; i++) {
            Duration ignored = suspicion.failed("1.2.3.4");
        }
        now = now.plus(Suspicion.MEMORY).plusSeconds(1);
        assertThat(suspicion.failed("1.2.3.4")).isZero();
    }

    @Test
    void noMoreCallersAreRememberedThanTheLimit() {
        for (int i = 0; i < 5; i++) {
            Duration ignored = suspicion.failed("first");
        }
        for (int i = 0; i < Suspicion.CALLERS_MAX; i++) {
            Duration ignored = suspicion.failed("caller " + i);
        }
        assertThat(suspicion.failed("first")).isZero();
    }
}
