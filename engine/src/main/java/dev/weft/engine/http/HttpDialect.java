// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * The {@code http} contract on the wire: an exchange as it is; an event as a POST of its body to {@code /}, attributes as
 * header fields.
 */
public final class HttpDialect implements InvokeDialect {
    /** An event's error answer is kept up to here. */
    static final long ERROR_BYTES_MAX = 1 << 20;

    // within the traceparent field
    private static final int TRACE_AT = 3;
    private static final int SPAN_AT = 36;

    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** There is nothing to set up. */
    public HttpDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Stream();
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        String authority = target.endpoint().getRawAuthority();
        return switch (call) {
            case Call.Exchange exchange
            when told(exchange) ->
                new WireRequest(
                        exchange.line().method(), exchange.line().target(), exchange.headers(), exchange.body());
            case Call.Exchange exchange -> {
                Headers.Builder headers = Headers.builder();
                exchange.headers().forEach((name, value) -> {
                    if (!ofTheContext(name)) {
                        headers.add(name, value);
                    }
                });
                if (!exchange.headers().has("host")) {
                    headers.add("host", authority);
                }
                addContext(headers, call);
                yield new WireRequest(
                        exchange.line().method(), exchange.line().target(), headers.build(), exchange.body());
            }
            case Call.Event event -> {
                Headers.Builder headers = Headers.builder().add("host", authority);
                String type = event.contentType();
                headers.add("content-type", type == null ? "application/octet-stream" : type);
                event.attributes().forEach((name, value) -> {
                    if (FIELD_NAME.matcher(name).matches() && value.chars().allMatch(c -> c >= ' ' && c != 127)) {
                        headers.add(name, value);
                    }
                });
                context(headers, call);
                yield new WireRequest("POST", "/", headers.build(), event.body());
            }
        };
    }

    /** Whether its fields say already what {@link #addContext} would add: so they mostly come from the gateway. */
    private static boolean told(Call.Exchange exchange) {
        Headers headers = exchange.headers();
        CallContext context = exchange.context();
        Trace trace = context.trace();
        String parent = headers.first("traceparent");
        return headers.has("host")
                && parent != null
                && parent.startsWith(trace.traceId(), TRACE_AT)
                && parent.startsWith(trace.spanId(), SPAN_AT)
                && parent.endsWith(trace.sampled() ? "-01" : "-00")
                && trace.state() == null
                && !headers.has("tracestate")
                && context.id().equals(headers.first("weft-invocation-id"))
                && Integer.toString(context.hops()).equals(headers.first("weft-hops"));
    }

    static void context(Headers.Builder headers, Call call) {
        headers.remove("traceparent")
                .remove("tracestate")
                .remove("weft-invocation-id")
                .remove("weft-hops");
        addContext(headers, call);
    }

    private static void addContext(Headers.Builder headers, Call call) {
        headers.add("traceparent", call.context().trace().traceparent());
        String state = call.context().trace().state();
        if (state != null) {
            headers.add("tracestate", state);
        }
        headers.add("weft-invocation-id", call.context().id());
        headers.add("weft-hops", Integer.toString(call.context().hops()));
    }

    /** Whether {@link #addContext} says it anew. By length first: this runs for every field of every call. */
    private static boolean ofTheContext(String name) {
        return switch (name.length()) {
            case 9 -> name.equalsIgnoreCase("weft-hops");
            case 10 -> name.equalsIgnoreCase("tracestate");
            case 11 -> name.equalsIgnoreCase("traceparent");
            case 18 -> name.equalsIgnoreCase("weft-invocation-id");
            default -> false;
        };
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        return switch (call) {
            case Call.Exchange _ ->
                new Verdict.Streams(body -> new Outcome.Response(head.status(), head.headers(), body));
            case Call.Event _ -> {
                if (head.status() >= 200 && head.status() < 300) {
                    yield new Verdict.Streams(body -> result(head, body));
                }
                yield new Verdict.NeedsWhole(
                        ERROR_BYTES_MAX,
                        bytes -> new Outcome.Failure(
                                Outcome.Failure.Reason.ERROR,
                                "http " + head.status(),
                                "the function answered an event with status " + head.status(),
                                bytes,
                                ""));
            }
        };
    }

    private static Outcome result(WireHead head, Body body) {
        return new Outcome.Result(head.headers().first("content-type"), head.headers(), body);
    }
}
