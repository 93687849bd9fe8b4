// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How clients get a token: as an application by client credentials (OAuth 2.0, as Entra ID has it), a key's id and its secret; or as a
 * managed identity, with {@code IDENTITY_ENDPOINT} or {@code MSI_ENDPOINT} at {@code /identity/token} and {@code ID.SECRET} as
 * the header's secret. Pure.
 */
final class Login {
    /** Where managed identities ask. */
    static final String IDENTITY = "/identity/token";

    private static final String ACTION = "Token";
    private static final Pattern PATH = Pattern.compile(
            "/([A-Za-z0-9.-]{1,64})/(oauth2/v2\\.0/token|oauth2/token|v2\\.0/\\.well-known/openid-configuration)");
    private static final Pattern WHOLE = Pattern.compile("([A-Za-z0-9]{1,64})\\.([A-Za-z0-9]{1,256})");
    private static final JsonMapper JSON = JsonMapper.shared();

    private Login() {}

    /** Whether that is what the path is for. */
    static boolean asked(String path) {
        return path.equals(IDENTITY) || PATH.matcher(path).matches();
    }

    static Wish wish(FacadeRequest request, Keys keys, Instant now) {
        String base = request.scheme() + "://" + request.authority();
        if (request.line().path().equals(IDENTITY)) {
            return identity(request, base, keys, now);
        }
        Matcher parts = PATH.matcher(request.line().path());
        String tenant = parts.matches() ? parts.group(1) : "";
        String method = request.line().method();
        if (parts.matches() && parts.group(2).endsWith("openid-configuration")) {
            return new Wish.Open(json(200, configuration(base, tenant)));
        }
        return method.equals("POST")
                ? credentials(request, base, keys, now)
                : new Wish.Refused(
                        ACTION,
                        "",
                        true,
                        method + " of a token",
                        error(405, "invalid_request", "a token is asked for by POST"));
    }

    /** Where tokens are given; nobody is sent to where people log in, for there is no such place. */
    private static ObjectNode configuration(String base, String tenant) {
        String at = base + '/' + tenant;
        ObjectNode all = JSON.createObjectNode()
                .put("issuer", at + "/v2.0")
                .put("token_endpoint", at + "/oauth2/v2.0/token")
                .put("authorization_endpoint", at + "/oauth2/v2.0/authorize")
                .put("device_authorization_endpoint", at + "/oauth2/v2.0/devicecode")
                .put("jwks_uri", at + "/discovery/v2.0/keys");
        all.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        all.putArray("response_types_supported").add("code");
        return all;
    }

    private static Wish credentials(FacadeRequest request, String base, Keys keys, Instant now) {
        Map<String, String> form = form(request.body());
        String id = form.getOrDefault("client_id", "");
        String grant = form.getOrDefault("grant_type", "");
        if (!grant.equals("client_credentials")) {
            return new Wish.Refused(
                    ACTION,
                    "",
                    true,
                    "grant_type",
                    error(
                            400,
                            "unsupported_grant_type",
                            "grant_type must be client_credentials: az login --service-principal"));
        }
        String audience =
                form.getOrDefault("resource", form.getOrDefault("scope", "").replaceAll("/*\\.default$", ""));
        return proved(KeyProof.of(id, form.getOrDefault("client_secret", ""), keys), key -> {
            ObjectNode answer = token(key, base, audience, now);
            answer.put("ext_expires_in", ArmToken.GOOD_FOR.toSeconds());
            return answer.put("expires_in", ArmToken.GOOD_FOR.toSeconds());
        });
    }

    private static Wish identity(FacadeRequest request, String base, Keys keys, Instant now) {
        String said = request.headers().first("x-identity-header");
        if (said == null) {
            said = request.headers().first("secret");
        }
        Matcher whole = WHOLE.matcher(said == null ? "" : said);
        KeyProof by = whole.matches() ? KeyProof.of(whole.group(1), whole.group(2), keys) : new KeyProof.None("");
        Map<String, String> query = new TreeMap<>(form(request.body()));
        @Nullable Map<String, String> asked = Operations.query(request.line());
        if (asked != null) {
            query.putAll(asked);
        }
        String audience = query.getOrDefault("resource", "");
        return proved(by, key -> token(key, base, audience, now)
                .put("expires_on", Long.toString(now.plus(ArmToken.GOOD_FOR).getEpochSecond()))
                .put("resource", audience));
    }

    private interface Answer {
        ObjectNode of(Key key);
    }

    private static Wish proved(KeyProof by, Answer answer) {
        return switch (by) {
            case KeyProof.By(Key key) -> new Wish.Control(key, ACTION, "", functions -> json(200, answer.of(key)));
            case KeyProof.None(String id) ->
                new Wish.Refused(
                        ACTION,
                        id,
                        false,
                        "no key with its secret",
                        error(
                                401,
                                "invalid_client",
                                "the client must be the id of one of Weft's keys, with its secret"));
        };
    }

    private static ObjectNode token(Key key, String base, String audience, Instant now) {
        return JSON.createObjectNode()
                .put("token_type", "Bearer")
                .put("access_token", ArmToken.of(key, base + '/' + Subscription.TENANT + '/', audience, now));
    }

    private static Map<String, String> form(byte[] body) {
        Map<String, String> form = new TreeMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            List<String> parts = List.of(pair.split("=", 2));
            if (parts.size() == 2) {
                try {
                    form.putIfAbsent(
                            URLDecoder.decode(parts.get(0), StandardCharsets.UTF_8),
                            URLDecoder.decode(parts.get(1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException notEncoded) {
                    return Map.of();
                }
            }
        }
        return form;
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
