// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import java.time.Duration;

/** How a stand-in is told to misbehave. */
public sealed interface Fault {
    /** Not at all. */
    record Healthy() implements Fault {}

    /** It refuses every call, as an unreachable cloud would. */
    record Failing() implements Fault {}

    /** Every call waits first. */
    record Slow(Duration delay) implements Fault {
        /** The longest delay that makes sense: the longest timeout a function may have. */
        public static final Duration DELAY_MAX = Duration.ofHours(1);

        public Slow {
            if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
                throw new IllegalArgumentException("delay: 0 to " + DELAY_MAX + ", got " + delay);
            }
        }
    }
}
