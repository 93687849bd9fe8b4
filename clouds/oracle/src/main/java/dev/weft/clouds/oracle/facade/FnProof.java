// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;

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

    private FnProof() {}

    /** Reads the one field that says it. */
    static KeyProof of(Headers headers, Keys keys) {
        return KeyProof.bearerOrBasic(headers.all("authorization"), keys);
    }
}
