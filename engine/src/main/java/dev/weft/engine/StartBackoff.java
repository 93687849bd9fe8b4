// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps code that can't start from being started all the time. Guarded by its pool's lock. */
final class StartBackoff {
    /** After a failed start the next one waits so long, and twice as long each time, up to the maximum. */
    static final Duration FIRST = Duration.ofMillis(100);

    static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final int DOUBLINGS_MAX = 20;

    private int failedInARow;
    private long allowedAt;
    private Outcome.@Nullable Failure last;

    boolean allowed(long nowMillis) {
        return nowMillis >= allowedAt;
    }

    /** What a call is told that would need a start now; null when a start is allowed. */
    Outcome.@Nullable Failure refusal(long nowMillis) {
        return allowed(nowMillis) ? null : last;
    }

    void failed(Outcome.Failure why, long nowMillis) {
        long wait = FIRST.toMillis() << Math.min(failedInARow, DOUBLINGS_MAX);
        failedInARow++;
        allowedAt = nowMillis + Math.min(wait, WAIT_MAX.toMillis());
        last = why;
    }

    void succeeded() {
        failedInARow = 0;
        allowedAt = 0;
        last = null;
    }
}
