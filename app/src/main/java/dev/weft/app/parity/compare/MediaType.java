// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A content type, read.
 *
 * @param name type and subtype in lower case; empty where none is said
 * @param parameters by name in lower case, without a boundary
 */
record MediaType(String name, Map<String, String> parameters) {
    private static final String CHARSET = "charset";
    /** What one is, by HTTP, of which nothing is said. */
    private static final String UNSAID = "application/octet-stream";

    static MediaType of(@Nullable String said) {
        if (said == null || said.isBlank()) {
            return new MediaType("", Map.of());
        }
        String[] parts = said.split(";", -1);
        Map<String, String> parameters = new TreeMap<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            String name = pair[0].strip().toLowerCase(Locale.ROOT);
            if (pair.length == 2 && !name.equals("boundary")) {
                parameters.put(name, unquoted(pair[1].strip()).toLowerCase(Locale.ROOT));
            }
        }
        return new MediaType(parts[0].strip().toLowerCase(Locale.ROOT), parameters);
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    boolean json() {
        return name.equals("application/json") || name.endsWith("+json");
    }

    /** The character set that text is in; null where none is said, or it is none. */
    @Nullable
    Charset charset() {
        String said = parameters.get(CHARSET);
        if (said == null) {
            return json() ? StandardCharsets.UTF_8 : null;
        }
        try {
            return Charset.forName(said);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return null;
        }
    }

    /** Whether it says the same as {@code other} of a body that is {@code ascii}, or not. */
    boolean means(MediaType other, boolean ascii) {
        if (!kind().equals(other.kind()) || !without(CHARSET).equals(other.without(CHARSET))) {
            return false;
        }
        Charset here = charset();
        Charset there = other.charset();
        if (here == null || there == null) {
            return ascii || Objects.equals(here, there);
        }
        return here.equals(there);
    }

    private String kind() {
        return name.isEmpty() ? UNSAID : name;
    }

    private Map<String, String> without(String parameter) {
        Map<String, String> others = new TreeMap<>(parameters);
        others.remove(parameter);
        return others;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name.isEmpty() ? "(absent)" : name);
        parameters.forEach(
                (key, value) -> text.append("; ").append(key).append('=').append(value));
        return text.toString();
    }
}
