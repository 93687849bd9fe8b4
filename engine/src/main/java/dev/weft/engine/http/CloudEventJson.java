// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A CloudEvent in structured mode. Source: CloudEvents 1.0.2, JSON event format. */
final class CloudEventJson {
    private static final String DATA = "data";
    private static final String DATA_BASE64 = "data_base64";
    private static final String TYPE_OF_DATA = "datacontenttype";
    private static final Set<String> NO_ATTRIBUTES = Set.of(DATA, DATA_BASE64, TYPE_OF_DATA);

    /** Strict: what two readers could understand in two ways is no event. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private CloudEventJson() {}

    /** Refuses what is not one event. */
    static void check(byte[] bytes) {
        check(parsed(bytes), "");
    }

    /** Refuses what is not a list of events. */
    static void checkBatch(byte[] bytes) {
        JsonNode batch = parsed(bytes);
        if (!batch.isArray()) {
            throw CloudEventsDialect.refused("a batch is a JSON list");
        }
        for (int i = 0; i < batch.size(); i++) {
            check(batch.get(i), "[" + i + "] of the batch: ");
        }
    }

    /** The function's answer: data as body, attributes by their names. */
    static Outcome.Result read(byte[] bytes) {
        JsonNode event = parsed(bytes);
        check(event, "");
        Headers.Builder attributes = Headers.builder();
        event.forEachEntry((name, value) -> {
            if (!NO_ATTRIBUTES.contains(name) && !value.isNull()) {
                attributes.add(name, value.asString());
            }
        });
        String type = event.path(TYPE_OF_DATA).asString("");
        boolean json = type.isEmpty() || json(type);
        byte[] data = data(event, json);
        String said = type.isEmpty() && event.has(DATA) ? "application/json" : type;
        return new Outcome.Result(said.isEmpty() ? null : said, attributes.build(), Body.of(data));
    }

    private static byte[] data(JsonNode event, boolean json) {
        if (event.has(DATA_BASE64)) {
            try {
                return Base64.getDecoder().decode(event.path(DATA_BASE64).asString());
            } catch (IllegalArgumentException malformed) {
                throw CloudEventsDialect.refused("its data_base64 is not base64");
            }
        }
        JsonNode data = event.get(DATA);
        if (data == null) {
            return new byte[0];
        }
        String text = data.isString() && !json ? data.asString() : data.toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean json(String type) {
        int end = type.indexOf(';');
        String bare = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return bare.endsWith("/json") || bare.endsWith("+json");
    }

    private static JsonNode parsed(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException malformed) {
            throw CloudEventsDialect.refused("its JSON can't be read: " + where(malformed));
        }
    }

    /** Where and not what: the body is the sender's own business. */
    private static String where(JacksonException malformed) {
        TokenStreamLocation at = malformed.getLocation();
        return at == null ? "it breaks off" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    private static void check(JsonNode event, String which) {
        if (!event.isObject()) {
            throw CloudEventsDialect.refused(which + "an event is a JSON object");
        }
        if (event.has(DATA) && event.has(DATA_BASE64)) {
            throw CloudEventsDialect.refused(which + "it has both data and data_base64");
        }
        if (event.has(DATA_BASE64) && !event.path(DATA_BASE64).isString()) {
            throw CloudEventsDialect.refused(which + "its data_base64 is no text");
        }
        CloudEventFields.required(which, name -> text(event, name));
    }

    private static @Nullable String text(JsonNode event, String name) {
        JsonNode value = event.get(name);
        return value != null && value.isString() ? value.asString() : null;
    }
}
