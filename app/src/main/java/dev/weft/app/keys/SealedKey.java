// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Key;
import dev.weft.app.cli.CliException;
import dev.weft.store.AccessKeys;

/**
 * Between a key and its row: the secret, and on a second line the public key of its RSA pair where it has one, is sealed together
 * with id, namespace and role, so a row can't be made to say more.
 */
final class SealedKey {
    private SealedKey() {}

    static String seal(Key key, Seal seal) {
        String secrets = key.rsa() == null ? key.secret() : key.secret() + '\n' + RsaPair.text(key.rsa());
        return seal.seal(secrets, about(key.id(), key.namespace(), key.role()));
    }

    /** The key with its secret; a {@link CliException} that names it where it can't be had. */
    static Key open(AccessKeys.Stored stored, Seal seal) {
        try {
            String[] secrets = seal.open(stored.sealed(), about(stored.id(), stored.namespace(), stored.role()))
                    .split("\n", 2);
            return new Key(
                    stored.id(),
                    secrets[0],
                    stored.name(),
                    stored.role(),
                    stored.namespace(),
                    secrets.length == 1 ? null : RsaPair.read(secrets[1]));
        } catch (CliException closed) {
            throw named(stored, closed);
        }
    }

    /** Nothing where the seal key is the one of {@code stored}, else what {@link #open} says. */
    static void check(AccessKeys.Stored stored, Seal seal) {
        try {
            seal.check(stored.sealed());
        } catch (CliException closed) {
            throw named(stored, closed);
        }
    }

    private static CliException named(AccessKeys.Stored stored, CliException why) {
        return new CliException(
                why.exit(),
                "access key " + stored.name() + " (" + stored.id() + ") can't be opened: " + why.getMessage());
    }

    private static String about(String id, String namespace, Key.Role role) {
        return id + '\n' + namespace + '\n' + role;
    }
}
