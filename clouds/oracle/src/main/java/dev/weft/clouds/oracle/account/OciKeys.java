// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** RSA private keys in PEM, by the JDK alone: PKCS#8, PKCS#8 with a passphrase, and PKCS#1. */
final class OciKeys {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ((?:RSA |ENCRYPTED )?PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** Version 0, and the algorithm rsaEncryption: what PKCS#8 says before a PKCS#1 key. */
    private static final byte[] RSA_HEAD = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private OciKeys() {}

    /**
     * The key in {@code pem}; an {@link IllegalArgumentException} says in words for a user what is wrong with it, never what is
     * in it.
     *
     * @param passphrase empty where there is none
     */
    static PrivateKey read(String pem, String passphrase) {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.find()) {
            throw new IllegalArgumentException("is no private key in PEM");
        }
        String text = matcher.group(2);
        if (text.contains("Proc-Type:")) {
            throw new IllegalArgumentException(
                    "is encrypted in OpenSSL's old way; openssl pkcs8 -topk8 -in key.pem -out new.pem makes one that can be"
                            + " read");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(text);
            KeySpec spec =
                    switch (matcher.group(1)) {
                        case "PRIVATE KEY" -> new PKCS8EncodedKeySpec(der);
                        case "RSA PRIVATE KEY" -> new PKCS8EncodedKeySpec(pkcs8(der));
                        default -> decrypted(der, passphrase);
                    };
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException broken) {
            // a cause could show a part of the key
            throw new IllegalArgumentException(
                    matcher.group(1).startsWith("ENCRYPTED")
                            ? "is encrypted, and pass_phrase (or OCI_CLI_PASSPHRASE) does not open it"
                            : "is no RSA private key");
        }
    }

    private static KeySpec decrypted(byte[] der, String passphrase) throws GeneralSecurityException, IOException {
        EncryptedPrivateKeyInfo sealed = new EncryptedPrivateKeyInfo(der);
        // PBES2 is a frame: its parameters' text is the name of the scheme within
        String frame = sealed.getAlgName();
        String scheme = frame.equals("PBES2") || frame.startsWith("1.2.840.113549.1.5.13")
                ? sealed.getAlgParameters().toString()
                : frame;
        Cipher cipher = Cipher.getInstance(scheme);
        PBEKeySpec spec = new PBEKeySpec(passphrase.toCharArray());
        try {
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(scheme).generateSecret(spec),
                    sealed.getAlgParameters());
            return sealed.getKeySpec(cipher);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] pkcs8(byte[] pkcs1) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(RSA_HEAD);
        inner.writeBytes(der(OCTET_STRING, pkcs1));
        return der(SEQUENCE, inner.toByteArray());
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
