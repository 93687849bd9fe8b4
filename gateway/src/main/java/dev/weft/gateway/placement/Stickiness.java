// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import dev.weft.api.Headers;
import dev.weft.api.resource.Function.Placement.Sticky;
import org.jspecify.annotations.Nullable;

/** Finds out whose call it is, and names a user who has no name yet by a cookie. Pure. */
public final class Stickiness {
    private Stickiness() {}

    /**
     * The key that keeps a user's calls together.
     *
     * @param fresh what a user without a cookie is called from now on: the first call's id
     * @return null where the request names nobody and gets no cookie either
     */
    public static @Nullable Long key(Sticky sticky, Headers headers, String fresh) {
        String name = named(sticky, headers);
        if (name == null && sticky.cookie() != null) {
            name = fresh;
        }
        return name == null ? null : Draws.key(name);
    }

    /**
     * The {@code set-cookie} of the answer; null where none is needed.
     *
     * @param secure whether the caller came over TLS
     */
    public static @Nullable String setCookie(Sticky sticky, Headers headers, String fresh, boolean secure) {
        if (sticky.cookie() == null || named(sticky, headers) != null) {
            return null;
        }
        return sticky.cookie() + '=' + fresh + "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    private static @Nullable String named(Sticky sticky, Headers headers) {
        String value = sticky.header() != null
                ? headers.first(sticky.header())
                : sticky.cookie() == null ? null : cookie(sticky.cookie(), headers);
        return value == null || value.isEmpty() ? null : value;
    }

    /** The first cookie of that name in any {@code cookie} field; without a copy but for the value's. */
    private static @Nullable String cookie(String name, Headers headers) {
        for (String field : headers.all("cookie")) {
            int at = 0;
            while (at < field.length()) {
                int end = field.indexOf(';', at);
                end = end < 0 ? field.length() : end;
                while (at < end && field.charAt(at) == ' ') {
                    at++;
                }
                if (field.startsWith(name, at) && at + name.length() < end && field.charAt(at + name.length()) == '=') {
                    return field.substring(at + name.length() + 1, end).strip();
                }
                at = end + 1;
            }
        }
        return null;
    }
}
