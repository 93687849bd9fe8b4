// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.azure.AzureVendor;
import dev.weft.testkit.CloudAccountContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract, and Azure's own ways, against a fake of ours; that our requests are the vendor's own {@link VendorRequestsIT} says. */
class AzureAccountIT extends CloudAccountContract {
    private static FakeAzure azure;

    @BeforeAll
    static void start() throws IOException {
        azure = new FakeAzure();
    }

    @AfterAll
    static void stop() {
        azure.close();
    }

    @Override
    protected CloudVendor vendor() {
        return new AzureVendor();
    }

    @Override
    protected Cloud cloud() {
        return SampleApps.cloud(azure.uri(), Map.of());
    }

    @Override
    protected Map<String, String> environment() {
        return azure.environment();
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        SampleApps.write(folder, answer);
        return SampleApps.function(name, SampleApps.Wish.USUAL);
    }

    @Override
    protected Function other(Function function) {
        return SampleApps.function(function.name(), SampleApps.Wish.USUAL.timeout(20));
    }

    @Override
    protected boolean foreign(String name) {
        azure.foreign(name);
        return true;
    }

    @Override
    protected void cleanUp() {
        azure.clear();
    }

    @Override
    protected boolean changes(RestRequest request) {
        return super.changes(request) && !SampleApps.reads(request);
    }

    private Seen apply(CloudAccount account, String name, String answer) throws IOException {
        Ready ready = ready(account, name, answer, false);
        return account.apply(ready.wanted(), ready.packing(), account.find(name), Progress.NONE);
    }

    @Test
    void everyPageOfTheListIsRead() throws Exception {
        try (CloudAccount account = open()) {
            for (String name : List.of("aa", "bb", "cc", "dd", "ee")) {
                apply(account, name, "first");
            }
            assertThat(account.list()).extracting(Seen::name).containsExactly("aa", "bb", "cc", "dd", "ee");
        }
    }

    @Test
    void goingBackNeedsNoUpload() throws Exception {
        try (AzureAccount account = (AzureAccount) open()) {
            Seen first = apply(account, "one", "first");
            Seen second = apply(account, "one", "second");
            List<CloudAccount.WithVersions.Version> versions = account.versions(second);
            assertThat(versions).hasSize(2);
            assertThat(versions)
                    .filteredOn(each -> each.current())
                    .singleElement()
                    .satisfies(each -> assertThat(each.code()).isEqualTo(second.version()));
            forget();
            Seen back = account.point(
                    second,
                    versions.stream()
                            .filter(each -> !each.current())
                            .findFirst()
                            .orElseThrow(),
                    Progress.NONE);
            assertThat(sent()).allMatch(each -> each.body().length < 10_000);
            assertThat(back.version()).isEqualTo(first.version());
            assertThat(Objects.requireNonNull(back.owner()).code()).isEqualTo(first.version());
            assertThat(back.codeTouched()).isFalse();
        }
    }

    @Test
    void aPackageThatSomebodyElseDeployedIsSeen() throws Exception {
        try (CloudAccount account = open()) {
            apply(account, "one", "first");
            azure.settingsOf("one").put("WEBSITE_RUN_FROM_PACKAGE", "1");
            Seen touched = Objects.requireNonNull(account.find("one"));
            assertThat(touched.codeTouched()).isTrue();
            assertThat(apply(account, "one", "first").codeTouched()).isFalse();
        }
    }

    @Test
    void settingsAndTagsOfOthersStay() throws Exception {
        try (CloudAccount account = open()) {
            apply(account, "one", "first");
            azure.settingsOf("one").put("THEIRS", "kept");
            azure.siteOf("one").withObject("tags").put("costCenter", "42");
            apply(account, "one", "second");
            assertThat(azure.settingsOf("one"))
                    .containsEntry("THEIRS", "kept")
                    .containsEntry("GREETING", SampleApps.VALUE);
            assertThat(azure.siteOf("one").path("tags").path("costCenter").asString())
                    .isEqualTo("42");
        }
    }

    @Test
    void whatTheDocumentNoLongerHasIsTakenOff() throws Exception {
        try (CloudAccount account = open()) {
            Made with = made(
                    account, SampleApps.Wish.USUAL.label("team/name", "blue").env("EXTRA", "x"));
            Seen one = account.apply(with.wanted(), with.packing(), null, Progress.NONE);
            assertThat(one.settings()).containsEntry("tag.team:name", "blue").containsKey("env.EXTRA");
            Made without = made(account, SampleApps.Wish.USUAL);
            Seen then = account.apply(without.wanted(), without.packing(), one, Progress.NONE);
            assertThat(then.settings()).doesNotContainKeys("tag.team:name", "env.EXTRA");
            assertThat(azure.settingsOf("one")).doesNotContainKey("EXTRA");
            assertThat(azure.siteOf("one").path("tags").has("team:name")).isFalse();
        }
    }

    @Test
    void aNameThatIsTakenIsToldWithWhatToDo() throws Exception {
        try (CloudAccount account = open()) {
            Ready taken = ready(account, "taken", "first", false);
            assertThatThrownBy(() -> account.apply(taken.wanted(), taken.packing(), null, Progress.NONE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("Website with given name taken already exists")
                    .hasMessageContaining("placement.clouds[].as");
        }
    }

    @Test
    void whoWasFasterIsNotOverwritten() throws Exception {
        try (CloudAccount account = open()) {
            Seen before = apply(account, "one", "first");
            apply(account, "one", "second");
            Ready third = ready(account, "one", "third", false);
            assertThatThrownBy(() -> account.apply(third.wanted(), third.packing(), before, Progress.NONE))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.INVALID))
                    .hasMessageContaining("somebody was faster");
        }
    }

    @Test
    void deletingTakesThePackagesAndThePlanOfOursButNotTheUsers() throws Exception {
        try (CloudAccount account = open()) {
            Seen one = apply(account, "one", "first");
            account.delete(one, Progress.NONE);
            assertThat(azure.blobs.all()).isEmpty();
            assertThat(azure.plans).isEmpty();
        }
    }

    @Test
    void aKeyIsAskedForByWhatTheTriggerWants() throws Exception {
        try (CloudAccount account = open()) {
            Seen one = apply(account, "one", "first");
            CloudAccount.Grant grant = account.grant(Objects.requireNonNull(one.target()));
            assertThat(grant.credentials().parts()).containsExactly(Map.entry("key", "key-of-hello"));
            assertThat(grant.expires()).isAfter(Instant.EPOCH);
            assertThat(grant.toString()).doesNotContain("key-of-hello");
        }
    }

    @Test
    void codeComesBackAsItWent() throws Exception {
        try (AzureAccount account = (AzureAccount) open()) {
            Seen one = apply(account, "one", "first");
            Path folder = Files.createTempDirectory(scratch, "back");
            CloudAccount.WithCode.Found found = account.download(one, folder);
            assertThat(folder.resolve("hello/function.json")).exists();
            assertThat(Files.readString(folder.resolve("answer.txt"))).startsWith("first");
            assertThat(found.runtime()).isEqualTo("custom");
            assertThat(found.handler()).isEqualTo("hello");
            assertThat(found.env()).isEqualTo(Map.of("GREETING", SampleApps.VALUE));
            assertThat(found.toString()).doesNotContain(SampleApps.VALUE);
        }
    }

    @Test
    void logsComeOldestFirstFromTheWorkspace() {
        Cloud with = SampleApps.cloud(
                azure.uri(),
                Map.of(
                        "workspace",
                        FakeAzure.TENANT,
                        "logsEndpoint",
                        azure.uri().toString()));
        CloudVendor.Around around =
                new CloudVendor.Around(transport(), environment(), scratch, java.time.InstantSource.system());
        Seen seen = new Seen("one", null, Map.of(), false, null, null, Seen.READY, null);
        try (AzureAccount account = (AzureAccount) vendor().open(with, around);
                AzureAccount without = (AzureAccount) vendor().open(cloud(), around)) {
            assertThat(account.logs(seen, Instant.EPOCH, 10))
                    .extracting(each -> each.text() + each.invocation())
                    .containsExactly("firstinv-1", "secondnull");
            assertThatThrownBy(() -> without.logs(seen, Instant.EPOCH, 10))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("spec.account.workspace");
        }
    }

    @Test
    void whatIsWrongIsFoundAndSaidWithoutASecret() {
        CloudVendor.Around around = new CloudVendor.Around(
                transport(),
                Map.of(
                        "AZURE_TENANT_ID",
                        FakeAzure.TENANT,
                        "AZURE_CLIENT_ID",
                        FakeAzure.CLIENT,
                        "AZURE_CLIENT_SECRET",
                        "another-secret-that-is-wrong",
                        "AZURE_AUTHORITY_HOST",
                        azure.uri().toString()),
                scratch,
                java.time.InstantSource.system());
        try (CloudAccount account = vendor().open(cloud(), around)) {
            assertThat(account.examine(APPLICATION)).singleElement().satisfies(each -> {
                assertThat(each.works()).isFalse();
                assertThat(each.said()).contains("AADSTS7000215").doesNotContain("another-secret");
                assertThat(each.advice()).contains("AZURE_CLIENT_SECRET");
            });
        }
    }

    private record Made(Wanted wanted, Packing packing) {}

    private Made made(CloudAccount account, SampleApps.Wish wish) throws IOException {
        Path folder = Files.createTempDirectory(scratch, "one");
        SampleApps.write(folder, "first");
        Function function = SampleApps.function("one", wish);
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Wanted wanted = new Wanted(
                APPLICATION,
                function,
                "one",
                artifact(folder, packing),
                function.spec().env());
        return new Made(wanted, packing);
    }
}
