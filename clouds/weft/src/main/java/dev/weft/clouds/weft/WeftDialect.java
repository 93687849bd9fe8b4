// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls of another Weft's functions: a call is passed as it is, and its outcome comes back as it is. How many functions it has passed
 * through goes along, so that Wefts that name each other come to an end.
 */
final class WeftDialect implements InvokeDialect {
    /** Part of the credentials: {@code ID.SECRET}. */
    static final String KEY = "key";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** There is nothing to set up. */
    WeftDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Stream();
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        Headers.Builder headers =
                Headers.builder().add("host", target.endpoint().getRawAuthority());
        String path = path(target);
        return switch (call) {
            case Call.Exchange exchange -> {
                exchange.headers().forEach((name, value) -> {
                    if (!ours(name)) {
                        headers.add(name, value);
                    }
                });
                String asked = exchange.headers().first("host");
                if (asked != null) {
                    headers.add(Wire.HOST, asked);
                }
                context(headers, call, credentials);
                String to = path + Wire.CALL + target.name() + exchange.line().target();
                yield new WireRequest(exchange.line().method(), to, headers.build(), exchange.body());
            }
            case Call.Event event -> {
                if (event.contentType() != null) {
                    headers.add("content-type", event.contentType());
                }
                attributes(headers, event.attributes());
                context(headers, call, credentials);
                yield new WireRequest("POST", path + Wire.EVENT + target.name(), headers.build(), event.body());
            }
        };
    }

    private static String path(Target target) {
        String path = target.endpoint().getRawPath();
        if (path == null || path.equals("/")) {
            return "";
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Fields that are said anew; whoever calls the gateway must not say them. */
    private static boolean ours(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("host")
                || lower.equals("traceparent")
                || lower.equals("tracestate")
                || lower.startsWith("weft-");
    }

    private static void attributes(Headers.Builder headers, Map<String, String> attributes) {
        if (attributes.isEmpty()) {
            return;
        }
        String encoded = Wire.attributes(attributes);
        if (encoded.length() > Wire.ATTRIBUTES_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "the event's attributes have more than " + Wire.ATTRIBUTES_CHARS_MAX + " characters, encoded");
        }
        headers.add(Wire.ATTRIBUTES, encoded);
    }

    private static void context(Headers.Builder headers, Call call, Credentials credentials) {
        Trace trace = call.context().trace();
        headers.add("traceparent", trace.traceparent());
        String state = trace.state();
        if (state != null) {
            headers.add("tracestate", state);
        }
        headers.add("weft-hops", Integer.toString(call.context().hops()));
        String key = credentials.parts().get(KEY);
        if (key != null) {
            headers.add(Wire.KEY, "Bearer " + key);
        }
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        Headers fields = head.headers();
        String outcome = fields.first(Wire.OUTCOME);
        return switch (outcome == null ? "" : outcome) {
            case Wire.RESPONSE -> {
                Headers own =
                        Headers.builder().addAll(fields).remove(Wire.OUTCOME).build();
                yield new Verdict.Streams(body -> new Outcome.Response(head.status(), own, body));
            }
            case Wire.RESULT -> result(fields);
            case Wire.FAILURE -> new Verdict.NeedsWhole(Wire.FAILURE_BYTES_MAX, WeftDialect::failure);
            case Wire.NONE -> {
                Duration retryAfter = retryAfter(fields.first("retry-after"));
                yield new Verdict.NeedsWhole(Wire.FAILURE_BYTES_MAX, body -> {
                    throw WeftErrors.failure(body, retryAfter);
                });
            }
            default -> strange(head);
        };
    }

    private static Verdict result(Headers fields) {
        Map<String, String> said = Wire.attributes(fields.first(Wire.ATTRIBUTES));
        if (said == null) {
            return new Verdict.CloudFailed(new CloudException(
                    CloudException.Kind.UNKNOWN, "the other Weft's answer has attributes that can't be read", null));
        }
        Headers.Builder attributes = Headers.builder();
        said.forEach(attributes::add);
        Headers own = attributes.build();
        return new Verdict.Streams(body -> new Outcome.Result(fields.first("content-type"), own, body));
    }

    private static Outcome failure(byte[] body) {
        try {
            JsonNode said = JSON.readTree(body);
            return new Outcome.Failure(
                    Outcome.Failure.Reason.valueOf(said.path("reason").asString("ERROR")),
                    said.path("type").asString(""),
                    said.path("message").asString(""),
                    Base64.getDecoder().decode(said.path("payload").asString("")),
                    "");
        } catch (JacksonException | IllegalArgumentException other) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "the other Weft says of a failure what can't be read", other);
        }
    }

    /** What stands between the two Wefts has answered, or what is there is none. */
    private static Verdict strange(WireHead head) {
        boolean denied = head.status() == 401 || head.status() == 403;
        return new Verdict.CloudFailed(new CloudException(
                denied ? CloudException.Kind.DENIED : CloudException.Kind.UNKNOWN,
                "what answered with status " + head.status() + " is no Weft's façade weft",
                null));
    }

    private static @Nullable Duration retryAfter(@Nullable String seconds) {
        return seconds != null && seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }
}
