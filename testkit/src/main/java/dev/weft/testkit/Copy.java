// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.resource.Function;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Records with one component changed, where all of them are too many to write out. */
public final class Copy {
    private Copy() {}

    /** {@code record} with {@code value} as its {@code component}; fails where it has none of that name. */
    public static <R extends Record> R with(R record, String component, @Nullable Object value) {
        @SuppressWarnings("unchecked")
        Class<R> type = (Class<R>) record.getClass();
        RecordComponent[] components = type.getRecordComponents();
        if (Arrays.stream(components).noneMatch(each -> each.getName().equals(component))) {
            throw new AssertionError(type.getSimpleName() + " has no " + component);
        }
        @Nullable Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        try {
            for (int at = 0; at < components.length; at++) {
                types[at] = components[at].getType();
                boolean changed = components[at].getName().equals(component);
                values[at] = changed ? value : components[at].getAccessor().invoke(record);
            }
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException unlike) {
            throw new LinkageError("no " + component + " like " + value, unlike);
        }
    }

    /** {@code function} with {@code value} as that component of its spec. */
    public static Function withSpec(Function function, String component, @Nullable Object value) {
        return new Function(function.metadata(), with(function.spec(), component, value));
    }
}
