// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON and addresses, as both management APIs use them. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** {@code texts} as an object. */
    static ObjectNode object(Map<String, String> texts) {
        ObjectNode object = object();
        new TreeMap<>(texts).forEach(object::put);
        return object;
    }

    static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }

    /** The answer's JSON; anything else is a CloudException, for nothing is known then of what was done. */
    static JsonNode read(RestRequest request, RestResponse answer) {
        try {
            return MAPPER.readTree(answer.body());
        } catch (JacksonException notJson) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN,
                    request.tried() + " was answered with " + answer.status() + " and something that is not JSON",
                    notJson);
        }
    }

    /** An object's values: texts as they are, anything else in JSON. */
    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(each -> texts.put(
                        each.getKey(),
                        each.getValue().isString()
                                ? each.getValue().asString()
                                : each.getValue().toString()));
        return texts;
    }

    /** A text; empty where it is missing. */
    static String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isString() ? value.asString() : "";
    }

    /** {@code path} below {@code base}, with a query of names and values; empty values are left out. */
    static URI uri(URI base, String path, String... query) {
        StringBuilder all = new StringBuilder(base.toString().replaceAll("/+$", "")).append(path);
        char before = '?';
        for (int i = 0; i < query.length; i += 2) {
            if (!query[i + 1].isEmpty()) {
                all.append(before).append(query[i]).append('=').append(encoded(query[i + 1]));
                before = '&';
            }
        }
        return URI.create(all.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
