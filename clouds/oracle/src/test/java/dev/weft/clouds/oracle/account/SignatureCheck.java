// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks a request's signature from what came over the wire and the public key alone; shares nothing with what signs. */
final class SignatureCheck {
    private static final Pattern PARAMETER = Pattern.compile("([a-zA-Z]+)=\"([^\"]*)\"");

    private final PublicKey key;
    private final String keyId;

    SignatureCheck(PublicKey key, String keyId) {
        this.key = key;
        this.keyId = keyId;
    }

    /** What is wrong; null where nothing is. */
    @Nullable
    String wrong(String method, String target, Map<String, String> headers, byte[] body) {
        String authorization = headers.get("authorization");
        if (authorization == null || !authorization.startsWith("Signature ")) {
            return "no signature";
        }
        Map<String, String> said = new java.util.HashMap<>();
        Matcher matcher = PARAMETER.matcher(authorization);
        while (matcher.find()) {
            said.put(matcher.group(1), matcher.group(2));
        }
        if (!"1".equals(said.get("version"))
                || !"rsa-sha256".equals(said.get("algorithm"))
                || !keyId.equals(said.get("keyId"))) {
            return "version, algorithm or keyId: " + said.get("keyId");
        }
        List<String> names = List.of(said.getOrDefault("headers", "").split(" ", -1));
        List<String> needed = new ArrayList<>(List.of("(request-target)", "host"));
        boolean withBody = List.of("POST", "PUT", "PATCH").contains(method);
        if (withBody) {
            needed.addAll(List.of("content-length", "content-type", "x-content-sha256"));
        }
        if (!names.containsAll(needed) || !(names.contains("date") || names.contains("x-date"))) {
            return "signs only " + names;
        }
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            String value = name.equals("(request-target)")
                    ? method.toLowerCase(java.util.Locale.ROOT) + " " + target
                    : headers.get(name);
            if (value == null) {
                return name + " is signed and was not sent";
            }
            text.append(text.isEmpty() ? "" : "\n").append(name).append(": ").append(value);
        }
        try {
            if (withBody) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
                if (!Base64.getEncoder().encodeToString(digest).equals(headers.get("x-content-sha256"))) {
                    return "the body is another one";
                }
                if (!Integer.toString(body.length).equals(headers.get("content-length"))) {
                    return "content-length " + headers.get("content-length") + " of " + body.length;
                }
            }
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initVerify(key);
            rsa.update(text.toString().getBytes(StandardCharsets.UTF_8));
            return rsa.verify(Base64.getDecoder().decode(said.getOrDefault("signature", "")))
                    ? null
                    : "the signature is not of " + text;
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            return broken.toString();
        }
    }
}
