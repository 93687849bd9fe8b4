// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.rest;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.weft.api.CloudException} of a management API was caused by: the answer in the vendor's own words, so that
 * callers can branch on its code and tell it to a person. Never holds a header field or a body of the request.
 */
public final class RestFailure extends Exception {
    private final String tried;
    private final int status;
    private final RestErrors.Said said;

    RestFailure(String tried, int status, RestErrors.Said said) {
        super(words(tried, status, said), null, false, false);
        this.tried = tried;
        this.status = status;
        this.said = said;
    }

    private static String words(String tried, int status, RestErrors.Said said) {
        StringBuilder words =
                new StringBuilder(tried).append(" was answered with ").append(status);
        if (!said.code().isEmpty()) {
            words.append(' ').append(said.code());
        }
        if (!said.words().isEmpty()) {
            words.append(": ").append(said.words());
        }
        if (said.requestId() != null) {
            words.append(" (request ").append(said.requestId()).append(')');
        }
        if (said.advice() != null) {
            words.append("; ").append(said.advice());
        }
        return words.toString();
    }

    /** The vendor's name of the operation. */
    public String tried() {
        return tried;
    }

    /** The answer's status. */
    public int status() {
        return status;
    }

    /** The vendor's error code; empty where it named none. */
    public String code() {
        return said.code();
    }

    /** The vendor's message. */
    public String words() {
        return said.words();
    }

    /** What the vendor's support asks for. */
    public @Nullable String requestId() {
        return said.requestId();
    }

    /** What the user can do. */
    public @Nullable String advice() {
        return said.advice();
    }
}
