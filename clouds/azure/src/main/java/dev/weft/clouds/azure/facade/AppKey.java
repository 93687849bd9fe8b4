// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Azure calls keys of an app: here a proof by one of Weft's keys, {@code KEYID.PROOF}, for one app and one purpose, good as
 * long as that key's secret is. One of Weft's keys itself, {@code ID.SECRET}, is taken in its place. Pure.
 */
enum AppKey {
    /** Calls the app's function. */
    FUNCTION,
    /** Calls every function of the app; there is one. */
    HOST,
    /** Does that, and asks the app's host. */
    MASTER,
    /** Deploys the app's code. */
    PUBLISH;

    /** Who may call. */
    static final Set<AppKey> CALLING = Set.of(FUNCTION, HOST, MASTER);

    private static final Pattern SAID = Pattern.compile("([A-Za-z0-9]{1,64})\\.([A-Za-z0-9_-]{1,256})");

    /** The one of {@code app}, by its name in Weft, that {@code key} proves. */
    String of(Key key, String app) {
        return key.id() + '.' + proof(key.secret(), key.namespace(), app);
    }

    private String proof(String secret, String namespace, String app) {
        return Hmac.of(secret, "weft azure " + name().toLowerCase(Locale.ROOT) + '\n' + namespace + '\n' + app);
    }

    /** What {@code said} proves, which must be for {@code app} and one of {@code purposes}. */
    static KeyProof read(String said, String app, Set<AppKey> purposes, Keys keys) {
        Matcher parts = SAID.matcher(said.length() <= KeyProof.CHARS_MAX ? said : "");
        if (!parts.matches()) {
            return new KeyProof.None("");
        }
        String id = parts.group(1);
        if (parts.group(2).length() != Hmac.CHARS) {
            return KeyProof.of(id, parts.group(2), keys);
        }
        Key key = keys.find(id);
        String secret = key == null ? KeyProof.NOBODYS : key.secret();
        boolean same = false;
        for (AppKey each : purposes) {
            same |= KeyProof.same(each.proof(secret, key == null ? "" : key.namespace(), app), parts.group(2));
        }
        return key != null && same ? new KeyProof.By(key) : new KeyProof.None(id);
    }
}
