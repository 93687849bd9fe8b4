// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.LogLine;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestRequest;
import dev.weft.testkit.CloudSecretsContract;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class KnativeAccountIT extends CloudSecretsContract {
    private static FakeKube fake;

    @BeforeAll
    static void start() throws IOException {
        fake = new FakeKube();
    }

    @AfterAll
    static void stop() {
        fake.close();
    }

    @Override
    protected CloudVendor vendor() {
        return new KnativeVendor();
    }

    @Override
    protected Cloud cloud() {
        return KnativeSamples.cloud(fake.endpoint(), Map.of());
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of("KUBE_TOKEN", FakeKube.TOKEN);
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Files.writeString(folder.resolve("image"), "registry.example/shop/" + name + ":" + answer);
        return KnativeSamples.function(name, "registry.example/shop/" + name + ":" + answer);
    }

    @Override
    protected Artifact artifact(Path folder, Packing packing) throws IOException {
        String image = Files.readString(folder.resolve("image"));
        return new Artifact.Image(image, Ownership.hash(image.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected Function other(Function function) {
        return KnativeSamples.larger(function);
    }

    @Override
    protected boolean foreign(String name) throws Exception {
        RestRequest request = RestRequest.of(
                        "make",
                        "POST",
                        URI.create(fake.endpoint() + "/apis/serving.knative.dev/v1/namespaces/default/services"))
                .header("authorization", "Bearer " + FakeKube.TOKEN)
                .json("""
            {"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"%s","labels":{"by":"hand"}},
             "spec":{"template":{"spec":{"timeoutSeconds":60,"containers":[{"image":"registry.example/theirs:1",
             "env":[{"name":"A","value":"b"},{"name":"C","valueFrom":{"secretKeyRef":{"name":"x","key":"c"}}}]}]}}}}
            """.formatted(name));
        assertThat(new JdkTransport().send(request).status()).isEqualTo(201);
        return true;
    }

    /** All of the environment is in one Secret, the user's plain values too. */
    @Override
    protected boolean saysStored() {
        return false;
    }

    @Override
    protected boolean toStore(RestRequest request) {
        return request.uri().getPath().endsWith("/secrets");
    }

    @Override
    protected boolean foreignSecret(Wanted wanted) {
        return false;
    }

    @Override
    protected Collection<String> inStore() {
        return fake.all("secrets").stream()
                .flatMap(each -> ServiceDocument.values(each).values().stream())
                .toList();
    }

    @Override
    protected String plainly(String function) {
        return fake.all("services").stream()
                .filter(each -> each.path("metadata").path("name").asString().equals(function))
                .findFirst()
                .orElseThrow()
                .toString();
    }

    @Override
    protected void spoil(String value) {
        fake.lacks("secrets");
    }

    @Override
    protected void cleanUp() {
        fake.forget();
    }

    private Seen applied(CloudAccount account, String answer, @Nullable Seen before) throws IOException {
        Ready ready = ready(account, "one", answer, false);
        return account.apply(ready.wanted(), ready.packing(), before, Progress.NONE);
    }

    @Test
    void goingBackIsOneChangeOfTheTraffic() throws Exception {
        try (CloudAccount account = open()) {
            CloudAccount.WithVersions versioned = (CloudAccount.WithVersions) account;
            Seen first = applied(account, "first", null);
            Seen second = applied(account, "second", first);
            List<CloudAccount.WithVersions.Version> versions = versioned.versions(second);
            assertThat(versions)
                    .extracting(CloudAccount.WithVersions.Version::current)
                    .containsExactly(true, false);
            assertThat(versions.getLast().code())
                    .isEqualTo(Objects.requireNonNull(first.owner()).code());
            forget();
            Seen back = versioned.point(second, versions.getLast(), Progress.NONE);
            assertThat(sent()).filteredOn(this::changes).singleElement().satisfies(each -> assertThat(each.method())
                    .isEqualTo("PATCH"));
            assertThat(back.version()).isEqualTo(first.version());
            assertThat(back.owner()).isEqualTo(first.owner());
            assertThat(back.codeTouched()).isFalse();
            assertThat(back.settings()).containsEntry("traffic", first.version());
            assertThat(back.settings().get("env.GREETING"))
                    .isEqualTo(first.settings().get("env.GREETING"));
            Seen again = applied(account, "second", back);
            assertThat(again.owner()).isEqualTo(second.owner());
            assertThat(again.settings()).containsEntry("traffic", "latest");
        }
    }

    @Test
    void valuesOfTheEnvironmentAreInASecretAndGoWithTheFunction() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = applied(account, "first", null);
            assertThat(fake.came())
                    .filteredOn(each -> each.path().endsWith("/services"))
                    .noneMatch(each -> each.body().toString().contains("nobody else"));
            assertThat(fake.names("secrets")).singleElement().asString().startsWith("one-env-");
            account.delete(seen, Progress.NONE);
            assertThat(fake.names("secrets")).isEmpty();
            assertThat(fake.names("services")).isEmpty();
        }
    }

    @Test
    void anOlderRevisionKeepsItsSecret() throws Exception {
        try (CloudAccount account = open()) {
            applied(account, "first", null);
            Ready ready = ready(account, "one", "first", false);
            var changed = new dev.weft.api.account.Wanted(
                    APPLICATION,
                    ready.wanted().function(),
                    "one",
                    ready.wanted().artifact(),
                    Map.of("GREETING", "new"));
            account.apply(changed, ready.packing(), account.find("one"), Progress.NONE);
            assertThat(fake.names("secrets")).hasSize(2);
        }
    }

    @Test
    void aSecretThatNothingUsesGoesOnceItIsOldForAnotherApplyMayBeAboutToUseIt() throws Exception {
        try (CloudAccount account = open()) {
            fake.now = Instant.now().toString();
            Ready one = ready(account, "one", "first", false);
            Seen first = apply(account, one, null);
            fake.lacks("revisions");
            Seen second = apply(account, renewed(one), first);
            assertThat(fake.names("secrets")).hasSize(2);
            fake.now = FakeKube.OLD;
            fake.all("secrets")
                    .forEach(each -> ((ObjectNode) each.path("metadata")).put("creationTimestamp", FakeKube.OLD));
            fake.lacks("revisions");
            Seen ignored = apply(account, one, second);
            assertThat(fake.names("secrets")).hasSize(1);
        } finally {
            fake.now = FakeKube.OLD;
        }
    }

    @Test
    void anImageThatWasPutThereByHandIsSeenAndReplaced() throws Exception {
        try (CloudAccount account = open()) {
            applied(account, "first", null);
            patch("{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"image\":\"registry.example/other:1\"}]}}}}");
            Seen touched = Objects.requireNonNull(account.find("one"));
            assertThat(touched.codeTouched()).isTrue();
            assertThat(applied(account, "first", account.find("one")).codeTouched())
                    .isFalse();
        }
    }

    private static void patch(String merge) throws Exception {
        RestRequest request = RestRequest.of(
                        "patch",
                        "PATCH",
                        URI.create(fake.endpoint() + "/apis/serving.knative.dev/v1/namespaces/default/services/one"))
                .header("authorization", "Bearer " + FakeKube.TOKEN)
                .body("application/merge-patch+json", merge.getBytes(StandardCharsets.UTF_8));
        assertThat(new JdkTransport().send(request).ok()).isTrue();
    }

    @Test
    void somebodyWhoWasFasterIsNotOverwritten() throws Exception {
        try (CloudAccount account = open()) {
            Seen before = applied(account, "first", null);
            patch("{\"spec\":{\"template\":{\"spec\":{\"timeoutSeconds\":99}}}}");
            forget();
            assertThatThrownBy(() -> applied(account, "second", before)).hasMessageContaining("plan again");
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    @Test
    void whatOthersWroteBesideOursStays() throws Exception {
        try (CloudAccount account = open()) {
            applied(account, "first", null);
            patch("{\"metadata\":{\"annotations\":{\"argocd.example/sync\":\"1\"}},"
                    + "\"spec\":{\"template\":{\"spec\":{\"serviceAccountName\":\"shop\"}}}}");
            applied(account, "second", account.find("one"));
            assertThat(stored("one")).contains("argocd.example/sync", "\"serviceAccountName\":\"shop\"", ":second");
        }
    }

    private static String stored(String name) throws Exception {
        RestRequest request = RestRequest.of(
                        "get",
                        "GET",
                        URI.create(
                                fake.endpoint() + "/apis/serving.knative.dev/v1/namespaces/default/services/" + name))
                .header("authorization", "Bearer " + FakeKube.TOKEN);
        return new JdkTransport().send(request).text();
    }

    @Test
    void aRevisionThatFailsIsSaidInKnativesWords() throws Exception {
        fake.fails("registry.example/shop/one:broken");
        try (CloudAccount account = open()) {
            assertThatThrownBy(() -> applied(account, "broken", null))
                    .hasMessageContaining("RevisionFailed")
                    .hasMessageContaining("Unable to fetch image");
            Seen seen = Objects.requireNonNull(account.find("one"));
            assertThat(seen.state()).isEqualTo("RevisionFailed");
            assertThat(seen.target()).isNull();
        }
    }

    @Test
    void logsAreReadAndFollowed() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = applied(account, "first", null);
            CloudAccount.WithLogs logged = (CloudAccount.WithLogs) account;
            Instant now = Instant.now();
            fake.pod("one", "one-a", now.minusSeconds(100) + " old\n" + now + " first of a\n");
            fake.pod("one", "one-b", now.plusMillis(5) + " second of b\n");
            fake.pod("one", "one-c", FakeKube.WAITING);
            assertThat(logged.logs(seen, now.minusSeconds(10), 10))
                    .extracting(LogLine::text)
                    .containsExactly("first of a", "second of b");
            assertThat(logged.logs(seen, now.minusSeconds(200), 1))
                    .extracting(LogLine::text)
                    .containsExactly("second of b");
            List<String> followed = new CopyOnWriteArrayList<>();
            int[] rounds = {0};
            logged.follow(seen, line -> followed.add(line.text()), () -> {
                if (rounds[0] == 1) {
                    fake.wrote("one-a", Instant.now() + " third\n");
                }
                return rounds[0]++ < 3;
            });
            assertThat(followed).endsWith("third").doesNotHaveDuplicates();
        }
    }

    @Test
    void everyPageIsRead() throws Exception {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            foreign(name);
        }
        try (CloudAccount account = open()) {
            assertThat(account.list()).extracting(Seen::name).containsExactly("a", "b", "c", "d", "e");
        }
    }

    @Test
    void anIngressTakesTheCallsAndTheServiceStandsInHost() throws Exception {
        applied(open(), "first", null);
        Cloud behind = KnativeSamples.cloud(fake.endpoint(), Map.of("ingress", "http://10.0.0.1:8080"));
        try (CloudAccount account = vendor().open(
                        behind,
                        new CloudVendor.Around(
                                transport(), environment(), scratch, java.time.InstantSource.system()))) {
            var target = Objects.requireNonNull(
                    Objects.requireNonNull(account.find("one")).target());
            assertThat(target.endpoint()).hasToString("http://10.0.0.1:8080");
            assertThat(target.parts()).containsEntry("host", "one.default.example.com");
        }
    }

    @Test
    void wrongTokensAreSaidSo() {
        try (CloudAccount account = vendor().open(
                        cloud(),
                        new CloudVendor.Around(
                                transport(),
                                Map.of("KUBE_TOKEN", "another-token"),
                                scratch,
                                java.time.InstantSource.system()))) {
            assertThat(account.examine(APPLICATION)).anySatisfy(each -> {
                assertThat(each.works()).isFalse();
                assertThat(each.said()).contains("Unauthorized").doesNotContain("another-token");
                assertThat(each.advice()).contains("log in again");
            });
        }
    }
}
