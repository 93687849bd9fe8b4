// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields as a flat list of name, value, name, value: small, immutable, quick to walk. */
record ListHeaders(List<String> fields) implements Headers {
    static final ListHeaders NONE = new ListHeaders(List.of());

    @Override
    public @Nullable String first(String name) {
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                return fields.get(i + 1);
            }
        }
        return null;
    }

    @Override
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        forEach((each, value) -> {
            if (each.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return values;
    }

    @Override
    public void forEach(BiConsumer<String, String> field) {
        for (int i = 0; i < fields.size(); i += 2) {
            field.accept(fields.get(i), fields.get(i + 1));
        }
    }

    @Override
    public int size() {
        return fields.size() / 2;
    }
}
