// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.event;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an event, without its payload.
 *
 * @param function what it is called in its namespace; in the store what it is called where all namespaces are
 * @param accepted when it was taken
 * @param due when it is tried next, where it waits
 * @param attempts calls that were made with it
 * @param failures of these, those that the function failed
 * @param payloadBytes what it carries
 * @param why it is dead, or was not delivered yet; empty where there is nothing to say
 * @param last the newest call that ended; null where none has
 */
public record EventRecord(
        String id,
        String namespace,
        String function,
        String source,
        String sender,
        State state,
        Instant accepted,
        Instant due,
        int attempts,
        int failures,
        long payloadBytes,
        String why,
        @Nullable Last last) {
    /** Bytes of a result that are kept; a longer one is left out, and its length is told. */
    public static final int RESULT_BYTES_MAX = 32 << 10;

    /** The same of a function that is called otherwise. */
    public EventRecord withFunction(String other) {
        return new EventRecord(
                id,
                namespace,
                other,
                source,
                sender,
                state,
                accepted,
                due,
                attempts,
                failures,
                payloadBytes,
                why,
                last);
    }

    /** How far it is. */
    public enum State {
        /** For its first call or its next. */
        WAITING,
        /** A call is under way. */
        RUNNING,
        /** The function has answered. */
        DELIVERED,
        /** It is not tried any more, unless somebody asks for that. */
        DEAD,
        /** No event but a call that was waited for: only what is known of it. */
        CALLED
    }

    /** How a call with it ended. */
    public enum Said {
        /** The function's result. */
        RESULT,
        /** A failure of the function's. */
        FAILURE,
        /** No cloud ran it, or none answered. */
        CLOUD
    }

    /**
     * A call that ended.
     *
     * @param cloud empty where none was called
     * @param reason of a failure: the outcome's reason, or the kind of the cloud's failure; empty for a result
     * @param contentType of the result; null where the function named none
     * @param result what the function said, or the failure's payload; empty where it was more than is kept
     * @param resultBytes what it said in full
     * @param log the last lines that it wrote meanwhile
     */
    public record Last(
            Instant ended,
            Duration took,
            String cloud,
            Said said,
            String reason,
            String type,
            String message,
            @Nullable String contentType,
            byte[] result,
            long resultBytes,
            String log) {}
}
