// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final int SLOTS = 8;

    private final Patience patience = new Patience();

    @Test
    void aBurstMayFillTheQueue() {
        for (int queued = 0; queued < Patience.QUEUED_CALLS_MAX; queued++) {
            assertThat(patience.allows(queued, SLOTS, 0)).isTrue();
        }
        assertThat(patience.allows(Patience.QUEUED_CALLS_MAX, SLOTS, 0)).isFalse();
    }

    @Test
    void aQueueThatDoesNotEmptyIsKeptShort() {
        long after = standing();
        assertThat(patience.allows(SLOTS / 2 - 1, SLOTS, after)).isTrue();
        assertThat(patience.allows(SLOTS / 2, SLOTS, after)).isFalse();
        assertThat(patience.allows(1, 1, after)).isFalse();
        assertThat(patience.allows(0, 1, after)).isTrue();
    }

    @Test
    void aQueueThatEmptiesNowAndThenIsNot() {
        for (long time = 0; time < 10_000; time += 100) {
            assertThat(patience.allows(50, SLOTS, time)).isTrue();
            if (time % 400 == 0) {
                assertThat(patience.left(0)).isZero();
            }
        }
    }

    @Test
    void whileInstancesMayStartAllMayWait() {
        for (long time = 0; time < 10_000; time += 100) {
            assertThat(patience.allows(Patience.QUEUED_CALLS_MAX - 1, 0, time)).isTrue();
        }
    }

    @Test
    void itEndsWhenNobodyHadToBeRefusedForAWhile() {
        long after = standing();
        assertThat(patience.allows(SLOTS, SLOTS, after)).isFalse();
        long calm = after + Patience.CALM.toMillis();
        assertThat(patience.allows(SLOTS, SLOTS, calm)).isFalse();
        assertThat(patience.allows(SLOTS / 2 - 1, SLOTS, calm + Patience.CALM.toMillis() + 1))
                .isTrue();
        assertThat(patience.allows(SLOTS, SLOTS, calm + Patience.CALM.toMillis() + 2))
                .isTrue();
    }

    private long standing() {
        patience.allows(1, SLOTS, 0);
        long after = Patience.STANDING_MAX.toMillis() + 1;
        patience.allows(1, SLOTS, after);
        return after;
    }
}
