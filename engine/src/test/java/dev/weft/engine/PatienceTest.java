// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Calls of a function with a few slots in simulated time: they come as callers come, by chance. */
class PatienceTest {
    private static final int SLOTS = 4;
    private static final int CALL_MILLIS = 20;
    private static final int MINUTE = 60_000;

    private final Function function = new Function();

    @Test
    void aBurstMayFillTheQueue() {
        Patience patience = new Patience();
        for (int queued = 0; queued < Patience.QUEUED_CALLS_MAX; queued++) {
            assertThat(patience.allows(queued, SLOTS, 0)).isTrue();
        }
        assertThat(patience.allows(Patience.QUEUED_CALLS_MAX, SLOTS, 0)).isFalse();
    }

    @Test
    void underFourFifthsOfTheLoadNobodyIsRefused() {
        function.run(0.8, MINUTE);
        assertThat(function.refused).isZero();
    }

    @Test
    void underTwiceTheLoadThoseLetInAreServedInTime() {
        function.run(2, 5_000);
        function.waitedMost = 0;
        function.run(2, MINUTE);
        assertThat(function.waitedMost).isLessThan(2 * CALL_MILLIS);
        assertThat(function.refused / (double) function.came).isBetween(0.4, 0.65);
    }

    @Test
    void aFullQueueOfShortCallsIsNotLate() {
        Patience patience = new Patience();
        for (int time = 0; time < 10_000; time++) {
            assertThat(patience.allows(Patience.QUEUED_CALLS_MAX - 1, SLOTS, time))
                    .isTrue();
            patience.taken(time - Patience.LATE.toMillis() + 1, Patience.QUEUED_CALLS_MAX - 1, SLOTS, time);
        }
    }

    @Test
    void whatNewInstancesCanDoIsNotKnownYet() {
        function.run(2, 5_000);
        function.refused = 0;
        function.patience.joined(function.now);
        function.waitedMost = 0;
        function.run(2, (int) Patience.WARM_UP.toMillis() / 10);
        assertThat(function.refused).isZero();
        assertThat(function.waitedMost).isGreaterThan(2 * CALL_MILLIS);
        function.run(2, 2 * (int) Patience.WARM_UP.toMillis());
        function.waitedMost = 0;
        function.run(2, MINUTE);
        assertThat(function.waitedMost).isLessThan(2 * CALL_MILLIS);
    }

    @Test
    void justAboveTheLoadToo() {
        function.run(1.2, 10_000);
        function.waitedMost = 0;
        function.run(1.2, MINUTE);
        assertThat(function.waitedMost).isLessThan(2 * CALL_MILLIS);
    }

    @Test
    void afterAStallAllWhoWaitedAreServed() {
        function.run(0.5, 1_000);
        function.stall(900);
        function.run(0.5, MINUTE);
        assertThat(function.refused).isZero();
        assertThat(function.waitedMost).isGreaterThan(800);
    }

    @Test
    void whenTheLoadIsGoneNobodyIsRefusedAnyMore() {
        function.run(3, 5_000);
        function.run(0.5, 3 * (int) Patience.CALM.toMillis());
        function.refused = 0;
        function.run(0.5, MINUTE);
        assertThat(function.refused).isZero();
    }

    @Test
    void whileInstancesMayStartAllMayWait() {
        Patience patience = new Patience();
        for (int time = 0; time < 10_000; time += 100) {
            assertThat(patience.allows(Patience.QUEUED_CALLS_MAX - 1, 0, time)).isTrue();
            patience.taken(time - 1_000, Patience.QUEUED_CALLS_MAX - 1, 0, time);
        }
    }

    /** As Pool does it. */
    private static final class Function {
        private final Patience patience = new Patience();
        private final Random chance = new Random(20_261_125);
        private final PriorityQueue<Long> ends = new PriorityQueue<>();
        private final ArrayDeque<Long> queue = new ArrayDeque<>();
        private long now = Patience.WARM_UP.toMillis();
        private int came;
        private int refused;
        private long waitedMost;

        /** Calls for so long; a load of 1 is what the slots can just serve. */
        void run(double load, int millis) {
            long until = now + millis;
            double next = now;
            while (true) {
                next += -Math.log(1 - chance.nextDouble()) * CALL_MILLIS / SLOTS / load;
                if (next > until) {
                    break;
                }
                serveUntil((long) next);
                now = (long) next;
                call();
            }
            serveUntil(until);
            now = until;
        }

        /** Every slot is taken for so long, while calls go on to come. */
        void stall(int millis) {
            ends.clear();
            for (int i = 0; i < SLOTS; i++) {
                ends.add(now + millis);
            }
        }

        private void call() {
            came++;
            if (ends.size() < SLOTS) {
                ends.add(now + CALL_MILLIS);
            } else if (patience.allows(queue.size(), SLOTS, now)) {
                queue.add(now);
            } else {
                refused++;
            }
        }

        private void serveUntil(long time) {
            while (!ends.isEmpty() && ends.peek() <= time) {
                long end = ends.remove();
                if (!queue.isEmpty()) {
                    long since = queue.remove();
                    waitedMost = Math.max(waitedMost, end - since);
                    patience.taken(since, queue.size(), SLOTS, end);
                    ends.add(end + CALL_MILLIS);
                }
            }
        }
    }
}
