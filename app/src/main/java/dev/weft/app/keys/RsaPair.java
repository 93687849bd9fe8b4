// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The RSA pair of a key: its private half is shown once and kept nowhere, its public half as text beside the secret. */
final class RsaPair {
    /** What OCI asks for at least; longer ones take longer to make and to check. */
    static final int BITS = 2048;

    private static final String ALGORITHM = "RSA";
    private static final int PEM_LINE = 64;

    private RsaPair() {}

    /** Another one; takes some tenths of a second. */
    static KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("every JDK makes RSA keys", broken);
        }
    }

    /** PKCS#8 in PEM, as vendors' clients read it. */
    static String pem(PrivateKey key) {
        String text = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
    }

    /** One line. */
    static String text(PublicKey key) {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** What {@link #text} wrote. */
    static PublicKey read(String text) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("what was sealed is no public key", broken);
        }
    }
}
