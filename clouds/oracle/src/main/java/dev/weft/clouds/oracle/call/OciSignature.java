// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import dev.weft.api.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * OCI's request signature: RSA with SHA-256 over date, method and target, host, and of a POST, PUT or PATCH its body too. Pure.
 * Source: OCI documentation "Request Signatures".
 *
 * @param keyId tenancy, user and fingerprint, or {@code ST$} and a session's token
 */
public record OciSignature(String keyId, PrivateKey key) {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    /** Reads what {@link #encoded} wrote. */
    public static PrivateKey decoded(String encoded) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(encoded)));
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException("not a PKCS#8 RSA key");
        }
    }

    /** The key as text, in PKCS#8. */
    public static String encoded(PrivateKey key) {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /**
     * What is signed of a request.
     *
     * @param target path and query as they go on the wire
     * @param contentType of the body; null signs none, for GET, HEAD and DELETE
     */
    public record Signed(
            String method,
            String authority,
            String target,
            @Nullable String contentType,
            byte[] body) {}

    /**
     * The fields that the request gets, names in lower case. Host and Content-Length are signed as well; the client writes them,
     * from the authority and the body.
     */
    public Map<String, String> fields(Signed request, Instant now) {
        Map<String, String> signed = new LinkedHashMap<>();
        signed.put("date", DATE.format(now.atOffset(ZoneOffset.UTC)));
        signed.put("(request-target)", request.method().toLowerCase(Locale.ROOT) + ' ' + request.target());
        signed.put("host", request.authority());
        String contentType = request.contentType();
        if (contentType != null) {
            signed.put("content-length", Integer.toString(request.body().length));
            signed.put("content-type", contentType);
            signed.put("x-content-sha256", Base64.getEncoder().encodeToString(Sha256.of(request.body())));
        }
        StringBuilder text = new StringBuilder();
        signed.forEach((name, value) -> text.append(text.isEmpty() ? "" : "\n")
                .append(name)
                .append(": ")
                .append(value));
        Map<String, String> fields = new LinkedHashMap<>(signed);
        fields.keySet().removeAll(java.util.Set.of("(request-target)", "host", "content-length"));
        fields.put(
                "authorization",
                "Signature version=\"1\",keyId=\"%s\",algorithm=\"rsa-sha256\",headers=\"%s\",signature=\"%s\""
                        .formatted(keyId, String.join(" ", signed.keySet()), sign(text.toString())));
        return fields;
    }

    private String sign(String text) {
        try {
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initSign(key);
            rsa.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(rsa.sign());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("every JDK signs with RSA and SHA-256", broken);
        }
    }

    @Override
    public String toString() {
        return "OciSignature[redacted]";
    }
}
