// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Which page of ListFunctions is wanted. */
sealed interface FcPage {
    /** Entries where the client names no number. */
    int USUAL = 20;

    /** Entries at most. */
    int MOST = 100;

    /** Filters of the real service; a list that left one out would look filtered and not be. */
    List<String> FILTERS = List.of("description", "functionName", "gpuType", "resourceGroupId", "runtime", "tags");

    /** A number of one to three digits. */
    Pattern LIMIT = Pattern.compile("[0-9]{1,3}");

    /**
     * This one.
     *
     * @param after the name before the first one of the page; empty for the first page
     */
    record Of(int limit, String prefix, String after) implements FcPage {}

    /** None that can be told. */
    record Wrong(FcError error) implements FcPage {}

    /** As the query says. */
    static FcPage of(Map<String, String> query) {
        for (String filter : FILTERS) {
            if (!query.getOrDefault(filter, "").isEmpty()) {
                return new Wrong(FcError.notDone("ListFunctions with " + filter
                        + " is not done by Weft's façade of Function Compute yet: it filters by prefix"));
            }
        }
        String generation = query.getOrDefault("fcVersion", "");
        if (!generation.isEmpty() && !generation.equals("v3")) {
            return new Wrong(FcError.invalid("fcVersion must be v3: there are no functions of other versions here"));
        }
        String limit = query.getOrDefault("limit", "");
        int entries = LIMIT.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
        if (!limit.isEmpty() && (entries < 1 || entries > MOST)) {
            return new Wrong(FcError.invalid("limit must be a number from 1 to " + MOST));
        }
        try {
            byte[] after = Base64.getUrlDecoder().decode(query.getOrDefault("nextToken", ""));
            return new Of(
                    limit.isEmpty() ? USUAL : entries,
                    query.getOrDefault("prefix", ""),
                    new String(after, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notOurs) {
            return new Wrong(FcError.invalid("nextToken is none that ListFunctions gave"));
        }
    }

    /** The same, of a list that has no filters but {@code prefix}. */
    static Of wanted(Map<String, String> query) throws FcPut.Wrong {
        return switch (of(query)) {
            case Wrong(FcError error) -> throw new FcPut.Wrong(error);
            case Of wanted -> wanted;
        };
    }

    /** What names the page after the one that ends with {@code last}. */
    static String token(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }
}
