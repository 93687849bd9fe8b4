// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.cli.CommandLineInTest;
import dev.weft.app.cli.CommandLineInTest.Said;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keys of a test's Weft, made and revoked as its user does it. */
public final class KeysInTest {
    private KeysInTest() {}

    private static Map<String, String> environment(Path home) {
        return Map.of("WEFT_HOME", home.toString());
    }

    private static Said key(Path home, String... words) {
        Map<String, String> environment = environment(home);
        Said said = CommandLineInTest.run(new KeyCommand(environment), environment, words);
        assertThat(said.exit()).as("%s", said.err()).isZero();
        return said;
    }

    /** {@code weft key create}. */
    public static Key create(Path home, String name, Key.Role role, String namespace) {
        String word = role.name().toLowerCase(Locale.ROOT);
        Said said = key(home, "create", name, "--role", word, "--namespace", namespace, "-o", "json");
        JsonNode made = JsonMapper.shared().readTree(said.out());
        return new Key(
                made.path("accessKeyId").asString(),
                made.path("secretAccessKey").asString(),
                name,
                role,
                namespace);
    }

    /**
     * What {@code weft key create --rsa} gives a client of OCI's.
     *
     * @param privateKey in PEM
     */
    public record Oci(Key key, String tenancy, String user, String fingerprint, String privateKey) {}

    /** {@code weft key create --rsa}. */
    public static Oci createForOci(Path home, String name, Key.Role role, String namespace) {
        String word = role.name().toLowerCase(Locale.ROOT);
        return oci(
                key(home, "create", name, "--role", word, "--namespace", namespace, "--rsa", "-o", "json"),
                role,
                namespace);
    }

    /** {@code weft key rotate}. */
    public static Oci rotate(Path home, Oci before) {
        return oci(
                key(home, "rotate", before.key().id(), "-o", "json"),
                before.key().role(),
                before.key().namespace());
    }

    private static Oci oci(Said said, Key.Role role, String namespace) {
        JsonNode made = JsonMapper.shared().readTree(said.out());
        Key key = new Key(
                made.path("accessKeyId").asString(),
                made.path("secretAccessKey").asString(),
                made.path("name").asString(),
                role,
                namespace);
        JsonNode oci = made.path("oci");
        return new Oci(
                key,
                oci.path("tenancy").asString(),
                oci.path("user").asString(),
                oci.path("fingerprint").asString(),
                oci.path("privateKey").asString());
    }

    /** {@code weft key revoke}. */
    public static void revoke(Path home, Key key) {
        Said ignored = key(home, "revoke", key.id());
    }

    /** {@code weft audit}. */
    public static String audit(Path home) {
        Map<String, String> environment = environment(home);
        Said said = CommandLineInTest.run(new AuditCommand(environment), environment);
        assertThat(said.exit()).as("%s", said.err()).isZero();
        return said.out();
    }
}
