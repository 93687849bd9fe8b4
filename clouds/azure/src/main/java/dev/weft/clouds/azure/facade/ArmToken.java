// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The token that Azure's clients are given for a key and its secret: a JSON Web Token (RFC 7519) that the key signs (HS256). It holds
 * no secret, and is good for an hour, or until the key is rotated or revoked. Pure.
 */
final class ArmToken {
    /** How long one is good. */
    static final Duration GOOD_FOR = Duration.ofHours(1);

    private static final int CHARS_MAX = 4096;
    private static final Pattern SAID =
            Pattern.compile("(?i:bearer) +([A-Za-z0-9_-]{1,512})\\.([A-Za-z0-9_-]{1,3072})\\.([A-Za-z0-9_-]{43})");
    private static final JsonMapper JSON = JsonMapper.shared();

    private ArmToken() {}

    /** For {@code key}, from now on. */
    static String of(Key key, String issuer, String audience, Instant now) {
        ObjectNode head =
                JSON.createObjectNode().put("typ", "JWT").put("alg", "HS256").put("kid", key.id());
        String subject = Subscription.uuid("key " + key.id());
        ObjectNode claims = JSON.createObjectNode()
                .put("aud", audience)
                .put("iss", issuer)
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("exp", now.plus(GOOD_FOR).getEpochSecond())
                .put("appid", key.id())
                .put("idtyp", "app")
                .put("oid", subject)
                .put("sub", subject)
                .put("tid", Subscription.TENANT)
                .put("ver", "1.0");
        String signed = part(head) + '.' + part(claims);
        return signed + '.' + Hmac.of(key.secret(), signed);
    }

    private static String part(ObjectNode json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(JSON.writeValueAsBytes(json));
    }

    /** What the values of a field {@code Authorization} prove: a token, or {@code Bearer ID.SECRET}. */
    static KeyProof read(List<String> said, Keys keys, Instant now) {
        Matcher parts = SAID.matcher(said.size() == 1 && said.getFirst().length() <= CHARS_MAX ? said.getFirst() : "");
        if (!parts.matches()) {
            return KeyProof.bearer(said, keys);
        }
        JsonNode head = json(parts.group(1));
        String id = head.path("kid").asString("");
        boolean ours = head.path("alg").asString("").equals("HS256");
        Key key = keys.find(id);
        String signed = parts.group(1) + '.' + parts.group(2);
        boolean same = KeyProof.same(Hmac.of(key == null ? KeyProof.NOBODYS : key.secret(), signed), parts.group(3));
        if (key == null || !same || !ours) {
            return new KeyProof.None(id);
        }
        boolean good = now.getEpochSecond() < json(parts.group(2)).path("exp").asLong(0);
        return good ? new KeyProof.By(key) : new KeyProof.None(id);
    }

    private static JsonNode json(String part) {
        try {
            return JSON.readTree(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (JacksonException | IllegalArgumentException notOurs) {
            return JSON.createObjectNode();
        }
    }
}
