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
import java.util.concurrent.TimeoutException;

/** What came of a call by URL: what the function answered as it is; in place of that, what Azure's host or front end says. */
final class AppAnswering implements Wish.Answering, Wish.Passing, Wish.Taking {
    AppAnswering() {}

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Response _, Outcome.Result _ ->
                begun(came.outcome(), Body.empty(), came.invocation()).whole(came.body());
            case Outcome.Failure failure -> failed(failure.reason());
            // asked for by nobody: the field Upgrade is not passed on
            case Outcome.Upgraded _, Outcome.Accepted _ -> FacadeAnswer.text(500, "", null);
        };
    }

    @Override
    public FacadeStream begun(Outcome outcome, Body body, String invocation) {
        return FacadeStream.of(outcome, body, null);
    }

    /** An exception is an empty 500 on Azure: what it says is for the log. */
    private static FacadeAnswer failed(Outcome.Failure.Reason reason) {
        return switch (reason) {
            case ERROR, MALFORMED, MEMORY -> FacadeAnswer.text(500, "", null);
            case TIMEOUT -> FacadeAnswer.text(500, "Timeout value of the function was exceeded.", null);
            case CRASH -> FacadeAnswer.text(502, "The function's process ended while it served the call.", null);
            case INIT -> FacadeAnswer.text(503, "Function host is not running.", null);
            case TOO_LARGE -> FacadeAnswer.text(500, "The function answered more than is allowed.", null);
        };
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY ->
                FacadeAnswer.text(
                        429, "Too Many Requests", why.retryAfter() == null ? AzureError.SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED -> FacadeAnswer.text(503, "Service Unavailable", AzureError.SOON);
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? FacadeAnswer.text(504, "504.0 GatewayTimeout", null)
                        : FacadeAnswer.text(500, "Internal Server Error: the function may have run", null);
            case TOO_LARGE -> FacadeAnswer.text(413, "Request Entity Too Large: " + why.getMessage(), null);
            case INVALID -> FacadeAnswer.text(400, "Bad Request: " + why.getMessage(), null);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return FacadeAnswer.text(404, "", null);
    }

    @Override
    public FacadeAnswer taken(String id) {
        return new FacadeAnswer(202, Headers.none(), new byte[0]);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        return switch (refused.why()) {
            case FULL, BUSY -> FacadeAnswer.text(429, refused.message(), AzureError.SOON);
            case TOO_LARGE -> FacadeAnswer.text(413, refused.message(), null);
            case UNAVAILABLE -> FacadeAnswer.text(503, refused.message(), AzureError.SOON);
        };
    }
}
