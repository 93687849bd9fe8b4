// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A label of a Service's host by which who was shown it may call: the id of the key that asked, and a proof for this one Service
 * that is good for as long as the key's secret is. Callers of Knative's Services send no credentials. Pure.
 */
final class HostProof {
    private static final int ID_CHARS = 20;
    private static final int PROOF_CHARS = 40;
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{" + ID_CHARS + "}[a-z2-7]{" + PROOF_CHARS + '}');
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int BITS = 5;

    private HostProof() {}

    /** Of the Service {@code name} in the key's namespace: 60 of the 63 characters that a label may have. */
    static String label(Key key, String name) {
        return key.id().toLowerCase(Locale.ROOT) + proof(key.secret(), key.namespace(), name);
    }

    /** Whether a label has the form of one. */
    static boolean is(String label) {
        return FORM.matcher(label).matches();
    }

    /** Who may call by {@code label}, which {@link #is} one. */
    static KeyProof read(String label, String name, String namespace, Keys keys) {
        String id = label.substring(0, ID_CHARS).toUpperCase(Locale.ROOT);
        Key key = keys.find(id);
        String expected = proof(key == null ? KeyProof.NOBODYS : key.secret(), namespace, name);
        boolean same = KeyProof.same(expected, label.substring(ID_CHARS));
        return key != null && same && key.namespace().equals(namespace) ? new KeyProof.By(key) : new KeyProof.None(id);
    }

    /** 200 bits: hosts know no capital letters, and a label no more characters. */
    private static String proof(String secret, String namespace, String name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] said =
                    mac.doFinal(("weft knative call\n" + namespace + '\n' + name).getBytes(StandardCharsets.UTF_8));
            StringBuilder text = new StringBuilder(PROOF_CHARS);
            for (int i = 0; i < PROOF_CHARS; i++) {
                int bit = i * BITS;
                int two = (said[bit / Byte.SIZE] & 0xff) << Byte.SIZE | (said[bit / Byte.SIZE + 1] & 0xff);
                text.append(LETTERS.charAt(two >> (2 * Byte.SIZE - BITS - bit % Byte.SIZE) & 31));
            }
            return text.toString();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }
}
