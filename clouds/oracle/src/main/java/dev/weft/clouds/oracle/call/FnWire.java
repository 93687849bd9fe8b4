// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call as the header fields that an FDK reads, and an FDK's fields as an outcome: an exchange as a HTTP trigger sends it, an
 * event as a plain invoke. The same on a container's socket, at a Fn server and at OCI, which pass the fields on unread. Pure.
 * Source: Fn container contract, and the Fn server's HTTP trigger.
 */
public final class FnWire {
    /** Bytes of a body, each way; OCI's limit. */
    public static final int PAYLOAD_BYTES_MAX = 6 << 20;

    /** Names the call; the server writes it on its answers. */
    public static final String CALL_ID = "Fn-Call-Id";

    /** An event's attribute that asks for it to be taken for later. */
    private static final String ASYNC = "weft-async";

    private static final String FIELD = "Fn-Http-H-";
    private static final String STATUS = "Fn-Http-Status";
    private static final String CONTENT_TYPE = "Content-Type";

    /** Fields of one connection: they pass neither way, plain or prefixed. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "keep-alive", "trailer", "transfer-encoding", "te", "upgrade");

    private static final Set<String> NO_ATTRIBUTE = Set.of("host", "content-type", "content-length", "expect", ASYNC);
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private FnWire() {}

    /** Whether {@code call} is to be taken for later. */
    public static boolean async(Call call) {
        return call instanceof Call.Event event
                && "true".equalsIgnoreCase(event.attributes().get(ASYNC));
    }

    /** Adds what says {@code call}, but for its id and deadline. */
    public static void write(Call call, Headers.Builder headers) {
        switch (call) {
            case Call.Exchange exchange -> trigger(exchange, headers);
            case Call.Event event -> invoke(event, headers);
        }
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

    /** What a 200 of an FDK says of {@code call}: {@code id} names it. */
    public static Outcome read(Call call, String id, Headers answer, Body body) {
        return switch (call) {
            case Call.Exchange _ -> response(id, answer, body);
            case Call.Event _ -> result(id, answer, body);
        };
    }

    /** As the HTTP trigger answers its caller: what the function put into {@code Fn-Http-…}, and the body's type. */
    private static Outcome response(String id, Headers answer, Body body) {
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
        headers.set(CALL_ID, id);
        return new Outcome.Response(status(answer.first(STATUS)), headers.build(), body);
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

    private static Outcome result(String id, Headers answer, Body body) {
        Headers.Builder attributes = Headers.builder();
        answer.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OF_THE_CONNECTION.contains(lower) && !lower.equals("content-length") && !lower.equals("date")) {
                attributes.add(name, value);
            }
        });
        attributes.set(CALL_ID, id);
        return new Outcome.Result(answer.first(CONTENT_TYPE), attributes.build(), body);
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
