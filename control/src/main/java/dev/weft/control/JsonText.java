// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Maps, lists and scalars as indented JSON, always the same for the same values. */
final class JsonText {
    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    /** {@code value} as a text that ends with a newline. */
    static String write(Object value) {
        JsonText text = new JsonText();
        text.value(value, "\n");
        return text.out.append('\n').toString();
    }

    private void value(@Nullable Object value, String indent) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> {
                Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
                block('{', '}', entries, indent, entry -> {
                    string(String.valueOf(entry.getKey()));
                    out.append(": ");
                    value(entry.getValue(), indent + "  ");
                });
            }
            case List<?> list when list.stream().allMatch(String.class::isInstance) -> words(list);
            case List<?> list -> block('[', ']', list.iterator(), indent, each -> value(each, indent + "  "));
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> string(value.toString());
        }
    }

    private void words(List<?> list) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            string(String.valueOf(list.get(i)));
        }
        out.append(']');
    }

    private <T> void block(char open, char close, Iterator<? extends T> items, String indent, Consumer<T> each) {
        out.append(open);
        boolean any = items.hasNext();
        while (items.hasNext()) {
            out.append(indent).append("  ");
            each.accept(items.next());
            out.append(items.hasNext() ? "," : "");
        }
        out.append(any ? indent : "").append(close);
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
