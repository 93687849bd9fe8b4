// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * One of Weft's own keys, by which clients of façades prove who they are. Its text shows no secret.
 *
 * @param id public, in every request: 20 capital letters and digits
 * @param secret what signs; 40 letters and digits
 * @param name what its maker called it
 * @param role what it may do
 * @param namespace the only one whose functions it reaches; others look as if they were not there
 * @param rsa of the RSA pair by which some vendors' clients sign; null where it has none
 */
public record Key(
        String id,
        String secret,
        String name,
        Role role,
        String namespace,
        @Nullable PublicKey rsa) {
    /** One without an RSA pair. */
    public Key(String id, String secret, String name, Role role, String namespace) {
        this(id, secret, name, role, namespace, null);
    }

    /** What a key may do; each may do what those before it may. */
    public enum Role {
        /** Call functions. */
        INVOKE,
        /** See them, and put and change them where a façade can. */
        DEPLOY,
        /** Everything. */
        ADMIN
    }

    /** Whether it may do what {@code needed} stands for. */
    public boolean may(Role needed) {
        return role.compareTo(needed) >= 0;
    }

    @Override
    public String toString() {
        return "Key[" + id + ' ' + name + ' ' + role + " in " + namespace + ']';
    }
}
