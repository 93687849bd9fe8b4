// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.CloudException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * How one cloud stands for one function, learnt from its calls alone: after {@link #FAILURES_TO_OUT} failures in a row it
 * is out for a while, then one call at a time may probe; an answer brings it back, another failure doubles the while.
 * Safe for use from any loop; no locks.
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

    private record State(int failures, long outUntil, long outNanos, long probeUntil) {
        static final State HEALTHY = new State(0, 0, 0, 0);
    }

    private final LongSupplier nanos;
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
                        now, new State(now.failures, now.outUntil, now.outNanos, time + PROBE_MAX.toNanos()));
    }

    /** The cloud answered, whatever the function said. */
    void answered() {
        if (state.get().failures > 0) {
            state.set(State.HEALTHY);
        }
    }

    /** The cloud failed. One that is full works; it says so itself. */
    void failed(CloudException.Kind kind) {
        switch (kind) {
            case BUSY -> answered();
            case TOO_LARGE, INVALID -> {
                // says something about the call, nothing about the cloud
            }
            case UNREACHABLE, ABSENT, DENIED, UNKNOWN -> state.updateAndGet(this::afterFailure);
        }
    }

    private State afterFailure(State before) {
        int failures = before.failures + 1;
        if (failures < FAILURES_TO_OUT) {
            return new State(failures, 0, 0, 0);
        }
        long time = nanos.getAsLong();
        boolean stillOut = before.failures >= FAILURES_TO_OUT && time - before.outUntil < 0;
        if (stillOut) {
            return before; // calls that were under way when it went out tell nothing new
        }
        long out = before.outNanos == 0 ? OUT_MIN.toNanos() : Math.min(before.outNanos * 2, OUT_MAX.toNanos());
        return new State(FAILURES_TO_OUT, time + out, out, time + out);
    }

    /** Somebody says that the cloud is back: the next call may try. */
    void probeSoon() {
        state.updateAndGet(now -> now.failures < FAILURES_TO_OUT
                ? now
                : new State(now.failures, nanos.getAsLong(), 0, nanos.getAsLong()));
    }
}
