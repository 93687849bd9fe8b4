// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request names one of Weft's keys with its secret. A Fn server asks for nothing; its clients send a bearer token
 * where they are given one ({@code FN_TOKEN}), or the user part of the API's URL. Pure.
 */
final class FnProof {
    /** What is said where it does not, whatever of the key is wrong. */
    static final FnRefusal UNPROVED = new FnRefusal(
            401,
            "a key of Weft's is needed, as Authorization: Bearer ID.SECRET (fn: FN_TOKEN=ID.SECRET) or as user and"
                    + " password of the API's URL");

    private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]+={0,2})");
    private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9]{1,64}):([A-Za-z0-9]{1,256})");

    private FnProof() {}

    /** Reads the one field that says it. */
    static KeyProof of(Headers headers, Keys keys) {
        List<String> said = headers.all("authorization");
        Matcher pair = said.size() == 1 ? pair(said.getFirst()) : null;
        return pair == null ? KeyProof.bearer(said, keys) : KeyProof.of(pair.group(1), pair.group(2), keys);
    }

    /** Id and secret, as user and password; null where it is not that form. */
    private static @Nullable Matcher pair(String said) {
        Matcher basic = BASIC.matcher(said);
        if (said.length() > KeyProof.CHARS_MAX || !basic.matches()) {
            return null;
        }
        try {
            Matcher pair =
                    PAIR.matcher(new String(Base64.getDecoder().decode(basic.group(1)), StandardCharsets.ISO_8859_1));
            return pair.matches() ? pair : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
