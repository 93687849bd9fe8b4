// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many calls may wait for an instance. A burst may fill the queue. A queue that has not been empty for
 * {@link #STANDING_MAX}, though every instance that may run does, only makes all calls late: from then on few may wait,
 * about half a call's time long, until nobody had to be refused for {@link #CALM}. Guarded by its pool's lock.
 */
final class Patience {
    /** Calls that wait for an instance; one more is refused as BUSY. */
    static final int QUEUED_CALLS_MAX = 100;

    /** How long a queue may stand before it counts as more load than the instances can take. */
    static final Duration STANDING_MAX = Duration.ofMillis(500);

    /** How long nobody has been refused when the load counts as gone. */
    static final Duration CALM = Duration.ofSeconds(2);

    /** What a refused caller is told. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final int SLOTS_PER_WAITING = 2;

    private boolean standing;
    private long standingSince;
    private boolean pressed;
    private long refusedLast;

    /**
     * Whether one more call may wait, at {@code millis}.
     *
     * @param queued calls that wait already
     * @param slots calls that all instances together serve at once; 0 while there may be more instances soon
     */
    boolean allows(int queued, int slots, long millis) {
        if (queued == 0) {
            standing = false;
        } else if (!standing || slots == 0) {
            standing = true;
            standingSince = millis;
        } else if (millis - standingSince > STANDING_MAX.toMillis() && !pressed) {
            pressed = true;
            refusedLast = millis;
        }
        if (pressed && (slots == 0 || millis - refusedLast > CALM.toMillis())) {
            pressed = false;
            standing = false;
        }
        int most = pressed ? Math.min(QUEUED_CALLS_MAX, Math.max(1, slots / SLOTS_PER_WAITING)) : QUEUED_CALLS_MAX;
        if (queued < most) {
            return true;
        }
        refusedLast = millis;
        return false;
    }

    /** A call waits no longer; {@code queued} are left, which is also the answer. */
    int left(int queued) {
        standing &= queued > 0;
        return queued;
    }

    /** Calls that {@code ready} instances serve at once; 0 where there may be more of them soon. */
    static int slots(@Nullable Version version, int ready) {
        if (version == null || ready < version.function().spec().maxInstances()) {
            return 0;
        }
        return ready * version.callsAtOnce();
    }
}
