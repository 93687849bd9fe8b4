// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.call;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls of a function app at its own address. HTTP functions are asked as any client would ask them; others by the host's
 * admin API, which takes the event and answers nothing.
 *
 * <p>Azure passes a function's status and body through unmarked, so a status alone does not tell the host from the function.
 * What the host says without a body (401, and 404 to an event) is the cloud's; 429, 502, 503 and 504 may be either's and are
 * unknown; every other status is the function's own.
 */
public final class AzureDialect implements InvokeDialect {
    /** Bytes of a request. */
    public static final long REQUEST_BYTES_MAX = 100L << 20;

    /** Characters of a URL. */
    public static final int URL_CHARS_MAX = 8_192;

    /** Credentials' part that is a key of the function or of its app. */
    public static final String KEY = "key";

    /** Credentials' part that is an Entra access token. */
    public static final String BEARER = "bearer";

    private static final long ERROR_BYTES_MAX = 256 << 10;
    private static final int MESSAGE_CHARS_MAX = 300;
    private static final String KEY_FIELD = "x-functions-key";

    /** Fields of one connection, and those that only this dialect may write. */
    private static final Set<String> NOT_PASSED = Set.of(
            "host",
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "http2-settings",
            "content-length",
            "expect",
            "weft-invocation-id",
            "weft-hops",
            "weft-deadline",
            "traceparent",
            "tracestate",
            KEY_FIELD);

    @Override
    public BodyNeed bodyNeed(Call call) {
        return switch (call) {
            case Call.Exchange _ -> new BodyNeed.Stream();
            case Call.Event _ -> new BodyNeed.Whole(REQUEST_BYTES_MAX);
        };
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        CallTarget to = CallTarget.of(target);
        WireRequest request =
                switch (call) {
                    case Call.Exchange exchange -> exchange(exchange, to, target, credentials);
                    case Call.Event event when to.http() -> posted(event, to, target, credentials);
                    case Call.Event event -> admin(event, to, target, credentials);
                };
        int chars = target.endpoint().toString().length() + request.target().length();
        if (chars > URL_CHARS_MAX) {
            throw new CloudException(
                    Kind.TOO_LARGE,
                    "the URL of the call has %d characters; Azure takes %d".formatted(chars, URL_CHARS_MAX),
                    null);
        }
        return request;
    }

    private static WireRequest exchange(Call.Exchange exchange, CallTarget to, Target target, Credentials credentials) {
        if (!to.http()) {
            throw new CloudException(
                    Kind.INVALID,
                    "function %s of app %s is not begun by HTTP: send it an event"
                            .formatted(to.function(), target.name()),
                    null);
        }
        String path = exchange.line().path();
        if (Route.of("", to.path()).fit(path) == null
                && Route.required(to.path()).isEmpty()) {
            // which function is called is the HTTPRoute's business: a path of another shape has no parameters
            path = address(to.path(), Map.of());
        }
        String query = exchange.line().query();
        Headers.Builder headers = head(exchange.context(), target, credentials);
        boolean bearer = credentials.parts().containsKey(BEARER);
        exchange.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!NOT_PASSED.contains(lower) && !(bearer && lower.equals("authorization"))) {
                headers.add(name, value);
            }
        });
        return new WireRequest(
                exchange.line().method(), query == null ? path : path + '?' + query, headers.build(), exchange.body());
    }

    /** What {@code curl -d} would send to the function's address; a function that takes GET only gets an event without a body so. */
    private static WireRequest posted(Call.Event event, CallTarget to, Target target, Credentials credentials) {
        String method = "POST";
        if (!to.methods().isEmpty() && !to.methods().contains(method)) {
            method = to.methods().getFirst();
            if (event.body().length() != 0) {
                throw new CloudException(
                        Kind.INVALID,
                        "function %s of app %s takes %s only, which carries no event"
                                .formatted(to.function(), target.name(), String.join(" and ", to.methods())),
                        null);
            }
        }
        Headers.Builder headers = head(event.context(), target, credentials);
        // the function can tell an event from a request by these, as on Weft's own engine
        headers.add("ce-specversion", "1.0")
                .add("ce-id", event.context().id())
                .add("ce-source", "/weft/" + to.function())
                .add("ce-type", "dev.weft.invocation");
        String type = event.contentType();
        if (type != null) {
            headers.add("content-type", type);
        }
        passed(event, headers);
        return new WireRequest(method, address(to.path(), event.attributes()), headers.build(), event.body());
    }

    private static WireRequest admin(Call.Event event, CallTarget to, Target target, Credentials credentials) {
        byte[] body = JsonMapper.shared().writeValueAsBytes(Map.of("input", text(event, to, target)));
        Headers.Builder headers = head(event.context(), target, credentials).add("content-type", "application/json");
        passed(event, headers);
        return new WireRequest("POST", "/admin/functions/" + encoded(to.function()), headers.build(), Body.of(body));
    }

    /** The admin API's input is text, whatever the trigger. */
    private static String text(Call.Event event, CallTarget to, Target target) {
        byte[][] bytes = {new byte[0]};
        BodyGatherer.gather(event.body(), REQUEST_BYTES_MAX, all -> bytes[0] = all, broken -> {
            throw new IllegalStateException("the body was to be whole", broken);
        });
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes[0]))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new CloudException(
                    Kind.INVALID,
                    "function %s of app %s is called by Azure's admin API, which takes UTF-8 text only"
                            .formatted(to.function(), target.name()),
                    notUtf8);
        }
    }

    private static void passed(Call.Event event, Headers.Builder headers) {
        String once = event.attributes().get("idempotency-key");
        if (once != null) {
            headers.add("idempotency-key", once);
        }
    }

    private static Headers.Builder head(CallContext context, Target target, Credentials credentials) {
        Headers.Builder headers =
                Headers.builder().add("host", target.endpoint().getRawAuthority());
        String key = credentials.parts().get(KEY);
        if (key != null) {
            headers.add(KEY_FIELD, key);
        }
        String bearer = credentials.parts().get(BEARER);
        if (bearer != null) {
            headers.add("authorization", "Bearer " + bearer);
        }
        headers.add("traceparent", context.trace().traceparent());
        String state = context.trace().state();
        if (state != null) {
            headers.add("tracestate", state);
        }
        headers.add("weft-invocation-id", context.id());
        headers.add("weft-hops", Integer.toString(context.hops()));
        headers.add("weft-deadline", context.deadline().toString());
        return headers;
    }

    /** The function's path, its parameters filled from {@code attributes}. */
    private static String address(String template, Map<String, String> attributes) {
        String path = template;
        for (String name : Route.required(template)) {
            String value = attributes.get(name.toLowerCase(Locale.ROOT));
            if (value == null) {
                throw new CloudException(
                        Kind.INVALID,
                        "the function's address /%s has a parameter '%s': an event names it as an attribute of that name"
                                .formatted(template, name),
                        null);
            }
            path = path.replaceFirst(
                    "\\{" + name + "(:[^{}]*)?}", java.util.regex.Matcher.quoteReplacement(encoded(value)));
        }
        return '/' + path.replaceAll("/?\\{[^{}]*}", "").replaceFirst("^/+", "");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        int status = head.status();
        boolean bare = "0".equals(head.headers().first("content-length"));
        if (status == 401 && bare && !head.headers().has("www-authenticate")) {
            return failed(Kind.DENIED, "the app refused our key (401)", head);
        }
        if (status == 403 && head.headers().has("x-ms-forbidden-ip")) {
            return failed(Kind.DENIED, "the app's access restrictions refuse this machine's address (403)", head);
        }
        if (status == 429 || status == 502 || status == 503 || status == 504) {
            String said = status == 502 || status == 504
                    ? "the app's front end had no answer (%d); it waits 230 s at most".formatted(status)
                    : "the app or its host is busy (%d); Azure does not say which".formatted(status);
            return failed(Kind.UNKNOWN, said, head);
        }
        return switch (call) {
            case Call.Exchange _ -> new Verdict.Streams(body -> new Outcome.Response(status, head.headers(), body));
            case Call.Event event -> event(event, head, bare);
        };
    }

    private static Verdict event(Call.Event event, WireHead head, boolean bare) {
        int status = head.status();
        if (status == 404 && bare) {
            return failed(Kind.ABSENT, "the app has no such function (404)", head);
        }
        if (status == 413) {
            return failed(Kind.TOO_LARGE, "the event is larger than Azure takes (413)", head);
        }
        boolean empty = bare
                || (!head.headers().has("content-length") && !head.headers().has("transfer-encoding"));
        if (status == 202 && empty) {
            return new Verdict.Streams(body -> {
                body.discard();
                return new Outcome.Accepted(event.context().id());
            });
        }
        String type = head.headers().first("content-type");
        if (status / 100 == 2 || status / 100 == 3) {
            return new Verdict.Streams(body -> new Outcome.Result(type, attributes(head), body));
        }
        return new Verdict.NeedsWhole(
                ERROR_BYTES_MAX,
                bytes -> new Outcome.Failure(
                        Outcome.Failure.Reason.ERROR,
                        "Http" + status,
                        "the function answered " + status + said(bytes, type),
                        bytes,
                        ""));
    }

    private static String said(byte[] bytes, @Nullable String type) {
        if (type == null || !(type.startsWith("text/plain") || type.contains("json"))) {
            return "";
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        String cut = text.length() > MESSAGE_CHARS_MAX ? text.substring(0, MESSAGE_CHARS_MAX) + '…' : text;
        return cut.isEmpty() ? "" : ": " + cut;
    }

    /** What a function's answer says of itself beside its bytes. */
    private static Headers attributes(WireHead head) {
        Headers.Builder attributes = Headers.builder().add("status", Integer.toString(head.status()));
        for (String name : List.of("location", "retry-after", "etag")) {
            String value = head.headers().first(name);
            if (value != null) {
                attributes.add(name, value);
            }
        }
        return attributes.build();
    }

    private static Verdict failed(Kind kind, String said, WireHead head) {
        return new Verdict.CloudFailed(new CloudException(kind, said, null, retryAfter(head)));
    }

    private static @Nullable Duration retryAfter(WireHead head) {
        String value = head.headers().first("retry-after");
        try {
            return value == null ? null : Duration.ofSeconds(Math.max(0, Long.parseLong(value.strip())));
        } catch (NumberFormatException date) {
            return null; // a date needs a clock, and Azure's front end sends seconds
        }
    }
}
