// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is, by the field Authorization with {@code Basic base64(id:secret)}: OpenWhisk's key is Weft's, id and secret. Its
 * text shows no secret.
 */
sealed interface BasicProof {
    /** He proved it. */
    record Proved(Key key) implements BasicProof {}

    /**
     * He did not.
     *
     * @param keyId that he named; empty where none, or nothing that could be one
     */
    record Unproved(String keyId, String words) implements BasicProof {}

    /** Ids as they may be written down. */
    Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** Reads it. */
    static BasicProof of(Headers headers, Keys keys) {
        List<String> all = headers.all("authorization");
        if (all.isEmpty()) {
            return new Unproved("", Says.NO_KEY);
        }
        String pair = all.size() == 1 ? pair(all.getFirst()) : null;
        int colon = pair == null ? -1 : pair.indexOf(':');
        if (pair == null || colon < 0) {
            return new Unproved("", Says.WRONG_KEY);
        }
        String id = pair.substring(0, colon);
        if (!ID.matcher(id).matches()) {
            return new Unproved("", Says.WRONG_KEY);
        }
        return switch (KeyProof.of(id, pair.substring(colon + 1), keys)) {
            case KeyProof.By(Key key) -> new Proved(key);
            case KeyProof.None(String named) -> new Unproved(named, Says.WRONG_KEY);
        };
    }

    private static @Nullable String pair(String authorization) {
        int space = authorization.indexOf(' ');
        if (space < 0 || !authorization.substring(0, space).equalsIgnoreCase("Basic")) {
            return null;
        }
        try {
            return new String(
                    Base64.getDecoder()
                            .decode(authorization.substring(space + 1).strip()),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
