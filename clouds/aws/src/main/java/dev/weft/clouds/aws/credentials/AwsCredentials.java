// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An access key. Its text shows only where it came from and the beginning of its public half.
 *
 * @param token of a session; null for a key that stays
 * @param expires null for those that stay
 * @param source where it was found, for example "profile shop"
 */
public record AwsCredentials(
        String accessKey,
        String secretKey,
        @Nullable String token,
        @Nullable Instant expires,
        String source) {
    private static final String ACCESS_KEY = "accessKey";
    private static final String SECRET_KEY = "secretKey";
    private static final String TOKEN = "token";
    private static final int SHOWN = 4;

    /** As the parts of a dialect's credentials. */
    public Map<String, String> parts() {
        Map<String, String> parts = new HashMap<>();
        parts.put(ACCESS_KEY, accessKey);
        parts.put(SECRET_KEY, secretKey);
        if (token != null) {
            parts.put(TOKEN, token);
        }
        return parts;
    }

    /** From the parts of a dialect's credentials. */
    public static AwsCredentials of(Map<String, String> parts) {
        String accessKey = parts.get(ACCESS_KEY);
        String secretKey = parts.get(SECRET_KEY);
        if (accessKey == null || secretKey == null) {
            throw new IllegalArgumentException("calls on AWS need the credentials that AwsAccount grants");
        }
        return new AwsCredentials(accessKey, secretKey, parts.get(TOKEN), null, "grant");
    }

    /** What may be shown of the key. */
    public String masked() {
        return accessKey.length() <= 2 * SHOWN ? "…" : accessKey.substring(0, SHOWN) + '…';
    }

    @Override
    public String toString() {
        return "AwsCredentials[" + masked() + " from " + source + ']';
    }
}
