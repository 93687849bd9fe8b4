// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import dev.weft.api.facade.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The body of a request that changes something. Pure. */
final class Wanted {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int DEPTH_MAX = 8;

    private final JsonNode body;

    private Wanted(JsonNode body) {
        this.body = body;
    }

    /** A JSON object with none but {@code fields}. */
    static Wanted of(byte[] bytes, Set<String> fields) throws Wrong {
        JsonNode body;
        try {
            body = JSON.readTree(bytes);
        } catch (JacksonException notJson) {
            throw new Wrong(Refusal.wrong("the body is no JSON"));
        }
        if (body == null || !body.isObject()) {
            throw new Wrong(Refusal.wrong("the body must be a JSON object"));
        }
        for (String each : body.propertyNames()) {
            if (!fields.contains(each)) {
                throw new Wrong(Refusal.notDone("field '" + Said.value(each) + "'"));
            }
        }
        return new Wanted(body);
    }

    /** A text; null where it is left out or null. */
    @Nullable
    String text(String field) throws Wrong {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw wrong(field, "must be a text");
        }
        return value.asString();
    }

    boolean flag(String field) throws Wrong {
        JsonNode value = body.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(field, "must be true or false");
        }
        return value.asBoolean(false);
    }

    /** A map of texts; none where it is left out. */
    Map<String, String> texts(String field) throws Wrong {
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : object(field).properties()) {
            if (!each.getValue().isString()) {
                throw wrong(field + '.' + Said.value(each.getKey()), "must be a text");
            }
            texts.put(each.getKey(), each.getValue().asString());
        }
        return texts;
    }

    /** A document's spec, in YAML's forms; whether it is right is found out as of any document. */
    Map<String, Object> words(String field) throws Wrong {
        Map<String, Object> words = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : object(field).properties()) {
            words.put(each.getKey(), value(field + '.' + each.getKey(), each.getValue(), 0));
        }
        return words;
    }

    private JsonNode object(String field) throws Wrong {
        JsonNode value = body.path(field);
        if (value.isMissingNode()) {
            return JSON.createObjectNode();
        }
        if (!value.isObject()) {
            throw wrong(field, "must be a map");
        }
        return value;
    }

    private static Object value(String field, JsonNode value, int depth) throws Wrong {
        if (depth > DEPTH_MAX) {
            throw wrong(field, "is nested too deep");
        }
        if (value.isString()) {
            return value.asString();
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.asLong();
        }
        if (value.isArray()) {
            List<Object> all = new ArrayList<>();
            for (JsonNode each : value) {
                all.add(value(field, each, depth + 1));
            }
            return all;
        }
        if (value.isObject()) {
            Map<String, Object> all = new TreeMap<>();
            for (Map.Entry<String, JsonNode> each : value.properties()) {
                all.put(each.getKey(), value(field + '.' + each.getKey(), each.getValue(), depth + 1));
            }
            return all;
        }
        throw wrong(field, "must be a text, a whole number, true or false, a list or a map");
    }

    private static Wrong wrong(String field, String why) {
        return new Wrong(Refusal.wrong("field '" + Said.value(field) + "' " + why));
    }
}
