// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer that a web action's result means, as the controller reads results under extension {@code .http}: status,
 * header fields, and a body that is text, base64 or JSON by its content type. Source: OpenWhisk's controller. Pure.
 */
public final class WebAnswer {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern BASE64 =
            Pattern.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)");

    private final Activation activation;
    private final Headers.Builder headers = Headers.builder();
    private @Nullable String contentType;

    private WebAnswer(Activation activation) {
        this.activation = activation;
    }

    /**
     * Which activation answered.
     *
     * @param transaction what the controller's own error answers name
     */
    public record Activation(String id, String transaction) {}

    /** The answer of {@code result}: of the whole result, or of its {@code error} where it has one. */
    public static Outcome.Response of(JsonNode result, Activation activation) {
        WebAnswer answer = new WebAnswer(activation);
        try {
            return answer.read(result);
        } catch (NotHttp refused) {
            return refusal(refused.getMessage(), activation);
        }
    }

    private Outcome.Response read(JsonNode result) throws NotHttp {
        if (!result.isObject()) {
            throw new NotHttp("Response is not valid 'message/http'.");
        }
        JsonNode fields = result.get("headers");
        if (fields != null && !fields.isObject()) {
            throw new NotHttp("Response is not valid 'message/http'.");
        }
        if (fields != null) {
            for (Map.Entry<String, JsonNode> field : fields.properties()) {
                add(field.getKey(), field.getValue());
            }
        }
        int status = status(result.get("statusCode"));
        JsonNode body = result.get("body");
        if (body == null || body.isNull() || (body.isString() && body.asString().isEmpty())) {
            // a content type without content is dropped
            return response(status == 0 ? 204 : status, null, new byte[0]);
        }
        int given = status == 0 ? 200 : status;
        return body.isString() ? text(given, body.asString()) : json(given, body);
    }

    private static int status(@Nullable JsonNode code) throws NotHttp {
        if (code == null) {
            return 0;
        }
        try {
            int status =
                    code.isString() ? Integer.parseInt(code.asString()) : code.isIntegralNumber() ? code.asInt() : 0;
            if (status >= 200 && status <= 599) {
                return status;
            }
        } catch (NumberFormatException noNumber) {
            throw new NotHttp("Response is not valid 'message/http'.");
        }
        throw new NotHttp("Response is not valid 'message/http'.");
    }

    private void add(String name, JsonNode value) throws NotHttp {
        if (value.isArray()) {
            for (JsonNode each : value) {
                add(name, each);
            }
            return;
        }
        String text = value.asString("");
        boolean allowed = (value.isString() || value.isBoolean() || value.isNumber())
                && FIELD_NAME.matcher(name).matches()
                && text.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 127);
        if (!allowed) {
            throw new NotHttp("Response is not valid 'message/http'.");
        }
        if (name.equalsIgnoreCase("content-type")) {
            contentType = contentType == null ? text : contentType;
        } else if (!name.equalsIgnoreCase("content-length") && !name.equalsIgnoreCase("transfer-encoding")) {
            headers.add(name, text); // how a body is framed is not the action's to say
        }
    }

    private Outcome.Response text(int status, String body) throws NotHttp {
        String type = contentType == null ? "text/html" : contentType;
        String media = MediaType.of(type);
        if (!media.contains("/")) {
            throw new NotHttp("Response did not specify a known content-type.");
        }
        boolean json = MediaType.json(media);
        if (json ? BASE64.matcher(body.strip()).matches() : !MediaType.text(media)) {
            // JSON in base64 is what web actions answered before JSON bodies could be objects; it is still understood
            return response(status, type, decoded(body));
        }
        boolean charset = type.contains("charset");
        return response(
                status, json || charset ? type : type + "; charset=UTF-8", body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decoded(String body) throws NotHttp {
        try {
            return Base64.getDecoder().decode(body.strip());
        } catch (IllegalArgumentException notBase64) {
            throw new NotHttp("Response type in header did not match generated content type.");
        }
    }

    private Outcome.Response json(int status, JsonNode body) throws NotHttp {
        String type = contentType == null ? "application/json" : contentType;
        if (!MediaType.json(MediaType.of(type))) {
            throw new NotHttp("Response type in header did not match generated content type.");
        }
        return response(status, type, JSON.writeValueAsBytes(body));
    }

    private Outcome.Response response(int status, @Nullable String type, byte[] body) {
        if (type != null) {
            headers.add("content-type", type);
        }
        headers.set("x-openwhisk-activation-id", activation.id());
        return new Outcome.Response(status, headers.build(), Body.of(body));
    }

    private static Outcome.Response refusal(@Nullable String message, Activation activation) {
        String sentence = message == null ? "" : message;
        return new Outcome.Response(
                400,
                Headers.of("content-type", "application/json", "x-openwhisk-activation-id", activation.id()),
                Body.of(JSON.writeValueAsBytes(Map.of("error", sentence, "code", activation.transaction()))));
    }

    /** The result is no answer to an HTTP request; the message is the controller's. */
    private static final class NotHttp extends Exception {
        NotHttp(String message) {
            super(message, null, false, false);
        }
    }
}
