// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the Fn server and an FDK say to each other over the container's socket: one POST to {@code /call} a call. An
 * exchange travels as an HTTP trigger sends it, an event as a plain invoke. Source: Fn container contract, and the Fn
 * server's HTTP trigger.
 */
final class FnDialect implements InvokeDialect {
    /** Bytes of a body, each way; OCI's limit. */
    static final int PAYLOAD_BYTES_MAX = 6 << 20;

    private static final String FIELD = "Fn-Http-H-";
    private static final String STATUS = "Fn-Http-Status";
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String CALL_ID = "Fn-Call-Id";

    /** Fields of one connection: they pass neither way, plain or prefixed. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "keep-alive", "trailer", "transfer-encoding", "te", "upgrade");

    private static final Set<String> NO_ATTRIBUTE = Set.of("host", "content-type", "content-length", "expect");
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final Duration timeout;

    /** For a function that may take {@code timeout}. */
    FnDialect(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(PAYLOAD_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        Headers.Builder headers = Headers.builder().add("Host", "localhost");
        CallContext context = call.context();
        switch (call) {
            case Call.Exchange exchange -> trigger(exchange, headers);
            case Call.Event event -> invoke(event, headers);
        }
        headers.set(CALL_ID, context.id());
        headers.set("Fn-Deadline", context.before(now.plus(timeout)).deadline().toString());
        headers.set("X-B3-TraceId", context.trace().traceId());
        headers.set("X-B3-SpanId", context.trace().spanId());
        headers.set("X-B3-Sampled", context.trace().sampled() ? "1" : "0");
        return new WireRequest("POST", "/call", headers.build(), call.body());
    }

    private static void trigger(Call.Exchange exchange, Headers.Builder headers) {
        exchange.headers().forEach((name, value) -> {
            if (OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                return;
            }
            // the body's type is not the gateway's: both FDKs look for it where a plain invoke has it
            String plain = canonical(name);
            headers.add(plain.equals(CONTENT_TYPE) ? plain : FIELD + plain, value);
        });
        trace(exchange.context(), FIELD, headers);
        CallContext.Caller caller = exchange.context().caller();
        headers.set("Fn-Intent", "httprequest");
        headers.set("Fn-Http-Method", exchange.line().method());
        headers.set(
                "Fn-Http-Request-Url",
                caller.scheme() + "://" + caller.authority() + exchange.line().target());
    }

    private static void invoke(Call.Event event, Headers.Builder headers) {
        event.attributes().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean sendable = FIELD_NAME.matcher(name).matches()
                    && value.chars().allMatch(c -> c >= ' ' && c != 127)
                    && !lower.startsWith("fn-")
                    && !NO_ATTRIBUTE.contains(lower)
                    && !OF_THE_CONNECTION.contains(lower);
            if (sendable) {
                headers.add(canonical(name), value);
            }
        });
        trace(event.context(), "", headers);
        String type = event.contentType();
        if (type != null) {
            headers.set(CONTENT_TYPE, type);
            if (type.toLowerCase(Locale.ROOT).startsWith("application/cloudevents")) {
                headers.set("Fn-Intent", "cloudevent");
            }
        }
    }

    private static void trace(CallContext context, String prefix, Headers.Builder headers) {
        headers.set(prefix + "Traceparent", context.trace().traceparent());
        String state = context.trace().state();
        if (state != null) {
            headers.set(prefix + "Tracestate", state);
        }
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        return new Verdict.NeedsWhole(PAYLOAD_BYTES_MAX, bytes -> switch (head.status()) {
            case 200 ->
                switch (call) {
                    case Call.Exchange _ -> response(call.context(), head.headers(), bytes);
                    case Call.Event _ -> result(call.context(), head.headers(), bytes);
                };
            case 502 -> FnFailure.FAILED.answered(Outcome.Failure.Reason.ERROR, bytes);
            case 504 -> FnFailure.TIMED_OUT.answered(Outcome.Failure.Reason.TIMEOUT, bytes);
            default -> FnFailure.INVALID.answered(Outcome.Failure.Reason.MALFORMED, bytes);
        });
    }

    /** As the HTTP trigger answers its caller: what the function put into {@code Fn-Http-…}, and the body's type. */
    private static Outcome response(CallContext context, Headers answer, byte[] bytes) {
        Headers.Builder headers = Headers.builder();
        String type = answer.first(CONTENT_TYPE);
        if (type != null) {
            headers.add(CONTENT_TYPE, type);
        }
        answer.forEach((name, value) -> {
            if (name.length() > FIELD.length() && name.regionMatches(true, 0, FIELD, 0, FIELD.length())) {
                String own = name.substring(FIELD.length());
                String lower = own.toLowerCase(Locale.ROOT);
                if (lower.equals("content-type")) {
                    headers.set(CONTENT_TYPE, value);
                } else if (!OF_THE_CONNECTION.contains(lower) && !lower.equals("content-length")) {
                    headers.add(own, value);
                }
            }
        });
        headers.set(CALL_ID, context.id());
        return new Outcome.Response(status(answer.first(STATUS)), headers.build(), Body.of(bytes));
    }

    /** The status a function asks for; the trigger knows two of the five hundreds and answers 502 for the others. */
    private static int status(@Nullable String asked) {
        if (asked == null || !asked.matches("[1-5][0-9][0-9]")) {
            return 200;
        }
        int status = Integer.parseInt(asked);
        if (status < 200) {
            return 200; // no final answer, so no answer
        }
        return status < 500 || status == 504 ? status : 502;
    }

    private static Outcome result(CallContext context, Headers answer, byte[] bytes) {
        Headers.Builder attributes = Headers.builder();
        answer.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OF_THE_CONNECTION.contains(lower) && !lower.equals("content-length") && !lower.equals("date")) {
                attributes.add(name, value);
            }
        });
        attributes.set(CALL_ID, context.id());
        return new Outcome.Result(answer.first(CONTENT_TYPE), attributes.build(), Body.of(bytes));
    }

    /** As Go writes field names: each part begins with a capital. */
    private static String canonical(String name) {
        StringBuilder written = new StringBuilder(name.length());
        boolean first = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            written.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
            first = c == '-';
        }
        return written.toString();
    }
}
