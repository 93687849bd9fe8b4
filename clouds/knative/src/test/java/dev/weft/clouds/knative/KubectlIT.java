// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.testkit.VendorCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Kubernetes' own client and Weft, on the same server: each sees what the other made, and both ask alike. */
@Tag("system")
class KubectlIT {
    private static final String THEIRS = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: theirs}
            spec:
              template:
                spec:
                  containers:
                  - image: registry.example/theirs:1
                    env: [{name: A, value: b}]
            """;

    @TempDir
    Path folder;

    private FakeKube fake;
    private Path kubeconfig;
    private CloudAccount account;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeKube(true);
        kubeconfig = folder.resolve("config");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                current-context: fake
                contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                clusters: [{name: fake, cluster: {server: "%s"}}]
                users: [{name: fake, user: {token: %s}}]
                """.formatted(fake.endpoint(), FakeKube.TOKEN));
        account = new KnativeVendor()
                .open(
                        KnativeSamples.cloud(null, Map.of()),
                        new CloudVendor.Around(
                                new JdkTransport(),
                                Map.of("KUBECONFIG", kubeconfig.toString()),
                                folder,
                                InstantSource.system()));
    }

    @AfterEach
    void stop() {
        account.close();
        fake.close();
    }

    private String kubectl(String... words) throws Exception {
        VendorCommand.needed("kubectl");
        List<String> command = new ArrayList<>(List.of("kubectl", "--cache-dir=" + folder.resolve("cache")));
        command.addAll(List.of(words));
        Path out = folder.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out);
        assertThat(process.exitValue()).describedAs(said).isZero();
        return said;
    }

    private Seen applied(String name, String image) {
        Function function = KnativeSamples.function(name, image);
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Artifact artifact = new Artifact.Image(image, Ownership.hash(image.getBytes(StandardCharsets.UTF_8)));
        Wanted wanted =
                new Wanted("shop", function, name, artifact, function.spec().env());
        return account.apply(wanted, packing, account.find(name), Progress.NONE);
    }

    private FakeKube.Came last(String method) {
        return fake.came().stream()
                .filter(each ->
                        each.method().equals(method) && each.path().contains("serving.knative.dev/v1/namespaces"))
                .toList()
                .getLast();
    }

    @Test
    void kubectlSeesWhatWeftMade() throws Exception {
        applied("ours", "registry.example/ours:1");
        FakeKube.Came made = last("POST");
        JsonNode seen =
                JsonMapper.shared().readTree(kubectl("get", "services.serving.knative.dev", "ours", "-o", "json"));
        FakeKube.Came asked = last("GET");
        assertThat(seen.path("metadata")
                        .path("labels")
                        .path("weft.dev/application")
                        .asString())
                .isEqualTo("shop");
        assertThat(seen.path("spec")
                        .path("template")
                        .path("spec")
                        .path("containers")
                        .path(0)
                        .path("image")
                        .asString())
                .isEqualTo("registry.example/ours:1");
        assertThat(kubectl("get", "services.serving.knative.dev", "-l", "weft.dev/application=shop", "-o", "name"))
                .contains("ours");
        assertThat(kubectl("get", "revisions.serving.knative.dev", "-o", "name"))
                .contains("ours-00001");
        account.find("ours");
        assertThat(last("GET").path()).isEqualTo(asked.path());
        kubectl("delete", "services.serving.knative.dev", "ours", "--wait=false");
        FakeKube.Came theirs = last("DELETE");
        assertThat(account.find("ours")).isNull();
        Seen again = applied("ours", "registry.example/ours:1");
        assertThat(last("POST").path()).isEqualTo(made.path());
        account.delete(again, Progress.NONE);
        assertThat(last("DELETE").path()).isEqualTo(theirs.path());
        assertThat(last("DELETE").body().path("propagationPolicy"))
                .isEqualTo(theirs.body().path("propagationPolicy"));
    }

    @Test
    void aSecretIsMadeAsKubectlMakesOneAndKubectlReadsIt() throws Exception {
        applied("ours", "registry.example/ours:1");
        FakeKube.Came ours = secretMade();
        JsonNode read = JsonMapper.shared()
                .readTree(kubectl("get", "secrets", "-l", "weft.dev/application=shop", "-o", "json"))
                .path("items")
                .path(0);
        String greeting = KnativeSamples.function("ours", "x").spec().env().getOrDefault("GREETING", "");
        assertThat(new String(
                        Base64.getDecoder()
                                .decode(read.path("data").path("GREETING").asString()),
                        StandardCharsets.UTF_8))
                .isEqualTo(greeting);
        Path document = folder.resolve("secret.yaml");
        Files.writeString(
                document, """
                apiVersion: v1
                kind: Secret
                metadata: {name: theirs}
                type: Opaque
                immutable: true
                data: {GREETING: %s}
                """.formatted(read.path("data").path("GREETING").asString()));
        kubectl("apply", "--validate=false", "-f", document.toString());
        FakeKube.Came theirs = secretMade();
        assertThat(ours.path()).isEqualTo(theirs.path());
        for (String field : List.of("apiVersion", "kind", "type", "immutable", "data")) {
            assertThat(ours.body().path(field)).isEqualTo(theirs.body().path(field));
        }
        kubectl("delete", "secret", read.path("metadata").path("name").asString(), "--wait=false");
        assertThat(Objects.requireNonNull(account.find("ours")).settings().get("env.GREETING"))
                .startsWith("from ");
    }

    private FakeKube.Came secretMade() {
        return fake.came().stream()
                .filter(each -> each.method().equals("POST") && each.path().endsWith("/secrets"))
                .toList()
                .getLast();
    }

    @Test
    void weftSeesWhatKubectlMadeAndBothAskAlike() throws Exception {
        Path document = folder.resolve("theirs.yaml");
        Files.writeString(document, THEIRS);
        kubectl("apply", "--validate=false", "-f", document.toString());
        FakeKube.Came created = last("POST");
        account.find("theirs"); // time passes
        Seen theirs = Objects.requireNonNull(account.find("theirs"));
        assertThat(theirs.owner()).isNull();
        assertThat(theirs.state()).isEqualTo(Seen.READY);
        assertThat(theirs.settings()).containsKey("env.A").containsEntry("traffic", "latest");
        Files.writeString(document, THEIRS.replace("theirs:1", "theirs:2"));
        kubectl("apply", "--validate=false", "-f", document.toString());
        FakeKube.Came patched = last("PATCH");
        assertThat(patched.fields()).containsEntry("content-type", "application/merge-patch+json");
        applied("ours", "registry.example/ours:1");
        FakeKube.Came ours = last("POST");
        assertThat(ours.path()).isEqualTo(created.path());
        assertThat(ours.body().path("apiVersion")).isEqualTo(created.body().path("apiVersion"));
        assertThat(ours.body().path("kind")).isEqualTo(created.body().path("kind"));
        assertThat(ours.fields().get("content-type")).isEqualTo(created.fields().get("content-type"));
        applied("ours", "registry.example/ours:2");
        FakeKube.Came changed = last("PATCH");
        assertThat(changed.path()).isEqualTo(patched.path().replace("theirs", "ours"));
        assertThat(changed.fields().get("content-type"))
                .isEqualTo(patched.fields().get("content-type"));
        assertThat(changed.body()
                        .path("spec")
                        .path("template")
                        .path("spec")
                        .path("containers")
                        .path(0)
                        .path("image"))
                .hasToString("\"registry.example/ours:2\"");
        Ownership owner = new Ownership("shop", "theirs", "c", "s");
        assertThat(account.adopt(Objects.requireNonNull(account.find("theirs")), owner)
                        .owner())
                .isEqualTo(owner);
        assertThat(kubectl("get", "services.serving.knative.dev", "theirs", "-o", "json"))
                .contains("\"theirs\"");
    }
}
