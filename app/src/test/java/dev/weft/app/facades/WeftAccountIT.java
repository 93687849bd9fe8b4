// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.facade.Key;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Events;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import dev.weft.clouds.weft.WeftVendor;
import dev.weft.testkit.CloudAccountContract;
import dev.weft.testkit.Copy;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The contract against a Weft that runs; what others make there is made through its façade of OpenWhisk. */
@Tag("system")
@Timeout(300)
class WeftAccountIT extends CloudAccountContract {
    @TempDir
    private static Path home;

    private static WeftInTest weft;
    private static Key key;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        key = KeysInTest.create(home.resolve("weft"), "ci", Key.Role.DEPLOY, "default");
        Path own = EveryType.own(home.resolve("own"));
        weft = WeftInTest.withFacades(home.resolve("weft"), List.of("weft", "openwhisk"), own);
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
            client.close();
        }
    }

    @Override
    protected CloudVendor vendor() {
        return new WeftVendor();
    }

    @Override
    protected Cloud cloud() {
        return new Cloud(
                new Metadata("other", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.WEFT, null, weft.facade("weft"), Map.of()));
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of("WEFT_KEY", key.id() + '.' + key.secret());
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        byte[] large = new byte[4096]; // more than its settings take
        new Random(1).nextBytes(large);
        Files.write(folder.resolve("large.bin"), large);
        Files.writeString(folder.resolve("index.js"), "exports.handler = async () => '" + answer + "';\n");
        Function function = SampleFunction.handler(name, Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler")
                .function();
        function = new Function(new Metadata(name, "default", Map.of("team", "shop"), Map.of()), function.spec());
        function = Copy.withSpec(function, "minInstances", 1);
        function = Copy.withSpec(
                function, "events", new Events(1, Duration.ofMinutes(90), Duration.ofMillis(1500), null, null));
        return Copy.withSpec(function, "env", Map.of("GREETING", "a ${value} that nobody else may see"));
    }

    @Override
    protected Function other(Function function) {
        return Copy.withSpec(
                Copy.withSpec(function, "memory", Quantity.parse("192Mi")), "timeout", Duration.ofSeconds(75));
    }

    @Override
    protected boolean foreign(String name) throws Exception {
        String proof =
                Base64.getEncoder().encodeToString((key.id() + ':' + key.secret()).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> made = client.send(
                HttpRequest.newBuilder(weft.facade("openwhisk").resolve("/api/v1/namespaces/_/actions/" + name))
                        .header("authorization", "Basic " + proof)
                        .header("content-type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(
                                "{\"exec\": {\"kind\": \"nodejs:20\", \"code\": \"exports.main = () => ({})\"}}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(made.statusCode()).as("%s", made.body()).isEqualTo(200);
        return true;
    }

    private static HttpResponse<String> send(String method, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(weft.facade("weft").resolve("/v1/" + path))
                        .header("authorization", "Bearer " + key.id() + '.' + key.secret())
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    protected void cleanUp() throws Exception {
        JsonNode all = JsonMapper.shared().readTree(send("GET", "functions").body());
        for (JsonNode each : all.path("functions")) {
            if (each.path("put").asBoolean(false)) {
                assertThat(send("DELETE", "functions/" + each.path("name").asString())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    private Seen applied(CloudAccount account, String answer, Seen before) throws IOException {
        return apply(account, ready(account, "one", answer, false), before);
    }

    @Test
    void goingBackNeedsNoUploadAndOnlySoManyVersionsStay() throws Exception {
        try (CloudAccount account = open()) {
            CloudAccount.WithVersions versioned = (CloudAccount.WithVersions) account;
            Seen first = applied(account, "first", null);
            Seen now = applied(account, "second", first);
            Seen second = now;
            forget();
            Seen back = versioned.point(now, versioned.versions(now).getLast(), Progress.NONE);
            assertThat(sent()).noneMatch(each -> each.tried().equals("PutCode"));
            assertThat(back.owner()).isEqualTo(first.owner());
            assertThat(back.settings()).isEqualTo(first.settings()); // with its instances
            assertThat(back.codeTouched()).isFalse();
            assertThat(back.version()).isEqualTo(first.version());
            now = applied(account, "second", back);
            assertThat(now.owner()).isEqualTo(second.owner());
            for (int i = 0; i < 3; i++) {
                now = applied(account, "more" + i, now);
            }
            assertThat(versioned.versions(now)).hasSize(3);
        }
    }

    @Test
    void whoWasFasterIsNotOverwritten() throws Exception {
        try (CloudAccount account = open()) {
            Seen before = applied(account, "first", null);
            applied(account, "second", before);
            forget();
            assertThatThrownBy(() -> applied(account, "third", before)).hasMessageContaining("plan again");
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    @Test
    void theCodeComesBackButNotOfTheOtherWeftsOwnDocuments() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = applied(account, "first", null);
            Path folder = Files.createDirectories(scratch.resolve("back"));
            CloudAccount.WithCode coded = (CloudAccount.WithCode) account;
            CloudAccount.WithCode.Found found = coded.download(seen, folder);
            assertThat(folder.resolve("index.js")).content().contains("first");
            assertThat(found.contract()).isEqualTo(Function.Contract.AWS_LAMBDA);
            assertThat(found.timeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(found.more()).containsEntry("minInstances", 1).containsKey("events");
            assertThat(found.env()).containsEntry("GREETING", "a ${value} that nobody else may see");
            Seen own = Objects.requireNonNull(account.find("own"));
            assertThat(own.owner()).isNull();
            assertThatThrownBy(() -> coded.download(own, scratch.resolve("own")))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("documents");
            assertThatThrownBy(() -> account.adopt(own, Objects.requireNonNull(seen.owner())))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("existing: true");
        }
    }

    @Test
    void whatItsOwnDocumentsCantBeIsRefusedWithTheFieldAndNothingIsThere() throws Exception {
        try (CloudAccount account = open()) {
            Path folder = Files.createTempDirectory(scratch, "wrong");
            Function function = Copy.withSpec(function("wrong", folder, "x"), "runtime", "nodejs6");
            Ready good = ready(account, "wrong", "x", false);
            assertThatThrownBy(() -> account.apply(good.wanted().with(function), good.packing(), null, Progress.NONE))
                    .hasMessageContaining("spec.runtime");
            assertThat(account.find("wrong")).isNull();
        }
    }

    @Test
    void whereItRunsThereTheDocumentCanSay() throws Exception {
        Cloud nowhere =
                new Cloud(cloud().metadata(), Copy.with(cloud().spec(), "account", Map.of("clouds", "here_nowhere")));
        try (CloudAccount account = vendor().open(
                        nowhere,
                        new CloudVendor.Around(
                                transport(), environment(), scratch, java.time.InstantSource.system()))) {
            Ready ready = ready(account, "one", "first", false);
            assertThatThrownBy(() -> apply(account, ready, null)).hasMessageContaining("nowhere");
        }
    }

    @Test
    void aKeyThatIsNoneOrMayOnlyCallIsSaidSo() {
        Key calls = KeysInTest.create(home.resolve("weft"), "app", Key.Role.INVOKE, "default");
        Map<String, String> wanted = Map.of(
                key.id() + '.' + calls.secret(), "weft key create", calls.id() + '.' + calls.secret(), "role deploy");
        wanted.forEach((secret, advice) -> {
            try (CloudAccount account = vendor().open(
                            cloud(),
                            new CloudVendor.Around(
                                    transport(), Map.of("WEFT_KEY", secret), home, java.time.InstantSource.system()))) {
                WeftInTest.await(Duration.ofSeconds(10), () -> account.examine(APPLICATION).stream()
                        .anyMatch(each ->
                                !each.works() && String.valueOf(each.advice()).contains(advice)));
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
    }
}
