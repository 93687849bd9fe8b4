// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a client has proved by a key who it is. What is said of a key that there is not takes as long as of one that there is. Pure. */
public sealed interface KeyProof {
    /** It has. */
    record By(Key key) implements KeyProof {}

    /**
     * It has not.
     *
     * @param keyId the key that it names; empty where it names none
     */
    record None(String keyId) implements KeyProof {}

    /** What stands for the secret where there is no such key. */
    String NOBODYS = "-".repeat(40);

    /** Length of a field that is looked at. */
    int CHARS_MAX = 1024;

    /** Whether {@code secret} is that of key {@code id}. */
    static KeyProof of(String id, String secret, Keys keys) {
        Key key = keys.find(id);
        boolean same = same(key == null ? NOBODYS : key.secret(), secret);
        return key != null && same ? new By(key) : new None(id);
    }

    /** The same, said as {@code Bearer ID.SECRET} in a field whose values these are: there must be one. */
    static KeyProof bearer(List<String> said, Keys keys) {
        Matcher parts =
                Form.BEARER.matcher(said.size() == 1 && said.getFirst().length() <= CHARS_MAX ? said.getFirst() : "");
        return parts.matches() ? of(parts.group(1), parts.group(2), keys) : new None("");
    }

    /** The same, or as user and password: {@code Basic base64(id:secret)}. */
    static KeyProof bearerOrBasic(List<String> said, Keys keys) {
        Pair pair = said.size() == 1 ? basic(said.getFirst()) : null;
        return pair == null ? bearer(said, keys) : of(pair.id(), pair.secret(), keys);
    }

    /** The id and the secret that such a field says; null where it is not of that form. */
    static @Nullable Pair basic(String said) {
        Matcher basic = Form.BASIC.matcher(said);
        if (said.length() > CHARS_MAX || !basic.matches()) {
            return null;
        }
        try {
            byte[] text = Base64.getDecoder().decode(basic.group(1));
            Matcher pair = Form.PAIR.matcher(new String(text, StandardCharsets.ISO_8859_1));
            return pair.matches() ? new Pair(pair.group(1), pair.group(2)) : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** What a client says of a key. Its text shows no secret. */
    record Pair(String id, String secret) {
        @Override
        public String toString() {
            return "Pair[" + id + ", secret redacted]";
        }
    }

    /** Whether they are the same, without telling by the time how much of them is. */
    static boolean same(String expected, String said) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), said.getBytes(StandardCharsets.UTF_8));
    }

    /** How a key is said. */
    final class Form {
        private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]+={0,2})");
        private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9]{1,64}):([A-Za-z0-9]{1,256})");
        private static final Pattern BEARER =
                Pattern.compile("(?i:bearer) +([A-Za-z0-9]{1,64})\\.([A-Za-z0-9]{1,256})");

        private Form() {}
    }
}
