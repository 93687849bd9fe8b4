// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields as a flat array of name, value, name, value: small, immutable, quick to walk. */
final class ListHeaders implements Headers {
    static final ListHeaders NONE = new ListHeaders(new String[0], 0);

    private final String[] fields;
    private final int length;

    /** The first {@code length} of {@code fields}, which nobody changes any more. */
    ListHeaders(String[] fields, int length) {
        this.fields = fields;
        this.length = length;
    }

    @Override
    public @Nullable String first(String name) {
        for (int i = 0; i < length; i += 2) {
            if (same(fields[i], name)) {
                return fields[i + 1];
            }
        }
        return null;
    }

    /** Mostly they differ in length already. */
    static boolean same(String name, String other) {
        return name.length() == other.length() && name.equalsIgnoreCase(other);
    }

    @Override
    public List<String> all(String name) {
        List<String> values = null;
        for (int i = 0; i < length; i += 2) {
            if (same(fields[i], name)) {
                values = values == null ? new ArrayList<>(1) : values;
                values.add(fields[i + 1]);
            }
        }
        return values == null ? List.of() : values;
    }

    @Override
    public void forEach(BiConsumer<String, String> field) {
        for (int i = 0; i < length; i += 2) {
            field.accept(fields[i], fields[i + 1]);
        }
    }

    @Override
    public int size() {
        return length / 2;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ListHeaders headers
                && Arrays.equals(fields, 0, length, headers.fields, 0, headers.length);
    }

    @Override
    public int hashCode() {
        return Arrays.asList(fields).subList(0, length).hashCode();
    }

    @Override
    public String toString() {
        return Arrays.asList(fields).subList(0, length).toString();
    }
}
