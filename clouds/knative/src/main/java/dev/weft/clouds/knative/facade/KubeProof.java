// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

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
 * Whether a request names one of Weft's keys with its secret: as a bearer token, or as user and password of the server's URL, which is
 * all that kubectl sends without TLS. Pure.
 */
final class KubeProof {
    /** Says who calls where {@code Authorization} is the function's own. */
    static final String INSTEAD = "x-weft-authorization";

    private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]+={0,2}) *");
    private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9]{1,64}):([A-Za-z0-9]{1,256})");
    private static final Pattern TOKEN = Pattern.compile("(?i:bearer) +[A-Z0-9]{20}\\.[A-Za-z0-9]{40} *");

    private KubeProof() {}

    static KeyProof of(Headers headers, Keys keys) {
        List<String> instead = headers.all(INSTEAD);
        List<String> said = instead.isEmpty() ? headers.all("authorization") : instead;
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

    /** Whether a field of that value has the form of a key with its secret, which no function is given. */
    static boolean isKey(String said) {
        Matcher pair = pair(said);
        return TOKEN.matcher(said).matches()
                || (pair != null
                        && pair.group(1).matches("[A-Z0-9]{20}")
                        && pair.group(2).length() == 40);
    }
}
