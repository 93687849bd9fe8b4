// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Where a function is called by HTTP: {@code /call/WHO/LOCATION/FUNCTION}, and what follows is the function's. WHO is the
 * project, whose caller proves himself by a bearer token, or {@code KEYID.PROOF}: a proof for this one function that is good
 * for as long as the key's secret is. gcloud sends no token that it was given to such a URL. Pure.
 *
 * @param who project, or key and proof
 * @param function its name in Weft
 * @param rest path as the function sees it
 */
record CallUrl(String who, String function, String rest) {
    /** What every such path begins with. */
    static final String BELOW = "/call/";

    private static final Pattern PATH = Pattern.compile(
            BELOW + "([A-Za-z0-9._-]{1,128})/([a-z0-9-]{1,63})/([A-Za-z0-9_-]{1,63})(/.*)?", Pattern.DOTALL);
    private static final Pattern PROVED = Pattern.compile("([A-Za-z0-9]{1,64})\\.([A-Za-z0-9_-]{43})");

    /** The one of {@code function} in the key's namespace, for who has the key. */
    static String of(String base, Key key, String location, String function) {
        return base
                + BELOW
                + key.id()
                + '.'
                + proof(key.secret(), key.namespace(), function)
                + '/'
                + location
                + '/'
                + function;
    }

    /** Null where the path is none of a function. */
    static @Nullable CallUrl read(String path) {
        Matcher parts = PATH.matcher(path);
        return parts.matches()
                ? new CallUrl(parts.group(1), Names.weft(parts.group(3)), parts.group(4) == null ? "/" : parts.group(4))
                : null;
    }

    /** What the path itself proves; null where it names a project and proves nothing. */
    @Nullable
    KeyProof proof(Keys keys) {
        Matcher parts = PROVED.matcher(who);
        if (!parts.matches()) {
            return null;
        }
        Key key = keys.find(parts.group(1));
        String expected =
                key == null ? proof(KeyProof.NOBODYS, "", function) : proof(key.secret(), key.namespace(), function);
        boolean same = KeyProof.same(expected, parts.group(2));
        return key != null && same ? new KeyProof.By(key) : new KeyProof.None(parts.group(1));
    }

    /** Whose function it is: what it names, or what it proves; null where it proves nothing any more. */
    @Nullable
    String namespace(Keys keys) {
        return switch (proof(keys)) {
            case null -> who;
            case KeyProof.By(Key key) -> key.namespace();
            case KeyProof.None _ -> null;
        };
    }

    private static String proof(String secret, String namespace, String function) {
        return mac(secret, "weft call\n" + namespace + '\n' + function);
    }

    /** What only who has the secret can say of {@code what}: 43 letters, digits, {@code -} and {@code _}. */
    static String mac(String secret, String what) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] said = mac.doFinal(what.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(said);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }
}
