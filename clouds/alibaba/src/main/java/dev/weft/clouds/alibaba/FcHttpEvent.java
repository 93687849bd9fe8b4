// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An HTTP exchange as the event of a built-in runtime's handler, and its answer back: payload version v1. Source: Function
 * Compute 3.0 developer guide, "Use an HTTP trigger to invoke a function". Pure.
 */
final class FcHttpEvent {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> TEXTS = Set.of(
            "",
            "application/json",
            "application/javascript",
            "application/xml",
            "application/yaml",
            "application/graphql",
            "application/x-www-form-urlencoded");

    private FcHttpEvent() {}

    /** The event for {@code exchange}, whose body is {@code body}. */
    static byte[] event(Call.Exchange exchange, byte[] body, Instant now) {
        CallContext.Caller caller = exchange.context().caller();
        String host = withoutPort(caller.authority());
        String query = exchange.line().query();
        String text = text(exchange.headers().first("content-type"), body);
        String agent = exchange.headers().first("user-agent");
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 2048);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("version", "v1");
            json.writeStringProperty("rawPath", exchange.line().path());
            json.writeStringProperty("body", text == null ? Base64.getEncoder().encodeToString(body) : text);
            json.writeBooleanProperty("isBase64Encoded", text == null);
            json.writeObjectPropertyStart("headers");
            headers(exchange.headers()).forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeObjectPropertyStart("queryParameters");
            parameters(query == null ? "" : query).forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeObjectPropertyStart("requestContext");
            json.writeStringProperty("accountId", FcHeaders.ACCOUNT);
            json.writeStringProperty("domainName", host);
            json.writeStringProperty("domainPrefix", host.contains(".") ? host.substring(0, host.indexOf('.')) : host);
            json.writeObjectPropertyStart("http");
            json.writeStringProperty("method", exchange.line().method());
            json.writeStringProperty("path", decoded(exchange.line().path().replace("+", "%2B")));
            json.writeStringProperty("protocol", "HTTP/1.1");
            json.writeStringProperty("sourceIp", caller.address());
            json.writeStringProperty("userAgent", agent == null ? "" : agent);
            json.writeEndObject();
            json.writeStringProperty("requestId", exchange.context().id());
            json.writeStringProperty("time", now.truncatedTo(ChronoUnit.SECONDS).toString());
            json.writeStringProperty("timeEpoch", Long.toString(now.toEpochMilli()));
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** The answer that a handler's {@code result} means. */
    static Outcome answer(byte[] result) {
        JsonNode value;
        try {
            value = JSON.readTree(result);
        } catch (JacksonException notJson) {
            return plain(result);
        }
        if (!value.isObject() || !value.has("statusCode")) {
            return plain(result);
        }
        int status = value.get("statusCode").asInt(0);
        if (status < 200 || status > 599) {
            return malformed("statusCode: " + value.get("statusCode") + ": a number from 200 to 599");
        }
        JsonNode body = value.path("body");
        boolean none = body.isMissingNode() || body.isNull();
        if (!none && !body.isString()) {
            return malformed("body: must be a string; turn objects into JSON text first");
        }
        byte[] bytes;
        try {
            String text = none ? "" : body.asString();
            bytes = value.path("isBase64Encoded").asBoolean(false)
                    ? Base64.getDecoder().decode(text)
                    : text.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return malformed("body: isBase64Encoded is true, but it is not base64");
        }
        Headers headers = answerHeaders(value.path("headers"));
        return FcLimits.bytes(headers) > FcLimits.HEADER_BYTES_MAX
                ? FcFailure.tooLarge("header fields", FcLimits.HEADER_BYTES_MAX)
                : new Outcome.Response(status, headers, Body.of(bytes));
    }

    private static Outcome plain(byte[] result) {
        return new Outcome.Response(200, Headers.of("content-type", "application/json"), Body.of(result));
    }

    private static Outcome.Failure malformed(String message) {
        return FcFailure.stated(Outcome.Failure.Reason.MALFORMED, "BadResponse", message, "");
    }

    private static Headers answerHeaders(JsonNode fields) {
        Headers.Builder headers = Headers.builder();
        boolean[] typed = {false};
        fields.properties().forEach(field -> {
            if (field.getValue().isNull() || FcHeaders.keptFromCaller(field.getKey())) {
                return;
            }
            typed[0] |= field.getKey().equalsIgnoreCase("content-type");
            if (field.getValue().isArray()) {
                field.getValue().forEach(each -> headers.add(field.getKey(), each.asString("")));
            } else {
                headers.add(field.getKey(), field.getValue().asString(""));
            }
        });
        return typed[0]
                ? headers.build()
                : headers.add("content-type", "application/json").build();
    }

    /** Names are spelt as Go spells them, which is how the cloud's own gateway passes them: {@code Content-Type}. */
    private static Map<String, String> headers(Headers fields) {
        Map<String, String> joined = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (!FcHeaders.keptFromCode(name)) {
                joined.merge(canonical(name), value, (before, after) -> before + "," + after);
            }
        });
        return joined;
    }

    private static String canonical(String name) {
        StringBuilder out = new StringBuilder(name.toLowerCase(Locale.ROOT));
        for (int i = 0; i < out.length(); i++) {
            if (i == 0 || out.charAt(i - 1) == '-') {
                out.setCharAt(i, Character.toUpperCase(out.charAt(i)));
            }
        }
        return out.toString();
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

    /** The body as text; null where its type is a binary one, or it is no text at all, and it goes as base64. */
    private static @Nullable String text(@Nullable String contentType, byte[] body) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        boolean textual =
                TEXTS.contains(media) || media.startsWith("text/") || media.endsWith("+json") || media.endsWith("+xml");
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
