// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.oracle.call.FnFailure;
import dev.weft.clouds.oracle.call.FnWire;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What came of a call, as a Fn server answers it. An answer of a function, also of one that failed, has the call's id; one in
 * place of it has none, by which Weft's own clients tell them apart. Of a failure the server tells its kind only; its log has more.
 *
 * @param exchange whether the call was an HTTP request, whose status and fields then travel within the answer
 */
record FnAnswering(boolean exchange) implements Wish.Answering {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Result result -> answered(came, result.contentType(), result.attributes());
            case Outcome.Response(int status, Headers fields, var _)
            when exchange ->
                new FacadeAnswer(
                        200,
                        SpokenFields.of(came, fields.first("content-type"), fields, "Fn-Http-H-")
                                .add("Fn-Http-Status", Integer.toString(status))
                                .build(),
                        came.body());
            case Outcome.Response response ->
                response.status() < 400
                        ? answered(came, response.headers().first("content-type"), response.headers())
                        : failed(came, FnFailure.FAILED);
            case Outcome.Failure failure -> failed(came, FnFailure.of(failure.reason()));
            // asked for by nobody: events that wait for their answer are neither upgraded nor put off
            case Outcome.Upgraded _, Outcome.Accepted _ -> failed(came, FnFailure.INVALID);
        };
    }

    private static FacadeAnswer answered(Wish.Came came, @Nullable String type, Headers fields) {
        return new FacadeAnswer(200, SpokenFields.of(came, type, fields).build(), came.body());
    }

    private static FacadeAnswer failed(Wish.Came came, FnFailure failure) {
        FacadeAnswer answer = new FnRefusal(failure.status(), failure.words()).answer();
        Headers headers = Headers.builder()
                .addAll(answer.headers())
                .add(FnWire.CALL_ID, came.invocation())
                .build();
        return new FacadeAnswer(answer.status(), headers, answer.body());
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY -> FnRefusal.busy().answer(why.retryAfter() == null ? SOON : why.retryAfter());
            case UNREACHABLE, ABSENT, DENIED ->
                new FnRefusal(503, "no cloud of the function can be reached").answer(SOON);
            case UNKNOWN ->
                why.getCause() instanceof TimeoutException
                        ? new FnRefusal(504, "Timed out").answer()
                        : new FnRefusal(500, "the function's cloud gave no answer; the function may have run").answer();
            case TOO_LARGE -> new FnRefusal(413, said(why)).answer();
            case INVALID -> new FnRefusal(400, said(why)).answer();
        };
    }

    private static String said(CloudException why) {
        String message = why.getMessage();
        return message == null ? "the call can't be done" : message;
    }

    @Override
    public FacadeAnswer absent() {
        return FnRefusal.noFunction().answer();
    }
}
