// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a request names one of Weft's keys with its secret: as a bearer token, or as user and password of the server's URL, which is
 * all that kubectl sends without TLS. Pure.
 */
final class KubeProof {
    /** Says who calls where {@code Authorization} is the function's own. */
    static final String INSTEAD = "x-weft-authorization";

    private static final Pattern TOKEN = Pattern.compile("(?i:bearer) +[A-Z0-9]{20}\\.[A-Za-z0-9]{40} *");

    private KubeProof() {}

    static KeyProof of(Headers headers, Keys keys) {
        List<String> instead = headers.all(INSTEAD);
        return KeyProof.bearerOrBasic(instead.isEmpty() ? headers.all("authorization") : instead, keys);
    }

    /** Whether a field of that value has the form of a key with its secret, which no function is given. */
    static boolean isKey(String said) {
        KeyProof.Pair pair = KeyProof.basic(said.stripTrailing());
        return TOKEN.matcher(said).matches()
                || (pair != null
                        && pair.id().matches("[A-Z0-9]{20}")
                        && pair.secret().length() == 40);
    }
}
