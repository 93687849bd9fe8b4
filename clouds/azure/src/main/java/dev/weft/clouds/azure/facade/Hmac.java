// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256. Pure. */
final class Hmac {
    /** Characters of what {@link #of} says. */
    static final int CHARS = 43;

    private static final String NAME = "HmacSHA256";

    private Hmac() {}

    /** What only who has the secret can say of {@code what}: letters, digits, {@code -} and {@code _}. */
    static String of(String secret, String what) {
        try {
            Mac mac = Mac.getInstance(NAME);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), NAME));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(what.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + NAME, impossible);
        }
    }
}
