// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Outcome;
import dev.weft.api.event.EventRecord;
import dev.weft.clouds.ibm.ActivationFailure;
import dev.weft.clouds.ibm.MediaType;
import dev.weft.clouds.ibm.OpenWhiskHost;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an activation came to, by OpenWhisk's rules: an object with a field {@code error} is a failure. What a function of another
 * contract says becomes an object as where Weft's adapter runs it on OpenWhisk: {@code {"result": …}}. Sources: OpenWhisk's
 * {@code ActivationResponse} and {@code Messages}. Pure.
 *
 * @param json the result, digit for digit as the function wrote it
 * @param bytes of the result in UTF-8
 */
record ActivationResult(State state, String json, int bytes, boolean timedOut) {
    private static final String ERROR = "error";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectReader EXACT = JSON.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** OpenWhisk's own states and their numbers. */
    enum State {
        SUCCESS(0, "success"),
        APPLICATION(1, ActivationFailure.APPLICATION),
        DEVELOPER(2, ActivationFailure.DEVELOPER),
        WHISK(3, "whisk internal error");

        private final int code;
        private final String words;

        State(int code, String words) {
            this.code = code;
            this.words = words;
        }

        int code() {
            return code;
        }

        String words() {
            return words;
        }
    }

    /** With its numbers as they are, but for those that are beyond all measure. */
    private static JsonNode exact(String json) {
        try {
            return EXACT.readTree(json);
        } catch (NumberFormatException beyond) {
            return JSON.readTree(json);
        }
    }

    private enum Shape {
        OBJECT,
        WITH_ERROR,
        ARRAY,
        OTHER,
        NOT_JSON
    }

    /** Of an answer. */
    static ActivationResult of(@Nullable String contentType, byte[] body) {
        String text = text(body);
        Shape shape = text == null ? Shape.NOT_JSON : body.length == 0 ? Shape.OBJECT : shape(text);
        return fitting(
                switch (shape) {
                    case OBJECT -> succeeded(body.length == 0 || text == null ? "{}" : text);
                    case ARRAY -> succeeded(String.valueOf(text));
                    case OTHER -> succeeded("{\"result\":" + text + '}');
                    case WITH_ERROR ->
                        failed(State.APPLICATION, exact(String.valueOf(text)).path(ERROR));
                    case NOT_JSON -> {
                        ObjectNode wrapped = JSON.createObjectNode();
                        if (contentType != null) {
                            wrapped.put("contentType", contentType);
                        }
                        boolean readable =
                                text != null && contentType != null && MediaType.text(MediaType.of(contentType));
                        wrapped.put(
                                "result", readable ? text : Base64.getEncoder().encodeToString(body));
                        yield succeeded(JSON.writeValueAsString(wrapped));
                    }
                });
    }

    /** Of a failure. */
    static ActivationResult of(Outcome.Failure failure) {
        Outcome.Failure.Reason reason = failure.reason();
        boolean whisk = failure.type().equals(ActivationFailure.APPLICATION)
                || failure.type().equals(ActivationFailure.DEVELOPER);
        String text = text(failure.payload());
        JsonNode said = text == null || shape(text) == Shape.NOT_JSON ? null : exact(text);
        if (whisk && said != null && said.has(ERROR)) {
            State state = failure.type().equals(ActivationFailure.APPLICATION) ? State.APPLICATION : State.DEVELOPER;
            return fitting(made(state, object(said.path(ERROR)), reason == Outcome.Failure.Reason.TIMEOUT));
        }
        return fitting(
                switch (reason) {
                    case ERROR -> failed(State.APPLICATION, said == null ? words(failure) : said);
                    case TIMEOUT ->
                        made(State.DEVELOPER, object(JSON.valueToTree("The action exceeded its time limits.")), true);
                    case INIT ->
                        failed(
                                State.DEVELOPER,
                                JSON.valueToTree("The action failed during initialization: " + failure.message()));
                    case CRASH, MEMORY, TOO_LARGE, MALFORMED ->
                        failed(State.DEVELOPER, JSON.valueToTree(ActivationFailure.sentence(reason, Duration.ZERO)));
                });
    }

    /** Of a record that is kept. */
    static ActivationResult of(EventRecord.Last last) {
        return switch (last.said()) {
            case RESULT ->
                last.result().length < last.resultBytes()
                        ? succeeded(JSON.writeValueAsString(JSON.createObjectNode()
                                .put(
                                        "notKept",
                                        last.resultBytes() + " bytes: results are kept up to "
                                                + EventRecord.RESULT_BYTES_MAX)))
                        : of(last.contentType(), last.result());
            case FAILURE ->
                of(new Outcome.Failure(
                        Outcome.Failure.Reason.valueOf(last.reason()), last.type(), last.message(), last.result(), ""));
            case CLOUD -> failed(State.WHISK, JSON.valueToTree("no cloud of the action answered: " + last.reason()));
        };
    }

    /** Where a failure has no shape of its own. */
    private static JsonNode words(Outcome.Failure failure) {
        String payload = new String(failure.payload(), StandardCharsets.UTF_8);
        return JSON.createObjectNode()
                .put("errorType", failure.type())
                .put("errorMessage", payload.isEmpty() ? failure.message() : failure.message() + ": " + payload);
    }

    /** The same, or what OpenWhisk makes of a result that is larger than it allows. */
    private static ActivationResult fitting(ActivationResult result) {
        return result.bytes() <= OpenWhiskHost.RESULT_BYTES_MAX
                ? result
                : failed(
                        State.DEVELOPER,
                        JSON.valueToTree(
                                "The action produced a response that exceeded the allowed length: %d > %d bytes."
                                        .formatted(result.bytes(), OpenWhiskHost.RESULT_BYTES_MAX)));
    }

    private static ActivationResult succeeded(String json) {
        return made(State.SUCCESS, json, false);
    }

    private static ActivationResult failed(State state, JsonNode error) {
        return made(state, object(error), false);
    }

    private static ActivationResult made(State state, String json, boolean timedOut) {
        return new ActivationResult(state, json, json.getBytes(StandardCharsets.UTF_8).length, timedOut);
    }

    private static String object(JsonNode error) {
        return JSON.writeValueAsString(JSON.createObjectNode().set(ERROR, error));
    }

    /** Null for what is not UTF-8. */
    static @Nullable String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }

    /** Whether {@code text} is one JSON object and no more. */
    static boolean isObject(String text) {
        Shape shape = shape(text);
        return shape == Shape.OBJECT || shape == Shape.WITH_ERROR;
    }

    private static Shape shape(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return Shape.NOT_JSON;
            }
            boolean error = false;
            if (first == JsonToken.START_OBJECT) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    error |= parser.currentName().equals(ERROR);
                    parser.nextToken();
                    parser.skipChildren();
                }
            } else {
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                return Shape.NOT_JSON;
            }
            return switch (first) {
                case START_OBJECT -> error ? Shape.WITH_ERROR : Shape.OBJECT;
                case START_ARRAY -> Shape.ARRAY;
                default -> Shape.OTHER;
            };
        } catch (JacksonException notJson) {
            return Shape.NOT_JSON;
        }
    }
}
