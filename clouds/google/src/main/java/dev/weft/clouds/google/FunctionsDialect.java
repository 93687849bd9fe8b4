// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.LimitedBody;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Calls a functions framework's server. An exchange passes as it is, for the HTTP signature. An event is POSTed to {@code
 * /} as a CloudEvent in binary mode, whatever the signature: that is what Google's own services send to every function
 * and every Cloud Run service they call, so a CloudEvent function gets its event, and an HTTP function a request with the
 * event's data as its body.
 */
final class FunctionsDialect implements InvokeDialect {
    /** An event's error answer is kept up to here. */
    static final long ERROR_BYTES_MAX = 1 << 20;

    private static final String STATUS = "x-google-status";

    private final @Nullable Signature signature;

    /** For a function of that signature; null where only its own code knows. */
    FunctionsDialect(@Nullable Signature signature) {
        this.signature = signature;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Stream();
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        String function = target.name();
        Headers.Builder headers = Headers.builder();
        return switch (call) {
            case Call.Exchange exchange -> {
                if (signature != null && signature.eventsOnly()) {
                    throw invalid(function + " has the signature " + signature.word()
                            + " and takes events, not HTTP exchanges");
                }
                Body body = limited(exchange.body(), GoogleHost.REQUEST_BYTES_MAX, "a request");
                headers.addAll(exchange.headers());
                if (!exchange.headers().has("host")) {
                    headers.add("host", target.endpoint().getRawAuthority());
                }
                context(headers, call.context());
                yield new WireRequest(exchange.line().method(), exchange.line().target(), headers.build(), body);
            }
            case Call.Event event -> {
                if (CloudEventFields.batch(event.contentType())) {
                    throw invalid(function + ": a functions framework takes one CloudEvent a call, not a batch");
                }
                Body body = limited(
                        event.body(),
                        signature == null ? GoogleHost.REQUEST_BYTES_MAX : signature.eventBytesMax(),
                        "an event");
                headers.add("host", target.endpoint().getRawAuthority());
                CloudEventFields.add(event, function, now, headers);
                context(headers, call.context());
                yield new WireRequest("POST", "/", headers.build(), body);
            }
        };
    }

    private static Body limited(Body body, long bytesMax, String what) {
        String sentence = "%s of contract google-functions has at most %d bytes".formatted(what, bytesMax);
        if (body.length() > bytesMax) {
            throw new CloudException(CloudException.Kind.TOO_LARGE, sentence, null);
        }
        return LimitedBody.of(body, bytesMax, sentence);
    }

    private static CloudException invalid(String why) {
        return new CloudException(CloudException.Kind.INVALID, why, null);
    }

    /** The fields that Google's front end adds to every request, and Weft's own. */
    private static void context(Headers.Builder headers, CallContext context) {
        Trace trace = context.trace();
        headers.set("traceparent", trace.traceparent());
        if (trace.state() != null) {
            headers.set("tracestate", trace.state());
        }
        // Google's older field has the span in decimal
        headers.set(
                "x-cloud-trace-context",
                trace.traceId() + '/' + Long.toUnsignedString(Long.parseUnsignedLong(trace.spanId(), 16)) + ";o="
                        + (trace.sampled() ? 1 : 0));
        headers.set("function-execution-id", context.id());
        String address = context.caller().address();
        headers.set(
                "forwarded",
                "for=\"%s\";proto=%s"
                        .formatted(
                                address.contains(":") ? '[' + address + ']' : address,
                                context.caller().scheme()));
        headers.set("weft-invocation-id", context.id());
        headers.set("weft-hops", Integer.toString(context.hops()));
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        return switch (call) {
            case Call.Exchange _ ->
                new Verdict.Streams(body -> tooLarge(body)
                        ? refused(body)
                        : new Outcome.Response(head.status(), head.headers(), streamed(body)));
            case Call.Event _ -> {
                if (head.status() >= 200 && head.status() < 300) {
                    yield new Verdict.Streams(body -> tooLarge(body)
                            ? refused(body)
                            : new Outcome.Result(head.headers().first("content-type"), head.headers(), streamed(body)));
                }
                yield new Verdict.NeedsWhole(ERROR_BYTES_MAX, bytes -> failed(head, bytes));
            }
        };
    }

    private static boolean tooLarge(Body body) {
        return body.length() > GoogleHost.RESPONSE_BYTES_MAX;
    }

    private static Outcome refused(Body body) {
        body.discard();
        return GoogleFailure.of(
                Outcome.Failure.Reason.TOO_LARGE,
                "it has %d bytes, and at most %d are allowed".formatted(body.length(), GoogleHost.RESPONSE_BYTES_MAX),
                "");
    }

    private static Body streamed(Body body) {
        return body.length() == Body.LENGTH_UNKNOWN
                ? LimitedBody.of(
                        body,
                        GoogleHost.STREAMED_BYTES_MAX,
                        "an answer of contract google-functions that streams has at most "
                                + GoogleHost.STREAMED_BYTES_MAX + " bytes; one that says its length beforehand "
                                + GoogleHost.RESPONSE_BYTES_MAX)
                : body;
    }

    /** {@code x-google-status} says whether a handler threw ({@code crash}) or an event's function did ({@code error}). */
    private static Outcome failed(WireHead head, byte[] bytes) {
        String status = head.headers().first(STATUS);
        return new Outcome.Failure(
                Outcome.Failure.Reason.ERROR,
                status == null ? "http " + head.status() : status,
                "the function answered the event with status " + head.status(),
                bytes,
                "");
    }
}
