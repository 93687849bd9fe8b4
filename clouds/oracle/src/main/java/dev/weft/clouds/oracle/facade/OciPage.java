// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.facade.Said;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which part of a list is wanted. Pure. Source: OCI's SDK 3.77.2, {@code ListFunctionsRequest}; the usual number and the highest
 * are from memory.
 *
 * @param displayName of the only one that is wanted; empty for any
 * @param id the same by its OCID
 * @param state in which they have to be; empty for any
 * @param after the name that the page before ended with; empty for the first page
 */
record OciPage(int limit, String displayName, String id, String state, boolean descending, String after) {
    private static final int USUAL = 10;
    private static final int MOST = 50;
    private static final Pattern LIMIT = Pattern.compile("[0-9]{1,3}");

    static OciPage of(Map<String, String> query) throws OciRefusal.Wrong {
        String limit = query.getOrDefault("limit", "");
        int items = LIMIT.matcher(limit).matches() ? Integer.parseInt(limit) : limit.isEmpty() ? USUAL : 0;
        if (items < 1 || items > MOST) {
            throw wrong("limit must be from 1 to " + MOST + ", got '" + Said.value(limit) + "'");
        }
        String order = query.getOrDefault("sortOrder", "ASC");
        if (!List.of("ASC", "DESC").contains(order)) {
            throw wrong("sortOrder must be ASC or DESC, got '" + Said.value(order) + "'");
        }
        String by = query.getOrDefault("sortBy", "displayName");
        if (!by.equals("displayName")) {
            throw new OciRefusal.Wrong(OciRefusal.notDone("sortBy " + Said.value(by)
                    + " is not done by Weft's façade of OCI Functions, which does not know when a function was created: say"
                    + " displayName"));
        }
        return new OciPage(
                items,
                query.getOrDefault("displayName", ""),
                query.getOrDefault("id", ""),
                query.getOrDefault("lifecycleState", ""),
                order.equals("DESC"),
                after(query.getOrDefault("page", "")));
    }

    /** What names the page after the one that ends with {@code last}. */
    static String token(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    private static String after(String token) throws OciRefusal.Wrong {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            throw wrong("page is none that a list gave");
        }
    }

    private static OciRefusal.Wrong wrong(String message) {
        return new OciRefusal.Wrong(OciRefusal.invalid(message));
    }

    /** Whether one that is served passes the filters. */
    boolean takes(String itsName, String itsId) {
        return (displayName.isEmpty() || displayName.equals(itsName))
                && (id.isEmpty() || id.equals(itsId))
                && (state.isEmpty() || state.equals("ACTIVE"));
    }

    /** Whether it belongs on this page or a later one. */
    boolean follows(String name) {
        return after.isEmpty() || order(after, name) < 0;
    }

    int order(String one, String other) {
        return descending ? other.compareTo(one) : one.compareTo(other);
    }
}
