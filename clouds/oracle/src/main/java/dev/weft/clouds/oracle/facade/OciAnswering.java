// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.oracle.call.FnFailure;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * What came of a call, as OCI's invoke API answers it. Of a failure it tells its kind only; the log has more.
 *
 * @param exchange whether the call was an HTTP request, whose status and fields then travel within the answer, as from an FDK
 */
record OciAnswering(boolean exchange) implements Wish.Answering {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Result result ->
                answered(came, SpokenFields.of(came, result.contentType(), result.attributes()));
            case Outcome.Response response -> responded(came, response);
            case Outcome.Failure failure -> failed(came, FnFailure.of(failure.reason()));
            // asked for by nobody: calls that wait for their answer are neither upgraded nor put off
            case Outcome.Upgraded _, Outcome.Accepted _ -> failed(came, FnFailure.INVALID);
        };
    }

    private FacadeAnswer responded(Wish.Came came, Outcome.Response response) {
        String type = response.headers().first("content-type");
        if (exchange) {
            return answered(
                    came,
                    SpokenFields.of(came, type, response.headers(), "Fn-Http-H-")
                            .add("Fn-Http-Status", Integer.toString(response.status())));
        }
        return response.status() < 400
                ? answered(came, SpokenFields.of(came, type, response.headers()))
                : failed(came, FnFailure.FAILED);
    }

    private static FacadeAnswer answered(Wish.Came came, Headers.Builder fields) {
        return new FacadeAnswer(
                200, fields.add(OciRefusal.REQUEST_ID, came.invocation()).build(), came.body());
    }

    private static FacadeAnswer failed(Wish.Came came, FnFailure failure) {
        return of(failure).answer(came.invocation(), null);
    }

    private static OciRefusal of(FnFailure failure) {
        return new OciRefusal(failure.status(), failure.code(), failure.words());
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        String id = RequestIds.next();
        return switch (why.kind()) {
            case BUSY ->
                OciRefusal.busy("every place for the function is taken")
                        .answer(id, why.retryAfter() == null ? SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED ->
                OciRefusal.unavailable("no cloud of the function can be reached")
                        .answer(id, SOON);
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? of(FnFailure.TIMED_OUT).answer(id, null)
                        : new OciRefusal(
                                        500,
                                        "InternalServerError",
                                        "the function's cloud gave no answer; the function may have run")
                                .answer(id, null);
            case TOO_LARGE -> OciRefusal.tooLarge(said(why)).answer(id, null);
            case INVALID -> OciRefusal.invalid(said(why)).answer(id, null);
        };
    }

    private static String said(CloudException why) {
        String message = why.getMessage();
        return message == null ? "the call can't be done" : message;
    }

    @Override
    public FacadeAnswer absent() {
        return OciRefusal.absent().answer();
    }
}
