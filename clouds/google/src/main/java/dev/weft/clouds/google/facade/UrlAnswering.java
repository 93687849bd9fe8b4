// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.google.GoogleFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What came of a call by URL: what the function answered as it is; in place of that, what Google's front end says: a status and
 * a few words. Source: Cloud Run documentation, "Troubleshoot Cloud Run issues".
 */
final class UrlAnswering implements Wish.Answering, Wish.Passing {
    /** Names the call, as Google's front end does. */
    static final String EXECUTION = "Function-Execution-Id";

    /** The one page that Google's front end answers with and clients know it by. */
    private static final String ABSENT = """
            <!DOCTYPE html>
            <html lang="en"><title>Error 404 (Not Found)</title>
            <p>The requested URL was not found on this server.
            """;

    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Response _, Outcome.Result _ ->
                begun(came.outcome(), Body.empty(), came.invocation()).whole(came.body());
            case Outcome.Failure failure -> failed(failure.reason(), came.invocation());
            // asked for by nobody: the field Upgrade is not passed on
            case Outcome.Upgraded _, Outcome.Accepted _ -> failed(Outcome.Failure.Reason.MALFORMED, came.invocation());
        };
    }

    @Override
    public FacadeStream begun(Outcome outcome, Body body, String invocation) {
        return FacadeStream.of(outcome, body, null).with(EXECUTION, invocation);
    }

    private static FacadeAnswer failed(Outcome.Failure.Reason reason, String invocation) {
        return words(GoogleFailure.status(reason), GoogleFailure.answer(reason), invocation, null);
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY -> words(429, "Rate exceeded.", "", why.retryAfter() == null ? SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED -> words(503, "Service Unavailable", "", SOON);
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? words(504, "upstream request timeout", "", null)
                        : words(500, "Internal Server Error: the function may have run", "", null);
            case TOO_LARGE -> words(413, "Request Entity Too Large: " + why.getMessage(), "", null);
            case INVALID -> words(400, "Bad Request: " + why.getMessage(), "", null);
        };
    }

    @Override
    public FacadeAnswer absent() {
        Headers fields = Headers.of("Content-Type", "text/html; charset=UTF-8", "Referrer-Policy", "no-referrer");
        return new FacadeAnswer(404, fields, ABSENT.getBytes(StandardCharsets.UTF_8));
    }

    /** To who has not proved that he may call it. */
    static FacadeAnswer unproved() {
        FacadeAnswer said = words(
                401,
                "Your client does not have permission to the requested URL: it needs a key of Weft's as Authorization:"
                        + " Bearer ID.SECRET, an ID token for it, or the URL that describing the function shows",
                "",
                null);
        return said.with("WWW-Authenticate", "Bearer realm=\"weft\"");
    }

    /** Plain text; {@code invocation} and {@code retryAfter} where there are any. */
    static FacadeAnswer words(int status, String words, String invocation, @Nullable Duration retryAfter) {
        FacadeAnswer said = FacadeAnswer.text(status, words + '\n', retryAfter);
        return invocation.isEmpty() ? said : said.with(EXECUTION, invocation);
    }
}
