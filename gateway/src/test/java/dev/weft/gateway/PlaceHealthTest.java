// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static dev.weft.gateway.PlacementDecider.Standing.HEALTHY;
import static dev.weft.gateway.PlacementDecider.Standing.OUT;
import static dev.weft.gateway.PlacementDecider.Standing.PROBE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PlaceHealthTest {
    private final AtomicLong now = new AtomicLong();
    private final PlaceHealth health = new PlaceHealth(now::get);

    @Test
    void threeFailuresInARowPutACloudOut() {
        health.failed(Kind.UNREACHABLE);
        health.failed(Kind.UNKNOWN);
        assertThat(health.standing()).isEqualTo(HEALTHY);
        health.failed(Kind.DENIED);
        assertThat(health.standing()).isEqualTo(OUT);
    }

    @Test
    void anAnswerBetweenFailuresStartsTheCountAnew() {
        health.failed(Kind.UNREACHABLE);
        health.failed(Kind.UNREACHABLE);
        health.answered();
        health.failed(Kind.UNREACHABLE);
        assertThat(health.standing()).isEqualTo(HEALTHY);
    }

    @Test
    void aFullCloudAndABadCallSayNothingAgainstTheCloud() {
        for (int i = 0; i < 10; i++) {
            health.failed(Kind.BUSY);
            health.failed(Kind.INVALID);
            health.failed(Kind.TOO_LARGE);
        }
        assertThat(health.standing()).isEqualTo(HEALTHY);
    }

    @Test
    void oneProbeAtATimeAfterTheTimeOut() {
        out();
        pass(PlaceHealth.OUT_MIN);
        assertThat(health.standing()).isEqualTo(PROBE);
        assertThat(health.probe()).isTrue();
        assertThat(health.probe()).isFalse();
        assertThat(health.standing()).isEqualTo(OUT);
        health.answered();
        assertThat(health.standing()).isEqualTo(HEALTHY);
    }

    @Test
    void aFailedProbeDoublesTheTimeOutUpToItsLimit() {
        out();
        Duration expected = PlaceHealth.OUT_MIN;
        for (int i = 0; i < 8; i++) {
            pass(expected);
            assertThat(health.probe()).isTrue();
            health.failed(Kind.UNREACHABLE);
            Duration doubled = expected.multipliedBy(2);
            expected = doubled.compareTo(PlaceHealth.OUT_MAX) > 0 ? PlaceHealth.OUT_MAX : doubled;
            pass(expected.minusNanos(1));
            assertThat(health.standing()).isEqualTo(OUT);
            now.addAndGet(-expected.minusNanos(1).toNanos());
        }
    }

    @Test
    void aLostProbeDoesNotKeepTheCloudOutForEver() {
        out();
        pass(PlaceHealth.OUT_MIN);
        assertThat(health.probe()).isTrue();
        pass(PlaceHealth.PROBE_MAX);
        assertThat(health.standing()).isEqualTo(PROBE);
    }

    @Test
    void failuresOfCallsThatWereAlreadyUnderWayDoNotLengthenTheTimeOut() {
        out();
        for (int i = 0; i < 50; i++) {
            health.failed(Kind.UNREACHABLE);
        }
        pass(PlaceHealth.OUT_MIN);
        assertThat(health.standing()).isEqualTo(PROBE);
    }

    @Test
    void aHealedCloudMayBeProbedAtOnce() {
        out();
        health.probeSoon();
        assertThat(health.probe()).isTrue();
    }

    private void out() {
        for (int i = 0; i < PlaceHealth.FAILURES_TO_OUT; i++) {
            health.failed(Kind.UNREACHABLE);
        }
        assertThat(health.standing()).isEqualTo(OUT);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
