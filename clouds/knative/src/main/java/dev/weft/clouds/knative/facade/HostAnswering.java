// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Wish;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What came of a call by host: what the function answered as it is; in place of that, what Knative's queue-proxy and activator say (from memory). */
final class HostAnswering implements Wish.Answering, Wish.Passing {
    /** Names the call. */
    static final String INVOCATION = "Weft-Invocation-Id";

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
        return FacadeStream.of(outcome, body, null).with(INVOCATION, invocation);
    }

    private static FacadeAnswer failed(Outcome.Failure.Reason reason, String invocation) {
        return switch (reason) {
            case ERROR -> words(500, "the function failed", invocation, null);
            case TIMEOUT -> words(504, "request timeout", invocation, null);
            case INIT -> words(502, "the function did not start", invocation, null);
            case CRASH, MEMORY -> words(502, "the function ended while it served the call", invocation, null);
            case TOO_LARGE -> words(502, "the function answered more than is allowed", invocation, null);
            case MALFORMED -> words(502, "the function's answer is none", invocation, null);
        };
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY ->
                words(503, "pending request queue full", "", why.retryAfter() == null ? SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED -> words(503, "no cloud of the function can be reached", "", SOON);
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? words(504, "request timeout", "", null)
                        : words(502, "the function's cloud gave no answer; the function may have run", "", null);
            case TOO_LARGE -> words(413, String.valueOf(why.getMessage()), "", null);
            case INVALID -> words(400, String.valueOf(why.getMessage()), "", null);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return nobody();
    }

    /** No function has that host, or none that the key may know of: as an ingress of Knative's says it, by which clients know that nobody was called. */
    static FacadeAnswer nobody() {
        return words(404, "no Service has this host (any more): its URL stands in status.url", "", null)
                .with("Server", "envoy");
    }

    static FacadeAnswer unproved() {
        FacadeAnswer said = words(
                401,
                "a key of Weft's is needed, as Authorization: Bearer ID.SECRET, or as X-Weft-Authorization where"
                        + " Authorization is the function's own",
                "",
                null);
        return said.with("WWW-Authenticate", "Bearer realm=\"weft\"");
    }

    /** Plain text; {@code invocation} and {@code retryAfter} where there are any. */
    static FacadeAnswer words(int status, String words, String invocation, @Nullable Duration retryAfter) {
        FacadeAnswer said = FacadeAnswer.text(status, words + '\n', retryAfter);
        return invocation.isEmpty() ? said : said.with(INVOCATION, invocation);
    }
}
