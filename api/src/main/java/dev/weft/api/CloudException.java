// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The cloud failed, not the function. Callers branch on {@link #retry()}; nobody parses the message. Carries no stack
 * trace: in an outage it is thrown once a call.
 */
public final class CloudException extends RuntimeException {
    /** How a cloud fails. */
    public enum Kind {
        /** No connection: the request never reached it. */
        UNREACHABLE,
        /** The function is not there. */
        ABSENT,
        /** Full or throttling; it did not run the call. */
        BUSY,
        /** It refused our credentials; also an alarm. */
        DENIED,
        /** No usable answer after the request went out, so the function may have run. */
        UNKNOWN,
        /** More bytes than the function's contract takes anywhere. */
        TOO_LARGE,
        /** Wrong everywhere: no other cloud would take it either. */
        INVALID
    }

    /** What the caller may do next. */
    public enum Retry {
        /** The call provably did not run: another cloud may. */
        ELSEWHERE,
        /** It may have run: another cloud only if the function says that running twice is harmless. */
        IF_IDEMPOTENT,
        /** Nobody else would answer better. */
        NEVER
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    /** A failure of {@code kind}; {@code message} carries names and numbers, never secrets or bodies. */
    public CloudException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, null);
    }

    /** As above, with the cloud's own word on when to come back. */
    public CloudException(Kind kind, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause, false, false);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** How it failed. */
    public Kind kind() {
        return kind;
    }

    /** When the cloud asked to come back; null where it did not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** What the caller may do next. */
    public Retry retry() {
        return switch (kind) {
            case UNREACHABLE, ABSENT, BUSY, DENIED -> Retry.ELSEWHERE;
            case UNKNOWN -> Retry.IF_IDEMPOTENT;
            case TOO_LARGE, INVALID -> Retry.NEVER;
        };
    }
}
