// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.resource.Function;
import org.jspecify.annotations.Nullable;

/**
 * How many instances of a function a client reserves, which is as many as there may be; the same for the clients of all vendors that
 * have such a number. Kept as annotations, so that lifting it gives back what was before. Pure.
 */
public final class Reserved {
    /** Instances that may be reserved. */
    public static final int MOST = 1000;

    private static final String NUMBER = Draft.ITSELF + "reserved-concurrency";
    private static final String BEFORE = Draft.ITSELF + "unreserved-instances";
    private static final String FIELD = "maxInstances";

    private Reserved() {}

    /** The number; null where none is reserved. */
    public static @Nullable Integer of(Function function) {
        String number = function.metadata().annotations().get(NUMBER);
        return number == null ? null : Integer.valueOf(number);
    }

    /** The same function with so many. */
    public static Draft put(Draft before, int number) {
        Object was = before.spec().get(FIELD);
        Draft kept = before.annotations().containsKey(NUMBER) || was == null
                ? before
                : before.with(BEFORE, String.valueOf(was));
        return kept.withSpec(FIELD, number).with(NUMBER, Integer.toString(number));
    }

    /** The same function without. */
    public static Draft lifted(Draft before) {
        if (!before.annotations().containsKey(NUMBER)) {
            return before;
        }
        String was = before.annotations().get(BEFORE);
        return before.withSpec(FIELD, was == null ? null : Integer.valueOf(was))
                .with(NUMBER, null)
                .with(BEFORE, null);
    }
}
