// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import dev.weft.net.tls.TlsFileException.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads certificates and private keys as every tool writes them (RFC 7468). */
final class Pem {
    /** A chain, a bundle of authorities, a key: all far smaller. */
    static final long FILE_BYTES_MAX = 1 << 20;

    private static final String KEY_BEGINS = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_ENDS = "-----END PRIVATE KEY-----";
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    /** The certificates of {@code file}, at least one, in its order. */
    static List<X509Certificate> certificates(Role role, Path file) throws TlsFileException {
        String text = text(role, file);
        if (!text.contains("-----BEGIN CERTIFICATE-----")) {
            throw new TlsFileException(role, file, "no certificate in it; PEM is wanted: -----BEGIN CERTIFICATE-----");
        }
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException broken) {
            throw new TlsFileException(role, file, "a certificate in it can't be read: " + broken.getMessage());
        }
    }

    /** The private key of {@code file}. */
    static PrivateKey key(Path file) throws TlsFileException {
        String text = text(Role.KEY, file);
        int from = text.indexOf(KEY_BEGINS);
        int to = text.indexOf(KEY_ENDS, Math.max(0, from));
        if (from < 0 || to < 0) {
            boolean other = text.contains("PRIVATE KEY-----");
            throw new TlsFileException(
                    Role.KEY,
                    file,
                    (other ? "its private key is encrypted or of an older form" : "no private key in it")
                            + "; unencrypted PKCS #8 is wanted, " + KEY_BEGINS
                            + (other ? ": openssl pkcs8 -topk8 -nodes -in FILE -out NEW" : ""));
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(text.substring(from + KEY_BEGINS.length(), to));
        } catch (IllegalArgumentException noBase64) {
            throw new TlsFileException(Role.KEY, file, "its private key is no base64");
        }
        for (String algorithm : ALGORITHMS) {
            PrivateKey key = key(algorithm, der);
            if (key != null) {
                return key;
            }
        }
        throw new TlsFileException(Role.KEY, file, "its private key is none of " + ALGORITHMS + ", or is damaged");
    }

    private static @Nullable PrivateKey key(String algorithm, byte[] der) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException another) {
            return null; // the exception might quote the key
        }
    }

    private static String text(Role role, Path file) throws TlsFileException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new TlsFileException(role, file, "more than " + FILE_BYTES_MAX + " bytes; a PEM file is wanted");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new TlsFileException(role, file, "there is no such file");
        } catch (IOException unreadable) {
            throw new TlsFileException(role, file, "can't be read: " + unreadable.getMessage());
        }
    }
}
