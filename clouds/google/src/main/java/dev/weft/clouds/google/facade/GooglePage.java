// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;

/** Which page of ListFunctions is wanted. */
sealed interface GooglePage {
    /** Functions where the client names no number, and at most. */
    int MOST = 1000;

    /** What may be asked of generations: all functions here are of the second. */
    Pattern SECOND = Pattern.compile(" *environment *[=:] *\"?GEN_2\"? *");

    /** Those that nothing here is of. */
    Pattern FIRST = Pattern.compile(" *environment *[=:] *\"?GEN_1\"? *");

    /** A number. */
    Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    /**
     * This one.
     *
     * @param after the name before the first one of the page; empty for the first page
     * @param none whether the filter leaves nothing
     */
    record Of(int size, String after, boolean none) implements GooglePage {}

    /** None that can be told. */
    record Wrong(GoogleError error) implements GooglePage {}

    /** As the query says. */
    static GooglePage of(Map<String, String> query) {
        String filter = query.getOrDefault("filter", "");
        boolean none = FIRST.matcher(filter).matches();
        if (!filter.isEmpty() && !none && !SECOND.matcher(filter).matches()) {
            return new Wrong(GoogleError.notDone("ListFunctions with another filter than environment=\"GEN_2\""));
        }
        if (!query.getOrDefault("orderBy", "").isEmpty()) {
            return new Wrong(GoogleError.notDone("ListFunctions with orderBy"));
        }
        String size = query.getOrDefault("pageSize", "");
        if (!size.isEmpty() && !NUMBER.matcher(size).matches()) {
            return new Wrong(GoogleError.invalid("pageSize must be a number, at most " + MOST));
        }
        int wanted = size.isEmpty() ? 0 : Integer.parseInt(size);
        try {
            byte[] after = Base64.getUrlDecoder().decode(query.getOrDefault("pageToken", ""));
            return new Of(wanted == 0 ? MOST : Math.min(wanted, MOST), new String(after, StandardCharsets.UTF_8), none);
        } catch (IllegalArgumentException notOurs) {
            return new Wrong(GoogleError.invalid("pageToken is none that ListFunctions gave"));
        }
    }

    /** What names the page after the one that ends with {@code last}. */
    static String token(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }
}
