// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many calls may wait for an instance. A burst may fill the queue, and so may a stall: a function that waits for
 * another's cold start takes nobody, and then works off all of them. What new instances can do is not known yet. But when
 * for half a second nobody was taken who had not waited {@link #LATE}, and the queue is not getting shorter, then to wait
 * only makes all calls late: from then on few may, about half a call's time long, until there is mostly nobody who waits.
 * A function whose calls are so short that even a full queue is worked off sooner never comes to that. Guarded by its
 * pool's lock.
 */
final class Patience {
    /** Calls that wait for an instance; one more is refused as BUSY. */
    static final int QUEUED_CALLS_MAX = 100;

    /** So long a new instance is slower than it will be: nothing is compiled and nothing connected yet. */
    static final Duration WARM_UP = Duration.ofSeconds(5);

    /** Who has waited so long is late. */
    static final Duration LATE = Duration.ofMillis(100);

    /** How long all may be late before that counts as more load than the instances can take. */
    static final Duration STANDING_MAX = Duration.ofMillis(500);

    /** How many calls each slot must have taken meanwhile: where calls are slow, it takes longer to know. */
    static final int TAKEN_A_SLOT_MIN = 4;

    /** A queue of less than this share of what it was is getting shorter. */
    static final double SHORTER = 0.9;

    /** Over how long it is looked whether the load is gone. */
    static final Duration CALM = Duration.ofSeconds(1);

    /** For what share of that somebody may have waited; at full load it is a third and more, at half load a seventh. */
    static final double OCCUPIED_MAX = 0.25;

    /** What a refused caller is told. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final int SLOTS_PER_WAITING = 2;

    /** The queue as it was when the watch over it began. */
    private record Watch(long since, int queued) {}

    private @Nullable Watch watch;
    private int taken;
    private long newest;

    private boolean pressed;
    private long calmSince;
    private long occupiedMillis;
    private boolean occupied;
    private long occupiedSeen;

    /**
     * Whether one more call may wait, at {@code millis}.
     *
     * @param queued calls that wait already
     * @param slots calls that all instances together serve at once; 0 while that may soon be more
     */
    boolean allows(int queued, int slots, long millis) {
        look(slots, millis);
        int most = pressed ? Math.clamp(slots / SLOTS_PER_WAITING, 1, QUEUED_CALLS_MAX) : QUEUED_CALLS_MAX;
        occupied = true; // by this one, or by those who fill it
        return queued < most;
    }

    /** An instance serves from now on. */
    void joined(long millis) {
        newest = millis;
    }

    /** A slot took a call that waited since {@code since} from the queue, in which {@code queued} are left: also the answer. */
    int taken(long since, int queued, int slots, long millis) {
        left(queued, millis);
        taken++;
        if (unknown(slots, millis) || millis - since < LATE.toMillis()) {
            watch = null;
        } else if (watch == null) {
            watchFrom(queued, millis);
        } else if (millis - watch.since() > STANDING_MAX.toMillis() && taken >= TAKEN_A_SLOT_MIN * slots) {
            if (!pressed && queued >= SHORTER * watch.queued()) {
                pressed = true;
                calmFrom(millis);
            }
            watchFrom(queued, millis);
        }
        return queued;
    }

    /** A call waits no longer, whyever; {@code queued} are left: also the answer. */
    int left(int queued, long millis) {
        account(millis);
        occupied = queued > 0;
        return queued;
    }

    /** Calls that {@code ready} instances serve at once; 0 where there may be more of them soon. */
    static int slots(@Nullable Version version, int ready) {
        if (version == null || ready < version.function().spec().maxInstances()) {
            return 0;
        }
        return ready * version.callsAtOnce();
    }

    private void watchFrom(int queued, long millis) {
        watch = new Watch(millis, queued);
        taken = 0;
    }

    private void look(int slots, long millis) {
        account(millis);
        long looked = millis - calmSince;
        if (pressed && (unknown(slots, millis) || looked >= CALM.toMillis())) {
            pressed = !unknown(slots, millis) && occupiedMillis >= OCCUPIED_MAX * looked;
            watch = null;
            calmFrom(millis);
        }
    }

    /** Whether it can't be said yet what the instances can do. */
    private boolean unknown(int slots, long millis) {
        return slots == 0 || millis - newest < WARM_UP.toMillis();
    }

    private void calmFrom(long millis) {
        calmSince = millis;
        occupiedMillis = 0;
    }

    private void account(long millis) {
        if (occupied) {
            occupiedMillis += millis - occupiedSeen;
        }
        occupiedSeen = millis;
    }
}
