// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What came of a call by URL: what the function answered as it is; in place of that, what Azure's host or front end says. */
final class AppAnswering implements Wish.Answering, Wish.Passing, Wish.Taking {
    AppAnswering() {}

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Response _, Outcome.Result _ -> {
                FacadeStream head = begun(came.outcome(), Body.empty(), came.invocation());
                yield new FacadeAnswer(head.status(), head.headers(), came.body());
            }
            case Outcome.Failure failure -> failed(failure.reason());
            // asked for by nobody: the field Upgrade is not passed on
            case Outcome.Upgraded _, Outcome.Accepted _ -> words(500, "", null);
        };
    }

    @Override
    public FacadeStream begun(Outcome outcome, Body body, String invocation) {
        return switch (outcome) {
            case Outcome.Response(int status, Headers headers, var _) -> new FacadeStream(status, headers, body);
            case Outcome.Result result -> {
                String type = result.contentType();
                yield new FacadeStream(200, type == null ? Headers.none() : Headers.of("Content-Type", type), body);
            }
            case Outcome.Failure _, Outcome.Upgraded _, Outcome.Accepted _ ->
                throw new IllegalStateException("no answer of a function's own: " + outcome);
        };
    }

    /** An exception is an empty 500 on Azure: what it says is for the log. */
    private static FacadeAnswer failed(Outcome.Failure.Reason reason) {
        return switch (reason) {
            case ERROR, MALFORMED, MEMORY -> words(500, "", null);
            case TIMEOUT -> words(500, "Timeout value of the function was exceeded.", null);
            case CRASH -> words(502, "The function's process ended while it served the call.", null);
            case INIT -> words(503, "Function host is not running.", null);
            case TOO_LARGE -> words(500, "The function answered more than is allowed.", null);
        };
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY -> words(429, "Too Many Requests", why.retryAfter() == null ? AzureError.SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED -> words(503, "Service Unavailable", AzureError.SOON);
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? words(504, "504.0 GatewayTimeout", null)
                        : words(500, "Internal Server Error: the function may have run", null);
            case TOO_LARGE -> words(413, "Request Entity Too Large: " + why.getMessage(), null);
            case INVALID -> words(400, "Bad Request: " + why.getMessage(), null);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return words(404, "", null);
    }

    @Override
    public FacadeAnswer taken(String id) {
        return new FacadeAnswer(202, Headers.none(), new byte[0]);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        return switch (refused.why()) {
            case FULL, BUSY -> words(429, refused.message(), AzureError.SOON);
            case TOO_LARGE -> words(413, refused.message(), null);
            case UNAVAILABLE -> words(503, refused.message(), AzureError.SOON);
        };
    }

    /** Plain text, or nothing; {@code retryAfter} where there is a time. */
    static FacadeAnswer words(int status, String words, @Nullable Duration retryAfter) {
        Headers.Builder headers = Headers.builder();
        if (!words.isEmpty()) {
            headers.add("Content-Type", "text/plain; charset=utf-8");
        }
        if (retryAfter != null) {
            headers.add("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        return new FacadeAnswer(status, headers.build(), words.getBytes(StandardCharsets.UTF_8));
    }
}
