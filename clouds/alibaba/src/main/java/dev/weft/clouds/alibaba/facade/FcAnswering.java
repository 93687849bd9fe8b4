// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of a call, as InvokeFunction answers: a function that failed has status 200 and {@code x-fc-error-type}.
 *
 * @param version of the function; empty for the function as it is now
 * @param tail whether the client asked for the log's last lines, and may see them
 */
record FcAnswering(String function, String version, boolean tail) implements Wish.Answering {
    private static final String UNHANDLED = "UnhandledInvocationError";
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Result result -> answered(came, result.contentType());
            case Outcome.Response response ->
                response.status() < 400
                        ? answered(came, response.headers().first("content-type"))
                        : failed(
                                came,
                                UNHANDLED,
                                words(UNHANDLED, "the function answered with status " + response.status()),
                                came.logTail());
            case Outcome.Failure failure -> failed(came, failure);
            // asked for by nobody: events that wait for their answer are neither upgraded nor put off
            case Outcome.Upgraded _, Outcome.Accepted _ ->
                new FcError(500, "InternalServerError", "the function gave no answer to wait for")
                        .answer(came.invocation(), null);
        };
    }

    private FacadeAnswer answered(Wish.Came came, @Nullable String type) {
        Headers.Builder fields = fields(came, type == null ? "application/octet-stream" : type, came.logTail());
        return new FacadeAnswer(200, fields.build(), came.body());
    }

    private Headers.Builder fields(Wish.Came came, String type, String log) {
        Headers.Builder fields = Headers.builder()
                .add("content-type", type)
                .add(AlibabaFacade.REQUEST_ID, came.invocation())
                .add("x-fc-invocation-duration", Long.toString(came.took().toMillis()));
        if (tail && !log.isEmpty()) {
            fields.add("x-fc-log-result", last(log));
        }
        return fields;
    }

    private FacadeAnswer failed(Wish.Came came, Outcome.Failure failure) {
        String type =
                switch (failure.reason()) {
                    case ERROR, CRASH -> UNHANDLED;
                    case TIMEOUT -> "FunctionTimeoutError";
                    case MEMORY -> "FunctionOOMError";
                    case INIT -> "FunctionNotStarted";
                    case TOO_LARGE, MALFORMED -> "BadResponse";
                };
        byte[] body = shaped(failure.payload()) ? failure.payload() : words(failure.type(), failure.message());
        return failed(came, type, body, came.logTail().isEmpty() ? failure.logTail() : came.logTail());
    }

    private FacadeAnswer failed(Wish.Came came, String type, byte[] body, String log) {
        Headers.Builder fields = fields(came, "application/json", log).add("x-fc-error-type", type);
        return new FacadeAnswer(200, fields.build(), body);
    }

    /** Whether it is what a client of Function Compute reads. */
    private static boolean shaped(byte[] payload) {
        try {
            JsonNode said = JSON.readTree(payload);
            return said.isObject() && said.has("errorMessage");
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private static byte[] words(String type, String message) {
        return JSON.writeValueAsBytes(
                JSON.createObjectNode().put("errorMessage", message).put("errorType", type));
    }

    private static String last(String log) {
        byte[] all = log.getBytes(StandardCharsets.UTF_8);
        int from = Math.max(0, all.length - Functions.TAIL_BYTES_MAX);
        while (from > 0 && from < all.length && (all[from] & 0xC0) == 0x80) {
            from++; // not within a character
        }
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(all, from, all.length));
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        String id = RequestIds.next();
        return switch (why.kind()) {
            case BUSY ->
                new FcError(429, "ResourceThrottled", "every place for function '" + function + "' is taken")
                        .answer(id, why.retryAfter() == null ? SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED ->
                new FcError(503, "ServiceUnavailable", "no cloud of function '" + function + "' can be reached")
                        .answer(id, SOON);
            case UNKNOWN ->
                new FcError(
                                500,
                                "InternalServerError",
                                "the cloud of function '" + function + "' gave no answer; the function may have run")
                        .answer(id, null);
            case TOO_LARGE -> new FcError(413, "EntityTooLarge", said(why)).answer(id, null);
            case INVALID -> FcError.invalid(said(why)).answer(id, null);
        };
    }

    private static String said(CloudException why) {
        String message = why.getMessage();
        return message == null ? "the call can't be done" : message;
    }

    @Override
    public FacadeAnswer absent() {
        return version.isEmpty()
                ? FcError.noFunction(function).answer()
                : FcError.noVersion(function, version).answer();
    }
}
