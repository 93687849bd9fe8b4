// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One of the standard's cases.
 *
 * @param name the standard's short name
 * @param says what it asks for, in our words
 * @param result what comes of it where it holds, or why it does not apply
 * @param steps null where it does not apply
 */
record Case(
        String name, String says, String result, @Nullable Consumer<Bench> steps) {
    /** What the page says of a case whose steps all held. */
    static final String PASSES = "passes";

    static Case passes(String name, String says, Consumer<Bench> steps) {
        return new Case(name, says, PASSES, steps);
    }

    /** A case that holds in another way than the standard's. */
    static Case otherwise(String name, String says, String how, Consumer<Bench> steps) {
        return new Case(name, says, how, steps);
    }

    static Case absent(String name, String says, String why) {
        return new Case(name, says, "does not apply: " + why, null);
    }
}
