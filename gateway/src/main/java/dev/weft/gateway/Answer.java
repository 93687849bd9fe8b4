// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.gateway.budget.BudgetSpentException;
import dev.weft.gateway.protection.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * What a caller over HTTP gets to see. A failure says what happened and where to look, never a stack trace or a log: the
 * caller may be anybody.
 *
 * @param message of an answer of Weft's own: the sentence in its body; else empty
 */
record Answer(int status, Headers headers, Body body, String message) {
    private static final Duration COME_BACK = Duration.ofSeconds(1);

    /** An answer that says nothing of Weft's own. */
    Answer(int status, Headers headers, Body body) {
        this(status, headers, body, "");
    }

    static Answer of(Outcome outcome, String invocation) {
        return switch (outcome) {
            case Outcome.Response(int status, Headers headers, Body body) -> new Answer(status, headers, body);
            case Outcome.Result(String type, Headers attributes, Body body) ->
                new Answer(200, type == null ? Headers.none() : Headers.of("content-type", type), body);
            case Outcome.Upgraded(Headers headers, Body body, Consumer<Body> toFunction) ->
                new Answer(101, headers, body);
            case Outcome.Accepted(String id) -> new Answer(202, Headers.of("weft-accepted-id", id), Body.empty());
            case Outcome.Failure failure -> of(failure, invocation);
        };
    }

    private static Answer of(Outcome.Failure failure, String invocation) {
        return switch (failure.reason()) {
            case TIMEOUT -> problem(504, "timeout", "the function did not answer in time", invocation, Headers.none());
            case ERROR, INIT, CRASH, MEMORY, TOO_LARGE, MALFORMED ->
                problem(502, "function-failed", "the function failed; its log says why", invocation, Headers.none());
        };
    }

    static Answer of(CloudException why, String invocation) {
        return switch (why.kind()) {
            case BUSY -> {
                Duration after = why.retryAfter();
                long seconds = Math.max(1, (after == null ? COME_BACK : after).toSeconds());
                if (why.getCause() instanceof BudgetSpentException) {
                    Headers later = Headers.of("retry-after", Long.toString(seconds));
                    yield problem(429, "budget-spent", why.getMessage(), invocation, later);
                }
                yield problem(
                        503,
                        "busy",
                        "every place for this function is taken",
                        invocation,
                        Headers.of("retry-after", Long.toString(seconds)));
            }
            case UNREACHABLE, ABSENT, DENIED ->
                problem(
                        503,
                        "no-cloud",
                        "no cloud of this function can be reached",
                        invocation,
                        Headers.of("retry-after", "1"));
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? problem(504, "timeout", why.getMessage(), invocation, Headers.none())
                        : problem(
                                502,
                                "cloud-silent",
                                "the cloud gave no answer; the function may have run",
                                invocation,
                                Headers.none());
            case TOO_LARGE -> problem(413, "too-large", why.getMessage(), invocation, Headers.none());
            case INVALID -> problem(400, "invalid", why.getMessage(), invocation, Headers.none());
        };
    }

    static Answer of(Decision.Refuse refuse, String invocation) {
        Headers more = refuse.status() == 503 ? Headers.of("retry-after", "1") : Headers.none();
        return problem(refuse.status(), refuse.word(), refuse.reason(), invocation, more);
    }

    static Answer of(Refusal refusal, String invocation) {
        return problem(refusal.status(), refusal.word(), refusal.message(), invocation, refusal.headers());
    }

    private static Answer problem(
            int status,
            String word,
            @org.jspecify.annotations.Nullable String message,
            String invocation,
            Headers more) {
        String text = message == null ? word : message;
        String json = "{\"error\":\"%s\",\"message\":\"%s\",\"invocation\":\"%s\"}\n"
                .formatted(word, new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)), invocation);
        Headers headers = Headers.builder()
                .add("content-type", "application/json")
                .addAll(more)
                .build();
        return new Answer(status, headers, Body.of(json.getBytes(StandardCharsets.UTF_8)), text);
    }
}
