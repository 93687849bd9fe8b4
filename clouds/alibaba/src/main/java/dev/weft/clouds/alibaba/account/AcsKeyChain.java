// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds an access key where Alibaba Cloud's own tools do, in their order: the environment, {@code ~/.alibabacloud/credentials},
 * {@code ~/.aliyun/config.json}, the role of the server it runs on. Blocking; safe for use by many threads.
 */
public final class AcsKeyChain {
    /** Temporary keys are renewed when they have less than this left. */
    static final Duration FRESH_MIN = Duration.ofMinutes(5);

    private static final String METADATA = "http://100.100.100.200/latest/";
    private static final String ROLES = METADATA + "meta-data/ram/security-credentials/";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Map<String, String> environment;
    private final Path home;
    private final Transport transport;
    private final InstantSource clock;
    private @Nullable AcsKeys kept;

    /** Looks for nothing yet. */
    public AcsKeyChain(Map<String, String> environment, Path home, Transport transport, InstantSource clock) {
        this.environment = environment;
        this.home = home;
        this.transport = transport;
        this.clock = clock;
    }

    /** The key to sign with now; none, or one that can't be used, is a CloudException of kind DENIED. */
    public synchronized AcsKeys keys() {
        AcsKeys known = kept;
        Instant expires = known == null ? null : known.expires();
        if (known == null
                || (expires != null && !clock.instant().plus(FRESH_MIN).isBefore(expires))) {
            known = look();
            kept = known.expires() == null ? null : known; // files and variables are read anew: they may have changed
        }
        return known;
    }

    private AcsKeys look() {
        AcsKeys found = ofEnvironment();
        if (found == null) {
            found = ofIni();
        }
        if (found == null) {
            found = ofJson();
        }
        String role = value("ALIBABA_CLOUD_ECS_METADATA");
        if (found == null && role != null) {
            found = ofServer(role);
        }
        if (found == null) {
            throw denied("no credentials for Alibaba Cloud were found: set ALIBABA_CLOUD_ACCESS_KEY_ID and"
                    + " ALIBABA_CLOUD_ACCESS_KEY_SECRET, run aliyun configure, or on a server of Alibaba's name its role in"
                    + " ALIBABA_CLOUD_ECS_METADATA");
        }
        return found;
    }

    private @Nullable String value(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private @Nullable AcsKeys ofEnvironment() {
        String id = value("ALIBABA_CLOUD_ACCESS_KEY_ID");
        String secret = value("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
        if (id == null && secret == null) {
            return null;
        }
        if (id == null || secret == null) {
            throw denied("of ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET only one is set");
        }
        return new AcsKeys(id, secret, value("ALIBABA_CLOUD_SECURITY_TOKEN"), null, "the environment");
    }

    private @Nullable AcsKeys ofIni() {
        String named = value("ALIBABA_CLOUD_CREDENTIALS_FILE");
        Path file = named == null ? home.resolve(".alibabacloud").resolve("credentials") : Path.of(named);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        String asked = value("ALIBABA_CLOUD_PROFILE");
        String profile = asked == null ? "default" : asked;
        Map<String, String> entries = section(text(file), profile);
        if (entries.isEmpty() || "false".equals(entries.get("enable"))) {
            return null;
        }
        String source = "profile " + profile + " of " + file.getFileName();
        String type = entries.getOrDefault("type", "access_key");
        return switch (type) {
            case "access_key" -> of(entries, source, null);
            case "sts" -> of(entries, source, entries.get("security_token"));
            case "ecs_ram_role" -> ofServer(entries.getOrDefault("role_name", ""));
            default ->
                throw denied(source + " is of type " + type + ", which Weft does not take; access_key, sts and"
                        + " ecs_ram_role work");
        };
    }

    private static Map<String, String> section(String text, String profile) {
        Map<String, String> entries = new LinkedHashMap<>();
        boolean inside = false;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("[")) {
                inside = line.equals("[" + profile + "]");
            } else if (inside && !line.startsWith("#") && !line.startsWith(";") && line.contains("=")) {
                int equals = line.indexOf('=');
                entries.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return entries;
    }

    private @Nullable AcsKeys ofJson() {
        Path file = home.resolve(".aliyun").resolve("config.json");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        JsonNode config;
        try {
            config = JSON.readTree(text(file));
        } catch (JacksonException notJson) {
            throw denied("~/.aliyun/config.json is no JSON; run aliyun configure");
        }
        String asked = value("ALIBABA_CLOUD_PROFILE");
        String profile = asked == null ? config.path("current").asString("default") : asked;
        for (JsonNode each : config.path("profiles")) {
            if (each.path("name").asString("").equals(profile)) {
                return ofProfile(each, "profile " + profile + " of ~/.aliyun/config.json");
            }
        }
        return null;
    }

    private AcsKeys ofProfile(JsonNode profile, String source) {
        Map<String, String> entries = new LinkedHashMap<>();
        profile.properties()
                .forEach(entry -> entries.put(
                        entry.getKey(),
                        entry.getValue().isString() ? entry.getValue().asString() : ""));
        String mode = entries.getOrDefault("mode", "");
        return switch (mode) {
            case "AK" -> of(entries, source, null);
            case "StsToken" -> of(entries, source, entries.get("sts_token"));
            case "EcsRamRole" -> ofServer(entries.getOrDefault("ram_role_name", ""));
            default ->
                throw denied(source + " is of mode " + mode + ", which Weft does not take; AK, StsToken and"
                        + " EcsRamRole work");
        };
    }

    private static AcsKeys of(Map<String, String> entries, String source, @Nullable String token) {
        String id = entries.getOrDefault("access_key_id", "");
        String secret = entries.getOrDefault("access_key_secret", "");
        if (id.isEmpty() || secret.isEmpty()) {
            throw denied(source + " has no access_key_id or no access_key_secret");
        }
        return new AcsKeys(id, secret, token == null || token.isEmpty() ? null : token, null, source);
    }

    /** By the metadata service in its hardened mode: a token first. */
    private AcsKeys ofServer(String role) {
        try {
            RestRequest ask = RestRequest.of("metadata token", "PUT", URI.create(METADATA + "api/token"))
                    .header("x-aliyun-ecs-metadata-token-ttl-seconds", "300");
            String token = answer(ask).text().strip();
            String name = role.isEmpty()
                    ? answer(with(token, RestRequest.of("metadata role", "GET", URI.create(ROLES))))
                            .text()
                            .strip()
                    : role;
            RestResponse said = answer(
                    with(token, RestRequest.of("metadata credentials", "GET", URI.create(ROLES + Acs3.encoded(name)))));
            JsonNode keys = JSON.readTree(said.body());
            return new AcsKeys(
                    keys.path("AccessKeyId").asString(),
                    keys.path("AccessKeySecret").asString(),
                    keys.path("SecurityToken").asString(),
                    Instant.parse(keys.path("Expiration").asString()),
                    "role " + name + " of this server");
        } catch (IOException | JacksonException | DateTimeException failed) {
            throw denied("the metadata service of this server gave no credentials for role '" + role + "': "
                    + (failed instanceof IOException ? failed.getMessage() : "its answer is not understood"));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw denied("interrupted while the metadata service was asked");
        }
    }

    private static RestRequest with(String token, RestRequest request) {
        return request.header("x-aliyun-ecs-metadata-token", token);
    }

    private RestResponse answer(RestRequest request) throws IOException, InterruptedException {
        RestResponse answer = transport.send(request);
        if (!answer.ok()) {
            throw new IOException(request.tried() + " was answered with " + answer.status());
        }
        return answer;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw denied(file.getFileName() + " can't be read: " + unreadable.getMessage());
        }
    }

    private static CloudException denied(String message) {
        return new CloudException(CloudException.Kind.DENIED, message, null);
    }
}
