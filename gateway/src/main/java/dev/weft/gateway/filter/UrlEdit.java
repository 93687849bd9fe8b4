// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.resource.RouteFilter;
import org.jspecify.annotations.Nullable;

/**
 * Another path, whole or from its matched prefix on.
 *
 * @param prefix what a rule's PathPrefix matched, without a slash at its end; null where the whole path is replaced
 * @param replacement for a prefix without a slash at its end
 */
record UrlEdit(@Nullable String prefix, String replacement) {
    /** What {@code change} asks for under a rule that matched {@code prefix}; null where it asks for nothing. */
    static @Nullable UrlEdit of(RouteFilter.@Nullable PathChange change, String prefix) {
        if (change == null) {
            return null;
        }
        return switch (change.type()) {
            case REPLACE_FULL_PATH -> new UrlEdit(null, text(change.replaceFullPath()));
            case REPLACE_PREFIX_MATCH ->
                new UrlEdit(withoutEndSlash(prefix), withoutEndSlash(text(change.replacePrefixMatch())));
        };
    }

    /** The other path. {@code path} has been matched by the prefix. */
    String apply(String path) {
        if (prefix == null) {
            return replacement.isEmpty() ? "/" : replacement;
        }
        String edited = replacement + path.substring(Math.min(prefix.length(), path.length()));
        return edited.isEmpty() ? "/" : edited;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String withoutEndSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
