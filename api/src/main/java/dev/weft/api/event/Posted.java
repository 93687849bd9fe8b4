// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.event;

import dev.weft.api.Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event that came by an HTTP request.
 *
 * @param contentType of its data; null where nobody named one
 */
public record Posted(@Nullable String contentType, Map<String, String> attributes, byte[] data) {
    public Posted {
        attributes = Map.copyOf(attributes);
    }

    /** Reads requests as events. Pure. */
    @FunctionalInterface
    public interface Reader {
        /** The event; one that is none is a {@link dev.weft.api.CloudException} of kind INVALID that says why. */
        Posted read(Headers fields, byte[] body);
    }
}
