// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An event as a CloudEvent 1.0 over HTTP, in binary mode: the data is the body, every attribute a field {@code ce-…}.
 * Source: CloudEvents specification 1.0.2, HTTP protocol binding, section 3.1.
 */
final class CloudEventFields {
    private static final String STRUCTURED = "application/cloudevents";
    private static final String BATCH = "application/cloudevents-batch";
    private static final String CONTENT_TYPE = "datacontenttype";
    private static final String ANY_BYTES = "application/octet-stream";

    private CloudEventFields() {}

    /** Whether the body is a whole CloudEvent already, attributes and all. */
    static boolean structured(@Nullable String contentType) {
        return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(STRUCTURED);
    }

    /** Whether the body is several CloudEvents, which no functions framework takes. */
    static boolean batch(@Nullable String contentType) {
        return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(BATCH);
    }

    /** The content type and, unless the body has them, the attributes; what is required and missing is made up. */
    static void add(Call.Event event, String function, Instant now, Headers.Builder headers) {
        String contentType = event.contentType();
        if (structured(contentType)) {
            headers.add("content-type", contentType == null ? ANY_BYTES : contentType);
            return;
        }
        Map<String, String> attributes = new TreeMap<>(Map.of(
                "specversion",
                "1.0",
                "id",
                event.context().id(),
                "source",
                "//weft.dev/functions/" + function,
                "type",
                "dev.weft.event",
                "time",
                now.toString()));
        event.attributes().forEach((name, value) -> {
            String attribute = name(name);
            if (!attribute.isEmpty() && !value.isEmpty()) {
                attributes.put(attribute, value);
            }
        });
        String said = attributes.remove(CONTENT_TYPE);
        attributes.remove("data");
        String type = contentType == null ? said : contentType;
        headers.add("content-type", type == null ? ANY_BYTES : type);
        attributes.forEach((name, value) -> headers.add("ce-" + name, encoded(value)));
    }

    /** A CloudEvent's attributes are named in lower-case letters and digits only: {@code client-context} loses its dash. */
    private static String name(String attribute) {
        String lower = attribute.toLowerCase(Locale.ROOT);
        return (lower.startsWith("ce-") ? lower.substring("ce-".length()) : lower).replaceAll("[^a-z0-9]", "");
    }

    /** Percent-encodes what a header field can't carry, as section 3.1.3.2 has it. */
    private static String encoded(String value) {
        StringBuilder field = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            if (each > ' ' && each < 127 && each != '"' && each != '%') {
                field.append((char) each);
            } else {
                field.append('%').append("%02X".formatted(each));
            }
        }
        return field.toString();
    }
}
