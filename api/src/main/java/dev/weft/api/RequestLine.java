// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import org.jspecify.annotations.Nullable;

/**
 * What an HTTP exchange asks for.
 *
 * @param method as written, mostly upper case
 * @param path still percent-encoded, begins with {@code /}
 * @param query still percent-encoded, without the {@code ?}; null where there was none
 */
public record RequestLine(
        String method, String path, @Nullable String query) {
    /** Path and query as they stand on the wire. */
    public String target() {
        return query == null ? path : path + '?' + query;
    }
}
