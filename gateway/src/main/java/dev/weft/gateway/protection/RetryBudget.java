// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps retries a fraction of calls, so that an outage is not doubled by its own repair: each call earns a fifth of a
 * retry, and at most {@link #SAVED_MAX} are saved up. Safe for use from any loop.
 */
public final class RetryBudget {
    /** Retries that may be made in one go after a calm time. */
    public static final int SAVED_MAX = 200;

    private static final long RETRY = 10;
    private static final long EARNED_PER_CALL = 2;

    private final AtomicLong saved = new AtomicLong(SAVED_MAX * RETRY);

    /** A call came in. */
    public void earn() {
        if (saved.get() < SAVED_MAX * RETRY) {
            saved.addAndGet(EARNED_PER_CALL);
        }
    }

    /** Retries that may be made now. */
    public double left() {
        return Math.max(0, saved.get()) / (double) RETRY;
    }

    /** Takes one retry; false if there is none. */
    public boolean spend() {
        if (saved.addAndGet(-RETRY) >= 0) {
            return true;
        }
        saved.addAndGet(RETRY);
        return false;
    }
}
