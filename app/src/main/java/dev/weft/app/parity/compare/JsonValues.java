// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two values of JSON: members in any order, numbers by their value and to their last digit. */
final class JsonValues {
    /** Differences of one body that are told. */
    static final int DIFFERENCES_MAX = 20;

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final List<Difference> found = new ArrayList<>();
    private final List<String> ignored;
    private final Masks masks;

    private JsonValues(List<String> ignored, Masks masks) {
        this.ignored = ignored;
        this.masks = masks;
    }

    /** The value in {@code bytes}, UTF-8; null where they are none. */
    static @Nullable JsonNode read(byte[] bytes) {
        if (bytes.length == 0) {
            return null;
        }
        try {
            JsonNode read = EXACT.readTree(bytes);
            return read == null || read.isMissingNode() ? null : read;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /** In what they differ, outside of the pointers {@code ignored}; at most {@link #DIFFERENCES_MAX}. */
    static List<Difference> compare(JsonNode first, JsonNode other, List<String> ignored, Masks masks) {
        JsonValues values = new JsonValues(ignored, masks);
        values.value("", first, other);
        return values.found;
    }

    private void value(String pointer, JsonNode first, JsonNode other) {
        if (found.size() >= DIFFERENCES_MAX || ignored.contains(pointer)) {
            return;
        }
        if (first.isObject() && other.isObject()) {
            Set<String> names = new TreeSet<>(first.propertyNames());
            names.addAll(other.propertyNames());
            for (String name : names) {
                String at = pointer + '/' + name.replace("~", "~0").replace("/", "~1");
                member(at, first.get(name), other.get(name));
            }
        } else if (first.isArray() && other.isArray()) {
            for (int i = 0; i < Math.max(first.size(), other.size()); i++) {
                member(pointer + '/' + i, first.get(i), other.get(i));
            }
        } else if (!same(first, other)) {
            found.add(new Difference.Json(pointer, shown(first), shown(other)));
        }
    }

    private void member(String pointer, @Nullable JsonNode first, @Nullable JsonNode other) {
        if (first != null && other != null) {
            value(pointer, first, other);
        } else if (found.size() < DIFFERENCES_MAX && !ignored.contains(pointer)) {
            found.add(new Difference.Json(pointer, shown(first), shown(other)));
        }
    }

    private boolean same(JsonNode first, JsonNode other) {
        if (first.isNumber() && other.isNumber()) {
            BigDecimal one = first.decimalValue();
            return one.compareTo(other.decimalValue()) == 0;
        }
        if (first.isString() && other.isString()) {
            return masks.over(first.stringValue()).equals(masks.over(other.stringValue()));
        }
        return first.equals(other);
    }

    private static String shown(@Nullable JsonNode value) {
        return value == null ? "(absent)" : Excerpt.text(value.toString());
    }
}
