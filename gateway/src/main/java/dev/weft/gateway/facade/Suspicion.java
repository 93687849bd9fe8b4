// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often callers have failed to prove who they are, so that guessing is slow. Safe on any thread. */
final class Suspicion {
    /** Failures that cost nothing: a client that is set up wrong tries a few times. */
    static final int FREE = 3;

    /** The longest that an answer waits. */
    static final Duration WAIT_MAX = Duration.ofSeconds(2);

    /** After so long without a failure all are forgotten. */
    static final Duration MEMORY = Duration.ofMinutes(1);

    /** Callers remembered; those that failed longest ago go. */
    static final int CALLERS_MAX = 10_000;

    private static final Duration WAIT_FIRST = Duration.ofMillis(50);
    private static final int DOUBLINGS_MAX = 10;

    private final InstantSource clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    Suspicion(InstantSource clock) {
        this.clock = clock;
    }

    private record Failures(int count, Instant last) {}

    /** The caller failed once more; how long the answer has to wait. */
    synchronized Duration failed(String caller) {
        Instant now = clock.instant();
        Failures before = failures.remove(caller);
        int known = before == null || before.last().plus(MEMORY).isBefore(now) ? 0 : before.count();
        int count = known + 1;
        if (failures.size() >= CALLERS_MAX) {
            failures.remove(failures.keySet().iterator().next());
        }
        failures.put(caller, new Failures(count, now));
        if (count <= FREE) {
            return Duration.ZERO;
        }
        Duration wait = WAIT_FIRST.multipliedBy(1L << Math.min(DOUBLINGS_MAX, count - FREE - 1));
        return wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait;
    }

    /** The caller proved who he is. */
    synchronized void proved(String caller) {
        if (!failures.isEmpty()) {
            failures.remove(caller);
        }
    }
}
