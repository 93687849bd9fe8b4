// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON as maps, lists, strings, numbers (long or double), booleans and null. A library would lie on the class path of Google's
 * framework beside the function's own copy of it, perhaps of another version.
 */
final class Json {
    /** Objects and arrays within each other. */
    static final int DEPTH_MAX = 512;

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException for what is not JSON */
    static @Nullable Object read(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.wrong();
        }
        return value;
    }

    static String text(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        write(text, value);
        return text.toString();
    }

    private static void write(StringBuilder text, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            text.append('{');
            String comma = "";
            for (Map.Entry<?, ?> each : map.entrySet()) {
                text.append(comma);
                quote(text, String.valueOf(each.getKey()));
                text.append(':');
                write(text, each.getValue());
                comma = ",";
            }
            text.append('}');
        } else if (value instanceof Iterable<?> list) {
            text.append('[');
            String comma = "";
            for (Object each : list) {
                text.append(comma);
                write(text, each);
                comma = ",";
            }
            text.append(']');
        } else if (value instanceof Number || value instanceof Boolean || value == null) {
            text.append(value);
        } else {
            quote(text, value.toString());
        }
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            switch (each) {
                case '"', '\\' -> text.append('\\').append(each);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (each < ' ') {
                        text.append(String.format("\\u%04x", (int) each));
                    } else {
                        text.append(each);
                    }
                }
            }
        }
        text.append('"');
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not JSON at character " + at);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean took(char wanted) {
        space();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private @Nullable Object value(int depth) {
        space();
        if (at >= text.length() || depth > DEPTH_MAX) {
            throw wrong();
        }
        char first = text.charAt(at);
        if (first == '{') {
            at++;
            return object(depth);
        }
        if (first == '[') {
            at++;
            return array(depth);
        }
        return first == '"' ? string() : word();
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (took('}')) {
            return map;
        }
        do {
            space();
            String name = string();
            if (!took(':')) {
                throw wrong();
            }
            map.put(name, value(depth + 1));
        } while (took(','));
        if (!took('}')) {
            throw wrong();
        }
        return map;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        if (took(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (took(','));
        if (!took(']')) {
            throw wrong();
        }
        return list;
    }

    private String string() {
        if (!took('"')) {
            throw wrong();
        }
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char each = text.charAt(at++);
            if (each == '"') {
                return value.toString();
            }
            if (each < ' ') {
                throw wrong();
            }
            value.append(each == '\\' ? escaped() : each);
        }
        throw wrong();
    }

    private char escaped() {
        char kind = at < text.length() ? text.charAt(at++) : ' ';
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw wrong();
                }
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> throw wrong();
        };
    }

    private @Nullable Object word() {
        int start = at;
        while (at < text.length() && ",]} \t\r\n:".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("null")) {
            return null;
        }
        if (word.equals("true") || word.equals("false")) {
            return word.equals("true");
        }
        if (!NUMBER.matcher(word).matches()) {
            throw wrong();
        }
        boolean whole = word.length() < 19 && word.matches("-?[0-9]+");
        return whole ? (Number) Long.parseLong(word) : (Number) Double.parseDouble(word);
    }
}
