// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys derived from secrets, each good for a day, a region and a service: deriving one costs more than signing with it. */
final class SigningKeys {
    /** Keys that are kept; with one more, all are derived anew. */
    static final int KEPT_MAX = 256;

    private static final String HMAC = "HmacSHA256";
    private static final Map<Scope, SigningKeys> KEPT = new ConcurrentHashMap<>();
    private static final ThreadLocal<Tools> TOOLS = ThreadLocal.withInitial(Tools::make);

    private final SecretKeySpec key;

    private SigningKeys(byte[] key) {
        this.key = new SecretKeySpec(key, HMAC);
    }

    /** What a key is derived from. Its text tells nothing. */
    private record Scope(String secret, String day, String region, String service) {
        @Override
        public String toString() {
            return "Scope[" + day + ", " + region + ", " + service + ']';
        }
    }

    /** A thread's own: neither is for two at once. */
    private record Tools(MessageDigest digest, Mac mac) {
        static Tools make() {
            try {
                return new Tools(MessageDigest.getInstance("SHA-256"), Mac.getInstance(HMAC));
            } catch (NoSuchAlgorithmException broken) {
                throw new IllegalStateException("every JDK has SHA-256 and " + HMAC, broken);
            }
        }
    }

    /** The key of {@code day}, as eight digits. */
    static SigningKeys of(String secret, String day, String region, String service) {
        Scope scope = new Scope(secret, day, region, service);
        SigningKeys known = KEPT.get(scope);
        if (known != null) {
            return known;
        }
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String step : new String[] {day, region, service, "aws4_request"}) {
            key = new SigningKeys(key).sign(step);
        }
        if (KEPT.size() >= KEPT_MAX) {
            KEPT.clear();
        }
        SigningKeys made = new SigningKeys(key);
        KEPT.put(scope, made);
        return made;
    }

    /** The HMAC of {@code text}. */
    byte[] sign(String text) {
        try {
            Mac mac = TOOLS.get().mac();
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidKeyException broken) {
            throw new IllegalStateException("any bytes are a key of " + HMAC, broken);
        }
    }

    static byte[] sha256(byte[] bytes) {
        return TOOLS.get().digest().digest(bytes);
    }
}
