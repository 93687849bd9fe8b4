// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event as the data of a trigger that isn't HTTP. Pure.
 *
 * @param kind how a worker is to read {@code bytes}
 * @param metadata what Azure tells beside the data, under its own names
 */
record EventData(Kind kind, byte[] bytes, ObjectNode metadata) {
    /** What the data is. */
    enum Kind {
        /** UTF-8 text, perhaps of JSON. */
        TEXT,
        /** A JSON object or array. */
        JSON,
        /** Any bytes. */
        BYTES
    }

    /** Metadata that are times; a custom handler gets them as they are, other texts as JSON within JSON. */
    static final Set<String> TIMES = Set.of("ExpirationTime", "InsertionTime", "NextVisibleTime", "EnqueuedTimeUtc");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String NEVER = "0001-01-01T00:00:00+00:00";
    private static final Duration MESSAGE_LIFE = Duration.ofDays(7);
    private static final Duration MESSAGE_HIDDEN = Duration.ofMinutes(10);

    /**
     * What {@code event}, whose body is {@code body}, is to {@code function}.
     *
     * @throws CloudException INVALID where its body can't be that trigger's data
     */
    static EventData of(AzureFunction function, Call.Event event, byte[] body, Instant now) {
        Binding trigger = function.trigger();
        ObjectNode metadata = JsonMapper.shared().createObjectNode();
        EventData data =
                switch (trigger.type().toLowerCase(Locale.ROOT)) {
                    case "timertrigger" -> timer(function, body, now, metadata);
                    case "blobtrigger" -> new EventData(Kind.BYTES, body, metadata);
                    case "eventgridtrigger" -> json(function, body, false, metadata);
                    case "cosmosdbtrigger" -> json(function, body, true, metadata);
                    default -> message(function, event, body, now, metadata);
                };
        event.attributes().forEach(metadata::put);
        return data;
    }

    /** The body's text; null where it is none. */
    private static @Nullable String text(@Nullable String contentType, byte[] body) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("application/octet-stream") || type.startsWith("multipart/")) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static EventData message(
            AzureFunction function, Call.Event event, byte[] body, Instant now, ObjectNode metadata) {
        String text = text(event.contentType(), body);
        if (function.trigger().is("queueTrigger")) {
            if (text != null) {
                metadata.put("QueueTrigger", text);
            }
            metadata.put("DequeueCount", 1);
            metadata.put("ExpirationTime", TIME.format(now.plus(MESSAGE_LIFE)));
            metadata.put("Id", event.context().id());
            metadata.put("InsertionTime", TIME.format(now));
            metadata.put("NextVisibleTime", TIME.format(now.plus(MESSAGE_HIDDEN)));
            metadata.put("PopReceipt", event.context().trace().spanId());
        } else {
            metadata.put("MessageId", event.context().id());
            metadata.put("DeliveryCount", 1);
            metadata.put("EnqueuedTimeUtc", TIME.format(now));
        }
        if (!function.trigger().many()) {
            return new EventData(text == null ? Kind.BYTES : Kind.TEXT, body, metadata);
        }
        if (text == null) {
            throw invalid(function, "a batch of messages must be text");
        }
        JsonNode json = parsed(body);
        ArrayNode batch = JsonMapper.shared().createArrayNode();
        if (json != null && json.isArray()) {
            batch.addAll((ArrayNode) json);
        } else {
            batch.add(json == null ? batch.stringNode(text) : json);
        }
        return new EventData(Kind.JSON, JsonMapper.shared().writeValueAsBytes(batch), metadata);
    }

    private static EventData json(AzureFunction function, byte[] body, boolean array, ObjectNode metadata) {
        JsonNode json = parsed(body);
        if (json == null || !json.isContainer()) {
            throw invalid(function, "its event must be a JSON object");
        }
        JsonNode data =
                array && !json.isArray() ? JsonMapper.shared().createArrayNode().add(json) : json;
        return new EventData(Kind.JSON, JsonMapper.shared().writeValueAsBytes(data), metadata);
    }

    /** Nobody keeps a schedule here, so both times are those of a timer that never ran; the event may state others. */
    private static EventData timer(AzureFunction function, byte[] body, Instant now, ObjectNode metadata) {
        ObjectNode timer = JsonMapper.shared().createObjectNode();
        timer.putObject("Schedule").put("AdjustForDST", true);
        timer.putObject("ScheduleStatus")
                .put("Last", NEVER)
                .put("LastUpdated", TIME.format(now))
                .put("Next", NEVER);
        timer.put("IsPastDue", false);
        if (body.length > 0) {
            JsonNode said = parsed(body);
            if (said == null || !said.isObject()) {
                throw invalid(function, "a timer's event is empty, or a JSON object with fields of the timer");
            }
            said.properties().forEach(each -> timer.set(each.getKey(), each.getValue()));
        }
        return new EventData(Kind.JSON, JsonMapper.shared().writeValueAsBytes(timer), metadata);
    }

    static @Nullable JsonNode parsed(byte[] body) {
        try {
            JsonNode json = JsonMapper.shared().readTree(body);
            return json.isMissingNode() ? null : json;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static CloudException invalid(AzureFunction function, String why) {
        return new CloudException(
                CloudException.Kind.INVALID,
                "function %s is begun by a %s: %s"
                        .formatted(function.name(), function.trigger().type(), why),
                null);
    }
}
