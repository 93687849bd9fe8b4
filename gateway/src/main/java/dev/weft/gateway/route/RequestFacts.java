// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.route;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a rule may ask of a request. */
record RequestFacts(RequestLine line, Headers headers) {
    /** The first value of a query parameter, decoded; null where it is absent. */
    @Nullable
    String queryParam(String name) {
        String query = line.query();
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key).equals(name)) {
                return equals < 0 ? "" : decoded(pair.substring(equals + 1));
            }
        }
        return null;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text; // a broken escape is compared as it is written
        }
    }
}
