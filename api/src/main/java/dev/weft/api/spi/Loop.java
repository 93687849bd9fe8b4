// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import java.time.Duration;
import java.util.concurrent.Executor;

/** One event loop: one thread that owns its connections and the calls on them. Nothing on it may block. */
public interface Loop extends Executor {
    /** Whether the current thread is this loop's. */
    boolean inside();

    /** Runs {@code task} on this loop after {@code delay}, unless cancelled. */
    Timer after(Duration delay, Runnable task);

    /** Runs {@code task} now when already inside, else soon. */
    default void run(Runnable task) {
        if (inside()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** A task that has not run yet. */
    interface Timer {
        /** Keeps it from running; nothing happens if it already did. */
        void cancel();
    }
}
