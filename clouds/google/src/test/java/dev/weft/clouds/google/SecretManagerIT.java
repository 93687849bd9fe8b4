// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.cloud.functions.v2.FunctionServiceClient;
import com.google.cloud.functions.v2.FunctionServiceSettings;
import com.google.cloud.functions.v2.SecretEnvVar;
import com.google.cloud.functions.v2.ServiceConfig;
import com.google.cloud.functions.v2.UpdateFunctionRequest;
import com.google.cloud.secretmanager.v1.AddSecretVersionRequest;
import com.google.cloud.secretmanager.v1.CreateSecretRequest;
import com.google.cloud.secretmanager.v1.ListSecretVersionsRequest;
import com.google.cloud.secretmanager.v1.ListSecretsRequest;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.clouds.google.FakeGoogle.Request;
import dev.weft.testkit.Archives;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Secrets of Secret Manager: asked for as Google's own client for Java asks, and cleared away when no revision needs them. */
class SecretManagerIT {
    private static final String PROJECT = "projects/" + FakeGoogle.PROJECT;
    private static final String ID = "weft_" + FakeGoogle.REGION + "_one_SECRET";
    private static final String FUNCTION = PROJECT + "/locations/" + FakeGoogle.REGION + "/functions/one";
    private static final Map<String, String> BEARER = Map.of("authorization", "Bearer " + FakeGoogle.TOKEN);
    private static final Packing PACKING = Packing.own(Packing.Form.ZIP, "hello", "nodejs20");

    @TempDir
    private Path scratch;

    private final FakeGoogle google = Samples.fake();
    private final List<String> said = new ArrayList<>();
    private final CloudAccount account = new GoogleVendor(time -> {})
            .open(
                    Samples.cloud(google, Map.of()),
                    new CloudVendor.Around(
                            new JdkTransport(),
                            Map.of("CLOUDSDK_AUTH_ACCESS_TOKEN", FakeGoogle.TOKEN),
                            Path.of("/nowhere"),
                            InstantSource.system()));

    @AfterEach
    void stop() throws Exception {
        account.close();
        google.close();
    }

    private Wanted wanted(String value) throws Exception {
        Path folder = Files.createTempDirectory(scratch, "code");
        Function function = Samples.function("one", folder, "first");
        Artifact artifact = Archives.pack(folder, PACKING, Files.createTempFile(scratch, "artifact", ".zip"));
        return new Wanted("shop", function, "one", artifact, Map.of("SECRET", value, "PLAIN", "p"), Set.of("SECRET"));
    }

    private Seen applied(String value, @Nullable Seen before) throws Exception {
        return account.apply(wanted(value), PACKING, before, said::add);
    }

    private String state(int version) {
        return Objects.requireNonNull(google.secrets.versions.get(ID))
                .get(version - 1)
                .path("state")
                .asString("");
    }

    @Test
    void ourRequestsAreThoseOfGooglesOwnClient() throws Exception {
        Seen one = applied("hush", null);
        Seen two = applied("hush hush", one);
        Objects.requireNonNull(google.functions.revisions.get("one")).removeFirst();
        Seen three = applied("hush hush hush", two);
        account.list();
        account.delete(three, said::add);
        List<Request> ours = google.requests();
        google.forget();
        String patched = ours.stream()
                .filter(each -> each.method().equals("PATCH"))
                .map(each ->
                        each.json().path("labels").path("weft-dev_settings").asString(""))
                .findFirst()
                .orElseThrow();
        theirs();
        List<Request> theirs = new ArrayList<>(google.requests());
        theirFunction(patched);
        theirs.addAll(google.requests());
        for (Request their : theirs) {
            if (their.path().contains("/operations/") || their.method().equals("PUT")) {
                continue;
            }
            assertThat(ours)
                    .describedAs(their + " " + new String(their.body(), StandardCharsets.UTF_8))
                    .anySatisfy(our -> {
                        assertThat(our.method()).isEqualTo(their.method());
                        assertThat(our.path()).isEqualTo(their.path());
                        assertThat(query(our)).isEqualTo(query(their));
                        assertThat(our.json()).isEqualTo(their.json());
                        assertThat(our.headers().get("authorization"))
                                .isEqualTo(their.headers().get("authorization"));
                    });
        }
        assertThat(theirs).hasSizeGreaterThanOrEqualTo(9);
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new TreeMap<>(request.query());
        query.remove("$alt");
        query.values().removeIf("false"::equals);
        return query;
    }

    private void theirs() throws Exception {
        SecretManagerServiceSettings settings = SecretManagerServiceSettings.newHttpJsonBuilder()
                .setEndpoint(google.uri().toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(BEARER))
                .build();
        try (SecretManagerServiceClient client = SecretManagerServiceClient.create(settings)) {
            client.createSecret(CreateSecretRequest.newBuilder()
                    .setParent(PROJECT)
                    .setSecretId(ID)
                    .setSecret(Secret.newBuilder()
                            .setReplication(Replication.newBuilder()
                                    .setUserManaged(Replication.UserManaged.newBuilder()
                                            .addReplicas(Replication.UserManaged.Replica.newBuilder()
                                                    .setLocation(FakeGoogle.REGION))))
                            .putLabels("weft-dev_application", "shop")
                            .putLabels("weft-dev_function", "one"))
                    .build());
            client.getSecret(PROJECT + "/secrets/" + ID);
            for (String value : List.of("hush", "hush hush")) {
                CRC32C sum = new CRC32C();
                sum.update(value.getBytes(StandardCharsets.UTF_8));
                client.addSecretVersion(AddSecretVersionRequest.newBuilder()
                        .setParent(PROJECT + "/secrets/" + ID)
                        .setPayload(SecretPayload.newBuilder()
                                .setData(ByteString.copyFromUtf8(value))
                                .setDataCrc32C(sum.getValue()))
                        .build());
            }
            assertThat(client.accessSecretVersion(PROJECT + "/secrets/" + ID + "/versions/2")
                            .getPayload()
                            .getData()
                            .toStringUtf8())
                    .isEqualTo("hush hush");
            client.accessSecretVersion(PROJECT + "/secrets/" + ID + "/versions/latest");
            client.listSecrets(ListSecretsRequest.newBuilder()
                            .setParent(PROJECT)
                            .setPageSize(250)
                            .setFilter("name:weft_" + FakeGoogle.REGION + "_one_")
                            .build())
                    .getPage();
            client.listSecretVersions(ListSecretVersionsRequest.newBuilder()
                            .setParent(PROJECT + "/secrets/" + ID)
                            .setPageSize(250)
                            .setFilter("state:ENABLED")
                            .build())
                    .getPage();
            client.destroySecretVersion(PROJECT + "/secrets/" + ID + "/versions/1");
            client.deleteSecret(PROJECT + "/secrets/" + ID);
        }
    }

    /** A change of one secret's version, which is what a new value comes to. */
    private void theirFunction(String settings) throws Exception {
        Seen ignored = applied("hush", null);
        Objects.requireNonNull(google.secrets.versions.get(ID))
                .add((ObjectNode) FakeGoogle.JSON.readTree("{\"state\":\"ENABLED\",\"data\":\"\"}"));
        google.forget();
        Wanted wanted = wanted("hush hush");
        try (FunctionServiceClient client = FunctionServiceClient.create(FunctionServiceSettings.newHttpJsonBuilder()
                .setEndpoint(google.uri().toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(BEARER))
                .build())) {
            client.updateFunctionCallable()
                    .call(UpdateFunctionRequest.newBuilder()
                            .setFunction(com.google.cloud.functions.v2.Function.newBuilder()
                                    .setName(FUNCTION)
                                    .setServiceConfig(ServiceConfig.newBuilder()
                                            .setAllTrafficOnLatestRevision(true)
                                            .addSecretEnvironmentVariables(SecretEnvVar.newBuilder()
                                                    .setKey("SECRET")
                                                    .setProjectId(FakeGoogle.PROJECT)
                                                    .setSecret(ID)
                                                    .setVersion("2")))
                                    .putLabels("team", "checkout")
                                    .putLabels("deployment-tool", "weft")
                                    .putLabels("weft-dev_application", "shop")
                                    .putLabels("weft-dev_function", "one")
                                    .putLabels(
                                            "weft-dev_code", wanted.artifact().hash())
                                    .putLabels("weft-dev_settings", settings))
                            .setUpdateMask(FieldMask.newBuilder()
                                    .addPaths("labels")
                                    .addPaths("service_config.all_traffic_on_latest_revision")
                                    .addPaths("service_config.secret_environment_variables"))
                            .build());
        }
    }

    @Test
    void everyRevisionKeepsTheVersionItWasMadeWithUntilItIsGone() throws Exception {
        Seen first = applied("hush", null);
        Seen second = applied("hush hush", first);
        assertThat(google.secrets.values()).containsExactly("hush", "hush hush");
        CloudAccount.WithVersions versions = (CloudAccount.WithVersions) account;
        Seen back = versions.point(second, versions.versions(second).getLast(), said::add);
        assertThat(back.version()).isEqualTo("one-00001-abc");
        assertThat(state(1)).isEqualTo("ENABLED");

        Seen forward = applied("hush hush", back);
        Objects.requireNonNull(google.functions.revisions.get("one")).removeFirst();
        Seen third = applied("hush hush hush", forward);
        assertThat(state(1)).isEqualTo("DESTROYED");
        assertThat(state(2)).isEqualTo("ENABLED");
        assertThat(third.settings().get("env.SECRET")).isEqualTo(Ownership.stored("one", "SECRET", "hush hush hush"));
    }

    @Test
    void whatIsYoungIsKeptForAnotherApplyMayBeAboutToUseIt() throws Exception {
        google.secrets.now = Instant.now().toString();
        Seen first = applied("hush", null);
        google.functions.revisions.values().forEach(List::clear);
        Seen second = applied("hush hush", first);
        assertThat(google.secrets.values()).containsExactly("hush", "hush hush");
        google.functions.revisions.values().forEach(List::clear);
        Wanted plain = new Wanted(
                "shop", wanted("x").function(), "one", wanted("x").artifact(), Map.of("PLAIN", "p"), Set.of());
        Seen none = account.apply(plain, PACKING, second, said::add);
        assertThat(none.settings()).doesNotContainKey("env.SECRET");
        assertThat(google.secrets.all).containsKey(ID);
    }

    @Test
    void aVariableThatIsNotWantedAnyMoreTakesItsSecretWithItOnceNoRevisionNeedsIt() throws Exception {
        Seen first = applied("hush", null);
        google.functions.revisions.values().forEach(List::clear);
        Wanted plain = new Wanted(
                "shop", wanted("x").function(), "one", wanted("x").artifact(), Map.of("PLAIN", "p"), Set.of());
        account.apply(plain, PACKING, first, said::add);
        assertThat(google.secrets.all).isEmpty();
        assertThat(google.functions.all.toString()).doesNotContain("secretEnvironmentVariables");
    }

    @Test
    void oneApplyClearsSoManyVersionsAndTheNextOneGoesOn() throws Exception {
        Seen seen = applied("hush", null);
        List<ObjectNode> versions = Objects.requireNonNull(google.secrets.versions.get(ID));
        ObjectNode one = versions.getFirst();
        for (int i = 2; i <= 60; i++) {
            versions.add(one.deepCopy().put("name", PROJECT + "/secrets/" + ID + "/versions/" + i));
        }
        google.functions.revisions.values().forEach(List::clear);
        Seen second = applied("hush hush", seen);
        assertThat(google.secrets.values()).hasSize(61 - 50);
        google.functions.revisions.values().forEach(List::clear);
        Seen ignored = applied("hush hush hush", second);
        assertThat(google.secrets.values()).containsExactly("hush hush hush");
    }

    @Test
    void aFunctionWithMoreRevisionsThanAreReadKeepsAllItsSecrets() throws Exception {
        Seen first = applied("hush", null);
        google.functions.revisions.values().forEach(List::clear);
        google.run.endless = true;
        Seen ignored = applied("hush hush", first);
        assertThat(google.secrets.values()).containsExactly("hush", "hush hush");
        assertThat(said).contains("old secrets of one are kept: its revisions could not all be read");
    }

    @Test
    void aStoreThatMayNotBeReadIsSaidSoAndNothingIsChanged() throws Exception {
        Seen first = applied("hush", null);
        google.secrets.denied = "access";
        Seen dark = Objects.requireNonNull(account.find("one"));
        assertThat(dark.settings()).containsEntry("env.SECRET", "stored version 1 may not be read");
        google.forget();
        assertThatThrownBy(() -> applied("hush hush", first)).isInstanceOfSatisfying(CloudException.class, failed -> {
            assertThat(failed.kind()).isEqualTo(CloudException.Kind.DENIED);
            assertThat(failed).hasMessageContaining("AccessSecretVersion");
        });
        assertThat(google.requests()).allMatch(each -> each.method().equals("GET"));
    }

    @Test
    void withoutAStoreFunctionsWithoutSecretsAreListedAndRemovedAsEver() throws Exception {
        google.secrets.denied = "list";
        Wanted plain =
                new Wanted("shop", wanted("x").function(), "one", wanted("x").artifact(), Map.of("PLAIN", "p"));
        Seen seen = account.apply(plain, PACKING, null, said::add);
        assertThat(account.list()).extracting(Seen::name).containsExactly("one");
        account.delete(seen, said::add);
        assertThat(account.list()).isEmpty();
        Seen secret = applied("hush", null);
        assertThat(said).anyMatch(each -> each.startsWith("old secrets of one were not cleared away: ListSecrets"));
        assertThatThrownBy(() -> account.delete(secret, said::add)).hasMessageContaining("ListSecrets");
        google.secrets.denied = "";
        account.list().forEach(each -> account.delete(each, said::add));
        assertThat(google.secrets.all).isEmpty();
    }

    @Test
    void aVersionThatFollowsTheNewestIsOtherThanWanted() throws Exception {
        Seen ignored = applied("hush", null);
        ObjectNode reference = (ObjectNode) Objects.requireNonNull(google.functions.all.get("one"))
                .path("serviceConfig")
                .path("secretEnvironmentVariables")
                .path(0);
        reference.put("version", "latest");
        assertThat(Objects.requireNonNull(account.find("one")).settings())
                .containsEntry("env.SECRET", "stored version latest");
    }

    @Test
    void referencesToOthersSecretsStay() throws Exception {
        Seen ignored = applied("hush", null);
        google.secrets.all.put("theirs", FakeGoogle.JSON.createObjectNode().put("name", PROJECT + "/secrets/theirs"));
        google.secrets.versions.put(
                "theirs", List.of((ObjectNode) FakeGoogle.JSON.readTree("{\"state\":\"ENABLED\",\"data\":\"\"}")));
        ObjectNode theirs = FakeGoogle.JSON
                .createObjectNode()
                .put("key", "THEIRS")
                .put("projectId", FakeGoogle.PROJECT)
                .put("secret", "theirs")
                .put("version", "1");
        ((ObjectNode) Objects.requireNonNull(google.functions.all.get("one")).path("serviceConfig"))
                .withArray("secretEnvironmentVariables")
                .add(theirs);
        Seen seen = Objects.requireNonNull(account.find("one"));
        assertThat(seen.settings()).doesNotContainKey("env.THEIRS");
        Seen second = applied("hush hush", seen);
        assertThat(google.functions.all.toString()).contains("\"secret\":\"theirs\"");
        account.delete(second, said::add);
        assertThat(google.secrets.all).containsOnlyKeys("theirs");
    }

    @Test
    void nothingThatIsSaidHoldsAValue() throws Exception {
        Seen one = applied("hush-value", null);
        account.delete(applied("hush-value-2", one), said::add);
        assertThat(said).isNotEmpty().noneMatch(each -> each.contains("hush-value"));
    }
}
