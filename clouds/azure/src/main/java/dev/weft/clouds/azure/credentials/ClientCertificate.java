// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A certificate with its private key, which signs what an application says of itself. Redacted in every text. */
record ClientCertificate(PrivateKey key, X509Certificate certificate) {
    private static final Duration ASSERTION_LIFE = Duration.ofMinutes(10);
    private static final int SALT_BYTES = 32;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");

    /** From a PEM file with both, or a PKCS #12 file. */
    static ClientCertificate read(Path file, @Nullable String password) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            return text.contains("-----BEGIN") ? pem(text, file) : pkcs12(bytes, password, file);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            throw TokenSources.denied(
                    "AZURE_CLIENT_CERTIFICATE_PATH: " + file + " can't be read as a certificate with its key: "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }

    private static ClientCertificate pem(String text, Path file) throws GeneralSecurityException {
        Matcher key = KEY.matcher(text);
        Matcher certificate = CERTIFICATE.matcher(text);
        if (!key.find() || !certificate.find()) {
            throw TokenSources.denied(
                    "AZURE_CLIENT_CERTIFICATE_PATH: " + file
                            + " must hold an unencrypted PRIVATE KEY (PKCS #8) and a CERTIFICATE",
                    null);
        }
        Base64.Decoder lines = Base64.getMimeDecoder();
        return new ClientCertificate(
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(lines.decode(key.group(1)))),
                (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(lines.decode(certificate.group(1)))));
    }

    private static ClientCertificate pkcs12(byte[] bytes, @Nullable String password, Path file)
            throws IOException, GeneralSecurityException {
        char[] secret = password == null ? new char[0] : password.toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(bytes), secret);
        for (String each : Collections.list(store.aliases())) {
            if (store.getKey(each, secret) instanceof PrivateKey key
                    && store.getCertificate(each) instanceof X509Certificate certificate) {
                return new ClientCertificate(key, certificate);
            }
        }
        throw TokenSources.denied("AZURE_CLIENT_CERTIFICATE_PATH: " + file + " holds no private key", null);
    }

    /** A JSON web token that says that {@code client} asks {@code endpoint}, signed by PS256. */
    String assertion(URI endpoint, String client, Instant now) {
        try {
            String thumbprint =
                    BASE64.encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
            String head = encoded(Map.of("alg", "PS256", "typ", "JWT", "x5t#S256", thumbprint));
            String claims = encoded(Map.of(
                    "aud", endpoint.toString(),
                    "iss", client,
                    "sub", client,
                    "jti", UUID.randomUUID().toString(),
                    "nbf", now.getEpochSecond(),
                    "exp", now.plus(ASSERTION_LIFE).getEpochSecond()));
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, SALT_BYTES, 1));
            signature.initSign(key);
            signature.update((head + '.' + claims).getBytes(StandardCharsets.US_ASCII));
            return head + '.' + claims + '.' + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException broken) {
            throw TokenSources.denied("the client certificate's key can't sign: " + broken.getMessage(), broken);
        }
    }

    private static String encoded(Map<String, Object> json) {
        return BASE64.encodeToString(JsonMapper.shared().writeValueAsBytes(json));
    }

    @Override
    public String toString() {
        return "ClientCertificate[redacted]";
    }
}
