// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import org.jspecify.annotations.Nullable;

/**
 * Ids that stay the same, for they are made of names: an app's is its namespace, a function's is {@code namespace.name}. A call
 * names its function by the id alone, so the name must be in it; neither part can hold a dot. Pure.
 */
final class FnNames {
    private FnNames() {}

    static String function(String namespace, String name) {
        return namespace + '.' + name;
    }

    /** The name of the function in {@code namespace} that has this id; null where none can have it. */
    static @Nullable String name(String namespace, String id) {
        String prefix = namespace + '.';
        return id.length() > prefix.length() && id.startsWith(prefix) ? id.substring(prefix.length()) : null;
    }
}
