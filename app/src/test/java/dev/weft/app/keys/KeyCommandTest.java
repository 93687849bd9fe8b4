// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.cli.CommandLineInTest;
import dev.weft.app.cli.CommandLineInTest.Said;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KeyCommandTest {
    @TempDir
    Path folder;

    private final Map<String, String> env = new HashMap<>();

    @BeforeEach
    void ownFolder() {
        env.put("WEFT_HOME", folder.resolve("weft").toString());
    }

    private Said key(String... arguments) {
        return CommandLineInTest.run(new KeyCommand(env), env, arguments);
    }

    private Said audit(String... arguments) {
        return CommandLineInTest.run(new AuditCommand(env), env, arguments);
    }

    private static JsonNode json(Said said) {
        assertThat(said.exit()).as(said.err()).isZero();
        return JsonMapper.shared().readTree(said.out());
    }

    private JsonNode made(String... arguments) {
        List<String> all = new ArrayList<>(List.of("create"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        return json(key(all.toArray(String[]::new)));
    }

    @Test
    void aKeyIsShownOnceInTheFormsOfAllClients() {
        JsonNode made = made("ci", "--role", "deploy", "--namespace", "shop");
        String id = made.path("id").asString();
        String secret = made.path("secretAccessKey").asString();
        assertThat(id).matches("WEFT[A-Z2-7]{16}");
        assertThat(secret).matches("[A-Za-z0-9]{40}");
        assertThat(made)
                .isEqualTo(JsonMapper.shared().readTree("""
                                {"id": "ID", "name": "ci", "role": "deploy", "namespace": "shop", "accessKeyId": "ID",
                                 "secretAccessKey": "SECRET", "openwhisk": {"apiKey": "ID:SECRET"},
                                 "fn": {"token": "ID.SECRET"},
                                 "google": {"token": "ID.SECRET", "project": "shop"},
                                 "alibaba": {"accessKeyId": "ID", "accessKeySecret": "SECRET"},
                                 "azure": {"clientId": "ID", "clientSecret": "SECRET", "tenant": "weft",
                                           "functionKey": "ID.SECRET"},
                                 "weft": {"key": "ID.SECRET"}}
                                """.replace("ID", id).replace("SECRET", secret)));
        assertThat(made("other").path("role").asString()).isEqualTo("invoke");
        assertThat(made("third").path("namespace").asString()).isEqualTo("default");
    }

    @Test
    void theTextIsForAShell() throws Exception {
        Said said = key("create", "ci");
        assertThat(said.exit()).isZero();
        Process shell = new ProcessBuilder(
                        "sh",
                        "-ec",
                        "eval \"$(cat)\"; echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $__OW_API_KEY"
                                + " $ALIBABA_CLOUD_ACCESS_KEY_ID $ALIBABA_CLOUD_ACCESS_KEY_SECRET $FN_TOKEN"
                                + " $CLOUDSDK_AUTH_ACCESS_TOKEN $CLOUDSDK_CORE_PROJECT"
                                + " $AZURE_CLIENT_ID $AZURE_CLIENT_SECRET")
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().write(said.out().getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        String[] words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        assertThat(words).hasSize(10);
        assertThat(words[2]).isEqualTo(words[0] + ':' + words[1]);
        assertThat(words[3] + words[4]).isEqualTo(words[0] + words[1]);
        assertThat(words[5]).isEqualTo(words[0] + '.' + words[1]);
        assertThat(words[6]).isEqualTo(words[5]);
        assertThat(words[7]).isEqualTo("default");
        assertThat(words[8] + words[9]).isEqualTo(words[0] + words[1]);
        assertThat(said.out()).contains("shown this once");
    }

    @Test
    void aKeyForOcisClientsIsAnRsaPairAndOcids() throws Exception {
        JsonNode made = made("ci", "--namespace", "shop", "--rsa");
        JsonNode oci = made.path("oci");
        assertThat(oci.path("tenancy").asString()).isEqualTo("ocid1.tenancy.oc1..shop");
        assertThat(oci.path("user").asString())
                .isEqualTo("ocid1.user.oc1.." + made.path("id").asString().toLowerCase(Locale.ROOT));
        Path pem = Files.writeString(
                folder.resolve("key.pem"), oci.path("privateKey").asString());
        // openssl's own word on what OCI shows of a key
        Process openssl = new ProcessBuilder(
                        "sh", "-c", "openssl rsa -in \"$0\" -pubout -outform DER | openssl md5 -c", pem.toString())
                .start();
        assertThat(new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                .endsWith("= " + oci.path("fingerprint").asString());
        JsonNode google = made.path("google").path("credentials");
        assertThat(google.path("private_key").asString())
                .isEqualTo(oci.path("privateKey").asString());
        assertThat(google.path("token_uri").asString()).isEqualTo("http://localhost:8093/token");
        JsonNode plain = made("plain");
        assertThat(plain.has("oci")).isFalse();
        assertThat(plain.path("google").has("credentials")).isFalse();
        JsonNode far = made("far", "--rsa", "--google", "https://cellar.example:8093/");
        assertThat(far.path("google").path("credentials").path("token_uri").asString())
                .isEqualTo("https://cellar.example:8093/token");
        Said wrong = key("create", "wrong", "--rsa", "--google", "https://cellar.example/there");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("--google: where the façade listens", "https://cellar.example/there");

        Said said = key("rotate", "plain", "--rsa");
        Process shell = new ProcessBuilder(
                        "sh",
                        "-ec",
                        "eval \"$(cat)\"; echo $OCI_CLI_TENANCY $OCI_CLI_USER $OCI_CLI_FINGERPRINT; echo \"$OCI_CLI_KEY_CONTENT\"")
                .start();
        shell.getOutputStream().write(said.out().getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("ocid1.tenancy.oc1..default ocid1.user.oc1..weft")
                .contains("\n-----BEGIN PRIVATE KEY-----\n")
                .endsWith("\n-----END PRIVATE KEY-----\n");
    }

    @Test
    void noSecretIsInListsTheTrailErrorsOrAnyFile() throws Exception {
        JsonNode made = made("ci");
        List<String> secrets =
                new ArrayList<>(List.of(made.path("secretAccessKey").asString()));
        secrets.add(
                json(key("rotate", "ci", "-o", "json")).path("secretAccessKey").asString());
        made("more");
        JsonNode signing = made("signing", "--rsa");
        String text = key("rotate", "signing").out();
        String turned = text.substring(text.indexOf('\'') + 1, text.lastIndexOf('\''));
        StringBuilder said = new StringBuilder();
        List<Said> all = List.of(
                key("list"),
                key("list", "-o", "json"),
                key("create", "ci"),
                key("revoke", made.path("id").asString()),
                key("revoke", "ci"),
                key("rotate", "ci"),
                key("list", "--revoked", "-o", "yaml"),
                audit(),
                audit("-o", "json"));
        all.forEach(each -> said.append(each.out()).append(each.err()));
        assertThat(all).extracting(Said::exit).containsExactly(0, 0, 1, 0, 1, 1, 0, 0, 0);
        assertThat(said)
                .contains("'ci' is the name of key " + made.path("id").asString() + " of namespace default already")
                .contains("there is no good key with the id 'ci', nor one of that name in namespace default")
                .contains("key rotate");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                said.append(Files.readString(each, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(said.indexOf("SQLite format 3")).isPositive();
        for (String pem : List.of(signing.path("oci").path("privateKey").asString(), turned)) {
            List<String> lines = pem.strip().lines().toList();
            assertThat(lines).hasSizeGreaterThan(20);
            lines.subList(2, lines.size() - 1).forEach(line -> assertThat(said).doesNotContain(line));
        }
        secrets.forEach(each -> {
            assertThat(each).hasSize(40);
            assertThat(said).doesNotContain(each).doesNotContain(each.substring(0, 10));
        });
    }

    @Test
    void listsShowWhatIsGoodAndWhenAskedWhatWas() {
        made("b", "--namespace", "shop");
        made("a", "--role", "admin");
        JsonNode gone = made("gone");
        assertThat(key("revoke", "gone").out())
                .contains("key gone (" + gone.path("id").asString() + ")")
                .contains("is revoked");
        json(key("rotate", "b", "--namespace", "shop", "-o", "json"));

        JsonNode good = json(key("list", "-o", "json"));
        assertThat(good.findValuesAsString("name")).containsExactly("a", "b");
        assertThat(good.get(0).path("role").asString()).isEqualTo("admin");
        assertThat(good.get(0).path("rotated").isNull()).isTrue();
        assertThat(good.get(1).path("rotated").isNull()).isFalse();
        assertThat(json(key("list", "--namespace", "shop", "-o", "json")).findValuesAsString("name"))
                .containsExactly("b");
        assertThat(json(key("list", "--revoked", "-o", "json")).findValuesAsString("name"))
                .containsExactly("a", "gone", "b");
        assertThat(key("list").out().lines().toList().getFirst())
                .isEqualTo("ID                     NAME   NAMESPACE   ROLE     MADE                  ROTATED");
        assertThat(key("list", "--revoked").out()).contains("REVOKED").contains("gone");
    }

    @Test
    void everyChangeOfAKeyIsInTheTrailNewestLast() {
        JsonNode made = made("ci", "--namespace", "shop");
        json(key("rotate", made.path("id").asString(), "-o", "json"));
        assertThat(key("revoke", "ci", "--namespace", "shop").exit()).isZero();

        JsonNode trail = json(audit("-o", "json", "--since", "1h"));
        assertThat(trail.findValuesAsString("action")).containsExactly("key create", "key rotate", "key revoke");
        assertThat(trail.findValuesAsString("on"))
                .containsOnly("shop/ci " + made.path("id").asString());
        assertThat(trail.get(0).path("vendor").asString()).isEqualTo("weft");
        assertThat(trail.get(0).path("outcome").asString()).isEqualTo("done");
        assertThat(trail.get(0).path("caller").asString())
                .startsWith(System.getProperty("user.name") + '@')
                .doesNotEndWith("@");
        assertThat(json(audit("-n", "1", "-o", "json")).findValuesAsString("action"))
                .containsExactly("key revoke");
        assertThat(audit().out().lines().toList().getFirst())
                .startsWith("TIME                  OUTCOME   API    ACTION       ON");
    }

    @Test
    void wrongUsageIsToldWithWhatWouldBeRight() {
        assertThat(key("create", "CI").err()).contains("NAME").contains("'CI'").contains("small letters");
        assertThat(key("create", "x".repeat(64)).exit()).isEqualTo(2);
        assertThat(key("create", "ci", "--namespace", "a/b").err())
                .contains("--namespace")
                .contains("'a/b'");
        assertThat(key("create", "ci", "--role", "root").err()).contains("root").contains("invoke, deploy, admin");
        assertThat(key("list", "--namespace", "A").exit()).isEqualTo(2);
        assertThat(key().err()).contains("which?").contains("rotate");
        assertThat(audit("--lines", "0").err()).contains("from 1 to 10000");
        assertThat(audit("--lines", "10001").exit()).isEqualTo(2);
        assertThat(audit("--since", "soon").err()).contains("--since soon").contains("15m, 1h or 2d");
        assertThat(folder.resolve("weft/seal.key")).doesNotExist();
    }

    @Test
    void anotherSealKeyIsToldBeforeAnythingIsChanged() throws Exception {
        made("ci");
        Path other = Files.write(folder.resolve("other.key"), new byte[Seal.KEY_BYTES]);
        env.put("WEFT_SEAL_KEY_FILE", other.toString());
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(key("create", "more").err()).contains("chmod 600 " + other);
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Said refused = key("create", "more");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("access key ci (WEFT").contains("another seal key than the one in " + other);
        assertThat(key("rotate", "ci").exit()).isEqualTo(1);
        assertThat(json(key("list", "-o", "json")).findValuesAsString("name")).containsExactly("ci");
        assertThat(json(audit("-o", "json"))).hasSize(1);
        assertThat(key("revoke", "ci").exit()).isZero();
    }
}
