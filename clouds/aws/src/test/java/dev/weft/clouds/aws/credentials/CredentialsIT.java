// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.account.Boto3;
import dev.weft.clouds.aws.account.Endpoints;
import dev.weft.clouds.aws.account.Moto;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where botocore, AWS's own library, finds credentials, Weft finds the same. Roles are taken on at moto. */
@Tag("system")
@Timeout(180)
class CredentialsIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String REFUSED = "refused";

    /** What botocore finds, and whom moto takes for the owner of what both found. */
    private static final String RESOLVE = """
            import json, os, sys
            try:
                import botocore.session
            except ImportError as missing:
                sys.exit('%s: this test needs botocore; WEFT_PYTHON may name a Python that has it' % missing)
            def who(key, secret, token):
                client = botocore.session.Session().create_client('sts', region_name='eu-west-1', endpoint_url=moto,
                    aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
                return client.get_caller_identity()['Arn']
            moto, table = os.environ['MOTO'], json.load(open(os.environ['TABLE']))
            path, result = os.environ['PATH'], []
            for each in table:
                os.environ.clear()
                os.environ.update(each['environment'], PATH=path)
                def said(key, secret, token):
                    return who(key, secret, token) if each['role'] else '|'.join([key, secret, token or ''])
                try:
                    session = botocore.session.Session(profile=each['profile'] or None)
                    found = session.get_credentials()
                    found = found and found.get_frozen_credentials()
                    theirs = said(found.access_key, found.secret_key, found.token) if found else 'refused'
                except Exception as wrong:
                    theirs = 'refused'
                ours = each['ours']
                result.append([theirs, said(*ours) if ours else 'refused'])
            print(json.dumps(result))
            """;

    private static Moto moto;
    private static MachineAgents agents;

    @TempDir
    Path scratch;

    private final List<String> texts = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.start();
        agents = new MachineAgents();
    }

    @AfterAll
    static void stop() throws Exception {
        agents.close();
        moto.close();
    }

    @Test
    void credentialsAreFoundWhereBotocoreFindsThem() throws Exception {
        List<CredentialCase> cases = CredentialCase.all();
        List<Map<String, Object>> table = new ArrayList<>();
        // botocore looks once, when it is loaded, where sessions are kept
        String sessions = "";
        for (CredentialCase each : cases) {
            Path home = Files.createTempDirectory(scratch, "home");
            sessions = each.name.equals(CredentialCase.SIGN_ON) ? home.toString() : sessions;
            table.add(row(each, home));
        }
        Path file = Files.write(scratch.resolve("table.json"), JSON.writeValueAsBytes(table));
        String said = Boto3.python(
                RESOLVE,
                Map.of("TABLE", file.toString(), "MOTO", moto.endpoint().toString(), "HOME", sessions));
        JsonNode results =
                JSON.readTree(said.lines().reduce((one, last) -> last).orElseThrow());
        Map<String, String> theirs = new LinkedHashMap<>();
        Map<String, String> ours = new LinkedHashMap<>();
        Map<String, Boolean> refused = new LinkedHashMap<>();
        for (int i = 0; i < cases.size(); i++) {
            String name = cases.get(i).name;
            theirs.put(name, results.path(i).path(0).asString());
            ours.put(name, results.path(i).path(1).asString());
            refused.put(name, cases.get(i).refused);
        }
        assertThat(ours).isEqualTo(theirs).hasSameSizeAs(cases);
        assertThat(ours).containsEntry("a role", "arn:aws:sts::123456789012:assumed-role/functions/tests");
        assertThat(ours)
                .allSatisfy((name, found) ->
                        assertThat(found.equals(REFUSED)).as(name).isEqualTo(refused.get(name)));
        assertThat(texts).hasSizeGreaterThan(cases.size()).allSatisfy(text -> assertThat(text)
                .doesNotContain("that-nobody-may-see"));
    }

    private Map<String, Object> row(CredentialCase each, Path home) throws Exception {
        for (Map.Entry<String, String> file : each.files.entrySet()) {
            Path at = home.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(at.getParent()));
            Files.writeString(at, placed(file.getValue(), home));
        }
        Map<String, String> environment = new TreeMap<>(Map.of(
                "AWS_EC2_METADATA_DISABLED",
                "true",
                "AWS_ENDPOINT_URL_STS",
                moto.endpoint().toString(),
                "AWS_DEFAULT_REGION",
                "eu-west-1",
                "HOME",
                home.toString()));
        each.environment.forEach((name, value) -> environment.put(name, placed(value, home)));
        AwsCredentials ours = ours(each, environment, home);
        Map<String, Object> row = new TreeMap<>();
        row.put("environment", environment);
        row.put("profile", Objects.requireNonNullElse(each.profile, ""));
        row.put("role", each.role);
        row.put("ours", ours == null ? List.of() : Arrays.asList(ours.accessKey(), ours.secretKey(), ours.token()));
        return row;
    }

    private static String placed(String text, Path home) {
        return text.replace("HOME/", home + "/").replace("HERE", agents.address());
    }

    private @Nullable AwsCredentials ours(CredentialCase each, Map<String, String> environment, Path home) {
        CloudVendor.Around around =
                new CloudVendor.Around(new JdkTransport(), environment, home, InstantSource.system());
        CredentialChain chain = new CredentialChain(
                around, "eu-west-1", new Endpoints(null, environment, "eu-west-1").of("sts"), each.profile);
        texts.add(around.toString());
        try {
            AwsCredentials found = chain.get();
            texts.add(found.toString());
            texts.add(new CloudAccount.Grant(new InvokeDialect.Credentials(found.parts()), found.expires()).toString());
            return found;
        } catch (CloudException refused) {
            StringWriter text = new StringWriter();
            refused.printStackTrace(new PrintWriter(text));
            texts.add(text.toString());
            return null;
        }
    }

    @Test
    void aProgramThatDoesNotEndIsEnded() {
        long begin = System.nanoTime();
        for (String program : List.of("sleep 60", "echo '{'; sleep 60")) {
            assertThatThrownBy(() -> ProfileSource.run(program, "p", Duration.ofMillis(500)))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("credential_process");
        }
        // it has ended well, but what it left behind holds its output: whether that is read to its end is the JDK's
        // race
        try {
            assertThat(ProfileSource.run("sleep 60 & echo '{}'", "p", Duration.ofMillis(500)))
                    .isEqualTo("{}\n");
        } catch (CloudException held) {
            assertThat(held).hasMessageContaining("credential_process");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void aCodeThatSomebodyMustTypeIsNotAskedFor() throws Exception {
        Path folder = Files.createDirectories(scratch.resolve("mfa/.aws"));
        Files.writeString(
                folder.resolve("config"),
                CredentialCase.KEY + CredentialCase.role("profile r", "source_profile = default\nmfa_serial = arn:x"));
        CloudVendor.Around around = new CloudVendor.Around(
                request -> {
                    throw new AssertionError("nothing may be sent");
                },
                Map.of("AWS_PROFILE", "r"),
                scratch.resolve("mfa"),
                InstantSource.system());
        assertThatThrownBy(() -> new CredentialChain(around, "eu-west-1", moto.endpoint(), null).get())
                .hasMessageContaining("mfa_serial");
    }

    @Test
    void credentialsAreFetchedAnewBeforeTheyEnd() {
        Instant[] now = {Instant.now()};
        Map<String, String> environment = Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                agents.address() + "/container",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                MachineAgents.AGENT_TOKEN);
        int[] sent = {0};
        JdkTransport real = new JdkTransport();
        CloudVendor.Around around = new CloudVendor.Around(
                request -> {
                    sent[0]++;
                    return real.send(request);
                },
                environment,
                scratch,
                () -> now[0]);
        CredentialChain chain = new CredentialChain(around, "eu-west-1", moto.endpoint(), null);
        AwsCredentials first = chain.get();
        assertThat(chain.get()).isSameAs(first);
        assertThat(sent[0]).isEqualTo(1);
        now[0] = Objects.requireNonNull(first.expires())
                .minus(CredentialChain.RENEW_BEFORE)
                .plusSeconds(1);
        assertThat(chain.get()).isNotSameAs(first);
        assertThat(sent[0]).isEqualTo(2);
    }
}
