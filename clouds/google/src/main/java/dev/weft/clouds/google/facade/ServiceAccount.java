// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of Weft's with an RSA pair, as Google's clients know one: a service account, who proves himself by tokens that his private
 * key signs (RS256). Source: "Using OAuth 2.0 for server to server applications". Pure.
 */
public final class ServiceAccount {
    /** How far a client's clock may be off. */
    static final Duration SKEW = Duration.ofMinutes(5);

    /** How long what an account signs may be good. */
    static final Duration GOOD_FOR = Duration.ofHours(1);

    /** Where such an account asks for tokens. */
    static final String TOKEN = "/token";

    /** What Google's libraries write as the audience, whatever the account's file says. */
    private static final String GOOGLES_TOKEN = "https://oauth2.googleapis.com/token";

    private static final Pattern EMAIL =
            Pattern.compile("([a-z0-9]{1,64})@([a-z0-9-]{1,63})\\.iam\\.gserviceaccount\\.com");

    private static final Pattern ORIGIN = Pattern.compile("https?://([A-Za-z0-9.:\\[\\]-]{1,260})/?");

    private ServiceAccount() {}

    /** What the account of {@code key} is called. */
    static String email(Key key) {
        return key.id().toLowerCase(Locale.ROOT) + '@' + key.namespace() + ".iam.gserviceaccount.com";
    }

    /**
     * The file that Google's clients take as {@code GOOGLE_APPLICATION_CREDENTIALS}.
     *
     * @param privateKey of the key's RSA pair, in PEM
     * @param endpoint where the façade listens, without a path
     */
    public static Map<String, String> file(Key key, String privateKey, String endpoint) {
        Map<String, String> file = new LinkedHashMap<>();
        file.put("type", "service_account");
        file.put("project_id", key.namespace());
        file.put("private_key_id", key.id());
        file.put("private_key", privateKey);
        file.put("client_email", email(key));
        file.put("client_id", key.id());
        file.put("auth_uri", endpoint + "/auth");
        file.put("token_uri", endpoint + TOKEN);
        return file;
    }

    /** Who signed {@code said} to be given a token at {@code base}. */
    static KeyProof asserted(Jwt said, String base, Keys keys, Instant now) {
        String audience = said.claim("aud");
        boolean meant = audience.equals(GOOGLES_TOKEN) || audience.equals(base + TOKEN);
        return meant ? signed(said, keys, now) : new KeyProof.None(id(said));
    }

    /**
     * Who signed {@code said} to use it in the place of a token: for an API of Google's, for this façade, or for scopes.
     *
     * @param authority host and port that the client asked for; the libraries leave the port out
     */
    static KeyProof presented(Jwt said, String authority, Keys keys, Instant now) {
        String audience = said.claim("aud");
        Matcher origin = ORIGIN.matcher(audience);
        boolean api = origin.matches()
                && !said.claims().has("scope")
                && (origin.group(1).endsWith(".googleapis.com")
                        || origin.group(1).equalsIgnoreCase(authority)
                        || origin.group(1).equalsIgnoreCase(authority.replaceAll(":\\d+$", "")));
        boolean scoped = audience.isEmpty() && !said.claim("scope").isBlank();
        boolean meant = (api || scoped) && !said.claims().has("target_audience");
        return meant ? signed(said, keys, now) : new KeyProof.None(id(said));
    }

    private static String id(Jwt said) {
        Matcher email = EMAIL.matcher(said.claim("iss"));
        return email.matches() ? email.group(1).toUpperCase(Locale.ROOT) : "";
    }

    private static KeyProof signed(Jwt said, Keys keys, Instant now) {
        String id = id(said);
        Key key = keys.find(id);
        if (key == null || key.rsa() == null) {
            return new KeyProof.None(id);
        }
        String subject = said.claim("sub");
        long from = said.seconds("iat");
        long to = said.seconds("exp");
        long second = now.getEpochSecond();
        boolean good = said.algorithm().equals("RS256")
                && said.claim("iss").equals(email(key))
                && (subject.isEmpty() || subject.equals(email(key)))
                && from <= second + SKEW.toSeconds()
                && to > second
                && to - from <= GOOD_FOR.toSeconds()
                && said.by(key.rsa());
        return good ? new KeyProof.By(key) : new KeyProof.None(id);
    }
}
