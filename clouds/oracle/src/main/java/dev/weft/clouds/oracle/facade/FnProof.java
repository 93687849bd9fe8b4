// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request names one of Weft's keys with its secret. A Fn server asks for nothing; its clients send a bearer token
 * where they are given one ({@code FN_TOKEN}), or the user part of the API's URL. Pure.
 */
sealed interface FnProof {
    /** It does. */
    record By(Key key) implements FnProof {}

    /**
     * It does not.
     *
     * @param keyId the key that it names; empty where it names none
     */
    record None(String keyId) implements FnProof {}

    /** What is said to it, whatever of the key is wrong. */
    FnRefusal UNPROVED = new FnRefusal(
            401,
            "a key of Weft's is needed, as Authorization: Bearer ID.SECRET (fn: FN_TOKEN=ID.SECRET) or as user and"
                    + " password of the API's URL");

    /** Reads the one field that says it. */
    static FnProof of(Headers headers, Keys keys) {
        List<String> said = headers.all("authorization");
        Matcher parts = Said.read(said.size() == 1 ? said.getFirst() : "");
        if (parts == null) {
            return new None("");
        }
        Key key = keys.find(parts.group(1));
        String secret = key == null ? Said.NOBODYS : key.secret();
        boolean same = MessageDigest.isEqual(Said.bytes(secret), Said.bytes(parts.group(2)));
        return key != null && same ? new By(key) : new None(parts.group(1));
    }

    /** The forms in which a key is said. */
    final class Said {
        /** What is compared where there is no such key, so that this takes as long. */
        static final String NOBODYS = "-".repeat(40);

        private static final int CHARS_MAX = 1024;
        private static final Pattern BEARER =
                Pattern.compile("(?i:bearer) +([A-Za-z0-9]{1,64})\\.([A-Za-z0-9]{1,256})");
        private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]+={0,2})");
        private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9]{1,64}):([A-Za-z0-9]{1,256})");

        private Said() {}

        /** Id and secret; null where it is neither form. */
        static @Nullable Matcher read(String said) {
            if (said.length() > CHARS_MAX) {
                return null;
            }
            Matcher bearer = BEARER.matcher(said);
            if (bearer.matches()) {
                return bearer;
            }
            Matcher basic = BASIC.matcher(said);
            if (!basic.matches()) {
                return null;
            }
            try {
                Matcher pair = PAIR.matcher(
                        new String(Base64.getDecoder().decode(basic.group(1)), StandardCharsets.ISO_8859_1));
                return pair.matches() ? pair : null;
            } catch (IllegalArgumentException notBase64) {
                return null;
            }
        }

        static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
