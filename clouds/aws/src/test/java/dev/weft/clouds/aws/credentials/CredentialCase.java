// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.clouds.aws.account.Moto;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One way to have credentials. In its texts HOME/ is the user's folder and HERE the address of {@link MachineAgents}. */
final class CredentialCase {
    static final String SECRET = "a-secret-that-nobody-may-see";
    static final String TOKEN = "a-token-that-nobody-may-see";
    static final String WEB_TOKEN = "web-identity-that-nobody-may-see";
    static final String SIGN_ON = "single sign-on";

    /** The default profile, with a key. */
    static final String KEY = key("default", "DEFAULT00000");

    /** SHA-1 of "corp", as AWS's tools name the file of that session. */
    private static final String SESSION_FILE = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

    final String name;
    final Map<String, String> environment = new TreeMap<>();
    final Map<String, String> files = new LinkedHashMap<>();

    @Nullable
    String profile;

    boolean role;
    boolean refused;

    private CredentialCase(String name) {
        this.name = name;
    }

    private static CredentialCase of(String name) {
        return new CredentialCase(name);
    }

    private CredentialCase with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    private CredentialCase keys() {
        return with("AWS_ACCESS_KEY_ID", "AKIAENV000000000").with("AWS_SECRET_ACCESS_KEY", SECRET);
    }

    private CredentialCase chosen(String said) {
        return with("AWS_PROFILE", said);
    }

    private CredentialCase file(String path, String content) {
        files.put(path, content);
        return this;
    }

    private CredentialCase config(String content) {
        return file(".aws/config", content);
    }

    private CredentialCase credentials(String content) {
        return file(".aws/credentials", content);
    }

    private CredentialCase profile(String said) {
        profile = said;
        return this;
    }

    private CredentialCase role() {
        role = true;
        return this;
    }

    private CredentialCase refused() {
        refused = true;
        return this;
    }

    static String key(String section, String id) {
        return "[%s]\naws_access_key_id = AKIA%s\naws_secret_access_key = %s\n".formatted(section, id, SECRET);
    }

    static String role(String section, String more) {
        return "[%s]\nrole_arn = %s\nrole_session_name = tests\n%s\n".formatted(section, Moto.ROLE, more);
    }

    /** All of them. */
    static List<CredentialCase> all() {
        return Stream.of(environments(), profiles(), roles(), machines())
                .flatMap(each -> each)
                .toList();
    }

    private static Stream<CredentialCase> environments() {
        return Stream.of(
                of("keys").keys(),
                of("session").keys().with("AWS_SESSION_TOKEN", TOKEN),
                of("keys before files").keys().credentials(KEY),
                of("keys before AWS_PROFILE").keys().chosen("b").credentials(key("b", "B00000000000")),
                of("half a key")
                        .with("AWS_ACCESS_KEY_ID", "AKIAENV000000000")
                        .credentials(KEY)
                        .refused(),
                of("the other half").with("AWS_SECRET_ACCESS_KEY", SECRET).credentials(KEY),
                of("empty keys")
                        .with("AWS_ACCESS_KEY_ID", "")
                        .with("AWS_SECRET_ACCESS_KEY", "")
                        .credentials(KEY),
                of("nothing at all").refused());
    }

    private static Stream<CredentialCase> profiles() {
        return Stream.of(
                of("default").credentials("# a comment\n" + KEY),
                of("default of config").config(KEY),
                of("AWS_PROFILE").chosen("b").credentials(KEY + key("b", "B00000000000")),
                of("profile of config").chosen("b").config(key("profile b", "B00000000000")),
                of("quoted profile").chosen("a b").config(key("profile \"a b\"", "B00000000000")),
                of("no word in config")
                        .chosen("b")
                        .config(key("b", "B00000000000"))
                        .refused(),
                of("missing profile").chosen("gone").credentials(KEY).refused(),
                of("credentials before config").credentials(KEY).config(key("default", "CONFIG000000")),
                of("capitals")
                        .credentials(KEY.replace("aws_", "AWS_")
                                .replace("access_key", "ACCESS_KEY")
                                .replace("_id", "_ID")),
                of("session in a file").credentials(KEY + "aws_session_token=" + TOKEN + "\n"),
                of("nested settings")
                        .config("[default]\ns3 =\n  aws_access_key_id = no\n  x = 1\nregion = eu-west-1\n")
                        .credentials(KEY),
                of("other files")
                        .with("AWS_CONFIG_FILE", "HOME/c")
                        .with("AWS_SHARED_CREDENTIALS_FILE", "HOME/k")
                        .chosen("b")
                        .file("k", key("b", "OTHERFILE000"))
                        .file("c", "[profile b]\nregion = eu-west-1\n"),
                of("chosen by its name").profile("b").credentials(KEY + key("b", "B00000000000")),
                of("a name before the environment").profile("b").keys().credentials(key("b", "B00000000000")),
                of("a program")
                        .config("[default]\ncredential_process = sh HOME/give\n")
                        .file(
                                "give",
                                "echo '{\"Version\":1,\"AccessKeyId\":\"AKIAPROGRAM00000\",\"SecretAccessKey\":\""
                                        + SECRET + "\",\"SessionToken\":\"" + TOKEN + "\"}'\n"),
                of("a program that fails")
                        .config("[default]\ncredential_process = false\n")
                        .refused());
    }

    private static Stream<CredentialCase> roles() {
        return Stream.of(
                of("a role")
                        .chosen("r")
                        .credentials(KEY)
                        .config(role("profile r", "source_profile = default"))
                        .role(),
                of("a role on a role")
                        .chosen("r")
                        .credentials(KEY)
                        .config(role("profile r", "source_profile = m\nexternal_id = x-7\nduration_seconds = 1800")
                                + role("profile m", "source_profile = default").replace("/functions", "/middle"))
                        .role(),
                of("a role on its own key")
                        .chosen("r")
                        .config(role(
                                "profile r",
                                "source_profile = r\n" + key("", "SELF00000000").substring(3)))
                        .role(),
                of("a role in a ring")
                        .chosen("r")
                        .config(role("profile r", "source_profile = m") + role("profile m", "source_profile = r"))
                        .refused(),
                of("a role on nothing")
                        .chosen("r")
                        .config(role("profile r", ""))
                        .refused(),
                of("a role on what is gone")
                        .chosen("r")
                        .config(role("profile r", "source_profile = gone"))
                        .refused(),
                of("a role on the environment")
                        .profile("r")
                        .keys()
                        .config(role("profile r", "credential_source = Environment"))
                        .role(),
                of("a role on the instance")
                        .chosen("r")
                        .with("AWS_EC2_METADATA_DISABLED", "false")
                        .with("AWS_EC2_METADATA_SERVICE_ENDPOINT", "HERE/")
                        .config(role("profile r", "credential_source = Ec2InstanceMetadata"))
                        .role(),
                of("web identity")
                        .with("AWS_WEB_IDENTITY_TOKEN_FILE", "HOME/token")
                        .with("AWS_ROLE_ARN", Moto.ROLE)
                        .with("AWS_ROLE_SESSION_NAME", "tests")
                        .file("token", WEB_TOKEN + "\n")
                        .role(),
                of("web identity of a profile")
                        .chosen("w")
                        .config(role("profile w", "web_identity_token_file = HOME/token"))
                        .file("token", WEB_TOKEN)
                        .role());
    }

    private static Stream<CredentialCase> machines() {
        String corp = "[profile s]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = dev\n"
                + "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example/start\n";
        Instant end = Instant.now().plusSeconds(7200).truncatedTo(ChronoUnit.SECONDS);
        String token =
                "{\"accessToken\":\"%s\",\"expiresAt\":\"%s\"}".formatted(MachineAgents.SSO_TOKEN, end.toString());
        return Stream.of(
                of(SIGN_ON)
                        .chosen("s")
                        .with("AWS_ENDPOINT_URL_SSO", "HERE")
                        .config(corp)
                        .file(SESSION_FILE, token),
                of("nobody signed on")
                        .chosen("s")
                        .with("AWS_ENDPOINT_URL_SSO", "HERE")
                        .config(corp.replace("corp", "gone"))
                        .refused(),
                of("a container")
                        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", "HERE/container")
                        .with("AWS_CONTAINER_AUTHORIZATION_TOKEN", MachineAgents.AGENT_TOKEN),
                of("a container with a file")
                        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", "HERE/container")
                        .with("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/agent")
                        .file("agent", MachineAgents.AGENT_TOKEN),
                of("a container elsewhere")
                        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/credentials")
                        .refused(),
                of("an instance")
                        .with("AWS_EC2_METADATA_DISABLED", "false")
                        .with("AWS_EC2_METADATA_SERVICE_ENDPOINT", "HERE/"));
    }
}
