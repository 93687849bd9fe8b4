// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Key;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A namespace as a subscription: its id is made of its name, which is taken in its place. Pure. */
final class Subscription {
    /** The one tenant. */
    static final String TENANT = uuid("tenant");

    private Subscription() {}

    /** The key's. */
    static String of(Key key) {
        return uuid("namespace " + key.namespace());
    }

    /** Whether {@code said} is the key's. */
    static boolean is(String said, Key key) {
        return said.equalsIgnoreCase(of(key)) || said.equals(key.namespace());
    }

    /** Always the same for the same words. */
    static String uuid(String words) {
        return UUID.nameUUIDFromBytes(("weft azure " + words).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
