// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

/** Bytes that are no HTTP/1.1, or more of them than may be. Without a stack trace: whoever sends them must not cost much. */
public final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of wrong; each has a status of its own. */
    public enum Kind {
        /** Against the rules. */
        MALFORMED,
        /** The first line is longer than the limit. */
        LINE_TOO_LONG,
        /** The fields together are larger than the limit. */
        HEAD_TOO_LARGE
    }

    private final Kind kind;

    SyntaxException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    static SyntaxException malformed(String message) {
        return new SyntaxException(Kind.MALFORMED, message);
    }

    /** What kind of wrong. */
    public Kind kind() {
        return kind;
    }
}
