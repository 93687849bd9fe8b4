// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.facade.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a key is to OCI's clients: its namespace is a tenancy, its id a user, and its RSA public key has the fingerprint that OCI
 * shows of one. Pure.
 */
public record OciIdentity(String tenancy, String user, String fingerprint) {
    private static final String TENANCY = "ocid1.tenancy.oc1..";
    private static final String USER = "ocid1.user.oc1..";
    private static final Pattern KEY_ID =
            Pattern.compile("([!-.0-~]{1,255})/" + Pattern.quote(USER) + "([a-z0-9]{1,64})/([0-9a-f:]{1,64})");

    /** Of {@code key}; null where it has no RSA pair. */
    public static @Nullable OciIdentity of(Key key) {
        PublicKey rsa = key.rsa();
        return rsa == null
                ? null
                : new OciIdentity(tenancy(key.namespace()), USER + key.id().toLowerCase(Locale.ROOT), fingerprint(rsa));
    }

    /** The tenancy that a namespace is, and its root compartment. */
    static String tenancy(String namespace) {
        return TENANCY + namespace;
    }

    /** The key that a signature's {@code keyId} names; empty where it names none. */
    static String named(String keyId) {
        Matcher parts = KEY_ID.matcher(keyId);
        return parts.matches() ? parts.group(2).toUpperCase(Locale.ROOT) : "";
    }

    /** As signatures name it. */
    String keyId() {
        return tenancy + '/' + user + '/' + fingerprint;
    }

    /** Tells keys apart and proves nothing, so MD5, which is what OCI shows, does. */
    private static String fingerprint(PublicKey rsa) {
        try {
            return HexFormat.ofDelimiter(":")
                    .formatHex(MessageDigest.getInstance("MD5").digest(rsa.getEncoded()));
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("MD5 is not to be had from this JVM", broken);
        }
    }
}
