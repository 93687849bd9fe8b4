// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Calls of Code Engine's apps, which are servers: an exchange as it is, an event by POST to {@code /}, its attributes as
 * header fields and as a CloudEvent's in binary mode. Both bodies stream. Pure.
 */
public final class AppDialect implements InvokeDialect {
    /** Bytes of an error that an app answers to an event. */
    static final int ERROR_BYTES_MAX = 256 * 1024;

    private static final Pattern FIELD_NAME = Pattern.compile("[-!#$%&'*+.^_`|~0-9a-z]+");
    private static final Pattern EVENT_NAME = Pattern.compile("[a-z0-9]{1,64}");

    /** There is nothing to set up. */
    public AppDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Stream();
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        Headers.Builder headers = Headers.builder();
        String base = InvocationDialect.base(target.endpoint());
        switch (call) {
            case Call.Exchange exchange -> {
                headers.addAll(exchange.headers());
                headers.set("x-forwarded-host", exchange.context().caller().authority())
                        .set("x-forwarded-proto", exchange.context().caller().scheme());
            }
            case Call.Event event -> {
                String type = event.contentType();
                headers.add("content-type", type == null ? "application/octet-stream" : type);
                attributes(headers, event, target, now);
            }
        }
        headers.set("host", target.endpoint().getRawAuthority())
                .set("traceparent", call.context().trace().traceparent())
                .set("weft-invocation-id", call.context().id())
                .set("weft-hops", Integer.toString(call.context().hops()));
        return switch (call) {
            case Call.Exchange exchange ->
                new WireRequest(
                        exchange.line().method(), base + exchange.line().target(), headers.build(), exchange.body());
            case Call.Event event -> new WireRequest("POST", base + '/', headers.build(), event.body());
        };
    }

    private static void attributes(Headers.Builder headers, Call.Event event, Target target, Instant now) {
        event.attributes().forEach((name, value) -> {
            if (FIELD_NAME.matcher(name).matches() && value.chars().allMatch(c -> c >= ' ' && c < 127)) {
                headers.set(name, value);
            }
        });
        Map<String, String> all = new TreeMap<>(event.attributes());
        all.putIfAbsent("specversion", "1.0");
        all.putIfAbsent("id", event.context().id());
        all.putIfAbsent("source", "/weft/" + target.name());
        all.putIfAbsent("type", "dev.weft.invocation");
        all.putIfAbsent("time", now.toString());
        all.remove("datacontenttype");
        all.forEach((name, value) -> {
            if (EVENT_NAME.matcher(name).matches()) {
                headers.set("ce-" + name, escaped(value));
            }
        });
    }

    /** As CloudEvents' HTTP binding asks: what is not printable ASCII, blanks, quotes and '%' by their UTF-8 bytes. */
    private static String escaped(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (c > ' ' && c < 127 && c != '"' && c != '%') {
                text.append(c);
            } else {
                text.append('%').append("%02X".formatted((int) c));
            }
        }
        return text.toString();
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        int status = head.status();
        if (status == 429 || status == 502 || status == 503 || status == 504) {
            // the app's own, or of what stands before it: nothing tells them apart
            return new Verdict.CloudFailed(new CloudException(
                    CloudException.Kind.UNKNOWN,
                    "Code Engine or the app answered the call with " + status,
                    null,
                    InvocationDialect.retryAfter(head)));
        }
        return switch (call) {
            case Call.Exchange _ -> new Verdict.Streams(body -> new Outcome.Response(status, head.headers(), body));
            case Call.Event _ ->
                status >= 200 && status < 300
                        ? new Verdict.Streams(
                                body -> new Outcome.Result(head.headers().first("content-type"), Headers.none(), body))
                        : new Verdict.NeedsWhole(
                                ERROR_BYTES_MAX,
                                bytes -> new Outcome.Failure(
                                        Outcome.Failure.Reason.ERROR,
                                        "status " + status,
                                        "the app answered the event with status " + status,
                                        bytes,
                                        ""));
        };
    }
}
