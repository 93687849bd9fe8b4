// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a request's bearer token is one of Weft's keys with its secret. Pure. */
sealed interface GoogleProof {
    /** It is. */
    record By(Key key) implements GoogleProof {}

    /**
     * It is not.
     *
     * @param keyId the key that it names; empty where it names none
     */
    record None(String keyId) implements GoogleProof {}

    /** Reads the values of the field that says it, of which there must be one. */
    static GoogleProof of(List<String> said, Keys keys) {
        Matcher parts = Said.BEARER.matcher(said.size() == 1 ? Said.bounded(said.getFirst()) : "");
        if (!parts.matches()) {
            return new None("");
        }
        Key key = keys.find(parts.group(1));
        String secret = key == null ? Said.NOBODYS : key.secret();
        boolean same = MessageDigest.isEqual(Said.bytes(secret), Said.bytes(parts.group(2)));
        return key != null && same ? new By(key) : new None(parts.group(1));
    }

    /** The form in which a key is said. */
    final class Said {
        /** What stands for the secret where there is no such key, so that this takes as long. */
        static final String NOBODYS = "-".repeat(40);

        static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9]{1,64})\\.([A-Za-z0-9]{1,256})");
        private static final int CHARS_MAX = 1024;

        private Said() {}

        static String bounded(String said) {
            return said.length() > CHARS_MAX ? "" : said;
        }

        static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
