// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import org.jspecify.annotations.Nullable;

/** The function's code, opened by its own contract. Safe for use by many threads. */
interface Code {
    /** An HTTP exchange. */
    Answer exchange(Exchange exchange) throws Failure, InterruptedException;

    /** An event. */
    Result event(Event event) throws Failure, InterruptedException;

    /**
     * What every call is known by.
     *
     * @param trace as W3C writes it
     * @param deadlineMillis since 1970; 0 where the platform says none
     */
    record About(String id, @Nullable String trace, long deadlineMillis) {}

    /**
     * An HTTP request.
     *
     * @param query without its question mark; null where there is none
     * @param remote the caller's address
     */
    record Exchange(
            About about,
            String method,
            String path,
            @Nullable String query,
            Fields fields,
            byte[] body,
            @Nullable String host,
            String remote) {
        Exchange with(About other) {
            return new Exchange(other, method, path, query, fields, body, host, remote);
        }

        Exchange with(Fields others) {
            return new Exchange(about, method, path, query, others, body, host, remote);
        }
    }

    /** What a request is answered with. */
    record Answer(int status, Fields fields, byte[] body) {}

    /** Bytes of a type, and what is said of them. */
    record Event(About about, @Nullable String contentType, Fields attributes, byte[] body) {}

    /** What an event results in. */
    record Result(@Nullable String contentType, byte[] body) {}
}
