// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.rest;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer, whole.
 *
 * @param headers names in lower case; of a field that came several times the first value
 */
public record RestResponse(int status, Map<String, String> headers, byte[] body) {
    /** Whether the status is 2xx. */
    public boolean ok() {
        return status / 100 == 2;
    }

    /** A field's value; null where it is missing. */
    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "RestResponse[" + status + ", " + body.length + " bytes]";
    }
}
