// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A profile of IAM Identity Center: the token that {@code aws sso login} left behind is exchanged for a role's credentials. A
 * token that has ended is not renewed here. Source: AWS SDKs and tools reference guide, "IAM Identity Center credential
 * provider".
 */
final class SingleSignOn {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final CloudVendor.Around around;
    private final ProfileFiles files;
    private final String name;

    SingleSignOn(CloudVendor.Around around, ProfileFiles files, String name) {
        this.around = around;
        this.files = files;
        this.name = name;
    }

    AwsCredentials find(Map<String, String> profile) {
        String session = profile.get("sso_session");
        Map<String, String> start = session == null ? profile : files.sessions().getOrDefault(session, Map.of());
        String key = session == null ? needed(start, "sso_start_url") : session;
        String token = token(key);
        String query = "?account_id=" + SigV4.encoded(needed(profile, "sso_account_id")) + "&role_name="
                + SigV4.encoded(needed(profile, "sso_role_name"));
        URI portal = portal(needed(start, "sso_region"));
        URI uri = URI.create(portal.toString().replaceAll("/+$", "") + "/federation/credentials" + query);
        RestRequest request = RestRequest.of("GetRoleCredentials", "GET", uri).header("x-amz-sso_bearer_token", token);
        RestResponse answer = Sending.send(around.transport(), request);
        if (!answer.ok()) {
            throw wrong(
                    "its session was refused with status " + answer.status() + ": run aws sso login --profile " + name);
        }
        JsonNode role = JSON.readTree(answer.body()).path("roleCredentials");
        return new AwsCredentials(
                role.path("accessKeyId").asString(""),
                role.path("secretAccessKey").asString(""),
                role.path("sessionToken").asString(""),
                Instant.ofEpochMilli(role.path("expiration").asLong(0)),
                "single sign-on of profile " + name);
    }

    private URI portal(String region) {
        String said = around.environment().get("AWS_ENDPOINT_URL_SSO");
        return URI.create(said == null ? "https://portal.sso." + region + ".amazonaws.com" : said);
    }

    private String token(String key) {
        Path file = around.home().resolve(".aws/sso/cache").resolve(sha1(key) + ".json");
        String login = "run aws sso login --profile " + name;
        try {
            JsonNode cached = JSON.readTree(Files.readAllBytes(file));
            Instant expires =
                    Instant.parse(cached.path("expiresAt").asString("").replace("UTC", "Z"));
            if (expires.isAfter(around.clock().instant())) {
                return cached.path("accessToken").asString("");
            }
        } catch (IOException missing) {
            throw wrong("nobody is logged in: " + login);
        } catch (JacksonException | DateTimeException unreadable) {
            throw wrong("its session cannot be read: " + login);
        }
        throw wrong("its session has ended: " + login);
    }

    private String needed(Map<String, String> section, String field) {
        @Nullable String value = section.get(field);
        if (value == null) {
            throw wrong(field + " is missing");
        }
        return value;
    }

    private CloudException wrong(String what) {
        return new CloudException(CloudException.Kind.DENIED, "AWS profile %s: %s".formatted(name, what), null);
    }

    /** The name of a file, as AWS's tools make it; nothing secret depends on it. */
    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("every JDK has SHA-1", broken);
        }
    }
}
