// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Google's clients are given for what a {@link ServiceAccount} has signed: an access token for the APIs, or an ID token, by
 * which a function's caller proves to one URL who he is. Either is signed with what only who has the key's secret can make
 * (HS256), holds no secret, and is good for an hour, or until the key is rotated or revoked. Pure.
 */
enum GoogleToken {
    /** For APIs. */
    ACCESS,
    /** For one audience. */
    ID;

    /** How long one is good. */
    static final Duration GOOD_FOR = Duration.ofHours(1);

    /** Characters of an audience. */
    static final int AUDIENCE_CHARS_MAX = 1024;

    private static final JsonMapper JSON = JsonMapper.shared();

    /** One for {@code key} from now on, made at {@code issuer}; an access token's audience is its issuer. */
    String of(Key key, String issuer, String audience, Instant now) {
        ObjectNode head =
                JSON.createObjectNode().put("alg", "HS256").put("kid", key.id()).put("typ", "JWT");
        ObjectNode claims = JSON.createObjectNode()
                .put("aud", audience)
                .put("azp", ServiceAccount.email(key))
                .put("email", ServiceAccount.email(key))
                .put("email_verified", true)
                .put("exp", now.plus(GOOD_FOR).getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("iss", issuer)
                .put("sub", key.id());
        String signed = Jwt.signed(head, claims);
        return signed + '.' + signature(key.secret(), signed);
    }

    /** Whose {@code said} is; its audience is not looked at. */
    KeyProof proof(Jwt said, Keys keys, Instant now) {
        String id = said.keyId();
        Key key = keys.find(id);
        String expected = signature(key == null ? KeyProof.NOBODYS : key.secret(), said.signed());
        boolean same = KeyProof.same(expected, said.signature());
        boolean good = same && said.algorithm().equals("HS256") && now.getEpochSecond() < said.seconds("exp");
        return key != null && good ? new KeyProof.By(key) : new KeyProof.None(id);
    }

    /** Each kind with a key of its own, so that none passes for the other, nor for another proof of the same secret. */
    private String signature(String secret, String signed) {
        return CallUrl.mac(CallUrl.mac(secret, "weft google token " + name()), signed);
    }
}
