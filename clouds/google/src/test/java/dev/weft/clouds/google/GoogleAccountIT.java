// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestRequest;
import dev.weft.testkit.CloudSecretsContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class GoogleAccountIT extends CloudSecretsContract {
    private FakeGoogle google = Samples.fake();

    @BeforeEach
    void fresh() {
        google.close();
        google = Samples.fake();
    }

    @AfterEach
    void stop() {
        google.close();
    }

    @Override
    protected CloudVendor vendor() {
        return new GoogleVendor(time -> {});
    }

    @Override
    protected Cloud cloud() {
        return Samples.cloud(google, Map.of());
    }

    @Override
    protected Map<String, String> environment() {
        try {
            return Map.of(
                    "GOOGLE_APPLICATION_CREDENTIALS",
                    google.tokens.keyFile(scratch, google.uri() + "/token").toString());
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        return Samples.function(name, folder, answer);
    }

    @Override
    protected Function other(Function function) {
        return Samples.sized(function, 512, 20);
    }

    @Override
    protected boolean foreign(String name) throws IOException {
        google.functions.bucket.put("theirs.zip", new byte[] {'P', 'K'});
        Samples.post(google, "/functions?functionId=" + name, Samples.foreign());
        for (int i = 0; i < 3; i++) {
            Samples.get(google, "/functions/" + name);
        }
        return true;
    }

    @Override
    protected void cleanUp() {
        google.functions.all.clear();
        google.functions.revisions.clear();
        google.functions.pinned.clear();
        google.run.forget();
        google.secrets.all.clear();
        google.secrets.versions.clear();
    }

    @Override
    protected Collection<String> inStore() {
        return google.secrets.values();
    }

    @Override
    protected String plainly(String function) {
        return String.valueOf(google.functions.all.get(function));
    }

    @Override
    protected boolean toStore(RestRequest request) {
        return request.uri().getPath().startsWith("/v1/projects/" + FakeGoogle.PROJECT + "/secrets/");
    }

    @Override
    protected void spoil(String value) {
        google.secrets.versions.values().forEach(each -> each.forEach(version -> version.put("state", "DISABLED")));
    }

    @Override
    protected boolean foreignSecret(Wanted wanted) {
        String id = "weft_" + FakeGoogle.REGION + "_one_SECRET";
        google.secrets.all.put(id, FakeGoogle.JSON.createObjectNode().put("name", "projects/123/secrets/" + id));
        google.secrets.versions.put(id, new ArrayList<>());
        return true;
    }

    @Override
    protected boolean changes(RestRequest request) {
        return super.changes(request) && !request.tried().equals("GetToken");
    }

    @Test
    void everyPageIsListed() throws Exception {
        for (String name : List.of("a1", "b1", "c1", "d1", "e1")) {
            foreign(name);
        }
        try (CloudAccount account = open()) {
            assertThat(account.list()).extracting(Seen::name).containsExactly("a1", "b1", "c1", "d1", "e1");
        }
    }

    @Test
    void whatWasBuiltWrongIsSaidInGooglesWordsAndMendedByTheNextApply() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            google.functions.buildError = "Build failed: index.js does not exist";
            assertThatThrownBy(() -> account.apply(one.wanted(), one.packing(), null, Progress.NONE))
                    .isInstanceOfSatisfying(CloudException.class, failed -> {
                        assertThat(failed.kind()).isEqualTo(CloudException.Kind.INVALID);
                        assertThat(failed)
                                .hasMessage(
                                        "creating one failed: INVALID_ARGUMENT: Build failed: index.js does not exist");
                    });
            Seen half = Objects.requireNonNull(account.find("one"));
            assertThat(half.ownedBy(APPLICATION)).isTrue();
            assertThat(half.state()).isEqualTo("failed: Build failed: index.js does not exist");
            Seen mended = account.apply(one.wanted(), one.packing(), half, Progress.NONE);
            assertThat(mended.state()).isEqualTo(Seen.READY);
        }
    }

    @Test
    void whatAnotherToolDeployedSinceIsTouchedAndPutRight() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            FakeFunctions.object(Objects.requireNonNull(google.functions.all.get("one")), "labels")
                    .put("deployment-tool", "cli-gcloud");
            Seen touched = Objects.requireNonNull(account.find("one"));
            assertThat(touched.codeTouched()).isTrue();
            forget();
            assertThat(account.apply(one.wanted(), one.packing(), touched, Progress.NONE)
                            .codeTouched())
                    .isFalse();
            assertThat(sent()).anyMatch(each -> each.tried().equals("UploadSource"));
        }
    }

    @Test
    void whoWasSlowerIsTold() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Ready two = ready(account, "one", "second", true);
            Seen before = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            Ready three = ready(account, "one", "third", true);
            account.apply(two.wanted(), two.packing(), before, Progress.NONE);
            forget();
            assertThatThrownBy(() -> account.apply(three.wanted(), three.packing(), before, Progress.NONE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("somebody was faster");
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    @Test
    void goingBackNeedsNoUploadAndTheNextApplyGoesForwardAgain() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Ready two = ready(account, "one", "second", false);
            Seen first = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            Seen second = account.apply(two.wanted(), two.packing(), first, Progress.NONE);
            CloudAccount.WithVersions versions = (CloudAccount.WithVersions) account;
            assertThat(versions.versions(second))
                    .extracting(CloudAccount.WithVersions.Version::code, CloudAccount.WithVersions.Version::current)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    two.wanted().artifact().hash(), true),
                            org.assertj.core.groups.Tuple.tuple(
                                    one.wanted().artifact().hash(), false));
            forget();
            Seen back = versions.point(second, versions.versions(second).getLast(), Progress.NONE);
            assertThat(sent()).noneMatch(each -> each.tried().equals("UploadSource"));
            assertThat(back.version()).isEqualTo("one-00001-abc");
            assertThat(Objects.requireNonNull(back.owner()).code())
                    .isEqualTo(one.wanted().artifact().hash());
            Seen forward = account.apply(two.wanted(), two.packing(), back, Progress.NONE);
            assertThat(Objects.requireNonNull(forward.owner()).code())
                    .isEqualTo(two.wanted().artifact().hash());
            assertThat(forward.version()).isNotEqualTo("one-00001-abc");
        }
    }

    @Test
    void everybodyMayCallWhereTheAccountSaysSoAndNobodyElsesRightIsTouched() throws Exception {
        CloudVendor.Around around = around();
        try (CloudAccount account = vendor().open(Samples.cloud(google, Map.of("public", "true")), around)) {
            Ready one = ready(account, "one", "first", false);
            Seen open = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            assertThat(open.settings()).containsEntry("public", "true");
            assertThat(account.grant(Objects.requireNonNull(open.target()))).isEqualTo(CloudAccount.Grant.NONE);
            try (CloudAccount closed = vendor().open(cloud(), around)) {
                Seen there = Objects.requireNonNull(closed.find("one"));
                Seen shut = closed.apply(one.wanted(), one.packing(), there, Progress.NONE);
                assertThat(shut.settings()).containsEntry("public", "false");
            }
        }
    }

    private CloudVendor.Around around() {
        return new CloudVendor.Around(transport(), environment(), scratch, java.time.InstantSource.system());
    }

    @Test
    void callsAreGrantedAnIdTokenForTheFunctionsAddress() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen seen = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            CloudAccount.Grant grant = account.grant(Objects.requireNonNull(seen.target()));
            String token = Objects.requireNonNull(grant.credentials().parts().get("idToken"));
            assertThat(FakeTokens.claims(token).path("aud").asString()).isEqualTo(google.uri() + "/call/one");
            assertThat(grant.expires())
                    .isBetween(Instant.now().plusSeconds(3000), Instant.now().plusSeconds(3400));
            assertThat(grant.toString()).doesNotContain(token);
        }
    }

    @Test
    void codeComesBackAsItWentUp() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen seen = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            Path folder = Files.createDirectory(scratch.resolve("back"));
            CloudAccount.WithCode.Found found = ((CloudAccount.WithCode) account).download(seen, folder);
            assertThat(folder.resolve("index.js")).content().contains("first");
            assertThat(found.runtime()).isEqualTo("nodejs20");
            assertThat(found.handler()).isEqualTo("hello");
            assertThat(found.memoryBytes()).isEqualTo(256L << 20);
            assertThat(found.env()).containsEntry("SECRET", Samples.SECRET);
            assertThat(found.toString()).doesNotContain(Samples.SECRET);
        }
    }

    @Test
    void logsAreReadOverPagesAndFollowedOnce() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen seen = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            Instant past = Instant.now().minusSeconds(600);
            for (int i = 0; i < 5; i++) {
                google.logEntries.add(entry(past.plusSeconds(i), "line " + i));
            }
            CloudAccount.WithLogs logs = (CloudAccount.WithLogs) account;
            List<LogLine> read = logs.logs(seen, past, 3);
            assertThat(read).extracting(LogLine::text).containsExactly("line 2", "line 3", "line 4");
            assertThat(read.getFirst().invocation()).isEqualTo("exec-1");
            assertThat(read.getFirst().instance()).isEqualTo("instance-1");
            List<LogLine> heard = new ArrayList<>();
            int[] rounds = {0};
            logs.follow(seen, heard::add, () -> {
                google.logEntries.add(entry(Instant.now().plusSeconds(1), "new " + rounds[0]));
                return rounds[0]++ < 3;
            });
            assertThat(heard).extracting(LogLine::text).containsExactly("new 0", "new 1", "new 2");
        }
    }

    private static ObjectNode entry(Instant time, String text) {
        ObjectNode entry = FakeGoogle.JSON.createObjectNode();
        entry.put("timestamp", time.toString()).put("insertId", text).put("textPayload", text + "\n");
        entry.putObject("resource").putObject("labels").put("service_name", "one");
        entry.putObject("labels").put("execution_id", "exec-1").put("instanceId", "instance-1");
        return entry;
    }

    @Test
    void aKeyThatGoogleDoesNotTakeIsToldInItsWords() throws Exception {
        Path folder = Files.createDirectory(scratch.resolve("another"));
        Path key = new FakeTokens().keyFile(folder, google.uri() + "/token");
        CloudVendor.Around around = new CloudVendor.Around(
                transport(),
                Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString()),
                scratch,
                java.time.InstantSource.system());
        try (CloudAccount account = vendor().open(cloud(), around)) {
            assertThat(account.examine(APPLICATION))
                    .anySatisfy(each -> assertThat(each.said()).endsWith(": Invalid JWT Signature."));
        }
    }

    @Test
    void aMissingRightIsNamedWithTheCommandsThatGrantIt() {
        google.denied = "run.services.getIamPolicy";
        try (CloudAccount account = open()) {
            assertThat(account.examine(APPLICATION))
                    .filteredOn(each -> !each.works())
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.said()).isEqualTo("missing: run.services.getIamPolicy");
                        assertThat(each.advice()).contains("gcloud iam roles create");
                    });
        }
    }
}
