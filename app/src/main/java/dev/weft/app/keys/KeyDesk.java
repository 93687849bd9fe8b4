// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Key;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.store.AccessKeys;
import dev.weft.store.AuditLog;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** Makes, replaces and revokes keys; each is a line of the audit trail. Blocking. */
final class KeyDesk {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final String ID_PREFIX = "WEFT";
    private static final String ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ID_LENGTH = 16;
    private static final String SECRET_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int SECRET_LENGTH = 40;

    private final AccessKeys keys;
    private final Seal seal;
    private final String who;
    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();

    /** @param who the person whose doing it is */
    KeyDesk(AccessKeys keys, Seal seal, String who, InstantSource time) {
        this.keys = keys;
        this.seal = seal;
        this.who = who;
        this.time = time;
    }

    /**
     * A new key, which is good from now on.
     *
     * @param rsa whether it has an RSA pair too
     */
    MadeKey create(String name, Key.Role role, String namespace, boolean rsa) {
        if (!NAME.matcher(name).matches()) {
            throw new CliException(
                    Exit.USAGE,
                    "NAME: small letters, digits, '-' and '.' between them, at most 63, got '" + name + "'");
        }
        checkNamespace(namespace);
        // a key under a seal key of its own would be unknown to those who serve the others
        keys.good().forEach(each -> SealedKey.check(each, seal));
        MadeKey made = made(new Key(ID_PREFIX + letters(ID_CHARACTERS, ID_LENGTH), "", name, role, namespace), rsa);
        String id = made.key().id();
        Instant now = now();
        keys.add(
                new AccessKeys.Stored(id, name, namespace, role, SealedKey.seal(made.key(), seal), now, null, null),
                told(now, "key create", namespace, name, id));
        return made;
    }

    /**
     * Another secret for a key, and another RSA pair where it has one; those before are good no more.
     *
     * @param rsa whether it is to have an RSA pair if it has none
     */
    MadeKey rotate(String namespace, String idOrName, boolean rsa) {
        AccessKeys.Stored before = find(namespace, idOrName);
        Key was = SealedKey.open(before, seal);
        MadeKey made = made(was, rsa || was.rsa() != null);
        Instant now = now();
        keys.rotate(
                before,
                SealedKey.seal(made.key(), seal),
                now,
                told(now, "key rotate", before.namespace(), before.name(), before.id()));
        return made;
    }

    /** The same key with other secrets. */
    private MadeKey made(Key key, boolean rsa) {
        KeyPair pair = rsa ? RsaPair.make() : null;
        Key made = new Key(
                key.id(),
                letters(SECRET_CHARACTERS, SECRET_LENGTH),
                key.name(),
                key.role(),
                key.namespace(),
                pair == null ? null : pair.getPublic());
        return new MadeKey(made, pair == null ? "" : RsaPair.pem(pair.getPrivate()));
    }

    /** A key is good no more; needs no seal key. */
    AccessKeys.Stored revoke(String namespace, String idOrName) {
        AccessKeys.Stored before = find(namespace, idOrName);
        Instant now = now();
        keys.revoke(before, now, told(now, "key revoke", before.namespace(), before.name(), before.id()));
        return before;
    }

    static void checkNamespace(String namespace) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new CliException(
                    Exit.USAGE,
                    "--namespace: small letters, digits and '-' between them, at most 63, got '" + namespace + "'");
        }
    }

    private AccessKeys.Stored find(String namespace, String idOrName) {
        checkNamespace(namespace);
        return keys.find(namespace, idOrName)
                .orElseThrow(() -> new CliException(
                        Exit.FAILED,
                        "there is no good key with the id '" + idOrName + "', nor one of that name in namespace "
                                + namespace + "; weft key list shows them"));
    }

    private AuditLog.Line told(Instant at, String action, String namespace, String name, String id) {
        String on = namespace + '/' + name + ' ' + id;
        return new AuditLog.Line(new Audit.Entry(at, "weft", action, on, "", true, who, Audit.Outcome.DONE, ""), "");
    }

    /** As the store keeps it. */
    private Instant now() {
        return time.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private String letters(String of, int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append(of.charAt(random.nextInt(of.length())));
        }
        return letters.toString();
    }
}
