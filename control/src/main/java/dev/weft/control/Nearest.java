// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Metadata;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the known word that a mistyped one was meant to be. */
public final class Nearest {
    private static final int WORD_LENGTH_MAX = 64;

    private Nearest() {}

    /** The known word that is near enough to be meant; empty if none is. */
    static Optional<String> of(String word, Collection<String> known) {
        if (word.length() > WORD_LENGTH_MAX) {
            return Optional.empty();
        }
        String best = null;
        int least = Math.max(2, word.length() / 3) + 1;
        for (String each : known) {
            int distance = distance(word.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
            if (distance < least && distance < each.length()) {
                least = distance;
                best = each;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code did you mean 'x'?} where one is near, else all that is known. */
    public static String hint(String word, Collection<String> known) {
        return of(word, known).map(near -> "did you mean '" + near + "'?").orElseGet(() -> list(known));
    }

    /** The same, and always what is allowed. */
    public static String choice(String word, Collection<String> allowed) {
        String meant =
                of(word, allowed).map(near -> "did you mean '" + near + "'? ").orElse("");
        return meant + "allowed are " + String.join(", ", allowed);
    }

    /** Of {@code names}, which are told where all namespaces are, those of one, as they are told there. */
    static List<String> within(String namespace, Collection<String> names) {
        return names.stream()
                .filter(each -> each.equals(Metadata.qualified(namespace, Metadata.unqualified(each))))
                .map(Metadata::unqualified)
                .toList();
    }

    private static String list(Collection<String> known) {
        return known.isEmpty()
                ? "there is none"
                : "known are " + known.stream().sorted().collect(Collectors.joining(", "));
    }

    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int change = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
