// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON Web Token (RFC 7519), its signature not yet looked at. Pure.
 *
 * @param signed the text that the signature is of
 */
record Jwt(JsonNode head, JsonNode claims, String signed, String signature) {
    /** Characters of one. */
    static final int CHARS_MAX = 8192;

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Null where {@code text} is none. */
    static @Nullable Jwt read(String text) {
        Matcher parts = FORM.matcher(text.length() <= CHARS_MAX ? text : "");
        if (!parts.matches()) {
            return null;
        }
        JsonNode head = json(parts.group(1));
        JsonNode claims = json(parts.group(2));
        return head == null || claims == null
                ? null
                : new Jwt(head, claims, parts.group(1) + '.' + parts.group(2), parts.group(3));
    }

    private static @Nullable JsonNode json(String part) {
        try {
            JsonNode read = JSON.readTree(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
            return read.isObject() ? read : null;
        } catch (JacksonException | IllegalArgumentException notJson) {
            return null;
        }
    }

    /** What is to be signed of these. */
    static String signed(ObjectNode head, ObjectNode claims) {
        return part(head) + '.' + part(claims);
    }

    private static String part(ObjectNode json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(JSON.writeValueAsBytes(json));
    }

    String algorithm() {
        return head.path("alg").asString("");
    }

    /** The key that it names. */
    String keyId() {
        return head.path("kid").asString("");
    }

    /** A claim that is text; empty where it is not there. */
    String claim(String name) {
        return claims.path(name).asString("");
    }

    /** Seconds since 1970; 0 where it does not say so. */
    long seconds(String name) {
        return claims.path(name).asLong(0);
    }

    /** Whether {@code key} signed it by RS256. */
    boolean by(PublicKey key) {
        try {
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(key);
            verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(Base64.getUrlDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException notSo) {
            return false;
        }
    }

    /** Without the signature: who has it whole may use it. */
    @Override
    public String toString() {
        return "Jwt[" + keyId() + ", redacted]";
    }
}
