// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An HTTP exchange as a Lambda event and back: payload format 2.0, as function URLs send it. Pure. */
final class Payload {
    private static final Pattern TRACE =
            Pattern.compile("00-([0-9a-f]{8})([0-9a-f]{24})-([0-9a-f]{16})-[0-9a-f]([0-9a-f])");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final List<String> TEXT = List.of("application/json", "application/javascript", "application/xml");
    private static final String JSON = "application/json";
    private static final String TYPE = "content-type";

    private Payload() {}

    /** A W3C trace in X-Ray's notation. */
    static String xray(@Nullable String trace) {
        Matcher parts = TRACE.matcher(trace == null ? "" : trace);
        return !parts.matches()
                ? ""
                : "Root=1-%s-%s;Parent=%s;Sampled=%d"
                        .formatted(
                                parts.group(1),
                                parts.group(2),
                                parts.group(3),
                                Integer.parseInt(parts.group(4), 16) & 1);
    }

    /** The event of an exchange, for the function named {@code function}. */
    static byte[] event(Code.Exchange exchange, String function, Instant now) {
        List<Fields.Field> plain = new ArrayList<>();
        List<String> cookies = new ArrayList<>();
        for (Fields.Field each : exchange.fields()) {
            if (each.is("cookie")) {
                Arrays.stream(each.value().split(";", -1))
                        .map(String::strip)
                        .filter(one -> !one.isEmpty())
                        .forEach(cookies::add);
            } else {
                plain.add(new Fields.Field(each.key(), each.value()));
            }
        }
        Map<String, String> headers = joined(plain);
        String trace = xray(exchange.about().trace());
        if (!trace.isEmpty()) {
            headers.put("x-amzn-trace-id", trace);
        }
        String text = textOf(headers.get(TYPE), exchange.body());
        boolean body = exchange.body().length > 0;
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("version", "2.0");
        event.put("routeKey", "$default");
        event.put("rawPath", exchange.path());
        event.put("rawQueryString", exchange.query() == null ? "" : exchange.query());
        if (!cookies.isEmpty()) {
            event.put("cookies", cookies);
        }
        event.put("headers", headers);
        Map<String, String> parameters = parameters(exchange.query());
        if (!parameters.isEmpty()) {
            event.put("queryStringParameters", parameters);
        }
        event.put("requestContext", context(exchange, function, headers, now));
        if (body) {
            event.put("body", text == null ? Base64.getEncoder().encodeToString(exchange.body()) : text);
        }
        event.put("isBase64Encoded", body && text == null);
        return Json.text(event).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> context(
            Code.Exchange exchange, String function, Map<String, String> headers, Instant now) {
        String host = exchange.host() == null ? "" : exchange.host().replaceFirst(":\\d+$", "");
        Map<String, Object> http = new LinkedHashMap<>();
        http.put("method", exchange.method());
        http.put("path", exchange.path());
        http.put("protocol", "HTTP/1.1");
        http.put("sourceIp", exchange.remote());
        http.put("userAgent", headers.getOrDefault("user-agent", ""));
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("accountId", "anonymous");
        context.put("apiId", function);
        context.put("domainName", host);
        context.put("domainPrefix", host.split("\\.", 2)[0]);
        context.put("http", http);
        context.put("requestId", exchange.about().id());
        context.put("routeKey", "$default");
        context.put("stage", "$default");
        context.put("time", TIME.format(now));
        context.put("timeEpoch", now.toEpochMilli());
        return context;
    }

    /** Names to values; what comes more than once is joined by commas. */
    private static Map<String, String> joined(List<Fields.Field> all) {
        Map<String, String> joined = new LinkedHashMap<>();
        all.forEach(each -> joined.merge(each.name(), each.value(), (one, more) -> one + ',' + more));
        return joined;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        List<Fields.Field> all = new ArrayList<>();
        for (String each : (query == null ? "" : query).split("&", -1)) {
            int equals = each.indexOf('=');
            if (!each.isEmpty()) {
                all.add(new Fields.Field(
                        decoded(equals < 0 ? each : each.substring(0, equals)),
                        equals < 0 ? "" : decoded(each.substring(equals + 1))));
            }
        }
        return joined(all);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    /** The body as text where its type is one that AWS passes as text; null where it goes as base64. */
    private static @Nullable String textOf(@Nullable String type, byte[] body) {
        String media = (type == null ? "" : type)
                .toLowerCase(Locale.ROOT)
                .split(";", 2)[0]
                .strip();
        boolean textual =
                media.startsWith("text/") || media.endsWith("+json") || media.endsWith("+xml") || TEXT.contains(media);
        try {
            return textual
                    ? StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(body))
                            .toString()
                    : null;
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    /** The answer that a handler's result means. */
    static Code.Answer answer(byte[] result, boolean raw) throws Failure {
        Code.Answer plain = new Code.Answer(200, Fields.of(TYPE, JSON), result);
        if (raw) {
            return plain;
        }
        Object value;
        try {
            value = Json.read(new String(result, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notJson) {
            throw malformed("the handler's answer is not JSON");
        }
        if (!(value instanceof Map<?, ?> said) || !said.containsKey("statusCode")) {
            return plain;
        }
        Object body = said.get("body");
        if (body != null && !(body instanceof String)) {
            throw malformed("body: must be a string; write objects as JSON");
        }
        return new Code.Answer(
                status(said.get("statusCode")), fields(said), bytes(said, body == null ? "" : (String) body));
    }

    private static byte[] bytes(Map<?, ?> said, String body) throws Failure {
        if (!Boolean.TRUE.equals(said.get("isBase64Encoded"))) {
            return body.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException notBase64) {
            throw malformed("body: isBase64Encoded is true, but it is not base64");
        }
    }

    private static int status(@Nullable Object said) throws Failure {
        String text = String.valueOf(said);
        int status = text.matches("[0-9]{3}(\\.0)?") ? Integer.parseInt(text, 0, 3, 10) : 0;
        if (status < 200 || status > 599) {
            throw malformed("statusCode: " + Json.text(said) + ": a number from 200 to 599");
        }
        return status;
    }

    private static Fields fields(Map<?, ?> said) {
        List<Fields.Field> all = new ArrayList<>();
        if (said.get("headers") instanceof Map<?, ?> headers) {
            headers.forEach((name, value) -> {
                if (value != null) {
                    all.add(new Fields.Field(String.valueOf(name), value.toString()));
                }
            });
        }
        if (all.stream().noneMatch(each -> each.is(TYPE))) {
            all.add(new Fields.Field(TYPE, JSON));
        }
        if (said.get("cookies") instanceof List<?> cookies) {
            cookies.forEach(each -> all.add(new Fields.Field("set-cookie", String.valueOf(each))));
        }
        return new Fields(all);
    }

    private static Failure malformed(String message) {
        return new Failure("Runtime.InvalidResponse", message);
    }
}
