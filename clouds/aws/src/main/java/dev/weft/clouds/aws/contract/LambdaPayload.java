// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.contract;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An HTTP exchange as a Lambda event and back: payload format 2.0, as function URLs and HTTP APIs send it. Source: AWS
 * Lambda developer guide, "Lambda function URLs, request and response payloads". Pure.
 */
public final class LambdaPayload {
    /** Bytes of a synchronous payload, each way; Lambda's own limit. */
    public static final int BYTES_MAX = 6 << 20;

    /** The account that functions are told, and that façades' clients name. */
    public static final String ACCOUNT = "000000000000";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Many calls fall into one second. */
    private static volatile Second second = new Second(Long.MIN_VALUE, "");

    private LambdaPayload() {}

    private record Second(long epoch, String text) {}

    /** The event for {@code exchange}, whose body is {@code body}. */
    public static byte[] event(Call.Exchange exchange, byte[] body, String function, Instant now) {
        CallContext.Caller caller = exchange.context().caller();
        String host = withoutPort(caller.authority());
        String query = exchange.line().query();
        Map<String, String> headers = headers(exchange.headers());
        headers.put("x-amzn-trace-id", xray(exchange.context().trace()));
        List<String> cookies = cookies(exchange.headers());
        String text = text(exchange.headers().first("content-type"), body);
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 2048);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("version", "2.0");
            json.writeStringProperty("routeKey", "$default");
            json.writeStringProperty("rawPath", exchange.line().path());
            json.writeStringProperty("rawQueryString", query == null ? "" : query);
            if (!cookies.isEmpty()) {
                json.writeArrayPropertyStart("cookies");
                cookies.forEach(json::writeString);
                json.writeEndArray();
            }
            json.writeObjectPropertyStart("headers");
            headers.forEach(json::writeStringProperty);
            json.writeEndObject();
            if (query != null && !query.isEmpty()) {
                json.writeObjectPropertyStart("queryStringParameters");
                parameters(query).forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            json.writeObjectPropertyStart("requestContext");
            json.writeStringProperty("accountId", "anonymous");
            json.writeStringProperty("apiId", function);
            json.writeStringProperty("domainName", host);
            json.writeStringProperty("domainPrefix", host.contains(".") ? host.substring(0, host.indexOf('.')) : host);
            json.writeObjectPropertyStart("http");
            json.writeStringProperty("method", exchange.line().method());
            json.writeStringProperty("path", exchange.line().path());
            json.writeStringProperty("protocol", "HTTP/1.1");
            json.writeStringProperty("sourceIp", caller.address());
            json.writeStringProperty("userAgent", headers.getOrDefault("user-agent", ""));
            json.writeEndObject();
            json.writeStringProperty("requestId", exchange.context().id());
            json.writeStringProperty("routeKey", "$default");
            json.writeStringProperty("stage", "$default");
            json.writeStringProperty("time", time(now));
            json.writeNumberProperty("timeEpoch", now.toEpochMilli());
            json.writeEndObject();
            if (body.length > 0) {
                json.writeStringProperty(
                        "body", text == null ? Base64.getEncoder().encodeToString(body) : text);
            }
            json.writeBooleanProperty("isBase64Encoded", body.length > 0 && text == null);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static String time(Instant now) {
        Second known = second;
        if (known.epoch() != now.getEpochSecond()) {
            known = new Second(now.getEpochSecond(), TIME.format(now));
            second = known;
        }
        return known.text();
    }

    /** The answer that a handler's {@code result} means. */
    public static Outcome answer(byte[] result) {
        JsonNode value;
        try {
            value = JSON.readTree(result);
        } catch (JacksonException notJson) {
            return malformed("the handler's answer is not JSON");
        }
        if (!value.isObject() || !value.has("statusCode")) {
            return new Outcome.Response(200, Headers.of("content-type", "application/json"), Body.of(result));
        }
        int status = value.get("statusCode").asInt(0);
        if (status < 200 || status > 599) {
            return malformed("statusCode: " + value.get("statusCode") + ": a number from 200 to 599");
        }
        JsonNode body = value.get("body");
        if (body != null && !body.isNull() && !body.isString()) {
            return malformed("body: must be a string; use JSON.stringify for objects");
        }
        boolean base64 = value.path("isBase64Encoded").asBoolean(false);
        byte[] bytes;
        try {
            String text = body == null || body.isNull() ? "" : body.asString();
            bytes = base64 ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return malformed("body: isBase64Encoded is true, but it is not base64");
        }
        return new Outcome.Response(status, answerHeaders(value, "application/json"), Body.of(bytes));
    }

    /** The answer whose head a handler streams as {@code prelude}, before {@code body}. */
    public static Outcome streamed(byte[] prelude, Body body) {
        JsonNode value;
        try {
            value = JSON.readTree(prelude);
        } catch (JacksonException notJson) {
            return malformed("the head of the streamed answer is not JSON");
        }
        int status = value.has("statusCode") ? value.get("statusCode").asInt(0) : 200;
        if (!value.isObject() || status < 200 || status > 599) {
            return malformed("statusCode: " + value.get("statusCode") + ": a number from 200 to 599");
        }
        return new Outcome.Response(status, answerHeaders(value, "application/octet-stream"), body);
    }

    /** A W3C trace in AWS X-Ray's notation: the first eight digits of the id stand for its epoch. */
    public static String xray(Trace trace) {
        String id = trace.traceId();
        return "Root=1-" + id.substring(0, 8) + '-' + id.substring(8) + ";Parent=" + trace.spanId() + ";Sampled="
                + (trace.sampled() ? '1' : '0');
    }

    /** Whether {@code bytes} are one JSON value. */
    public static boolean isJson(byte[] bytes) {
        try {
            return !JSON.readTree(bytes).isMissingNode();
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /** A failure that a handler reported, in its own words; of {@code usualType} where those name none. */
    public static Outcome.Failure failure(Outcome.Failure.Reason reason, byte[] payload, @Nullable String usualType) {
        String type = usualType == null ? "Unknown" : usualType;
        String message = "";
        try {
            JsonNode said = JSON.readTree(payload);
            type = said.path("errorType").isString() ? said.path("errorType").asString() : type;
            message = said.path("errorMessage").asString(message);
        } catch (JacksonException notJson) {
            message = "the runtime reported an error that is not JSON";
        }
        return new Outcome.Failure(reason, type, message, payload, "");
    }

    /** A failure that Weft states for the handler, in Lambda's shape. */
    public static Outcome.Failure failure(Outcome.Failure.Reason reason, String type, String message, String logTail) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("errorType", type);
        words.put("errorMessage", message);
        return new Outcome.Failure(reason, type, message, JSON.writeValueAsBytes(words), logTail);
    }

    /** An answer that means nothing to Lambda. */
    public static Outcome.Failure malformed(String message) {
        return failure(Outcome.Failure.Reason.MALFORMED, "Runtime.InvalidResponse", message, "");
    }

    private static Headers answerHeaders(JsonNode value, String usualType) {
        Headers.Builder headers = Headers.builder();
        boolean[] typed = {false};
        value.path("headers").properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                headers.add(field.getKey(), field.getValue().asString(""));
                typed[0] |= field.getKey().equalsIgnoreCase("content-type");
            }
        });
        if (!typed[0]) {
            headers.add("content-type", usualType);
        }
        value.path("cookies").forEach(cookie -> headers.add("set-cookie", cookie.asString("")));
        return headers.build();
    }

    private static Map<String, String> headers(Headers fields) {
        Map<String, String> joined = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (!key.equals("cookie")) {
                joined.merge(key, value, (before, after) -> before + "," + after);
            }
        });
        return joined;
    }

    private static List<String> cookies(Headers fields) {
        List<String> cookies = new ArrayList<>();
        for (String field : fields.all("cookie")) {
            for (String cookie : field.split(";", -1)) {
                if (!cookie.isBlank()) {
                    cookies.add(cookie.strip());
                }
            }
        }
        return cookies;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.merge(decoded(name), decoded(value), (before, after) -> before + "," + after);
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    /** The body as text where its type is one that AWS passes as text; null where it goes as base64. */
    private static @Nullable String text(@Nullable String contentType, byte[] body) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        boolean textual = media.startsWith("text/")
                || media.equals("application/json")
                || media.equals("application/javascript")
                || media.equals("application/xml")
                || media.endsWith("+json")
                || media.endsWith("+xml");
        if (!textual) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }
}
