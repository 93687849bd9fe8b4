// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.ContractHost;
import dev.weft.gateway.event.Origin;
import dev.weft.net.ServerExchange;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** From the wire to a call: who asks, in which trace, and which fields go on to the function. */
final class CallReader {
    /** How many functions the call has passed through; set by Weft, forwarded by functions that serve many at once. */
    static final String HOPS = "weft-hops";

    /** The invocation's id, told to function and caller. */
    static final String INVOCATION = "weft-invocation-id";

    private static final String OURS = "weft-";

    private CallReader() {}

    /**
     * What is known of a call before it has a route.
     *
     * @param serving the call that the calling function serves; null for callers from outside
     */
    static CallContext context(
            ServerExchange exchange,
            ContractHost.GatewayAddresses.@Nullable Serving serving,
            Instant latest,
            Sampling sampling) {
        CallContext.Caller caller =
                new CallContext.Caller(exchange.callerAddress(), exchange.scheme(), exchange.authority());
        CallContext parent = serving == null ? null : serving.now();
        if (parent != null) {
            Trace within = within(exchange.headers(), parent.trace());
            return new CallContext(id(), sampling.decide(within.child()), parent.hops() + 1, parent.deadline(), caller);
        }
        Headers headers = exchange.headers();
        Trace theirs = Trace.parse(headers.first("traceparent"), headers.first("tracestate"));
        Trace trace = sampling.decide(theirs == null ? Trace.start() : theirs.child());
        return new CallContext(id(), trace, hops(headers.first(HOPS)), latest, caller);
    }

    /** Where an event comes from that is called with later: the span of who leaves it, and its hops. */
    static Origin origin(ServerExchange exchange) {
        Headers headers = exchange.headers();
        Trace theirs = Trace.parse(headers.first("traceparent"), headers.first("tracestate"));
        return new Origin(id(), theirs, hops(headers.first(HOPS)));
    }

    /** The span that a function calls from: its own where it makes spans in the trace of {@code served}, else that. */
    private static Trace within(Headers headers, Trace served) {
        Trace own = Trace.parse(headers.first("traceparent"), headers.first("tracestate"));
        return own != null && own.traceId().equals(served.traceId()) ? own : served;
    }

    /** The exchange as the function sees it. */
    static Call.Exchange exchange(ServerExchange exchange, CallContext context) {
        Headers fields = fields(exchange.headers(), exchange.upgrade() != null, context);
        return new Call.Exchange(context, exchange.line(), fields, exchange.body());
    }

    /** The same of what a façade makes of its exchange. */
    static Call.Exchange exchange(RequestLine line, Headers headers, Body body, CallContext context) {
        return new Call.Exchange(context, line, fields(headers, false, context), body);
    }

    private static Headers fields(Headers headers, boolean upgrades, CallContext context) {
        Headers.Builder fields = Headers.builder();
        StringBuilder forwardedFor = new StringBuilder();
        headers.forEach((name, value) -> {
            if (name.equalsIgnoreCase("x-forwarded-for")) {
                forwardedFor.append(value).append(", ");
            } else if (!replaced(name) && (upgrades || !name.equalsIgnoreCase("upgrade"))) {
                fields.add(name, value);
            }
        });
        fields.add(
                        "x-forwarded-for",
                        forwardedFor.append(context.caller().address()).toString())
                .add("x-forwarded-proto", context.caller().scheme())
                .add("x-forwarded-host", context.caller().authority())
                .add("traceparent", context.trace().traceparent())
                .add(INVOCATION, context.id())
                .add(HOPS, Integer.toString(context.hops()));
        String state = context.trace().state();
        if (state != null) {
            fields.add("tracestate", state);
        }
        return fields.build();
    }

    private static boolean replaced(String name) {
        // the first letter first: this runs for every field of every call
        return switch (name.charAt(0)) {
            case 'w', 'W' -> name.toLowerCase(Locale.ROOT).startsWith(OURS);
            case 't', 'T' -> name.equalsIgnoreCase("traceparent") || name.equalsIgnoreCase("tracestate");
            case 'x', 'X' -> name.equalsIgnoreCase("x-forwarded-proto") || name.equalsIgnoreCase("x-forwarded-host");
            default -> false;
        };
    }

    private static int hops(@Nullable String field) {
        if (field == null || field.length() > 4 || !field.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        return field.isEmpty() ? 0 : Integer.parseInt(field) + 1;
    }

    /** A random UUID's text without the cost of a secure generator: it names a call, it does not protect it. */
    static String id() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new java.util.UUID(high, low).toString();
    }
}
