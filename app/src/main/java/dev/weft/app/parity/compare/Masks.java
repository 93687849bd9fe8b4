// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import java.util.List;
import java.util.regex.Pattern;

/** What of a text is taken for the same. */
record Masks(List<Pattern> patterns) {
    static Masks of(List<String> expressions) {
        return new Masks(expressions.stream().map(Pattern::compile).toList());
    }

    /** {@code text} with a mark in place of all that is masked. */
    String over(String text) {
        String masked = text;
        for (Pattern each : patterns) {
            masked = each.matcher(masked).replaceAll("…");
        }
        return masked;
    }
}
