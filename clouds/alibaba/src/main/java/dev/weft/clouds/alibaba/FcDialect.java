// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.LimitedBody;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Function Compute's protocol between platform and instance: which control path a call takes, and what the answer means.
 * Source: its developer guide, "Custom runtime specification details" and "Web functions".
 */
final class FcDialect implements InvokeDialect {
    private static final String INVOKE = "/invoke";
    private static final String HTTP_INVOKE = "/http-invoke";

    /** What the code in an instance takes. */
    enum Style {
        /** A server: exchanges as they are, events as a POST to {@code /invoke}. */
        SERVER,
        /** A handler of events; an exchange becomes one. */
        EVENT_HANDLER,
        /** A handler of HTTP requests, as Function Compute 2.0 had them. */
        HTTP_HANDLER
    }

    private final FcHeaders fields;
    private final Style style;

    FcDialect(FcHeaders fields, Style style) {
        this.fields = fields;
        this.style = style;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(FcLimits.PAYLOAD_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        return switch (call) {
            case Call.Exchange exchange -> {
                FcLimits.check(exchange.line(), exchange.headers());
                yield style == Style.EVENT_HANDLER
                        ? event(call.context(), Body.of(FcHttpEvent.event(exchange, whole(call.body()), now)))
                        : passed(exchange, target);
            }
            case Call.Event event -> {
                if (style == Style.HTTP_HANDLER) {
                    throw new CloudException(
                            CloudException.Kind.INVALID,
                            target.name() + " has an HTTP handler (request, response, context), which takes no events;"
                                    + " call it through a route, or write it as handler(event, context)",
                            null);
                }
                yield event(call.context(), event.body());
            }
        };
    }

    private WireRequest event(CallContext context, Body body) {
        Headers.Builder headers =
                Headers.builder().add("host", "localhost").add("content-type", "application/octet-stream");
        fields.add(headers, context, INVOKE);
        return new WireRequest("POST", INVOKE, headers.build(), body);
    }

    private WireRequest passed(Call.Exchange exchange, Target target) {
        Headers.Builder headers = Headers.builder();
        exchange.headers().forEach((name, value) -> {
            if (!FcHeaders.keptFromCode(name)) {
                headers.add(name, value);
            }
        });
        if (!exchange.headers().has("host")) {
            headers.add("host", target.endpoint().getRawAuthority());
        }
        headers.set("traceparent", exchange.context().trace().traceparent());
        fields.add(headers, exchange.context(), HTTP_INVOKE);
        headers.add("x-fc-base-path", exchange.line().path());
        return new WireRequest(exchange.line().method(), exchange.line().target(), headers.build(), exchange.body());
    }

    /** A gathered body delivers all it has at once. */
    private static byte[] whole(Body body) {
        AtomicReference<byte[]> all = new AtomicReference<>(new byte[0]);
        BodyGatherer.gather(body, FcLimits.PAYLOAD_BYTES_MAX, all::set, broken -> {
            throw new IllegalStateException("a whole body broke", broken);
        });
        return all.get();
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        String length = head.headers().first("content-length");
        if (length != null && length.length() < 19 && Long.parseLong(length) > FcLimits.PAYLOAD_BYTES_MAX) {
            return failed(FcFailure.tooLarge("body", FcLimits.PAYLOAD_BYTES_MAX));
        }
        boolean passed = call instanceof Call.Exchange && style != Style.EVENT_HANDLER;
        if (refused(head) && !(passed && style == Style.SERVER)) {
            String type = head.headers().first(FcHeaders.ERROR_TYPE);
            return new Verdict.NeedsWhole(
                    FcLimits.PAYLOAD_BYTES_MAX,
                    bytes -> FcFailure.reported(
                            Outcome.Failure.Reason.ERROR,
                            bytes,
                            type == null ? FcFailure.UNHANDLED : type,
                            "the function answered with status " + head.status()));
        }
        return switch (call) {
            case Call.Event _ ->
                new Verdict.Streams(body ->
                        new Outcome.Result(head.headers().first("content-type"), Headers.none(), limited(body)));
            case Call.Exchange _ when passed -> response(call, head);
            case Call.Exchange _ ->
                new Verdict.NeedsWhole(
                        FcLimits.PAYLOAD_BYTES_MAX, bytes -> named(call.context(), FcHttpEvent.answer(bytes)));
        };
    }

    /** Whether the instance says that the call failed. A passed answer's status is the caller's business instead. */
    private boolean refused(WireHead head) {
        String status = head.headers().first(FcHeaders.STATUS);
        if (status != null) {
            return !status.equals("200");
        }
        return style == Style.SERVER && (head.status() < 200 || head.status() > 299);
    }

    private static Verdict response(Call call, WireHead head) {
        Headers.Builder headers = Headers.builder();
        head.headers().forEach((name, value) -> {
            if (!FcHeaders.keptFromCaller(name)) {
                headers.add(name, value);
            }
        });
        Headers kept = headers.build();
        if (FcLimits.bytes(kept) > FcLimits.HEADER_BYTES_MAX) {
            return failed(FcFailure.tooLarge("header fields", FcLimits.HEADER_BYTES_MAX));
        }
        return new Verdict.Streams(
                body -> named(call.context(), new Outcome.Response(head.status(), kept, limited(body))));
    }

    private static Body limited(Body body) {
        return LimitedBody.of(
                body, FcLimits.PAYLOAD_BYTES_MAX, "the answer is larger than " + FcLimits.PAYLOAD_BYTES_MAX + " bytes");
    }

    private static Verdict failed(Outcome.Failure why) {
        return new Verdict.Streams(body -> {
            body.discard();
            return why;
        });
    }

    /** As the cloud does, every answer to a caller carries the request's id. */
    private static Outcome named(CallContext context, Outcome outcome) {
        return outcome instanceof Outcome.Response(int status, Headers headers, Body body)
                ? new Outcome.Response(
                        status,
                        Headers.builder()
                                .addAll(headers)
                                .add(FcHeaders.REQUEST_ID, context.id())
                                .build(),
                        body)
                : outcome;
    }
}
