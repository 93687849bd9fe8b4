// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Field;
import dev.weft.api.resource.Quantity;
import dev.weft.api.resource.Spelling;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** What a document's field can hold, read off the records once for the reader, the schema and the reference page. */
sealed interface Shape {
    /** Any text. */
    record Text() implements Shape {}

    /** A whole number. */
    record Whole() implements Shape {}

    /** A number that may have a fraction. */
    record Decimal() implements Shape {}

    /** True or false. */
    record Truth() implements Shape {}

    /** A duration. */
    record Time() implements Shape {}

    /** A number of bytes. */
    record Bytes() implements Shape {}

    /** An absolute http or https URL. */
    record Address() implements Shape {}

    /** One of an enum's words. */
    record Word(List<? extends Enum<?>> constants) implements Shape {
        List<String> words() {
            return constants.stream().map(Spelling.Words::of).toList();
        }
    }

    /** Text by text. */
    record Table() implements Shape {}

    /** Whatever; for fields that are refused as a whole. */
    record Anything() implements Shape {}

    /** A list. */
    record Many(Shape item) implements Shape {}

    /** A record's fields. */
    record Group(Class<? extends Record> type) implements Shape {
        /** Read off once: there may be thousands of documents, and each save reads them all. */
        private static final ClassValue<List<Component>> COMPONENTS = new ClassValue<>() {
            @Override
            protected List<Component> computeValue(Class<?> type) {
                return Arrays.stream(type.getRecordComponents())
                        .map(Shape::component)
                        .toList();
            }
        };

        List<Component> components() {
            return COMPONENTS.get(type);
        }
    }

    /**
     * One field of a group.
     *
     * @param fallbackValue what {@link #fallback} says, read
     */
    record Component(
            String name,
            Field field,
            Shape shape,
            boolean nullable,
            @Nullable Object fallbackValue) {
        boolean required() {
            return field.required();
        }

        /** The text that stands for a value left out; null where nothing does. */
        @Nullable
        String fallback() {
            return field.fallback().isEmpty() ? null : field.fallback();
        }
    }

    private static Component component(RecordComponent component) {
        Field field = component.getAnnotation(Field.class);
        if (field == null) {
            throw new IllegalStateException(component + " of " + component.getDeclaringRecord() + " has no @Field");
        }
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        Shape shape = of(component.getGenericType());
        return new Component(component.getName(), field, shape, nullable, fallbackValue(field, shape));
    }

    private static @Nullable Object fallbackValue(Field field, Shape shape) {
        if (field.fallback().isEmpty()) {
            return null;
        }
        LoadSettings settings =
                LoadSettings.builder().setSchema(new CoreSchema()).build();
        Node node = new Compose(settings).composeString(field.fallback()).orElseThrow();
        return new ScalarReader(field).read(shape, (ScalarNode) node);
    }

    private static Shape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new Many(of(arguments[0]));
            }
            if (generic.getRawType() == Map.class) {
                return arguments[1] == String.class ? new Table() : new Anything();
            }
        }
        if (type instanceof Class<?> simple) {
            return simple(simple);
        }
        throw new IllegalStateException("no document field can be a " + type);
    }

    private static Shape simple(Class<?> type) {
        if (type == String.class) {
            return new Text();
        } else if (type == int.class || type == Integer.class) {
            return new Whole();
        } else if (type == BigDecimal.class) {
            return new Decimal();
        } else if (type == boolean.class) {
            return new Truth();
        } else if (type == Duration.class) {
            return new Time();
        } else if (type == Quantity.class) {
            return new Bytes();
        } else if (type == URI.class) {
            return new Address();
        } else if (type.isRecord()) {
            return new Group(type.asSubclass(Record.class));
        } else if (type.isEnum()) {
            return new Word(Arrays.stream(type.getEnumConstants())
                    .<Enum<?>>map(constant -> (Enum<?>) constant)
                    .toList());
        }
        throw new IllegalStateException("no document field can be a " + type);
    }
}
