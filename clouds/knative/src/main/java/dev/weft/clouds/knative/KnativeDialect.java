// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls of Knative Services: plain HTTP, the Service chosen by Host. An exchange goes as it is; an event is the POST of a
 * CloudEvent in binary mode to {@code /}, which a plain server takes as the POST of its body. Bodies stream both ways.
 */
final class KnativeDialect implements InvokeDialect {
    /** Part of a target: the Service's own host, whatever the endpoint. */
    static final String HOST = "host";

    /** What an event's error answer may take. */
    static final int ERROR_BYTES_MAX = 1 << 20;

    /** What an event's {@code type} is where its sender names none. */
    static final String TYPE = "dev.weft.invocation";

    private static final String ASYNC = "weft-async";
    private static final Pattern CE_NAME = Pattern.compile("[a-z0-9]+");
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** There is nothing to set up. */
    KnativeDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Stream();
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        String authority = target.parts().getOrDefault(HOST, target.endpoint().getRawAuthority());
        Headers.Builder headers = Headers.builder().add("host", authority);
        return switch (call) {
            case Call.Exchange exchange -> {
                String asked = exchange.headers().first("host");
                exchange.headers().forEach((name, value) -> {
                    if (!ours(name)) {
                        headers.add(name, value);
                    }
                });
                if (asked != null && !exchange.headers().has("x-forwarded-host")) {
                    headers.add("x-forwarded-host", asked);
                }
                context(headers, call);
                yield new WireRequest(
                        exchange.line().method(), exchange.line().target(), headers.build(), exchange.body());
            }
            case Call.Event event -> {
                event(headers, event, target, now);
                context(headers, call);
                yield new WireRequest("POST", "/", headers.build(), event.body());
            }
        };
    }

    /** Fields that are said anew. */
    private static boolean ours(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "host", "traceparent", "tracestate", "weft-invocation-id", "weft-hops", "weft-deadline" -> true;
            default -> false;
        };
    }

    private static void context(Headers.Builder headers, Call call) {
        Trace trace = call.context().trace();
        headers.add("traceparent", trace.traceparent());
        String state = trace.state();
        if (state != null) {
            headers.add("tracestate", state);
        }
        headers.add("weft-invocation-id", call.context().id())
                .add("weft-hops", Integer.toString(call.context().hops()))
                .add("weft-deadline", call.context().deadline().toString());
    }

    private static void event(Headers.Builder headers, Call.Event event, Target target, Instant now) {
        String type = event.contentType();
        if (type != null) {
            headers.add("content-type", type);
        }
        boolean structured = type != null && type.toLowerCase(Locale.ROOT).startsWith("application/cloudevents");
        Map<String, String> attributes = new TreeMap<>(event.attributes());
        attributes.remove("datacontenttype");
        if (!structured) {
            attributes.putIfAbsent("specversion", "1.0");
            attributes.putIfAbsent("id", event.context().id());
            attributes.putIfAbsent("source", "/weft/" + target.name());
            attributes.putIfAbsent("type", TYPE);
            attributes.putIfAbsent("time", now.toString());
        }
        attributes.forEach((name, value) -> {
            if (CE_NAME.matcher(name).matches() && !structured) {
                headers.add("ce-" + name, encoded(value));
            } else if (FIELD_NAME.matcher(name).matches()
                    && !ours(name)
                    && value.chars().allMatch(c -> c >= ' ' && c < 127)) {
                headers.add(name, value);
            }
        });
    }

    /** Source: CloudEvents 1.0.2, HTTP protocol binding, section 3.1.3.2. */
    private static String encoded(String value) {
        StringBuilder text = new StringBuilder(value.length() + 16);
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            int code = each & 0xff;
            if (code > ' ' && code < 0x7f && code != '"' && code != '%') {
                text.append((char) code);
            } else {
                text.append('%').append(String.format(Locale.ROOT, "%02X", code));
            }
        }
        return text.toString();
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        int status = head.status();
        boolean ingress = "envoy".equals(head.headers().first("server"))
                && !head.headers().has("x-envoy-upstream-service-time");
        if (status == 404 && ingress) {
            return failed(CloudException.Kind.ABSENT, "the ingress has no route to the Service", head);
        }
        if (inDoubt(head, ingress)) {
            return failed(
                    CloudException.Kind.UNKNOWN,
                    "answered with " + status + ", which may be the function's own or Knative's",
                    head);
        }
        return switch (call) {
            case Call.Exchange _ -> new Verdict.Streams(body -> new Outcome.Response(status, head.headers(), body));
            case Call.Event event -> answered(event, head);
        };
    }

    /**
     * The ingress, the activator and the queue-proxy answer with these too. Theirs come from Envoy itself, or as Go's
     * http.Error writes them; anything that Envoy took from the Service and that does not look so is the function's own.
     */
    private static boolean inDoubt(WireHead head, boolean ingress) {
        int status = head.status();
        if (status != 429 && (status < 502 || status > 504)) {
            return false;
        }
        String type = head.headers().first("content-type");
        boolean goes = "nosniff".equals(head.headers().first("x-content-type-options"))
                && type != null
                && type.startsWith("text/plain");
        boolean passedOn = head.headers().has("x-envoy-upstream-service-time");
        return ingress || goes || !passedOn;
    }

    private static Verdict answered(Call.Event event, WireHead head) {
        int status = head.status();
        if (status == 202 && "true".equals(event.attributes().get(ASYNC))) {
            return new Verdict.Streams(body -> {
                body.discard();
                return new Outcome.Accepted(event.context().id());
            });
        }
        if (status / 100 == 2) {
            return new Verdict.Streams(
                    body -> new Outcome.Result(head.headers().first("content-type"), attributes(head.headers()), body));
        }
        return new Verdict.NeedsWhole(
                ERROR_BYTES_MAX,
                bytes -> new Outcome.Failure(
                        Outcome.Failure.Reason.ERROR,
                        "http " + status,
                        "the function answered an event with status " + status,
                        bytes,
                        ""));
    }

    private static Headers attributes(Headers fields) {
        Headers.Builder attributes = Headers.builder();
        fields.forEach((name, value) -> {
            if (name.regionMatches(true, 0, "ce-", 0, 3)) {
                attributes.add(name.substring(3).toLowerCase(Locale.ROOT), decoded(value));
            }
        });
        return attributes.build();
    }

    private static String decoded(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        try {
            return java.net.URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException asItIs) {
            return value;
        }
    }

    private static Verdict failed(CloudException.Kind kind, String words, WireHead head) {
        return new Verdict.CloudFailed(
                new CloudException(kind, words, null, retryAfter(head.headers().first("retry-after"))));
    }

    private static @Nullable Duration retryAfter(@Nullable String seconds) {
        return seconds != null && seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }
}
