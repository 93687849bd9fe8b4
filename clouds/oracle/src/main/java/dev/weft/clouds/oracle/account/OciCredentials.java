// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.clouds.oracle.call.OciSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who signs, found as Oracle's command line finds it: {@code OCI_CLI_…} variables first, each in place of the same entry of a
 * profile in {@code ~/.oci/config}. API keys and session tokens. Its text holds no key.
 *
 * @param expires when a session's token ends; null for an API key
 * @param found where it was found, for a person
 */
record OciCredentials(OciSignature signature, @Nullable Instant expires, String found) {
    private static final int TOKEN_BYTES_MAX = 64 << 10;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Each entry of a profile and its variable. */
    private static final Map<String, String> VARIABLES = Map.of(
            "user", "OCI_CLI_USER",
            "tenancy", "OCI_CLI_TENANCY",
            "fingerprint", "OCI_CLI_FINGERPRINT",
            "key_file", "OCI_CLI_KEY_FILE",
            "key_content", "OCI_CLI_KEY_CONTENT",
            "pass_phrase", "OCI_CLI_PASSPHRASE",
            "security_token_file", "OCI_CLI_SECURITY_TOKEN_FILE");

    /** Looks for them now; a CloudException of kind DENIED says what is missing. */
    static OciCredentials find(Map<String, String> environment, Path home) {
        String way = environment.getOrDefault("OCI_CLI_AUTH", "");
        if (!way.isEmpty() && !way.equals("api_key") && !way.equals("security_token")) {
            throw denied("OCI_CLI_AUTH asks for " + way
                    + ", and Weft signs with an API key or a session's token only: use" + " api_key or security_token");
        }
        Path file = file(environment, home);
        String profile = first(environment, "DEFAULT", "OCI_CLI_PROFILE", "OCI_CONFIG_PROFILE");
        Map<String, String> entries = new HashMap<>(profile(file, profile));
        String found = entries.isEmpty() ? "" : "profile " + profile + " of " + file;
        boolean variables = false;
        for (Map.Entry<String, String> each : VARIABLES.entrySet()) {
            String value = environment.getOrDefault(each.getValue(), "");
            if (!value.isEmpty()) {
                entries.put(each.getKey(), value);
                variables = true;
            }
        }
        if (entries.isEmpty()) {
            throw denied("there is no profile " + profile + " in " + file
                    + ", and no OCI_CLI_… variable is set; oci setup config makes one");
        }
        if (variables) {
            found = found.isEmpty() ? "OCI_CLI_… variables" : found + ", with OCI_CLI_… variables in its place";
        }
        boolean session = way.equals("security_token")
                || (!entries.containsKey("user") && entries.containsKey("security_token_file"));
        return session ? session(entries, home, found) : apiKey(entries, home, found);
    }

    private static OciCredentials apiKey(Map<String, String> entries, Path home, String found) {
        String keyId = needed(entries, "tenancy", found)
                + '/'
                + needed(entries, "user", found)
                + '/'
                + needed(entries, "fingerprint", found);
        return new OciCredentials(
                new OciSignature(keyId, key(entries, home, found)),
                null,
                "API key " + entries.get("fingerprint") + " from " + found);
    }

    private static OciCredentials session(Map<String, String> entries, Path home, String found) {
        Path file = expand(needed(entries, "security_token_file", found), home);
        String token = text(file).strip();
        return new OciCredentials(
                new OciSignature("ST$" + token, key(entries, home, found)),
                expiry(token),
                "session token from " + found);
    }

    private static PrivateKey key(Map<String, String> entries, Path home, String found) {
        String content = entries.getOrDefault("key_content", "");
        Path file = content.isEmpty() ? expand(needed(entries, "key_file", found), home) : null;
        String pem = file == null ? content.replace("\\n", "\n") : text(file);
        try {
            return OciKeys.read(pem, entries.getOrDefault("pass_phrase", ""));
        } catch (IllegalArgumentException unreadable) {
            throw denied((file == null ? "OCI_CLI_KEY_CONTENT " : file + " ") + unreadable.getMessage());
        }
    }

    private static String needed(Map<String, String> entries, String name, String found) {
        String value = entries.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw denied(found + ": " + name + " is missing");
        }
        return value;
    }

    private static Path file(Map<String, String> environment, Path home) {
        String said = first(environment, "", "OCI_CLI_CONFIG_FILE", "OCI_CONFIG_FILE");
        return said.isEmpty() ? home.resolve(".oci").resolve("config") : expand(said, home);
    }

    private static String first(Map<String, String> environment, String otherwise, String... names) {
        for (String name : names) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return otherwise;
    }

    private static Path expand(String path, Path home) {
        return path.startsWith("~/") ? home.resolve(path.substring(2)) : Path.of(path);
    }

    /** The entries of one section; empty where there is none. */
    private static Map<String, String> profile(Path file, String profile) {
        Map<String, String> entries = new HashMap<>();
        if (!Files.isRegularFile(file)) {
            return entries;
        }
        boolean inside = false;
        for (String line : text(file).lines().map(String::strip).toList()) {
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                inside = line.substring(1, line.length() - 1).strip().equals(profile);
            } else if (inside && equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
                entries.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return entries;
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > TOKEN_BYTES_MAX) {
                throw denied(file + " has more than " + TOKEN_BYTES_MAX + " bytes");
            }
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw denied(file + " can't be read (" + unreadable.getClass().getSimpleName() + ')');
        }
    }

    /** When the token says that it ends. */
    private static @Nullable Instant expiry(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length < 2) {
            return null;
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
            long seconds = JSON.readTree(new String(claims, StandardCharsets.UTF_8))
                    .path("exp")
                    .asLong(0);
            return seconds > 0 ? Instant.ofEpochSecond(seconds) : null;
        } catch (IllegalArgumentException | JacksonException opaque) {
            return null;
        }
    }

    private static CloudException denied(String why) {
        return new CloudException(CloudException.Kind.DENIED, "credentials for OCI: " + why, null);
    }

    @Override
    public String toString() {
        return "OciCredentials[" + found + ']';
    }
}
