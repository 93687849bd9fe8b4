// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.oracle.call.FnFailure;
import dev.weft.clouds.oracle.call.FnWire;
import java.time.Duration;
import java.time.Instant;

/** What the Fn server and an FDK say to each other over the container's socket: one POST to {@code /call} a call. */
final class FnDialect implements InvokeDialect {
    private final Duration timeout;

    /** For a function that may take {@code timeout}. */
    FnDialect(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(FnWire.PAYLOAD_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        Headers.Builder headers = Headers.builder().add("Host", "localhost");
        CallContext context = call.context();
        FnWire.write(call, headers);
        headers.set(FnWire.CALL_ID, context.id());
        headers.set("Fn-Deadline", context.before(now.plus(timeout)).deadline().toString());
        headers.set("X-B3-TraceId", context.trace().traceId());
        headers.set("X-B3-SpanId", context.trace().spanId());
        headers.set("X-B3-Sampled", context.trace().sampled() ? "1" : "0");
        return new WireRequest("POST", "/call", headers.build(), call.body());
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        return new Verdict.NeedsWhole(FnWire.PAYLOAD_BYTES_MAX, bytes -> switch (head.status()) {
            case 200 -> FnWire.read(call, call.context().id(), head.headers(), Body.of(bytes));
            case 502 -> FnFailure.FAILED.answered(Outcome.Failure.Reason.ERROR, bytes);
            case 504 -> FnFailure.TIMED_OUT.answered(Outcome.Failure.Reason.TIMEOUT, bytes);
            default -> FnFailure.INVALID.answered(Outcome.Failure.Reason.MALFORMED, bytes);
        });
    }
}
