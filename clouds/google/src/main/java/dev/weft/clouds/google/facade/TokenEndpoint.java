// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where service accounts are given tokens for what they have signed: the {@code token_uri} of their file (RFC 7523, as Google's
 * token endpoint has it). Pure.
 */
final class TokenEndpoint {
    private static final String ACTION = "oauth2.Token";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final JsonMapper JSON = JsonMapper.shared();

    private TokenEndpoint() {}

    static boolean asked(String path) {
        return path.equals(ServiceAccount.TOKEN);
    }

    static Wish wish(FacadeRequest request, Keys keys, Instant now) {
        if (!request.line().method().equals("POST")) {
            return wrong(405, "invalid_request", "a token is asked for by POST");
        }
        Map<String, String> form = form(request.body());
        if (!form.getOrDefault("grant_type", "").equals(GRANT)) {
            return wrong(
                    400,
                    "unsupported_grant_type",
                    "grant_type must be " + GRANT
                            + ": the credentials of a key that was made with --rsa (weft key create)");
        }
        Jwt said = Jwt.read(form.getOrDefault("assertion", ""));
        if (said == null) {
            return wrong(400, "invalid_request", "assertion must be a signed JSON Web Token");
        }
        String base = request.scheme() + "://" + request.authority();
        return switch (ServiceAccount.asserted(said, base, keys, now)) {
            case KeyProof.None(String id) ->
                new Wish.Refused(
                        ACTION,
                        id,
                        false,
                        "no key that signed it",
                        error(
                                400,
                                "invalid_grant",
                                "Invalid JWT: it must be signed, for this endpoint and an hour at most, by a key of"
                                        + " Weft's that is good now"));
            case KeyProof.By(Key key) -> granted(said, key, base, now);
        };
    }

    private static Wish granted(Jwt said, Key key, String base, Instant now) {
        String audience = said.claim("target_audience");
        if (audience.length() > GoogleToken.AUDIENCE_CHARS_MAX) {
            return wrong(
                    400,
                    "invalid_request",
                    "target_audience must have at most " + GoogleToken.AUDIENCE_CHARS_MAX + " characters");
        }
        if (audience.isEmpty() && said.claim("scope").isBlank()) {
            return wrong(400, "invalid_scope", "the assertion must have a scope, or a target_audience");
        }
        ObjectNode answer = audience.isEmpty()
                ? JSON.createObjectNode()
                        .put("access_token", GoogleToken.ACCESS.of(key, base, base, now))
                        .put("expires_in", GoogleToken.GOOD_FOR.toSeconds())
                        .put("token_type", "Bearer")
                : JSON.createObjectNode().put("id_token", GoogleToken.ID.of(key, base, audience, now));
        return new Wish.Control(key, ACTION, audience.isEmpty() ? "access" : "id", functions -> json(200, answer));
    }

    private static Map<String, String> form(byte[] body) {
        @Nullable
        Map<String, String> form =
                Operations.query(new RequestLine("POST", "/", new String(body, StandardCharsets.UTF_8)));
        return form == null ? Map.of() : form;
    }

    private static Wish wrong(int status, String error, String words) {
        return new Wish.Refused(ACTION, "", true, words, error(status, error, words));
    }

    private static FacadeAnswer error(int status, String error, String words) {
        return json(status, JSON.createObjectNode().put("error", error).put("error_description", words));
    }

    private static FacadeAnswer json(int status, ObjectNode body) {
        return new FacadeAnswer(
                status,
                Headers.of("Content-Type", "application/json; charset=utf-8", "Cache-Control", "no-store"),
                JSON.writeValueAsBytes(body));
    }
}
