// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a CloudEvent stands in an HTTP message; its content type says so. */
enum EventMode {
    /** Attributes in header fields, data as body; or no CloudEvent at all. */
    BINARY,
    /** One JSON document. */
    STRUCTURED,
    /** A JSON list of them. */
    BATCHED,
    /** A format that is not read here, for example Protobuf. */
    UNKNOWN_FORMAT;

    static final String STRUCTURED_TYPE = "application/cloudevents+json";
    static final String BATCHED_TYPE = "application/cloudevents-batch+json";

    private static final String ANY = "application/cloudevents";

    static EventMode of(@Nullable String contentType) {
        if (contentType == null) {
            return BINARY;
        }
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case STRUCTURED_TYPE -> STRUCTURED;
            case BATCHED_TYPE -> BATCHED;
            default -> type.startsWith(ANY) ? UNKNOWN_FORMAT : BINARY;
        };
    }
}
