// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import org.jspecify.annotations.Nullable;

/** The keys that are good now. Safe on any thread; does not block. */
@FunctionalInterface
public interface Keys {
    /** The key of that id; null where there is none, or none any more. */
    @Nullable
    Key find(String id);
}
