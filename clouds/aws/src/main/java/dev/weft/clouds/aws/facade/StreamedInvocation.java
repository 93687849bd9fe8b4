// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's answer to InvokeWithResponseStream: messages, of which the last says whether the function failed. Source: AWS Lambda
 * API reference, "InvokeWithResponseStream".
 *
 * @param whole what is answered in place of a stream
 */
record StreamedInvocation(Invocation whole) implements Wish.Answering, Wish.Passing {
    /** Bytes that a function may answer; Lambda's own limit. */
    static final long BYTES_MAX = 200L << 20;

    private static final int FAILED = 400;

    @Override
    public FacadeStream begun(Outcome outcome, Body body, String invocation) {
        String type = null;
        String error = null;
        switch (outcome) {
            case Outcome.Result result -> type = result.contentType();
            case Outcome.Response response -> {
                type = response.headers().first("content-type");
                error = response.status() < FAILED ? null : "Http." + response.status();
            }
            case Outcome.Accepted _, Outcome.Failure _, Outcome.Upgraded _ ->
                throw new IllegalStateException("no answer that streams: " + outcome);
        }
        return new FacadeStream(200, fields(type, invocation), new EventStreamBody(body, error));
    }

    /** The media type is that of the function's bytes, whose frame goes without saying. */
    private Headers fields(@Nullable String type, String invocation) {
        return Headers.builder()
                .add("content-type", type == null ? "application/vnd.amazon.eventstream" : type)
                .add("x-amzn-requestid", invocation)
                .add("x-amz-executed-version", whole.version())
                .build();
    }

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        if (!(came.outcome() instanceof Outcome.Failure failure)) {
            return whole.spoke(came);
        }
        byte[] shaped = failure.payload();
        String details = shaped.length > 0 && LambdaPayload.isJson(shaped)
                ? new String(shaped, StandardCharsets.UTF_8)
                : failure.message();
        byte[] end = EventStreamBody.failure(failure.type(), details);
        return new FacadeAnswer(200, fields(null, came.invocation()), end);
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return whole.failed(why);
    }

    @Override
    public FacadeAnswer absent() {
        return whole.absent();
    }
}
