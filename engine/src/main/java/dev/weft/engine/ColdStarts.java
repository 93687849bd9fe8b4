// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many instances are starting: what Weft does every now and then, as booting the next process ahead and ending idle
 * ones, takes processors from them, and can wait for a moment. Safe for many threads.
 */
final class ColdStarts {
    /** As long as housekeeping gives way: long enough for a start from the pool, and short beside its own turn. */
    static final Duration GIVES_WAY_MAX = Duration.ofMillis(50);

    /** After a start its first call is answered, and what that left behind is done. */
    static final Duration SETTLES = Duration.ofMillis(10);

    private static final Duration POLL = Duration.ofMillis(2);

    private final AtomicInteger underWay = new AtomicInteger();
    private volatile long lastNanos = System.nanoTime() - SETTLES.toNanos();

    /** An instance begins to start. */
    void began() {
        underWay.incrementAndGet();
    }

    /** It is ready, or never will be. */
    void ended() {
        lastNanos = System.nanoTime();
        underWay.decrementAndGet();
    }

    /** Waits until no instance is starting, though never longer than {@link #GIVES_WAY_MAX}. */
    void giveWay() throws InterruptedException {
        long until = System.nanoTime() + GIVES_WAY_MAX.toNanos();
        while (busy() && System.nanoTime() - until < 0) {
            Thread.sleep(POLL);
        }
    }

    private boolean busy() {
        return underWay.get() > 0 || System.nanoTime() - lastNanos < SETTLES.toNanos();
    }
}
