// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.Headers;
import dev.weft.api.spi.Loop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Turns a share of calls away while a loop cannot keep up, so that the others are served in time. What it watches is how
 * late the loop runs its timers: that is how long every call waits for its turn. The share grows while even the least
 * delay of a window is above {@link #DELAY_TARGET}, and shrinks below it (after RFC 8033, which does so for packets).
 * A short burst sheds nothing. A loop without calls is not watched. Loops do not share anything.
 */
public final class Shedder {
    /** How late a loop may run for long. */
    static final Duration DELAY_TARGET = Duration.ofMillis(15);

    /** Between two looks at a loop that has calls. */
    static final Duration LOOK = Duration.ofMillis(5);

    /** Looks before the share changes: all of them have to be late. */
    static final int LOOKS = 20;

    /** Most that may be shed: some calls always show whether it is over. */
    static final double SHARE_MAX = 0.95;

    /** How far the share moves in one window when the delay is twice the target, or nothing. */
    static final double STEP = 0.1;

    private static final double STEPS_UP_MAX = 3;

    static final Refusal REFUSAL = new Refusal(
            503, "overloaded", "more calls than this gateway can serve in time", Headers.of("retry-after", "1"));

    private final LongSupplier nanos;
    private final Map<Loop, Watch> watches = new ConcurrentHashMap<>();

    /** Tells time by {@code nanos}. */
    public Shedder(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether a call that has just come in on {@code loop} is to be turned away; never one that belongs to another. */
    boolean sheds(Loop loop, boolean inside) {
        Watch watch = watches.get(loop);
        if (watch == null) {
            watch = watches.computeIfAbsent(loop, Watch::new);
        }
        watch.came();
        return watch.share > 0 && !inside && ThreadLocalRandom.current().nextDouble() < watch.share;
    }

    /** The greatest share that any loop sheds now. */
    public double share() {
        double most = 0;
        for (Watch watch : watches.values()) {
            most = Math.max(most, watch.share);
        }
        return most;
    }

    /** One loop. Every field is the loop's own; the share is also looked at from outside. */
    private final class Watch {
        private final Loop loop;
        private int came;
        private boolean watching;
        private long due;
        private long leastLate = Long.MAX_VALUE;
        private int looks;
        private volatile double share;

        Watch(Loop loop) {
            this.loop = loop;
        }

        void came() {
            came++;
            if (!watching) {
                watching = true;
                lookAgain();
            }
        }

        private void lookAgain() {
            due = nanos.getAsLong() + LOOK.toNanos();
            Loop.Timer ignored = loop.after(LOOK, this::look);
        }

        private void look() {
            leastLate = Math.min(leastLate, nanos.getAsLong() - due);
            looks++;
            if (looks == LOOKS) {
                double off = leastLate / (double) DELAY_TARGET.toNanos() - 1;
                share = Math.clamp(share + STEP * Math.min(off, STEPS_UP_MAX), 0, SHARE_MAX);
                looks = 0;
                leastLate = Long.MAX_VALUE;
                watching = came > 0 || share > 0;
                came = 0;
            }
            if (watching) {
                lookAgain();
            }
        }
    }
}
