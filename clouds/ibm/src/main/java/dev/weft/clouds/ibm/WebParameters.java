// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An HTTP exchange as the parameters of a web action that is not raw: query and body become parameters, the rest stands
 * under {@code __ow_…}. Source: OpenWhisk's document "Web Actions" and its controller. Pure.
 */
public final class WebParameters {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> RESERVED =
            Set.of("__ow_method", "__ow_headers", "__ow_path", "__ow_user", "__ow_query", "__ow_body");

    private WebParameters() {}

    /**
     * The parameters for {@code exchange}, whose body is {@code body}. A parameter of the body wins over one of the query.
     *
     * @throws CloudException INVALID: a body that is not the JSON it says it is, or a parameter that may not be set
     */
    static byte[] of(Call.Exchange exchange, byte[] body) {
        // what follows the route's match is not known here: the whole path, as a function behind its own host would see
        return of(exchange.line(), exchange.headers(), body);
    }

    /**
     * The same for a request that is no call yet.
     *
     * @param line whose path is what the action is to see
     */
    public static byte[] of(RequestLine line, Headers fields, byte[] body) {
        ObjectNode parameters = JSON.createObjectNode();
        parameters.put("__ow_method", line.method().toLowerCase(Locale.ROOT));
        ObjectNode headers = parameters.putObject("__ow_headers");
        headers(fields).forEach(headers::put);
        parameters.put("__ow_path", line.path());
        String query = line.query();
        if (query != null) {
            pairs(query).forEach((name, value) -> set(parameters, name, JSON.valueToTree(value)));
        }
        if (body.length > 0) {
            body(parameters, media(fields), body);
        }
        return JSON.writeValueAsBytes(parameters);
    }

    /** The same for a raw web action: neither query nor body is taken apart; JSON and what is no text is base64. */
    public static byte[] raw(RequestLine line, Headers fields, byte[] body) {
        ObjectNode parameters = JSON.createObjectNode();
        parameters.put("__ow_method", line.method().toLowerCase(Locale.ROOT));
        ObjectNode headers = parameters.putObject("__ow_headers");
        headers(fields).forEach(headers::put);
        parameters.put("__ow_path", line.path());
        String query = line.query();
        parameters.put("__ow_query", query == null ? "" : query);
        String media = media(fields);
        boolean form = media.equals("application/x-www-form-urlencoded");
        boolean text = !MediaType.json(media) && (form || MediaType.text(media));
        parameters.put(
                "__ow_body",
                text
                        ? new String(body, StandardCharsets.UTF_8)
                        : Base64.getEncoder().encodeToString(body));
        return JSON.writeValueAsBytes(parameters);
    }

    private static void body(ObjectNode parameters, String media, byte[] body) {
        if (MediaType.json(media)) {
            JsonNode value = json(body);
            if (value.isObject()) {
                value.properties().forEach(field -> set(parameters, field.getKey(), field.getValue()));
            } else {
                parameters.set("__ow_body", value);
            }
        } else if (media.equals("application/x-www-form-urlencoded")) {
            pairs(new String(body, StandardCharsets.UTF_8))
                    .forEach((name, value) -> set(parameters, name, JSON.valueToTree(value)));
        } else if (MediaType.text(media)) {
            parameters.put("__ow_body", new String(body, StandardCharsets.UTF_8));
        } else {
            parameters.put("__ow_body", Base64.getEncoder().encodeToString(body));
        }
    }

    private static void set(ObjectNode parameters, String name, JsonNode value) {
        if (RESERVED.contains(name)) {
            throw invalid("Request defines parameters that are not allowed (e.g., reserved properties): " + name);
        }
        parameters.set(name, value);
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            throw invalid("the body is not the JSON that its content type says");
        }
    }

    private static CloudException invalid(String message) {
        return new CloudException(CloudException.Kind.INVALID, message, null);
    }

    private static String media(Headers headers) {
        List<String> types = headers.all("content-type");
        return types.isEmpty() ? "" : MediaType.of(types.getLast());
    }

    private static Map<String, String> headers(Headers fields) {
        Map<String, String> joined = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            String key = name.toLowerCase(Locale.ROOT);
            joined.merge(key, value, (before, after) -> before + (key.equals("cookie") ? "; " : ", ") + after);
        });
        return joined;
    }

    /** The last value of a name wins, as in OpenWhisk's controller. */
    private static Map<String, String> pairs(String query) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                pairs.put(
                        decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        decoded(equals < 0 ? "" : pair.substring(equals + 1)));
            }
        }
        return pairs;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }
}
