// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.CloudException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How one cloud stands for one function, learnt from its calls alone: after {@link #FAILURES_TO_OUT} failures in a row, or
 * when its {@link Outliers} find that it fails far more often than the others, it is out for a while, then one call at a
 * time may probe; an answer brings it back, another failure doubles the while, and so does being out again soon. Safe for
 * use from any loop; no locks.
 */
final class PlaceHealth {
    /** Failures in a row before a cloud is passed over. */
    static final int FAILURES_TO_OUT = 3;

    /** First time out. */
    static final Duration OUT_MIN = Duration.ofMillis(500);

    /** Longest time out. */
    static final Duration OUT_MAX = Duration.ofSeconds(8);

    /** A probe that has not answered after this long does not keep others from probing. */
    static final Duration PROBE_MAX = Duration.ofSeconds(10);

    /** After so long without being out, the next time out is a first one again. */
    static final Duration FORGIVEN_AFTER = Duration.ofSeconds(30);

    /** Calls after which what was counted weighs half. */
    static final int WINDOW_CALLS = 128;

    private static final int TOTAL_MASK = 0xffff;
    private static final int ONE_FAILURE = 1 << 16;

    private record State(int failures, boolean outlier, long outUntil, long outNanos, long probeUntil) {
        static final State HEALTHY = new State(0, false, 0, 0, 0);
    }

    private final LongSupplier nanos;
    private final AtomicInteger counted = new AtomicInteger(); // failures above, all calls below
    private volatile @Nullable Outliers outliers;
    private final AtomicReference<State> state = new AtomicReference<>(State.HEALTHY);

    PlaceHealth(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** How the cloud stands now. A standing of PROBE is a wish: take it with {@link #probe()}. */
    PlacementDecider.Standing standing() {
        State now = state.get();
        if (now.failures < FAILURES_TO_OUT) {
            return PlacementDecider.Standing.HEALTHY;
        }
        long time = nanos.getAsLong();
        return time - now.outUntil >= 0 && time - now.probeUntil >= 0
                ? PlacementDecider.Standing.PROBE
                : PlacementDecider.Standing.OUT;
    }

    /** Takes the one place of a probe; false if another call has it. */
    boolean probe() {
        State now = state.get();
        long time = nanos.getAsLong();
        return time - now.outUntil >= 0
                && time - now.probeUntil >= 0
                && state.compareAndSet(
                        now,
                        new State(now.failures, now.outlier, now.outUntil, now.outNanos, time + PROBE_MAX.toNanos()));
    }

    /** Compares it with others from now on. */
    void comparedBy(Outliers group) {
        outliers = group;
    }

    /** The cloud answered, whatever the function said. */
    void answered() {
        Outliers group = outliers;
        State now = state.get();
        // an outlier answers now and then, also to calls that were under way: that says nothing before its time is over
        if (now.failures > 0 && !(now.outlier && nanos.getAsLong() - now.outUntil < 0)) {
            state.set(new State(0, false, now.outUntil, now.outNanos, 0));
        }
        if (group != null) {
            count(1);
        }
    }

    private void count(int call) {
        int now = counted.addAndGet(call);
        if ((now & TOTAL_MASK) >= WINDOW_CALLS) {
            // one of several at once wins; the others' calls are in the halves
            counted.compareAndSet(now, ((now >>> 17) << 16) | (now & TOTAL_MASK) / 2);
        }
    }

    /** Calls counted in the window. */
    int calls() {
        return counted.get() & TOTAL_MASK;
    }

    /** Share of them that the cloud failed. */
    double failureRatio() {
        int now = counted.get();
        return (now & TOTAL_MASK) == 0 ? 0 : (now >>> 16) / (double) (now & TOTAL_MASK);
    }

    /** It fails far more often than the others: out, as after failures in a row. */
    void putOut() {
        counted.set(0);
        state.updateAndGet(now -> now.failures >= FAILURES_TO_OUT ? now : out(now, true));
    }

    /** The cloud failed. One that is full works; it says so itself. */
    void failed(CloudException.Kind kind) {
        switch (kind) {
            case BUSY -> answered();
            case TOO_LARGE, INVALID -> {
                // says something about the call, nothing about the cloud
            }
            case UNREACHABLE, ABSENT, DENIED, UNKNOWN -> {
                state.updateAndGet(this::afterFailure);
                Outliers group = outliers;
                if (group != null) {
                    count(ONE_FAILURE + 1);
                    group.failed(this);
                }
            }
        }
    }

    private State afterFailure(State before) {
        int failures = before.failures + 1;
        if (failures < FAILURES_TO_OUT) {
            return new State(failures, false, before.outUntil, before.outNanos, 0);
        }
        long time = nanos.getAsLong();
        boolean stillOut = before.failures >= FAILURES_TO_OUT && time - before.outUntil < 0;
        if (stillOut) {
            return before; // calls that were under way when it went out tell nothing new
        }
        return out(before, before.outlier);
    }

    private State out(State before, boolean outlier) {
        long time = nanos.getAsLong();
        boolean first = before.outNanos == 0 || time - before.outUntil > FORGIVEN_AFTER.toNanos();
        long out = first ? OUT_MIN.toNanos() : Math.min(before.outNanos * 2, OUT_MAX.toNanos());
        return new State(FAILURES_TO_OUT, outlier, time + out, out, time + out);
    }

    /** Somebody says that the cloud is back: the next call may try. */
    void probeSoon() {
        state.updateAndGet(now -> now.failures < FAILURES_TO_OUT
                ? now
                : new State(now.failures, now.outlier, nanos.getAsLong(), 0, nanos.getAsLong()));
    }
}
