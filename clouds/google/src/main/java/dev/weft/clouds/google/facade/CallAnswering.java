// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What came of v1's CallFunction: {@code {"executionId", "result" or "error"}}, both texts; a function that failed has status 200.
 *
 * @param resource the function's full name
 */
record CallAnswering(String resource) implements Wish.Answering {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Result _ -> said(came, "result", text(came.body()));
            case Outcome.Response response ->
                response.status() < 400
                        ? said(came, "result", text(came.body()))
                        : said(came, "error", "status " + response.status() + ": " + text(came.body()));
            case Outcome.Failure failure -> said(came, "error", words(failure));
            // asked for by nobody: events that wait for their answer are neither upgraded nor put off
            case Outcome.Upgraded _, Outcome.Accepted _ -> said(came, "error", "the function gave no answer");
        };
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String words(Outcome.Failure failure) {
        return switch (failure.reason()) {
            case ERROR ->
                failure.payload().length > 0 ? text(failure.payload()) : failure.type() + ": " + failure.message();
            case TIMEOUT -> "Function execution took too long and was ended";
            case INIT -> "Function failed to start";
            case CRASH -> "Function ended while it served the call";
            case MEMORY -> "Function used more memory than it has and was ended";
            case TOO_LARGE -> "Function answered more than is allowed";
            case MALFORMED -> "Function answered what its contract does not understand";
        };
    }

    private static FacadeAnswer said(Wish.Came came, String how, String words) {
        ObjectNode answer =
                JSON.createObjectNode().put("executionId", came.invocation()).put(how, words);
        return new FacadeAnswer(
                200, Headers.of("Content-Type", "application/json; charset=UTF-8"), JSON.writeValueAsBytes(answer));
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY ->
                new GoogleError(429, "RESOURCE_EXHAUSTED", "every place for function '" + resource + "' is taken")
                        .answer(why.retryAfter() == null ? SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED ->
                new GoogleError(503, "UNAVAILABLE", "no cloud of function '" + resource + "' can be reached")
                        .answer(SOON);
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? new GoogleError(504, "DEADLINE_EXCEEDED", "the function did not answer in time").answer()
                        : new GoogleError(
                                        500,
                                        "INTERNAL",
                                        "the cloud of function '" + resource
                                                + "' gave no answer; the function may have run")
                                .answer();
            case TOO_LARGE, INVALID ->
                GoogleError.invalid(String.valueOf(why.getMessage())).answer();
        };
    }

    @Override
    public FacadeAnswer absent() {
        return GoogleError.notFound(resource).answer();
    }
}
