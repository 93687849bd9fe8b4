// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import org.jspecify.annotations.Nullable;

/** A body did not come whole. Carries no stack trace: it is a fact about the other side, and may be frequent. */
public final class BodyException extends Exception {
    /** Why it is not whole. */
    public enum Reason {
        /** The sender's connection ended early. */
        BROKEN_OFF,
        /** More bytes than the reader's named limit. */
        TOO_LARGE,
        /** Time ran out before the end. */
        TIMED_OUT,
        /** The bytes break the rules of the protocol. */
        MALFORMED
    }

    private final Reason reason;

    /** With a {@code message} that names sizes or times, never content. */
    public BodyException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    /** Why the body is not whole. */
    public Reason reason() {
        return reason;
    }
}
