// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How code gets to an app on a Flex plan, back to an older one, and what is said where it does not. */
class OneDeployIT {
    private static final SampleApps.Wish USUAL = SampleApps.Wish.USUAL;
    private static final Map<String, String> FLEX = Map.of("plan", "flex");

    @TempDir
    private Path scratch;

    private FakeAzure azure;

    @BeforeEach
    void start() throws IOException {
        azure = new FakeAzure();
    }

    @AfterEach
    void stop() {
        azure.close();
    }

    private CloudVendor.Around around() {
        return new CloudVendor.Around(
                FlexVendor.transport(azure), azure.environment(), scratch, InstantSource.system());
    }

    private AzureAccount open(Map<String, String> options) {
        return (AzureAccount) new FlexVendor().open(SampleApps.cloud(azure.uri(), options), around());
    }

    private Seen apply(CloudAccount account, SampleApps.Wish wish, String answer) throws IOException {
        return SampleApps.apply(account, scratch, wish, answer, account.find("one"));
    }

    private List<FakeAzure.Came> published() {
        return azure.came.stream()
                .filter(each -> each.path().endsWith("/api/publish"))
                .toList();
    }

    @Test
    void aDeploymentThatFailsIsToldInAzuresWordsAndDoneAgainByTheNextApply() throws Exception {
        try (AzureAccount account = open(FLEX)) {
            azure.flex.broken = "Package deployment failed: no host.json";
            assertThatThrownBy(() -> apply(account, USUAL, "first"))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("Package deployment failed: no host.json");
            azure.flex.broken = null;
            assertThat(apply(account, USUAL, "first").state()).isEqualTo(Seen.READY);
        }
    }

    @Test
    void aHostThatForgetsItsDeploymentHasDoneIt() throws Exception {
        azure.flex.forgetful = true;
        try (AzureAccount account = open(FLEX)) {
            assertThat(apply(account, USUAL, "first").state()).isEqualTo(Seen.READY);
        }
    }

    @Test
    void aHostThatKnowsItsLatestDeploymentOnlyIsAskedForThat() throws Exception {
        azure.flex.latestOnly = true;
        try (AzureAccount account = open(FLEX)) {
            assertThat(apply(account, USUAL, "first").state()).isEqualTo(Seen.READY);
            assertThat(azure.came)
                    .filteredOn(each -> each.path().contains("/api/deployments/"))
                    .hasSize(OneDeploy.UNKNOWN_MAX + 2);
        }
    }

    @Test
    void aDeploymentOfAnothersIsWaitedFor() throws Exception {
        azure.flex.turnedAway = 2;
        try (AzureAccount account = open(FLEX)) {
            assertThat(apply(account, USUAL, "first").state()).isEqualTo(Seen.READY);
            assertThat(published()).hasSize(3);
        }
    }

    @Test
    void aDeploymentThatNeverEndsIsToldAfterItsLimit() throws Exception {
        azure.flex.endless = true;
        try (AzureAccount account = open(FLEX)) {
            assertThatThrownBy(() -> apply(account, USUAL, "first"))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.UNKNOWN))
                    .hasMessageContaining("not done after " + OneDeploy.QUESTIONS_MAX);
        }
    }

    @Test
    void whatARegionRefusesIsToldWithWhatToDoAndLeavesNoPlan() throws Exception {
        azure.flex.instancesMin = 40;
        try (AzureAccount account = open(FLEX)) {
            assertThatThrownBy(() -> apply(account, USUAL, "first"))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("MaximumInstanceCount is invalid")
                    .hasMessageContaining("spec.maxInstances");
            assertThat(azure.plans).isEmpty();
        }
    }

    @Test
    void goingBackPublishesTheKeptPackageAgain() throws Exception {
        try (AzureAccount account = open(FLEX)) {
            Seen first = apply(account, USUAL, "first");
            Seen second = apply(account, USUAL, "second");
            CloudAccount.WithVersions.Version old = account.versions(second).stream()
                    .filter(each -> !each.current())
                    .findFirst()
                    .orElseThrow();
            azure.came.clear();
            Seen back = account.point(second, old, Progress.NONE);
            assertThat(published()).hasSize(1);
            assertThat(back.version()).isEqualTo(first.version());
            assertThat(Objects.requireNonNull(back.owner()).code()).isEqualTo(first.version());
            assertThat(back.codeTouched()).isFalse();
            Path folder = Files.createTempDirectory(scratch, "back");
            account.download(back, folder);
            assertThat(Files.readString(folder.resolve("answer.txt"))).startsWith("first");
        }
    }

    @Test
    void codeIsFetchedFromTheContainerWhereWeftKeptNone() throws Exception {
        try (AzureAccount account = open(FLEX)) {
            Seen one = apply(account, USUAL.memory(4_096), "first");
            Packages packages = new Packages(
                    new SharedKey(FakeAzure.STORAGE, FakeAzure.KEY),
                    URI.create(azure.uri() + "/" + FakeAzure.STORAGE),
                    around(),
                    time -> {});
            packages.list("one").forEach(each -> packages.delete("one", each.hash()));
            Path folder = Files.createTempDirectory(scratch, "back");
            CloudAccount.WithCode.Found found = account.download(one, folder);
            assertThat(Files.readString(folder.resolve("answer.txt"))).startsWith("first");
            assertThat(found.memoryBytes()).isEqualTo(4_096L << 20);
            assertThat(found.runtime()).isEqualTo("custom");
        }
    }

    @Test
    void aPlanOfThatKindByNameIsRefusedWithTheWordThatWorks() throws Exception {
        var plan = FakeAzure.json().put("name", "mine");
        plan.putObject("sku").put("tier", "FlexConsumption");
        azure.plans.put("mine", plan);
        try (AzureAccount account = open(Map.of("plan", "mine"))) {
            assertThatThrownBy(() -> apply(account, USUAL, "first")).hasMessageContaining("spec.account.plan: flex");
            assertThat(azure.names()).isEmpty();
        }
    }
}
