// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP header fields: names compared without case, order kept, repeated names allowed. Read-only to whoever receives
 * one; a wire may lend its own parsed fields without copying, so it is valid while its exchange is.
 */
public interface Headers {
    /** The first value of {@code name}, or null. */
    @Nullable
    String first(String name);

    /** Every value of {@code name}, in order; empty if absent. */
    List<String> all(String name);

    /** Each field in order, as it was written. */
    void forEach(BiConsumer<String, String> field);

    /** Number of fields. */
    int size();

    /** Whether a field {@code name} is there. */
    default boolean has(String name) {
        return first(name) != null;
    }

    /** No fields. */
    static Headers none() {
        return ListHeaders.NONE;
    }

    /** Fields from name, value, name, value…. */
    static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values come in pairs, got " + namesAndValues.length);
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** Collects fields. */
    static Builder builder() {
        return new Builder();
    }

    /** Collects fields; not for use by two threads at once. */
    final class Builder {
        private static final int USUAL_FIELDS = 16;

        private String[] fields = new String[2 * USUAL_FIELDS];
        private int length;
        private boolean given;

        private Builder() {}

        /** Adds one field after those already there. */
        public Builder add(String name, String value) {
            own(length + 2);
            fields[length++] = name;
            fields[length++] = value;
            return this;
        }

        /** Room for {@code wanted} in an array that no built value has. */
        private void own(int wanted) {
            if (given || wanted > fields.length) {
                fields = Arrays.copyOf(fields, Math.max(wanted, wanted > fields.length ? 2 * fields.length : 0));
                given = false;
            }
        }

        /** Adds every field of {@code others}. */
        public Builder addAll(Headers others) {
            others.forEach(this::add);
            return this;
        }

        /** Replaces every field of that name by one. */
        public Builder set(String name, String value) {
            return remove(name).add(name, value);
        }

        /** Removes every field of that name. */
        public Builder remove(String name) {
            int to = 0;
            for (int i = 0; i < length; i += 2) {
                if (ListHeaders.same(fields[i], name)) {
                    continue;
                }
                if (to != i) {
                    own(length);
                    fields[to] = fields[i];
                    fields[to + 1] = fields[i + 1];
                }
                to += 2;
            }
            length = to;
            return this;
        }

        /** The fields so far, as a value of their own. */
        public Headers build() {
            if (length == 0) {
                return ListHeaders.NONE;
            }
            given = true;
            return new ListHeaders(fields, length);
        }
    }
}
