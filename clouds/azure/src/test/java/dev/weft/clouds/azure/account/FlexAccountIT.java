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
import dev.weft.api.rest.Transport;
import dev.weft.testkit.CloudAccountContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The contract, and what is particular about Flex plans, against a fake of ours; that our requests are the vendor's own {@link FlexRequestsIT} says. */
class FlexAccountIT extends CloudAccountContract {
    private static final SampleApps.Wish USUAL = SampleApps.Wish.USUAL;
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
        return new FlexVendor();
    }

    @Override
    protected Transport transport() {
        return FlexVendor.transport(azure);
    }

    @Override
    protected Cloud cloud() {
        return SampleApps.cloud(azure.uri(), Map.of("plan", "flex"));
    }

    @Override
    protected Map<String, String> environment() {
        return azure.environment();
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        SampleApps.write(folder, answer);
        return SampleApps.function(name, USUAL);
    }

    @Override
    protected Function other(Function function) {
        return SampleApps.function(function.name(), USUAL.timeout(20).memory(1_024));
    }

    @Override
    protected boolean foreign(String name) {
        azure.flex.foreign(name);
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

    private Seen apply(CloudAccount account, SampleApps.Wish wish, String answer) throws IOException {
        Made made = made(account, "one", wish, answer);
        return account.apply(made.wanted(), made.packing(), account.find("one"), Progress.NONE);
    }

    private record Made(Wanted wanted, Packing packing) {}

    private Made made(CloudAccount account, String name, SampleApps.Wish wish, String answer) throws IOException {
        Path folder = Files.createTempDirectory(scratch, name);
        SampleApps.write(folder, answer);
        Function function = SampleApps.function(name, wish);
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Wanted wanted = new Wanted(
                APPLICATION,
                function,
                name,
                artifact(folder, packing),
                function.spec().env());
        assertThat(account.check(wanted, packing)).isEmpty();
        return new Made(wanted, packing);
    }

    private static JsonNode scale(String app) {
        return azure.siteOf(app).path("properties").path("functionAppConfig").path("scaleAndConcurrency");
    }

    private List<String> published() {
        return sent().stream()
                .filter(each -> each.uri().getPath().equals("/api/publish"))
                .map(each -> each.uri().getHost())
                .toList();
    }

    @Test
    void eachAppHasAPlanAndAContainerOfItsOwnAndBothGoWithIt() throws Exception {
        try (CloudAccount account = open()) {
            Seen one = apply(account, USUAL, "first");
            Made two = made(account, "two", USUAL, "first");
            account.apply(two.wanted(), two.packing(), null, Progress.NONE);
            assertThat(azure.plans).containsOnlyKeys("one", "two");
            assertThat(String.valueOf(azure.plans.get("one"))).contains("\"FC1\"");
            assertThat(azure.blobs.containers())
                    .containsExactlyInAnyOrder(
                            Releases.container("one"), Releases.container("two"), Packages.CONTAINER);
            account.delete(one, Progress.NONE);
            assertThat(azure.plans).containsOnlyKeys("two");
            assertThat(azure.blobs.containers())
                    .containsExactlyInAnyOrder(Releases.container("two"), Packages.CONTAINER);
        }
    }

    @Test
    void aDeletionThatWasCutIsFinishedByTheNext() throws Exception {
        boolean whole = false;
        for (int calls = 0; !whole; calls++) {
            assertThat(calls).isLessThan(CALLS_MAX);
            try (CloudAccount account = open()) {
                Seen one = apply(account, USUAL, "first");
                whole = cutAfter(calls, () -> account.delete(one, Progress.NONE));
                account.delete(one, Progress.NONE);
                assertThat(azure.names()).isEmpty();
                assertThat(azure.plans).isEmpty();
                assertThat(azure.blobs.all()).isEmpty();
                assertThat(azure.blobs.containers()).containsExactly(Packages.CONTAINER);
            }
            cleanUp();
        }
    }

    @Test
    void thePlanOfSomebodyElseIsNotTaken() throws Exception {
        azure.plans.put("one", FakeAzure.json().put("name", "one"));
        try (CloudAccount account = open()) {
            assertThatThrownBy(() -> apply(account, USUAL, "first"))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("plan one is there already")
                    .hasMessageContaining("placement.clouds[].as");
            assertThat(azure.names()).isEmpty();
        }
    }

    @Test
    void languageMemoryInstancesAndCallsAtOnceAreTheSites() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = apply(account, USUAL.memory(2_048).instances(2, 60), "first");
            assertThat(seen.settings())
                    .containsEntry("memory", "2048")
                    .containsEntry("maxInstances", "60")
                    .containsEntry("minInstances", "2")
                    .containsEntry("concurrency", "80")
                    .containsEntry("runtime", "custom")
                    .containsEntry("plan", "Flex Consumption");
            JsonNode ready = scale("one").path("alwaysReady");
            assertThat(ready).hasSize(1);
            assertThat(ready.path(0).path("name").asString()).isEqualTo("http");
            assertThat(azure.settingsOf("one"))
                    .doesNotContainKeys(
                            "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE")
                    .containsKey("AzureFunctionsJobHost__functionTimeout")
                    .containsEntry("GREETING", SampleApps.VALUE);
        }
    }

    @Test
    void onlyWhatDiffersIsChanged() throws Exception {
        try (CloudAccount account = open()) {
            apply(account, USUAL, "first");
            azure.siteOf("one").put("identity", "kept");
            forget();
            apply(account, USUAL.memory(4_096), "first");
            assertThat(published()).isEmpty();
            assertThat(changed()).containsExactly("PUT one", "PATCH default");
            assertThat(azure.siteOf("one").path("identity").asString()).isEqualTo("kept");
            forget();
            apply(account, USUAL.memory(4_096).env("MORE", "x"), "first");
            assertThat(published()).isEmpty();
            assertThat(changed()).first().isEqualTo("PUT appsettings");
            forget();
            apply(account, USUAL.memory(4_096).env("MORE", "x"), "second");
            assertThat(published()).containsExactly("one.scm.azurewebsites.net");
            assertThat(changed()).noneMatch(each -> each.equals("PUT one") || each.equals("PUT appsettings"));
        }
    }

    /** Changes as method and end of the path. */
    private List<String> changed() {
        return sent().stream()
                .filter(this::changes)
                .map(each -> each.method() + ' ' + each.uri().getPath().replaceFirst(".*/", ""))
                .toList();
    }

    @Test
    void aQueueFunctionHasReadyInstancesOfItsOwn() throws Exception {
        try (CloudAccount account = open()) {
            Path folder = Files.createTempDirectory(scratch, "one");
            SampleApps.write(folder, "first");
            Files.writeString(
                    folder.resolve("hello/function.json"),
                    "{\"bindings\": [{\"type\": \"queueTrigger\", \"direction\": \"in\", \"name\": \"Item\", \"queueName\": \"q\"}]}");
            Function function = SampleApps.function("one", USUAL.instances(3, 40));
            Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
            Wanted wanted = new Wanted(
                    APPLICATION,
                    function,
                    "one",
                    artifact(folder, packing),
                    function.spec().env());
            Seen seen = account.apply(wanted, packing, null, Progress.NONE);
            assertThat(seen.settings()).isEqualTo(account.settings(wanted, packing));
            assertThat(scale("one").path("alwaysReady").toString())
                    .isEqualTo("[{\"name\":\"function:hello\",\"instanceCount\":3}]");
        }
    }

    @Test
    void instancesThatSomebodyElseKeepsReadyShowAndGo() throws Exception {
        try (CloudAccount account = open()) {
            apply(account, USUAL, "first");
            ((tools.jackson.databind.node.ObjectNode) scale("one"))
                    .putArray("alwaysReady")
                    .addObject()
                    .put("name", "durable")
                    .put("instanceCount", 4);
            assertThat(Objects.requireNonNull(account.find("one")).settings())
                    .containsEntry("alwaysReady.durable", "4");
            assertThat(apply(account, USUAL, "first").settings()).doesNotContainKey("alwaysReady.durable");
        }
    }

    @Test
    void codeThatSomebodyElseDeployedIsSeen() throws Exception {
        try (CloudAccount account = open()) {
            apply(account, USUAL, "first");
            azure.blobs.write(Releases.container("one"), FakeFlex.PACKAGE, "theirs".getBytes(StandardCharsets.UTF_8));
            Seen touched = Objects.requireNonNull(account.find("one"));
            assertThat(touched.codeTouched()).isTrue();
            assertThat(touched.version()).isNull();
            Seen mended = apply(account, USUAL, "first");
            assertThat(mended.codeTouched()).isFalse();
            assertThat(mended.version()).isNotNull();
        }
    }

    @Test
    void codeOfAnAdoptedAppIsWatchedToo() throws Exception {
        azure.flex.foreign("theirs");
        try (CloudAccount account = open()) {
            Seen theirs = Objects.requireNonNull(account.find("theirs"));
            account.adopt(theirs, new dev.weft.api.account.Ownership(APPLICATION, "theirs", "0".repeat(40), "x"));
            assertThat(Objects.requireNonNull(account.find("theirs")).codeTouched())
                    .isFalse();
            azure.blobs.write("theirs", FakeFlex.PACKAGE, "newer".getBytes(StandardCharsets.UTF_8));
            assertThat(Objects.requireNonNull(account.find("theirs")).codeTouched())
                    .isTrue();
        }
    }

    /** Its plan stays theirs, its container becomes ours, and what it had by identity it has by the connection string. */
    @Test
    void anAdoptedAppIsDeployedToAndLeavesItsPlanBehind() throws Exception {
        azure.flex.foreign("theirs");
        try (CloudAccount account = open()) {
            Seen theirs = account.adopt(
                    Objects.requireNonNull(account.find("theirs")),
                    new dev.weft.api.account.Ownership(APPLICATION, "theirs", "0".repeat(40), "x"));
            Made made = made(account, "theirs", USUAL.instances(0, 100), "first");
            Seen ours = account.apply(made.wanted(), made.packing(), theirs, Progress.NONE);
            assertThat(ours.settings()).isEqualTo(account.settings(made.wanted(), made.packing()));
            assertThat(ours.version()).isEqualTo(made.wanted().artifact().hash());
            assertThat(FlexConfig.storage(azure.siteOf("theirs")).path("value").asString())
                    .endsWith(Releases.container("theirs"));
            assertThat(azure.settingsOf("theirs")).containsKey(FlexConfig.CONNECTION);
            account.delete(ours, Progress.NONE);
            assertThat(azure.plans).containsOnlyKeys("ASP-theirs");
            assertThat(azure.blobs.containers()).containsExactlyInAnyOrder("theirs", Packages.CONTAINER);
        }
    }

    @Test
    void anAppIsNotMovedToAnotherKindOfPlan() throws Exception {
        List<String> said = new ArrayList<>();
        try (CloudAccount account = open()) {
            Seen one = apply(account, USUAL, "first");
            CloudVendor.Around around =
                    new CloudVendor.Around(transport(), environment(), scratch, java.time.InstantSource.system());
            try (CloudAccount other = vendor().open(SampleApps.cloud(azure.uri(), Map.of()), around)) {
                Made made = made(other, "one", USUAL, "first");
                forget();
                assertThatThrownBy(() -> other.apply(made.wanted(), made.packing(), one, said::add))
                        .isInstanceOf(CloudException.class)
                        .hasMessageContaining(
                                "has plan Flex Consumption, and an app is not moved to another (weft-westeurope)");
                assertThat(said).isEmpty();
                // but taking it off works, with its plan
                other.delete(one, Progress.NONE);
                assertThat(azure.plans).isEmpty();
            }
        }
    }

    /** Such a document meant it before the word meant anything else. */
    @Test
    void aPlanOfTheUsersThatIsCalledFlexIsSomethingElse() throws Exception {
        var farm = plan("ElasticPremium");
        farm.putObject("properties").put("reserved", true);
        azure.plans.put("flex", farm);
        var site = FakeAzure.json().put("kind", "functionapp,linux").put("location", "westeurope");
        site.putObject("properties").put("serverFarmId", azure.group() + "/providers/Microsoft.Web/serverfarms/flex");
        azure.put("one", site);
        try (CloudAccount account = open()) {
            Seen one = Objects.requireNonNull(account.find("one"));
            Seen ours = account.adopt(one, new dev.weft.api.account.Ownership(APPLICATION, "one", "0".repeat(40), "x"));
            Made made = made(account, "one", USUAL, "first");
            forget();
            assertThatThrownBy(() -> account.apply(made.wanted(), made.packing(), ours, Progress.NONE))
                    .hasMessageContaining("has plan flex, and an app is not moved to another (Flex Consumption)");
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    private static tools.jackson.databind.node.ObjectNode plan(@Nullable String tier) {
        var plan = FakeAzure.json().put("name", "mine");
        plan.putObject("sku").put("tier", tier);
        return plan;
    }

    @Test
    void permissionsHoldThePlans() {
        try (CloudAccount account = open()) {
            assertThat(account.permissions(List.of()))
                    .contains("Microsoft.Web/serverfarms/write", "Microsoft.Web/serverfarms/delete")
                    .contains("Microsoft.Web/sites/publish/action");
        }
    }
}
