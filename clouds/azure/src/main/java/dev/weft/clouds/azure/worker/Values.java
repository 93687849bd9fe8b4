// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bytes as the type that a parameter asks for, and back: bytes, text, a batch of texts, or any object by Gson. */
final class Values {
    private static final Gson GSON = new Gson();

    private Values() {}

    /** {@code bytes} as {@code type}; null where there are none and the type has no other word for that. */
    static @Nullable Object read(byte[] bytes, Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType().equals(Optional.class)) {
            return bytes.length == 0
                    ? Optional.empty()
                    : Optional.ofNullable(read(bytes, generic.getActualTypeArguments()[0]));
        }
        if (type.equals(byte[].class)) {
            return bytes;
        }
        if (type.equals(Byte[].class)) {
            Byte[] boxed = new Byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                boxed[i] = bytes[i];
            }
            return boxed;
        }
        if (type.equals(InputStream.class)) {
            return new ByteArrayInputStream(bytes);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return bytes.length == 0 ? null : read(text, type);
    }

    private static @Nullable Object read(String text, Type type) {
        if (type.equals(String.class)
                || type.equals(Object.class)
                || !(type instanceof Class<?> || type instanceof ParameterizedType)) {
            return text;
        }
        if (type.equals(String[].class)) {
            return texts(text).toArray(String[]::new);
        }
        if (type instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw
                && raw.isAssignableFrom(ArrayList.class)
                && generic.getActualTypeArguments()[0].equals(String.class)) {
            return texts(text);
        }
        try {
            return GSON.fromJson(text, type);
        } catch (JsonSyntaxException notJson) {
            throw new IllegalArgumentException(
                    "can't be read as " + type.getTypeName() + ": " + notJson.getMessage(), notJson);
        }
    }

    /** A piece of metadata as {@code type}. */
    static @Nullable Object read(@Nullable JsonElement value, Type type) {
        if (value == null) {
            return read(new byte[0], type);
        }
        return read(text(value).getBytes(StandardCharsets.UTF_8), type);
    }

    /** A batch: each message as text, also where it is an object. */
    private static List<String> texts(String json) {
        JsonElement parsed = JsonParser.parseString(json);
        List<String> texts = new ArrayList<>();
        if (parsed instanceof JsonArray array) {
            array.forEach(each -> texts.add(text(each)));
        } else {
            texts.add(text(parsed));
        }
        return texts;
    }

    private static String text(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isString()
                ? primitive.getAsString()
                : value.toString();
    }

    /** Any value as JSON. */
    static JsonElement json(@Nullable Object value) {
        return value instanceof String text ? new JsonPrimitive(text) : GSON.toJsonTree(value);
    }
}
