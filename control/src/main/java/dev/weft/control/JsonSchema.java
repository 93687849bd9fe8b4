// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Durations;
import dev.weft.api.resource.Field;
import dev.weft.control.Shape.Component;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The JSON Schema (2020-12) of one document, for editors: what the reader asks of single fields, from the same records. */
public final class JsonSchema {
    private static final String DESCRIPTION = "description";

    private JsonSchema() {}

    /** The schema's text. */
    public static String generate() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Weft document");
        schema.put(
                DESCRIPTION,
                "One document of a weft.yaml: a Cloud, a Facade, a Function, an HTTPRoute, a Limit or a Service.");
        schema.put("type", "object");
        schema.put(
                "oneOf",
                ManifestReader.KINDS.entrySet().stream()
                        .map(each -> document(each.getKey(), each.getValue()))
                        .toList());
        return JsonText.write(schema);
    }

    private static Map<String, Object> document(String name, ManifestReader.Kind<?> kind) {
        Map<String, Object> schema = group(new Shape.Group(kind.type()));
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("apiVersion", Map.of("const", kind.apiVersion()));
        properties.put("kind", Map.of("const", name));
        properties.putAll(asMap(Objects.requireNonNull(schema.get("properties"))));
        schema.put("title", name);
        schema.put("properties", properties);
        schema.put("required", List.of("apiVersion", "kind", "metadata", "spec"));
        return schema;
    }

    @SuppressWarnings("unchecked") // only ever called with what group() made
    private static Map<String, Object> asMap(Object made) {
        return (Map<String, Object>) made;
    }

    private static Map<String, Object> group(Shape.Group group) {
        Map<String, Object> schema = typed("object");
        Map<String, Object> properties = new LinkedHashMap<>();
        group.components().forEach(component -> properties.put(component.name(), property(component)));
        schema.put("properties", properties);
        List<String> required = group.components().stream()
                .filter(Component::required)
                .map(Component::name)
                .toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, Object> property(Component component) {
        Field field = component.field();
        Map<String, Object> schema = new LinkedHashMap<>();
        if (!field.refused().isEmpty()) {
            schema.put(DESCRIPTION, field.doc() + " Refused for now: " + field.refused() + '.');
            schema.put("not", Map.of());
            return schema;
        }
        schema.put(DESCRIPTION, field.doc());
        schema.putAll(value(component.shape(), field));
        if (RecordBinder.optionalCollection(component)) {
            schema.put("type", List.of(Objects.requireNonNull(schema.get("type")), "null"));
        }
        String fallback = component.fallback();
        if (fallback != null) {
            schema.put("default", standing(component.shape(), fallback));
        }
        return schema;
    }

    private static Object standing(Shape shape, String fallback) {
        return switch (shape) {
            case Shape.Whole _ -> Integer.valueOf(fallback);
            case Shape.Decimal _ -> new BigDecimal(fallback);
            case Shape.Truth _ -> Boolean.valueOf(fallback);
            case Shape.Text _, Shape.Time _, Shape.Bytes _, Shape.Address _, Shape.Word _ -> fallback;
            case Shape.Table _, Shape.Anything _, Shape.Many _, Shape.Group _ ->
                throw new IllegalStateException("no list or map has a fallback, got " + fallback);
        };
    }

    private static Map<String, Object> value(Shape shape, Field field) {
        return switch (shape) {
            case Shape.Text _ -> text(field.pattern());
            case Shape.Whole _ -> whole(field);
            case Shape.Decimal _ -> decimal(field);
            case Shape.Truth _ -> typed("boolean");
            case Shape.Time _ -> text(Durations.PATTERN);
            case Shape.Bytes _ -> bytes(field);
            case Shape.Address _ -> text("https?://[^/?#@\\s]+(/[^?#\\s]*)?");
            case Shape.Word word -> new LinkedHashMap<>(Map.of("enum", word.words()));
            case Shape.Table _ -> table(field);
            case Shape.Anything _ -> typed("object");
            case Shape.Many many -> list(many, field);
            case Shape.Group group -> group(group);
        };
    }

    private static Map<String, Object> text(String pattern) {
        Map<String, Object> schema = typed("string");
        if (!pattern.isEmpty()) {
            schema.put("pattern", "^(?:" + pattern + ")$");
        }
        return schema;
    }

    private static Map<String, Object> whole(Field field) {
        Map<String, Object> schema = typed("integer");
        schema.put("minimum", field.open() ? 0 : Math.max(field.min(), Integer.MIN_VALUE));
        schema.put("maximum", Math.min(field.max(), Integer.MAX_VALUE));
        return schema;
    }

    private static Map<String, Object> decimal(Field field) {
        Map<String, Object> schema = typed("number");
        schema.put("minimum", field.min());
        schema.put("maximum", field.max());
        return schema;
    }

    private static Map<String, Object> bytes(Field field) {
        Map<String, Object> number = typed("integer");
        number.put("minimum", field.open() ? 0 : field.min());
        number.put("maximum", field.max());
        return new LinkedHashMap<>(Map.of("anyOf", List.of(text("[0-9]{1,15}(Ki|Mi|Gi|Ti|k|M|G|T)?"), number)));
    }

    private static Map<String, Object> table(Field field) {
        Map<String, Object> schema = typed("object");
        schema.put("maxProperties", RecordBinder.TABLE_ENTRIES_MAX);
        if (!field.pattern().isEmpty()) {
            schema.put("propertyNames", Map.of("pattern", "^(?:" + field.pattern() + ")$"));
        }
        schema.put("additionalProperties", typed("string"));
        return schema;
    }

    private static Map<String, Object> list(Shape.Many many, Field field) {
        Map<String, Object> schema = typed("array");
        if (field.required()) {
            schema.put("minItems", 1);
        }
        if (field.max() != Long.MAX_VALUE) {
            schema.put("maxItems", field.max());
        }
        schema.put("items", value(many.item(), field));
        return schema;
    }

    private static Map<String, Object> typed(String type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        return schema;
    }
}
