// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.resource.Metadata;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a destination is told of an event: one JSON object, whose fields are those of AWS's record of an asynchronous invocation,
 * so that code written for that reads it. Pure.
 */
final class DestinationRecord {
    /** Bytes of a payload or an answer that are told; of more only their number is. */
    static final int PART_BYTES_MAX = 256 << 10;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectReader EXACT = JSON.reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private DestinationRecord() {}

    /**
     * The event that tells of {@code told} to {@code function}.
     *
     * @param condition Success, or why it is a dead letter
     */
    static Event to(String function, Event told, String condition, int attempts, Told ended) {
        ObjectNode record = JSON.createObjectNode();
        record.put("version", "1.0");
        record.put("timestamp", ended.at().toString());
        ObjectNode context = record.putObject("requestContext");
        context.put("requestId", told.id());
        context.put("functionArn", "weft:function:" + told.namespace() + ':' + Metadata.unqualified(told.function()));
        context.put("condition", condition);
        context.put("approximateInvokeCount", attempts);
        part(record, "requestPayload", told.payload());
        EventRecord.Last last = ended.last();
        if (last != null && last.said() != EventRecord.Said.CLOUD) {
            ObjectNode response = record.putObject("responseContext");
            response.put("statusCode", 200);
            response.put("executedVersion", "$LATEST");
            if (last.said() == EventRecord.Said.FAILURE) {
                response.put("functionError", "Unhandled");
            }
            if (last.result().length == 0 && last.said() == EventRecord.Said.FAILURE) {
                record.putObject("responsePayload")
                        .put("errorType", last.type())
                        .put("errorMessage", last.message());
            } else {
                part(record, "responsePayload", last.result());
            }
        } else if (last != null) {
            record.putObject("responseContext").put("cloudError", last.reason()).put("message", last.message());
        }
        return new Event(
                Event.newId(),
                told.namespace(),
                function,
                Event.BY_DESTINATION,
                told.sender(),
                "application/json",
                Map.of(),
                JSON.writeValueAsBytes(record),
                new Event.Origin(told.origin().trace(), told.origin().hops() + 1));
    }

    /** When the event was over, and how its last call ended; null where none was made. */
    record Told(Instant at, EventRecord.@Nullable Last last) {}

    /** JSON as JSON, text as text, other bytes in base64. */
    private static void part(ObjectNode record, String name, byte[] bytes) {
        if (bytes.length > PART_BYTES_MAX) {
            record.put(name + "Bytes", bytes.length);
            return;
        }
        JsonNode json = json(bytes);
        if (json != null) {
            record.set(name, json);
            return;
        }
        String text = text(bytes);
        if (text != null) {
            record.put(name, text);
        } else {
            record.put(name, Base64.getEncoder().encodeToString(bytes));
            record.put(name + "IsBase64", true);
        }
    }

    private static @Nullable JsonNode json(byte[] bytes) {
        try {
            return bytes.length == 0 ? JSON.nullNode() : EXACT.readTree(bytes);
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }
}
