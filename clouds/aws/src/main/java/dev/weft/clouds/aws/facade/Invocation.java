// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lambda's answer to Invoke: a function that fails is answered 200, with a field that says so. Source: AWS Lambda API reference,
 * "Invoke".
 *
 * @param arn of the function, for errors
 * @param version that is called
 * @param tail whether the client asked for the end of the log
 */
record Invocation(String arn, String version, boolean tail) implements Wish.Answering {
    private static final Duration COME_BACK = Duration.ofSeconds(1);
    private static final int FAILED = 400;

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Result result -> answer(came, type(result.contentType()), came.body(), "", came.logTail());
            case Outcome.Response(int status, Headers headers, var body)
            when status < FAILED -> answer(came, type(headers.first("content-type")), came.body(), "", came.logTail());
            case Outcome.Response response ->
                answer(
                        came,
                        type(null),
                        words("Http." + response.status(), new String(came.body(), StandardCharsets.UTF_8)),
                        "Unhandled",
                        came.logTail());
            case Outcome.Failure failure
            when failure.reason() == Outcome.Failure.Reason.TOO_LARGE ->
                answer(
                        came,
                        type(null),
                        words(
                                "Function.ResponseSizeTooLarge",
                                "Response payload size exceeded maximum allowed payload size ("
                                        + LambdaPayload.BYTES_MAX + " bytes)."),
                        "Unhandled",
                        came.logTail());
            case Outcome.Failure failure -> {
                boolean shaped = failure.payload().length > 0 && LambdaPayload.isJson(failure.payload());
                byte[] payload = shaped ? failure.payload() : words(failure.type(), failure.message());
                String log = came.logTail().isEmpty() ? failure.logTail() : came.logTail();
                yield answer(came, type(null), payload, "Unhandled", log);
            }
            case Outcome.Accepted accepted ->
                new FacadeAnswer(202, Headers.of("x-amzn-requestid", came.invocation()), new byte[0]);
            case Outcome.Upgraded upgraded ->
                throw new IllegalStateException("an event can't be upgraded: " + upgraded.headers());
        };
    }

    private static String type(@org.jspecify.annotations.Nullable String said) {
        return said == null ? "application/json" : said;
    }

    private FacadeAnswer answer(Wish.Came came, String type, byte[] payload, String error, String log) {
        Headers.Builder headers = Headers.builder()
                .add("content-type", type)
                .add("x-amzn-requestid", came.invocation())
                .add("x-amz-executed-version", version);
        if (!error.isEmpty()) {
            headers.add("x-amz-function-error", error);
        }
        if (tail) {
            headers.add("x-amz-log-result", Base64.getEncoder().encodeToString(log.getBytes(StandardCharsets.UTF_8)));
        }
        return new FacadeAnswer(200, headers.build(), payload);
    }

    private static byte[] words(String type, String message) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("errorType", type);
        words.put("errorMessage", message);
        return JsonMapper.shared().writeValueAsBytes(words);
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        String message = String.valueOf(why.getMessage());
        return switch (why.kind()) {
            case BUSY -> {
                Duration after = why.retryAfter() == null ? COME_BACK : why.retryAfter();
                String seconds = Long.toString(Math.max(1, after.toSeconds()));
                yield Answers.error(
                        429,
                        "TooManyRequestsException",
                        message,
                        Map.of("Reason", "ConcurrentInvocationLimitExceeded", "retryAfterSeconds", seconds),
                        Headers.of("retry-after", seconds));
            }
            case TOO_LARGE -> Answers.error(413, "RequestTooLargeException", message);
            case INVALID -> Answers.error(400, "InvalidRequestContentException", message);
            case UNREACHABLE, ABSENT, DENIED ->
                Answers.error(500, "ServiceException", "no cloud of this function can be reached");
            case UNKNOWN ->
                Answers.error(500, "ServiceException", "the cloud gave no answer; the function may have run");
        };
    }

    @Override
    public FacadeAnswer absent() {
        return Answers.absent(arn);
    }
}
