// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.Transport;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bearer tokens of IBM's identity service for an API key, kept until they are about to expire. Safe for use by many threads. */
public final class IamTokens {
    /** IBM's public service. */
    public static final String PUBLIC = "https://iam.cloud.ibm.com";

    /** A token is not used in the last part of its life: a request must arrive while it still holds. */
    static final Duration MARGIN = Duration.ofMinutes(2);

    /** What IBM's tokens last where the answer does not say. */
    private static final long LIFE_SECONDS = 3600;

    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * A token. Its text does not show it.
     *
     * @param fresh until when it may be handed out
     */
    public record Token(String bearer, Instant fresh) {
        /** What an Authorization field holds. */
        public String authorization() {
            return "Bearer " + bearer;
        }

        @Override
        public String toString() {
            return "Token[redacted, fresh until " + fresh + "]";
        }
    }

    private final RestClient client;
    private final URI endpoint;
    private final Supplier<String> key;
    private final InstantSource clock;
    private @Nullable Token kept;

    /** Asks {@code base} with the key that {@code key} finds; the key is looked for when a token is needed. */
    public IamTokens(Transport transport, String base, Supplier<String> key, InstantSource clock) {
        this.client = new RestClient(transport, (request, now) -> request, IamTokens::said, clock);
        this.endpoint =
                URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/identity/token");
        this.key = key;
        this.clock = clock;
    }

    /** A token that holds for a while yet; asked for where there is none. */
    public synchronized Token token() {
        Token now = kept;
        if (now == null || !clock.instant().isBefore(now.fresh())) {
            now = ask();
            kept = now;
        }
        return now;
    }

    private Token ask() {
        String form = "grant_type=" + encoded("urn:ibm:params:oauth:grant-type:apikey") + "&apikey="
                + encoded(key.get()) + "&response_type=cloud_iam";
        RestRequest request = RestRequest.of("IAM token", "POST", endpoint)
                .harmlessTwice()
                .header("accept", "application/json")
                .body("application/x-www-form-urlencoded", form.getBytes(StandardCharsets.UTF_8));
        String answer = client.send(request).text();
        try {
            JsonNode token = JSON.readTree(answer);
            String bearer = token.path("access_token").asString("");
            if (!bearer.isEmpty()) {
                Duration life = Duration.ofSeconds(token.path("expires_in").asLong(LIFE_SECONDS));
                Duration used = life.compareTo(MARGIN.multipliedBy(2)) > 0 ? life.minus(MARGIN) : life.dividedBy(2);
                return new Token(bearer, clock.instant().plus(used));
            }
        } catch (JacksonException notJson) {
            // told below, without the answer: it may hold a token
        }
        throw new CloudException(
                CloudException.Kind.UNKNOWN,
                "IAM token: the answer of " + endpoint.getRawAuthority() + " holds none",
                null);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** IAM says a wrong key with status 400. */
    private static RestErrors.Said said(RestRequest request, dev.weft.api.rest.RestResponse answer) {
        String code = "";
        String words = "";
        try {
            JsonNode error = JSON.readTree(answer.body());
            code = error.path("errorCode").asString("");
            words = error.path("errorMessage").asString("");
        } catch (JacksonException notJson) {
            words = "an answer that is not JSON";
        }
        boolean denied = answer.status() == 400 || answer.status() == 401 || answer.status() == 403;
        return new RestErrors.Said(
                denied ? CloudException.Kind.DENIED : RestErrors.byStatus(answer.status()),
                code,
                words,
                answer.header("transaction-id"),
                denied ? "check IBMCLOUD_API_KEY: IBM does not take this key" : null);
    }
}
