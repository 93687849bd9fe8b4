// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Sha256;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.alibaba.account.Acs3;
import dev.weft.clouds.alibaba.account.AcsKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls of functions on Function Compute 3.0. Handlers are reached by InvokeFunction: an event as it is, an exchange as the
 * event that an HTTP trigger would make of it. Programs of custom runtimes are reached by their HTTP trigger, which asks for a
 * signature: an exchange as it is, an event as a POST of its body to {@code /invoke}.
 */
final class FcInvokeDialect implements InvokeDialect {
    /** Part of a target that names the alias or version. */
    static final String QUALIFIER = "qualifier";

    /** Part of a target whose endpoint is an HTTP trigger's. */
    static final String TRIGGER = "trigger";

    /** Attribute of an event that is to be sent without waiting for the result. */
    static final String ASYNC = "weft-async";

    /** Bytes of an event that is sent without waiting. */
    static final int ASYNC_BYTES_MAX = 128 << 10;

    /** What an error may take. */
    static final int ERROR_BYTES_MAX = 1 << 20;

    private static final int LOG_CHARS_MAX = 16 << 10;
    private static final Pattern TASK_ID = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,127}");
    private static final String INVOKE = "/invoke";

    /** There is nothing to set up. */
    FcInvokeDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(async(call) ? ASYNC_BYTES_MAX : FcLimits.PAYLOAD_BYTES_MAX);
    }

    /** An HTTP trigger's signature leaves the body out. */
    @Override
    public BodyNeed bodyNeed(Call call, Target target) {
        return target.parts().containsKey(TRIGGER) && !async(call) ? new BodyNeed.Stream() : bodyNeed(call);
    }

    private static boolean async(Call call) {
        return call instanceof Call.Event event
                && "true".equals(event.attributes().get(ASYNC));
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        return target.parts().containsKey(TRIGGER)
                ? triggered(call, target, credentials, now)
                : invoked(call, target, credentials, now);
    }

    private static WireRequest invoked(Call call, Target target, Credentials credentials, Instant now) {
        byte[] body =
                switch (call) {
                    case Call.Exchange exchange -> {
                        FcLimits.check(exchange.line(), exchange.headers());
                        Headers.Builder fields = Headers.builder().addAll(exchange.headers());
                        fields.set("traceparent", call.context().trace().traceparent());
                        Call.Exchange traced =
                                new Call.Exchange(call.context(), exchange.line(), fields.build(), exchange.body());
                        byte[] event = FcHttpEvent.event(traced, whole(call.body()), now);
                        if (event.length > FcLimits.PAYLOAD_BYTES_MAX) {
                            throw new CloudException(
                                    CloudException.Kind.TOO_LARGE,
                                    "the request takes %d bytes as Function Compute's event, of which %d are allowed"
                                            .formatted(event.length, FcLimits.PAYLOAD_BYTES_MAX),
                                    null);
                        }
                        yield event;
                    }
                    case Call.Event event -> whole(event.body());
                };
        String path = "/" + Acs3.VERSION + "/functions/" + Acs3.encoded(target.name()) + "/invocations";
        String qualifier = target.parts().get(QUALIFIER);
        String query = qualifier == null ? null : "qualifier=" + Acs3.encoded(qualifier);
        Map<String, String> fields = new TreeMap<>();
        fields.put("host", target.endpoint().getRawAuthority());
        fields.put("content-type", "application/octet-stream");
        fields.put("x-acs-action", "InvokeFunction");
        fields.put("x-acs-version", Acs3.VERSION);
        String payload = Sha256.hex(body);
        fields.put("x-acs-content-sha256", payload);
        boolean async = async(call);
        fields.put("x-fc-invocation-type", async ? "Async" : "Sync");
        fields.put("x-fc-log-type", async ? "None" : "Tail");
        taskId(call, fields);
        sign(call, new Acs3.Signed("POST", path, query, fields, payload), credentials, now);
        return new WireRequest("POST", query == null ? path : path + '?' + query, headers(fields), Body.of(body));
    }

    private static void taskId(Call call, Map<String, String> fields) {
        if (call instanceof Call.Event event && async(call)) {
            String key = event.attributes().get("idempotency-key");
            if (key != null && TASK_ID.matcher(key).matches()) {
                fields.put("x-fc-async-task-id", key);
            }
        }
    }

    /** Adds what proves who asks, and whose call it is. */
    private static void sign(Call call, Acs3.Signed request, Credentials credentials, Instant now) {
        AcsKeys keys = AcsKeys.of(credentials);
        if (keys == null) {
            throw new CloudException(CloudException.Kind.DENIED, "there are no credentials for Alibaba Cloud", null);
        }
        Map<String, String> fields = request.fields();
        fields.put("x-acs-date", now.truncatedTo(ChronoUnit.SECONDS).toString());
        fields.put(
                "x-acs-signature-nonce",
                call.context().id() + '-' + call.context().trace().spanId() + '-' + now.toEpochMilli());
        String token = keys.token();
        if (token != null) {
            fields.put("x-acs-security-token", token);
        }
        fields.put("authorization", Acs3.authorization(request, keys));
        fields.put("traceparent", call.context().trace().traceparent());
        fields.put("weft-invocation-id", call.context().id());
        fields.put("weft-hops", Integer.toString(call.context().hops()));
        fields.put("weft-deadline", call.context().deadline().toString());
    }

    private static WireRequest triggered(Call call, Target target, Credentials credentials, Instant now) {
        Map<String, String> signed = new TreeMap<>();
        signed.put("host", target.endpoint().getRawAuthority());
        Headers.Builder headers = Headers.builder();
        return switch (call) {
            case Call.Exchange exchange -> {
                FcLimits.check(exchange.line(), exchange.headers());
                exchange.headers().forEach((name, value) -> {
                    if (!ours(name)) {
                        headers.add(name, value);
                    }
                });
                String type = exchange.headers().first("content-type");
                if (type != null) {
                    signed.put("content-type", type);
                }
                String host = exchange.headers().first("host");
                if (host != null) {
                    headers.add("x-forwarded-host", host);
                }
                sign(
                        call,
                        new Acs3.Signed(
                                exchange.line().method(),
                                exchange.line().path(),
                                exchange.line().query(),
                                signed,
                                ""),
                        credentials,
                        now);
                add(headers, signed);
                yield new WireRequest(
                        exchange.line().method(), exchange.line().target(), headers.build(), exchange.body());
            }
            case Call.Event event -> {
                String type = event.contentType();
                signed.put("content-type", type == null ? "application/octet-stream" : type);
                signed.put("x-fc-invocation-type", async(call) ? "Async" : "Sync");
                taskId(call, signed);
                sign(call, new Acs3.Signed("POST", INVOKE, null, signed, ""), credentials, now);
                add(headers, signed);
                headers.set("content-type", signed.getOrDefault("content-type", ""));
                yield new WireRequest("POST", INVOKE, headers.build(), event.body());
            }
        };
    }

    /** The signed fields; a content type stands among the caller's own. */
    private static void add(Headers.Builder headers, Map<String, String> signed) {
        signed.forEach((name, value) -> {
            if (!name.equals("content-type")) {
                headers.add(name, value);
            }
        });
    }

    /** Fields that the signature, the trace or the platform says anew. */
    private static boolean ours(String name) {
        String lower = name.toLowerCase(java.util.Locale.ROOT);
        return FcHeaders.keptFromCode(lower)
                || lower.startsWith("x-acs-")
                || lower.startsWith("weft-")
                || switch (lower) {
                    case "host", "authorization", "traceparent", "x-forwarded-host" -> true;
                    default -> false;
                };
    }

    private static Headers headers(Map<String, String> fields) {
        Headers.Builder headers = Headers.builder();
        fields.forEach(headers::add);
        return headers.build();
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
        return decode(call, head, false);
    }

    @Override
    public Verdict decode(Call call, Target target, WireHead head) {
        return decode(call, head, target.parts().containsKey(TRIGGER));
    }

    private static Verdict decode(Call call, WireHead head, boolean triggered) {
        Headers headers = head.headers();
        String type = headers.first(FcHeaders.ERROR_TYPE);
        String said = headers.first(FcHeaders.REQUEST_ID);
        String id = said == null ? call.context().id() : said;
        int status = head.status();
        if (type != null) {
            String log = log(headers.first("x-fc-log-result"));
            return new Verdict.NeedsWhole(ERROR_BYTES_MAX, bytes -> failure(type, bytes, log));
        }
        if (status == 202 && async(call)) {
            return new Verdict.Streams(body -> {
                body.discard();
                return new Outcome.Accepted(id);
            });
        }
        if (triggered && !platforms(status)) {
            return answered(call, head, id);
        }
        return switch (call) {
            case Call.Event _
            when status == 200 ->
                new Verdict.Streams(body ->
                        new Outcome.Result(headers.first("content-type"), Headers.of(FcHeaders.REQUEST_ID, id), body));
            case Call.Exchange _
            when status == 200 -> new Verdict.NeedsWhole(FcLimits.PAYLOAD_BYTES_MAX, FcHttpEvent::answer);
            case Call.Exchange _, Call.Event _ ->
                refused(status, id, retryAfter(headers.first("retry-after")), triggered);
        };
    }

    /** Whether a trigger's answer of that status may be the platform's as well as the program's. */
    private static boolean platforms(int status) {
        return status == 429 || (status >= 502 && status <= 504);
    }

    /** What a program of a custom runtime said, through its trigger. */
    private static Verdict answered(Call call, WireHead head, String id) {
        Headers.Builder kept = Headers.builder();
        head.headers().forEach((name, value) -> {
            if (!FcHeaders.keptFromCaller(name)) {
                kept.add(name, value);
            }
        });
        Headers fields = kept.add(FcHeaders.REQUEST_ID, id).build();
        return switch (call) {
            case Call.Exchange _ -> new Verdict.Streams(body -> new Outcome.Response(head.status(), fields, body));
            case Call.Event _
            when head.status() / 100 == 2 ->
                new Verdict.Streams(body -> new Outcome.Result(head.headers().first("content-type"), fields, body));
            case Call.Event _ ->
                new Verdict.NeedsWhole(ERROR_BYTES_MAX, bytes -> failure("http " + head.status(), bytes, ""));
        };
    }

    /** Through a trigger, the program itself may have said it; by InvokeFunction, a function's answers all have status 200. */
    private static Verdict refused(int status, String id, @Nullable Duration retryAfter, boolean triggered) {
        if (status == 412) {
            return new Verdict.NeedsWhole(ERROR_BYTES_MAX, bytes -> failure("CAExited", bytes, ""));
        }
        CloudException.Kind kind =
                switch (status) {
                    case 401, 403 -> CloudException.Kind.DENIED;
                    case 404 -> CloudException.Kind.ABSENT;
                    case 413 -> CloudException.Kind.TOO_LARGE;
                    case 429, 503 -> triggered ? CloudException.Kind.UNKNOWN : CloudException.Kind.BUSY;
                    default -> status >= 500 ? CloudException.Kind.UNKNOWN : CloudException.Kind.INVALID;
                };
        String words = "Function Compute answered with " + status + " (request " + id + ")";
        return new Verdict.CloudFailed(new CloudException(kind, words, null, retryAfter));
    }

    private static @Nullable Duration retryAfter(@Nullable String seconds) {
        return seconds != null && seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }

    private static Outcome.Failure failure(String type, byte[] payload, String log) {
        Outcome.Failure reported =
                FcFailure.reported(Outcome.Failure.Reason.ERROR, payload, type, "the function failed: " + type);
        Outcome.Failure.Reason reason = reason(type, reported.message());
        return new Outcome.Failure(reason, reported.type(), reported.message(), payload, log);
    }

    private static Outcome.Failure.Reason reason(String type, String message) {
        if (type.contains("Timeout") || message.contains("timed out")) {
            return Outcome.Failure.Reason.TIMEOUT;
        }
        if (type.contains("OOM") || message.contains("out of memory")) {
            return Outcome.Failure.Reason.MEMORY;
        }
        if (message.contains("exited unexpectedly") || type.contains("ProcessExit")) {
            return Outcome.Failure.Reason.CRASH;
        }
        return type.startsWith("CA")
                        || type.contains("NotStarted")
                        || type.contains("ImportModule")
                        || type.contains("HandlerNotFound")
                        || type.contains("Initial")
                ? Outcome.Failure.Reason.INIT
                : Outcome.Failure.Reason.ERROR;
    }

    private static String log(@Nullable String base64) {
        if (base64 == null) {
            return "";
        }
        try {
            String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            return text.length() > LOG_CHARS_MAX ? text.substring(text.length() - LOG_CHARS_MAX) : text;
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}
