// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Header fields in their order, names as they were written. */
record Fields(List<Field> all) implements Iterable<Fields.Field> {
    private static final Set<String> HOP = Set.of(
            "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "expect");

    Fields {
        all = List.copyOf(all);
    }

    /** One of them. */
    record Field(String name, String value) {
        /** Whether it has that name, given in lower case. */
        boolean is(String lower) {
            return key().equals(lower);
        }

        String key() {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    /** Of names and values in turn. */
    static Fields of(String... pairs) {
        List<Field> all = new ArrayList<>();
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            all.add(new Field(pairs[i], pairs[i + 1]));
        }
        return new Fields(all);
    }

    /** The first of that name, given in lower case. */
    @Nullable
    String first(String lower) {
        for (Field each : all) {
            if (each.is(lower)) {
                return each.value;
            }
        }
        return null;
    }

    Fields with(String name, String value) {
        List<Field> more = new ArrayList<>(all);
        more.add(new Field(name, value));
        return new Fields(more);
    }

    Fields and(Fields others) {
        List<Field> more = new ArrayList<>(all);
        more.addAll(others.all);
        return new Fields(more);
    }

    Fields where(Predicate<Field> wanted) {
        return new Fields(
                StreamSupport.stream(spliterator(), false).filter(wanted).toList());
    }

    /** Without what concerns one connection only. */
    Fields endToEnd() {
        return where(each -> !HOP.contains(each.key()));
    }

    @Override
    public Iterator<Field> iterator() {
        return all.iterator();
    }
}
