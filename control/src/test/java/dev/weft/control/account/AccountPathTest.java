// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Seen;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import dev.weft.control.Workspace;
import dev.weft.control.account.AccountStep.Difference;
import dev.weft.control.pack.FakeImages;
import dev.weft.control.pack.LocalPackager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountPathTest {
    private static final String TWO_CLOUDS = Workspace.CLOUD + "---\n" + Workspace.CLOUD.replace("aws-eu", "aws-us")
            + "---\n" + Workspace.FUNCTION.replace("[{name: aws-eu}]", "[{name: aws-eu}, {name: aws-us}]");
    private static final String TWO_FUNCTIONS =
            TWO_CLOUDS + "---\n" + Workspace.FUNCTION.replace("name: checkout", "name: catalog");

    @TempDir
    Path folder;

    @TempDir
    Path artifacts;

    private final FakeImages images = new FakeImages();
    private final FakeAccount eu = new FakeAccount("aws-eu");
    private final FakeAccount us = new FakeAccount("aws-us");
    private final Map<String, CloudAccount> accounts = Map.of("aws-eu", eu, "aws-us", us);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Workspace workspace;
    private AccountPath path;

    @BeforeEach
    void open() {
        workspace = new Workspace(folder);
        path = path("shop");
    }

    private AccountPath path(String application) {
        return new AccountPath(
                application, accounts, new LocalPackager(artifacts, images), new AccountPath.StepListener() {
                    @Override
                    public void begun(AccountStep step) {
                        told.add("begun " + step.name());
                    }

                    @Override
                    public void did(AccountStep step, String words) {
                        told.add(words);
                    }

                    @Override
                    public void ended(AccountResult result) {
                        told.add((result.done() ? "done " : "not done ")
                                + result.step().name());
                    }
                });
    }

    private List<AccountResult> apply(Application documents) {
        return path.apply(path.plan(documents), () -> true);
    }

    @Test
    void everyPlacementIsCreatedOnceAndThenAsWanted() {
        Application documents = workspace.valid(TWO_CLOUDS);
        AccountPlan plan = path.plan(documents);
        assertThat(plan.steps()).extracting(AccountStep::cloud).containsExactly("aws-eu", "aws-us");
        assertThat(plan.steps()).allMatch(AccountStep.Create.class::isInstance);
        assertThat(plan.empty()).isFalse();

        assertThat(path.apply(plan, () -> true)).allMatch(AccountResult::done);
        assertThat(told).contains("begun checkout", "did it", "done checkout");
        assertThat(path.plan(documents).empty()).isTrue();
        assertThat(eu.calls).containsExactly("create checkout");
    }

    @Test
    void aChangeNamesTheSettingsThatDiffer() {
        apply(workspace.valid(TWO_CLOUDS));
        AccountPlan plan = path.plan(workspace.valid(TWO_CLOUDS.replace("  handler:", "  memory: 512Mi\n  handler:")));
        assertThat(plan.steps()).hasSize(2).allSatisfy(step -> {
            AccountStep.Change change = (AccountStep.Change) step;
            assertThat(change.differences()).containsExactly(new Difference("memory", "256", "512"));
            assertThat(change.code()).isFalse();
            assertThat(change.byHand()).isFalse();
        });
    }

    @Test
    void anImageIsPushedFirstAndWithoutItNothingIsChanged() {
        String documents = TWO_CLOUDS
                .replace("contract: aws-lambda", "contract: fn")
                .replace("nodejs20", "node20")
                .replace("  handler:", "  env: {KEY: '${file:./key}'}\n  handler:")
                .replace("region:", "registry: registry.example/shop, region:");
        workspace.write("key", "hush");
        images.denying = true;
        List<AccountResult> denied = apply(workspace.valid(documents));
        assertThat(denied).hasSize(2).noneMatch(AccountResult::done);
        assertThat(denied.getFirst().failure()).hasMessage("pushing is denied");
        assertThat(eu.calls).isEmpty();

        images.denying = false;
        assertThat(apply(workspace.valid(documents))).allMatch(AccountResult::done);
        assertThat(images.pushed).hasSize(1);
        assertThat(eu.secrets).as("still known as secret with the image").containsExactly("KEY");
        assertThat(eu.artifacts).isEqualTo(us.artifacts).singleElement().satisfies(each -> assertThat(
                        ((Artifact.Image) each).reference())
                .matches("registry.example/shop/checkout:weft-[0-9a-f]{40}@sha256:[0-9a-f]{64}"));
        assertThat(path("shop").plan(workspace.valid(documents)).empty()).isTrue();

        workspace.write("checkout/index.js", "other");
        path = path("shop");
        images.denying = true;
        assertThat(apply(workspace.valid(documents))).noneMatch(AccountResult::done);
        assertThat(eu.calls).containsExactly("create checkout");
    }

    @Test
    void changedCodeIsAChangeOfCodeOnly() {
        apply(workspace.valid(TWO_CLOUDS));
        workspace.write("checkout/index.js", "other");
        assertThat(path("shop").plan(workspace.valid(TWO_CLOUDS)).steps()).allSatisfy(step -> {
            AccountStep.Change change = (AccountStep.Change) step;
            assertThat(change.code()).isTrue();
            assertThat(change.differences()).isEmpty();
        });
    }

    @Test
    void whatWasChangedByHandIsSaidAndMended() {
        apply(workspace.valid(TWO_CLOUDS));
        eu.touch("checkout", "timeout", "60");
        AccountPlan plan = path.plan(workspace.valid(TWO_CLOUDS));
        assertThat(plan.steps().getFirst()).isInstanceOfSatisfying(AccountStep.Change.class, change -> {
            assertThat(change.byHand()).isTrue();
            assertThat(change.differences()).containsExactly(new Difference("timeout", "60", "10"));
        });
        assertThat(path.touched(plan)).containsOnlyKeys(new AccountPlan.Spot("aws-eu", "checkout"));
        path.apply(plan, () -> true);
        assertThat(path.plan(workspace.valid(TWO_CLOUDS)).empty()).isTrue();
    }

    @Test
    void whatIsNotWantedAnyMoreIsRemovedAndOthersAreNot() {
        apply(workspace.valid(TWO_FUNCTIONS));
        eu.foreign("theirs");
        path("other")
                .apply(path("other").plan(workspace.valid(TWO_FUNCTIONS.replace("name: c", "name: x-c"))), () -> true);
        List<AccountStep> steps = path.plan(workspace.valid(TWO_CLOUDS)).steps();
        assertThat(steps)
                .filteredOn(AccountStep.Remove.class::isInstance)
                .hasSize(1)
                .allMatch(each -> each.name().equals("catalog"));
        apply(workspace.valid(TWO_CLOUDS));
        assertThat(eu.there).containsOnlyKeys("checkout", "theirs", "x-catalog", "x-checkout");
    }

    @Test
    void aFunctionThatIsNotOursIsInTheWay() {
        eu.foreign("checkout");
        AccountPlan plan = path.plan(workspace.valid(TWO_CLOUDS));
        assertThat(plan.blocked()).singleElement().satisfies(each -> assertThat(each.why())
                .contains("did not make", "weft import", "existing: true"));
        assertThatThrownBy(() -> path.apply(plan, () -> true)).isInstanceOf(IllegalArgumentException.class);
        assertThat(us.calls).isEmpty();
    }

    @Test
    void anotherApplicationsFunctionIsInTheWay() {
        path("other").apply(path("other").plan(workspace.valid(TWO_CLOUDS)), () -> true);
        assertThat(path.plan(workspace.valid(TWO_CLOUDS)).blocked())
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.why()).contains("application other", "placement.clouds[].as"));
    }

    @Test
    void anotherNameOnACloudIsUsedThere() {
        apply(workspace.valid(TWO_CLOUDS.replace("{name: aws-us}]", "{name: aws-us, as: Checkout_v2}]")));
        assertThat(us.there).containsOnlyKeys("Checkout_v2");
        assertThat(Objects.requireNonNull(Objects.requireNonNull(us.there.get("Checkout_v2"))
                                .owner())
                        .function())
                .isEqualTo("checkout");
    }

    @Test
    void anExistingFunctionIsOnlyUsed() {
        String existing = TWO_CLOUDS
                .replace("  code: {path: ./checkout}\n", "")
                .replace("  handler: index.handler\n", "  existing: true\n");
        Application clouds = workspace.valid(Workspace.CLOUD);
        AccountChecks checks =
                new AccountChecks("shop", clouds, accounts, new LocalPackager(artifacts, new FakeImages()));
        Reading reading = DocumentReader.read(List.of(workspace.write("weft.yaml", existing)), Map.of(), checks);
        Application documents = ((Reading.Valid) reading).application();
        assertThat(path.plan(documents).blocked()).hasSize(2).allSatisfy(each -> assertThat(each.why())
                .contains("spec.existing"));
        eu.foreign("checkout");
        us.foreign("checkout");
        AccountPlan plan = path.plan(documents);
        assertThat(plan.steps()).allMatch(AccountStep.Use.class::isInstance);
        assertThat(plan.empty()).isTrue();
    }

    @Test
    void oneFailingStepKeepsNoOtherFromBeingDoneAndIsTriedAgain() {
        eu.failing.add("checkout");
        Application documents = workspace.valid(TWO_FUNCTIONS);
        List<AccountResult> results = apply(documents);
        assertThat(results).filteredOn(each -> !each.done()).singleElement().satisfies(each -> {
            assertThat(each.step().cloud()).isEqualTo("aws-eu");
            assertThat(each.failure()).hasMessageContaining("told to fail checkout");
        });
        eu.failing.clear();
        assertThat(path.plan(documents).steps())
                .filteredOn(AccountStep::changes)
                .hasSize(1);
        apply(documents);
        assertThat(path.plan(documents).empty()).isTrue();
    }

    @Test
    void aFunctionIsNotRemovedWhereItsNewPlaceFailed() {
        apply(workspace.valid(TWO_CLOUDS.replace(", {name: aws-us}]", "]")));
        us.failing.add("checkout");
        Application moved = workspace.valid(TWO_CLOUDS.replace("[{name: aws-eu}, ", "["));
        assertThat(apply(moved)).anySatisfy(each -> assertThat(each.skipped()).contains("could not be put"));
        assertThat(eu.there).containsOnlyKeys("checkout");
        us.failing.clear();
        apply(moved);
        assertThat(eu.there).isEmpty();
    }

    @Test
    void aCloudThatCanNotBeReadIsToldAndNothingIsDecidedForIt() {
        us.failing.add("list");
        AccountPlan plan = path.plan(workspace.valid(TWO_CLOUDS));
        assertThat(plan.unread()).containsOnlyKeys("aws-us");
        assertThat(plan.steps()).extracting(AccountStep::cloud).containsExactly("aws-eu");
        assertThat(plan.empty()).isFalse();
    }

    @Test
    void aStopSkipsWhatWasNotBegun() {
        AtomicBoolean goOn = new AtomicBoolean(false);
        assertThat(path.apply(path.plan(workspace.valid(TWO_CLOUDS)), goOn::get))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.skipped()).contains("stopped"));
        assertThat(eu.there).isEmpty();
    }

    @Test
    void removalTakesEverythingOfTheApplicationAndNothingElse() {
        apply(workspace.valid(TWO_FUNCTIONS));
        eu.foreign("theirs");
        path.apply(path.planRemoval(List.of("aws-eu", "aws-us")), () -> true);
        assertThat(eu.there).containsOnlyKeys("theirs");
        assertThat(us.there).isEmpty();
    }

    @Test
    void whatIsAdoptedPlansToNoChange() throws Exception {
        eu.foreign("Legacy_Orders");
        Path taken = Files.createTempDirectory(folder, "taken");
        Application clouds = workspace.valid(Workspace.CLOUD);
        Adoption adoption = new Adoption(
                "shop", clouds.clouds().getFirst(), eu, eu, new LocalPackager(artifacts, new FakeImages()));
        Seen seen = Objects.requireNonNull(eu.find("Legacy_Orders"));
        Adoption.Adopted adopted = adoption.write(seen, taken);
        assertThat(adopted.notes()).isEmpty();
        adoption.tag(seen, adopted);

        Reading reading = DocumentReader.read(List.of(taken), Map.of());
        assertThat(reading).isInstanceOf(Reading.Valid.class);
        assertThat(path.plan(((Reading.Valid) reading).application()).empty()).isTrue();
    }

    @Test
    void whatACloudDecidesItselfIsTold() {
        String said = TWO_CLOUDS + "  memory: 512Mi\n  maxInstances: 3\n  idleTimeout: 1m\n";
        AccountPlan plan = path.plan(workspace.valid(said));
        assertThat(plan.steps()).hasSize(2).allSatisfy(each -> assertThat(plan.notes(each))
                .containsExactly(
                        "spec.maxInstances: 3 has no effect here: the cloud decides that itself",
                        "spec.idleTimeout: 1m has no effect here: the cloud decides that itself"));
        AccountPlan unsaid = path.plan(workspace.valid(TWO_CLOUDS));
        assertThat(unsaid.steps()).hasSize(2).allSatisfy(each -> assertThat(unsaid.notes(each))
                .isEmpty());
    }
}
