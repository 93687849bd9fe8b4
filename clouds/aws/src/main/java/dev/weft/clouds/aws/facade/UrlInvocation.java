// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Wish;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of a call by a function's URL: what the function answered; in place of that a status and {@code Message}. Source: AWS
 * Lambda developer guide, "Invoking Lambda function URLs".
 */
final class UrlInvocation implements Wish.Answering, Wish.Passing {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Response _, Outcome.Result _ ->
                begun(came.outcome(), Body.empty(), came.invocation()).whole(came.body());
            case Outcome.Failure _, Outcome.Accepted _, Outcome.Upgraded _ ->
                words(502, "InternalServerErrorException", "Internal Server Error", came.invocation());
        };
    }

    @Override
    public FacadeStream begun(Outcome outcome, Body body, String invocation) {
        return FacadeStream.of(outcome, body, "application/json").with("x-amzn-requestid", invocation);
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY -> {
                Duration after = why.retryAfter() == null ? SOON : why.retryAfter();
                yield words(429, "TooManyRequestsException", "Rate Exceeded.", "")
                        .with("retry-after", Long.toString(Math.max(1, after.toSeconds())));
            }
            case TOO_LARGE -> words(413, "RequestEntityTooLargeException", String.valueOf(why.getMessage()), "");
            case INVALID -> words(400, "BadRequestException", String.valueOf(why.getMessage()), "");
            case UNREACHABLE, ABSENT, DENIED -> words(503, "ServiceUnavailableException", "Service Unavailable", "");
            case UNKNOWN -> words(502, "InternalServerErrorException", "the function may have run", "");
        };
    }

    /** Who may not know of a function and who knows one that is gone hear the same. */
    @Override
    public FacadeAnswer absent() {
        return forbidden();
    }

    static FacadeAnswer forbidden() {
        return words(403, "AccessDeniedException", "Forbidden", "");
    }

    private static FacadeAnswer words(int status, String type, String message, String invocation) {
        Headers.Builder fields =
                Headers.builder().add("content-type", "application/json").add("x-amzn-errortype", type);
        if (!invocation.isEmpty()) {
            fields.add("x-amzn-requestid", invocation);
        }
        return new FacadeAnswer(
                status, fields.build(), JsonMapper.shared().writeValueAsBytes(Map.of("Message", message)));
    }
}
