// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import java.util.List;
import java.util.Locale;

/** What clouds say of a failure of which they do not tell the reason. */
final class Unspecific {
    private static final List<String> MESSAGES =
            List.of("internal server error", "function failed", "the function failed", "the action failed");

    private Unspecific() {}

    /** Whether {@code message} says no more than that something failed. */
    static boolean message(String message) {
        String said = message.toLowerCase(Locale.ROOT).replaceAll("[.!]+$", "");
        return MESSAGES.contains(said);
    }
}
