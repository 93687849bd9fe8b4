// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import org.junit.jupiter.api.Test;

class StartBackoffTest {
    private static final Outcome.Failure WHY =
            new Outcome.Failure(Outcome.Failure.Reason.INIT, "x", "broken", new byte[0], "");

    @Test
    void eachFailureDoublesTheWaitUpToTheLimit() {
        StartBackoff starts = new StartBackoff();
        starts.failed(WHY, 0);
        assertThat(starts.allowed(StartBackoff.FIRST.toMillis() - 1)).isFalse();
        assertThat(starts.allowed(StartBackoff.FIRST.toMillis())).isTrue();

        starts.failed(WHY, 1_000);
        assertThat(starts.refusal(1_199)).isSameAs(WHY);
        assertThat(starts.refusal(1_200)).isNull();

        for (int i = 0; i < 40; i++) {
            starts.failed(WHY, 0);
        }
        assertThat(starts.allowed(StartBackoff.WAIT_MAX.toMillis())).isTrue();
    }

    @Test
    void aStartThatWorksForgetsTheFailures() {
        StartBackoff starts = new StartBackoff();
        starts.failed(WHY, 0);

        starts.succeeded();

        assertThat(starts.allowed(0)).isTrue();
        assertThat(starts.refusal(0)).isNull();
    }
}
