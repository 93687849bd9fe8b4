// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.clouds.google.FakeGoogle.Answer;
import dev.weft.clouds.google.FakeGoogle.Request;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Google's token endpoint: checks the RS256 signature of what a service account asserts, by the JDK's own means. */
final class FakeTokens {
    static final String ACCOUNT = "weft@shop-12345.iam.gserviceaccount.com";

    private final KeyPair keys;
    private final Set<String> issued = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();

    FakeTokens() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
        issued.add(FakeGoogle.TOKEN);
    }

    /** Writes a service account's key file, as the console hands it out. */
    Path keyFile(Path folder, String tokenUri) throws IOException {
        String key = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded());
        ObjectNode file = FakeGoogle.JSON
                .createObjectNode()
                .put("type", "service_account")
                .put("project_id", FakeGoogle.PROJECT)
                .put("private_key_id", "key-1")
                .put("private_key", "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n")
                .put("client_email", ACCOUNT)
                .put("client_id", "1")
                .put("token_uri", tokenUri);
        return Files.writeString(folder.resolve("key.json"), file.toString());
    }

    boolean known(@Nullable String authorization) {
        return authorization != null
                && authorization.startsWith("Bearer ")
                && issued.contains(authorization.substring("Bearer ".length()));
    }

    Answer answer(Request request) {
        Map<String, String> form = new TreeMap<>();
        for (String pair : new String(request.body(), StandardCharsets.UTF_8).split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        String assertion = form.getOrDefault("assertion", "");
        if (!"urn:ietf:params:oauth:grant-type:jwt-bearer".equals(form.get("grant_type")) || !signed(assertion)) {
            byte[] body = "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}"
                    .getBytes(StandardCharsets.UTF_8);
            return new Answer(400, "application/json", body);
        }
        JsonNode claims = claims(assertion);
        ObjectNode answer = FakeGoogle.JSON.createObjectNode();
        if (claims.has("target_audience")) {
            answer.put("id_token", idToken(claims.path("target_audience").asString("")));
        } else {
            String token = "ya29.issued-by-the-fake-" + count.incrementAndGet();
            issued.add(token);
            answer.put("access_token", token).put("expires_in", 3600).put("token_type", "Bearer");
        }
        return Answer.json(answer);
    }

    private String idToken(String audience) {
        long expires = java.time.Instant.now().getEpochSecond() + 3600;
        String claims = "{\"aud\":\"%s\",\"exp\":%d,\"iat\":%d,\"iss\":\"https://accounts.google.com\",\"sub\":\"1\"}"
                .formatted(audience, expires, expires - 3600);
        String head = coded("{\"alg\":\"RS256\",\"kid\":\"k\",\"typ\":\"JWT\"}") + '.' + coded(claims);
        return head + '.' + coded("signature");
    }

    private static String coded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The claims of a token, unchecked. */
    static JsonNode claims(String token) {
        return FakeGoogle.JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
    }

    private boolean signed(String assertion) {
        String[] parts = assertion.split("\\.", -1);
        if (parts.length != 3) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(keys.getPublic());
            verifier.update((parts[0] + '.' + parts[1]).getBytes(StandardCharsets.UTF_8));
            return verifier.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims(assertion).path("iss").asString("").equals(ACCOUNT);
        } catch (GeneralSecurityException broken) {
            return false;
        }
    }
}
