// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A cluster's own authority and a user's certificate, from PEM as kubeconfigs hold them. */
final class KubeTls {
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;

    private KubeTls() {}

    /** Null where both the JVM's authorities and no certificate will do. */
    static @Nullable SSLContext context(
            byte @Nullable [] authority, byte @Nullable [] certificate, byte @Nullable [] key) {
        if (authority == null && certificate == null) {
            return null;
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManagerFactory keys = null;
            if (certificate != null) {
                if (key == null) {
                    throw KubeConfig.denied("the user has a client certificate without its key");
                }
                KeyStore own = empty();
                own.setKeyEntry(
                        "user", key(key), new char[0], certificates(certificate).toArray(new Certificate[0]));
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(own, new char[0]);
            }
            TrustManagerFactory trusted = null;
            if (authority != null) {
                KeyStore authorities = empty();
                int number = 0;
                for (Certificate each : certificates(authority)) {
                    authorities.setCertificateEntry("authority-" + number++, each);
                }
                trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trusted.init(authorities);
            }
            context.init(
                    keys == null ? null : keys.getKeyManagers(),
                    trusted == null ? null : trusted.getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException broken) {
            throw KubeConfig.denied("a certificate or key of the kubeconfig can't be used: "
                    + broken.getClass().getSimpleName());
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    }

    /** PKCS #8, or the older forms that kind (RSA) and k3s (EC) write. */
    static PrivateKey key(byte[] pem) throws GeneralSecurityException {
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        byte[] rsa = block(text, "RSA PRIVATE KEY");
        if (rsa != null) {
            byte[] der = der(SEQUENCE, VERSION, RSA, der(OCTETS, rsa));
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
        }
        byte[] ec = block(text, "EC PRIVATE KEY");
        if (ec != null) {
            byte[] der = der(SEQUENCE, VERSION, der(SEQUENCE, EC, curve(ec)), der(OCTETS, ec));
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        }
        byte[] der = block(text, "PRIVATE KEY");
        if (der != null) {
            for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
                PrivateKey key = pkcs8(algorithm, der);
                if (key != null) {
                    return key;
                }
            }
        }
        throw new GeneralSecurityException("no private key");
    }

    private static @Nullable PrivateKey pkcs8(String algorithm, byte[] der) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException another) {
            return null; // the exception might quote the key
        }
    }

    private static byte @Nullable [] block(String text, String kind) {
        String begins = "-----BEGIN " + kind + "-----";
        int from = text.indexOf(begins);
        int to = text.indexOf("-----END " + kind + "-----");
        return from < 0 || to < from
                ? null
                : Base64.getMimeDecoder().decode(text.substring(from + begins.length(), to));
    }

    /** The curve's name within an older EC key: what its context-specific field 0 holds. */
    private static byte[] curve(byte[] ec) throws GeneralSecurityException {
        int at = 0;
        try {
            at += header(ec, at); // the sequence itself
            while (at < ec.length) {
                int head = header(ec, at);
                int length = length(ec, at);
                if ((ec[at] & 0xff) == PARAMETERS) {
                    return Arrays.copyOfRange(ec, at + head, at + head + length);
                }
                at += head + length;
            }
        } catch (ArrayIndexOutOfBoundsException broken) {
            throw new GeneralSecurityException("a damaged EC key", broken);
        }
        throw new GeneralSecurityException("an EC key without its curve");
    }

    private static int header(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            content.writeBytes(each);
        }
        int length = content.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length & 0xff);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
