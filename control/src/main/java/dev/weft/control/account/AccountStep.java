// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One change, or none, of one function on one real cloud. */
public sealed interface AccountStep {
    /** The function's document, or what its tags name. */
    String function();

    /** The Cloud document's name. */
    String cloud();

    /** What the function is called there. */
    String name();

    /** It is not there. */
    record Create(String function, String cloud, String name, Map<String, String> settings) implements AccountStep {}

    /**
     * It is there, ours, and other than wanted.
     *
     * @param differences settings that will change
     * @param code whether its code will
     * @param byHand whether it is other than what Weft left there: somebody changed it
     * @param state its state there, where it is not ready; null where it is
     */
    record Change(
            String function,
            String cloud,
            String name,
            List<Difference> differences,
            boolean code,
            boolean byHand,
            @Nullable String state)
            implements AccountStep {}

    /** It is there as wanted. */
    record Keep(String function, String cloud, String name) implements AccountStep {}

    /** It is ours and not wanted any more. */
    record Remove(String function, String cloud, String name) implements AccountStep {}

    /** It is there and stays somebody else's: calls are routed to it. */
    record Use(String function, String cloud, String name) implements AccountStep {}

    /** Nothing may be done: {@code why} says what is in the way and what the user can do. */
    record Blocked(String function, String cloud, String name, String why) implements AccountStep {}

    /**
     * A setting that differs.
     *
     * @param was the cloud's value; null where it has none
     * @param wanted the file's; null where it has none
     */
    record Difference(
            String setting, @Nullable String was, @Nullable String wanted) {}

    /** Whether it changes something. */
    default boolean changes() {
        return this instanceof Create || this instanceof Change || this instanceof Remove;
    }
}
