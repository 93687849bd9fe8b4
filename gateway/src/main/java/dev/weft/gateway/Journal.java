// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Hears of every call once, when it is over. Called on event loops: must not block. */
@FunctionalInterface
public interface Journal {
    /** One call is over. */
    void record(CallEvent event);

    /** How a call ended, in the journal's words. */
    enum Ending {
        /** The function answered, or its route did without calling it: a redirect, a preflight. */
        ANSWERED,
        /** The function failed. */
        FAILED,
        /** Every cloud that might have been tried failed. */
        CLOUD_FAILED,
        /** Weft refused it before any cloud was tried. */
        REFUSED,
        /** The caller went away first. */
        CALLER_GONE,
        /** The answer's body broke off. */
        BROKEN_OFF
    }

    /**
     * One call.
     *
     * @param invocation the id that is also in the function's log and in the answer's {@code weft-invocation-id}
     * @param function null where no route matched
     * @param cloud that answered or failed last; null where none was tried
     * @param method null for an event
     * @param path without the query, which may hold secrets; null for an event
     * @param status of the answer; 0 for an event and for a caller that went away
     * @param attempts clouds tried
     * @param reason why it failed or was refused; null where the function answered
     * @param bytes of the answer's body
     */
    record CallEvent(
            Instant time,
            String invocation,
            String trace,
            @Nullable String function,
            @Nullable String cloud,
            @Nullable String method,
            @Nullable String path,
            int status,
            Ending ending,
            int attempts,
            @Nullable String reason,
            long bytes,
            Duration took) {}
}
