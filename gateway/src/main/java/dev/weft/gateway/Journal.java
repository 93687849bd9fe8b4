// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.CallContext;
import dev.weft.api.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
        /** The deadline that the caller gave passed first. */
        DEADLINE,
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
     * @param trail where it stands in its trace, and what was tried
     * @param require what came of the placement's required labels; null where it requires none
     * @param dollars what it cost on its clouds, estimated; NaN where nobody knows
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
            Duration took,
            Trail trail,
            @Nullable Require require,
            double dollars) {}

    /**
     * Where a call stands in its trace, and what was tried.
     *
     * @param trace the span of the call itself, and its parent
     * @param recorded whether the call leaves spans
     * @param attempts one for each cloud tried, in order
     */
    record Trail(CallContext.Caller caller, Trace trace, boolean recorded, List<Attempt> attempts) {}

    /**
     * One cloud tried.
     *
     * @param span what the function saw as its parent; null where the call leaves no spans
     * @param afterNanos since the call began
     * @param failure the kind of the cloud's failure or the reason of the function's, in lower case; null where it answered
     */
    record Attempt(
            String cloud,
            @Nullable String span,
            long afterNanos,
            long tookNanos,
            @Nullable String failure) {}

    /**
     * Evidence that a call could go to clouds with the required labels only.
     *
     * @param allowed the clouds of the placement that have them all
     * @param leftOut the others, and what each lacks
     */
    record Require(List<String> allowed, Map<String, String> leftOut) {}
}
