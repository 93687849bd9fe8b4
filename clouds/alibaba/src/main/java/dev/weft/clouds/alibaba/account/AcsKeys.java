// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An access key. Its text shows where it came from, and nothing of its secret.
 *
 * @param token of temporary keys
 * @param expires null for keys that stay
 * @param source for a person, for example "profile shop of ~/.aliyun/config.json"
 */
public record AcsKeys(
        String id,
        String secret,
        @Nullable String token,
        @Nullable Instant expires,
        String source) {
    private static final int SHOWN_CHARS = 8;

    /** As a dialect is given them. */
    public InvokeDialect.Credentials credentials() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("id", id);
        parts.put("secret", secret);
        if (token != null) {
            parts.put("token", token);
        }
        return new InvokeDialect.Credentials(parts);
    }

    /** What {@link #credentials} said; null where it holds none. */
    public static @Nullable AcsKeys of(InvokeDialect.Credentials credentials) {
        String id = credentials.parts().get("id");
        String secret = credentials.parts().get("secret");
        return id == null || secret == null
                ? null
                : new AcsKeys(id, secret, credentials.parts().get("token"), null, "credentials");
    }

    @Override
    public String toString() {
        return "access key " + id.substring(0, Math.min(SHOWN_CHARS, id.length())) + "… from " + source;
    }
}
