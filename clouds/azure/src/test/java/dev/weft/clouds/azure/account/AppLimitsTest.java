// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.clouds.azure.AzureVendor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppLimitsTest {
    private static final SampleApps.Wish USUAL = SampleApps.Wish.USUAL;

    @TempDir
    private Path folder;

    private static List<String> fields(String name, SampleApps.Wish wish, Map<String, String> options) {
        return check(name, wish, options, archive(1_000, 1_000), "custom");
    }

    private static List<String> fields(
            SampleApps.Wish wish, Map<String, String> options, long bytes, long unpacked, String runtime) {
        return check("one", wish, options, archive(bytes, unpacked), runtime);
    }

    private static Artifact archive(long bytes, long unpacked) {
        return new Artifact.Archive(Packing.Form.ZIP, Path.of("x"), "0".repeat(40), bytes, unpacked);
    }

    private static List<String> check(
            String name, SampleApps.Wish wish, Map<String, String> options, Artifact archive, String runtime) {
        Function function = SampleApps.function(name, wish);
        Packing packing = Packing.own(Packing.Form.ZIP, "hello", runtime);
        Wanted wanted = new Wanted("shop", function, name, archive, wish.env());
        AzureOptions of = AzureOptions.of(SampleApps.cloud(URI.create("https://arm.example"), options));
        return AppLimits.check(wanted, packing, of).stream().map(Mistake::field).toList();
    }

    @Test
    void whatIsUsualIsRight() {
        assertThat(fields("one", USUAL, Map.of())).isEmpty();
    }

    @Test
    void everyLimitIsHeldAtItsEdge() {
        Map<String, String> plan = Map.of("plan", "own");
        assertThat(fields("a".repeat(60), USUAL, Map.of())).isEmpty();
        assertThat(fields("a".repeat(61), USUAL, Map.of())).containsExactly("metadata.name");
        assertThat(fields("a", USUAL, Map.of())).containsExactly("metadata.name");
        assertThat(fields("one", USUAL.memory(1_536), Map.of())).isEmpty();
        assertThat(fields("one", USUAL.memory(1_537), Map.of())).containsExactly("spec.memory");
        assertThat(fields("one", USUAL.memory(14_336), plan)).isEmpty();
        assertThat(fields("one", USUAL.memory(14_337), plan)).containsExactly("spec.memory");
        assertThat(fields("one", USUAL.timeout(600), Map.of())).isEmpty();
        assertThat(fields("one", USUAL.timeout(601), Map.of())).containsExactly("spec.timeout");
        assertThat(fields("one", USUAL.timeout(601), plan)).isEmpty();
        assertThat(fields("one", USUAL.time(Duration.ofMillis(1_500)), Map.of()))
                .containsExactly("spec.timeout");
        assertThat(fields("one", USUAL.instances(1, 10), Map.of())).containsExactly("spec.minInstances");
        assertThat(fields("one", USUAL.instances(20, 100), plan)).isEmpty();
        assertThat(fields("one", USUAL.instances(21, 100), plan)).containsExactly("spec.minInstances");
        assertThat(fields("one", USUAL.instances(0, 100), Map.of())).isEmpty();
        assertThat(fields("one", USUAL.instances(0, 101), Map.of())).containsExactly("spec.maxInstances");
        assertThat(fields("one", USUAL.arm(), Map.of())).containsExactly("spec.architecture");
    }

    @Test
    void aFlexPlanHasLimitsOfItsOwn() {
        Map<String, String> flex = Map.of("plan", "flex");
        assertThat(fields("one", USUAL, flex)).isEmpty();
        assertThat(fields("one", USUAL.memory(4_096), flex)).isEmpty();
        assertThat(fields("one", USUAL.memory(4_097), flex)).containsExactly("spec.memory");
        assertThat(fields("one", USUAL.timeout(3_600), flex)).isEmpty();
        assertThat(fields("one", USUAL.instances(0, 1_000), flex)).isEmpty();
        assertThat(fields("one", USUAL.instances(0, 1_001), flex)).containsExactly("spec.maxInstances");
        assertThat(fields("one", USUAL.instances(40, 40), flex)).isEmpty();
        assertThat(fields("one", USUAL.instances(41, 40), flex)).containsExactly("spec.minInstances");
        assertThat(fields("one", USUAL.arm(), flex)).containsExactly("spec.architecture");
        for (String runtime : List.of("Node|24", "Java|25", "Java|11", "custom")) {
            assertThat(fields(USUAL, flex, 1, 1, runtime)).isEmpty();
        }
        assertThat(fields(USUAL, flex, 1, 1, "Java|8")).containsExactly("spec.runtime");
        assertThat(fields("one", USUAL.env("DEPLOYMENT_STORAGE_CONNECTION_STRING", "x"), flex))
                .containsExactly("spec.env.DEPLOYMENT_STORAGE_CONNECTION_STRING");
        SampleApps.Wish many = USUAL;
        for (int i = 0; i < 43; i++) {
            many = many.label("l" + i, "x");
        }
        assertThat(fields("one", many, flex)).isEmpty();
        assertThat(fields("one", many.label("more", "x"), flex)).containsExactly("metadata.labels");
    }

    @Test
    void memoryIsTheSmallestSizeThatHoldsIt() {
        assertThat(List.of(128, 512, 513, 2_048, 2_049, 4_096, 8_192))
                .extracting(mebibytes -> FlexConfig.size(
                        SampleApps.function("one", USUAL.memory(mebibytes)).spec()))
                .containsExactly(512L, 512L, 2_048L, 2_048L, 4_096L, 4_096L, 8_192L);
    }

    @Test
    void containersOfAppsAreNamesThatStorageTakesAndNoTwoAreTheSame() {
        List<String> apps = List.of("one", "One", "a--b", "a-b", "x".repeat(60), "x".repeat(59), "y" + "-z".repeat(20));
        assertThat(apps).allSatisfy(each -> assertThat(Releases.container(each))
                .matches("[a-z0-9](-?[a-z0-9])*")
                .hasSizeBetween(3, 63));
        assertThat(Releases.container("One")).isEqualTo(Releases.container("one"));
        assertThat(apps.stream().map(Releases::container).distinct()).hasSize(apps.size() - 1);
    }

    @Test
    void aBlobTriggerOnAFlexPlanListensToEventGrid() throws IOException {
        SampleApps.write(folder, "x");
        Files.writeString(
                folder.resolve("hello/function.json"),
                "{\"bindings\": [{\"type\": \"blobTrigger\", \"direction\": \"in\", \"name\": \"b\", \"path\": \"c/{n}\"}]}");
        assertThat(pack(USUAL, Map.of())).isInstanceOf(CloudAccount.Packed.As.class);
        assertThat(((CloudAccount.Packed.Not) pack(USUAL, Map.of("plan", "flex"))).mistakes())
                .extracting(Mistake::field)
                .containsExactly("spec.handler");
        Files.writeString(
                folder.resolve("hello/function.json"),
                "{\"bindings\": [{\"type\": \"blobTrigger\", \"source\": \"EventGrid\", \"direction\": \"in\", \"name\": \"b\", \"path\": \"c/{n}\"}]}");
        assertThat(pack(USUAL, Map.of("plan", "flex"))).isInstanceOf(CloudAccount.Packed.As.class);
    }

    @Test
    void packagesAndEnvironmentHaveTheirSizes() {
        assertThat(fields(USUAL, Map.of(), 256L << 20, 1L << 30, "custom")).isEmpty();
        assertThat(fields(USUAL, Map.of(), (256L << 20) + 1, (1L << 30) + 1, "custom"))
                .containsExactly("spec.code.path", "spec.code.path");
        assertThat(fields("one", USUAL.env("LONG", "x".repeat(60 << 10)), Map.of()))
                .containsExactly("spec.env");
        assertThat(fields("one", USUAL.env("AzureWebJobsStorage", "x"), Map.of()))
                .containsExactly("spec.env.AzureWebJobsStorage");
        assertThat(fields("one", USUAL.env("WEBSITE_TIME_ZONE", "UTC"), Map.of()))
                .isEmpty();
    }

    @Test
    void aConsumptionPlanHasNoNewLanguages() {
        assertThat(fields(USUAL, Map.of(), 1, 1, "Node|24")).containsExactly("spec.runtime");
        assertThat(fields(USUAL, Map.of(), 1, 1, "Java|25")).containsExactly("spec.runtime");
        assertThat(fields(USUAL, Map.of(), 1, 1, "Node|22")).isEmpty();
        assertThat(fields(USUAL, Map.of("plan", "own"), 1, 1, "Node|24")).isEmpty();
    }

    @Test
    void tagsHaveTheirOwnRules() {
        assertThat(fields("one", USUAL.label("app.kubernetes.io/name", "shop"), Map.of()))
                .isEmpty();
        assertThat(fields("one", USUAL.label("a<b", "x"), Map.of())).containsExactly("metadata.labels.a<b");
        assertThat(fields("one", USUAL.label("weft.dev/code", "x"), Map.of()))
                .containsExactly("metadata.labels.weft.dev/code");
        assertThat(fields("one", USUAL.label("long", "x".repeat(257)), Map.of()))
                .containsExactly("metadata.labels.long");
        SampleApps.Wish many = USUAL;
        for (int i = 0; i < 45; i++) {
            many = many.label("l" + i, "x");
        }
        assertThat(fields("one", many, Map.of())).containsExactly("metadata.labels");
    }

    private CloudAccount.Packed pack(SampleApps.Wish wish) {
        return pack(wish, Map.of());
    }

    private CloudAccount.Packed pack(SampleApps.Wish wish, Map<String, String> options) {
        CloudVendor.Around around = new CloudVendor.Around(
                request -> {
                    throw new AssertionError("packing asks nothing");
                },
                Map.of(),
                folder,
                InstantSource.system());
        try (CloudAccount account =
                new AzureVendor().open(SampleApps.cloud(URI.create("https://arm.example"), options), around)) {
            return account.pack(SampleApps.function("one", wish), folder);
        }
    }

    private List<String> refused(SampleApps.Wish wish) {
        return ((CloudAccount.Packed.Not) pack(wish))
                .mistakes().stream().map(Mistake::field).toList();
    }

    @Test
    void codeWithoutAnAdapterAndOtherRuntimesAreRefusedInTheUsersWords() throws IOException {
        SampleApps.write(folder, "x");
        assertThat(refused(USUAL.contract(Function.Contract.OPENWHISK).runtime("ruby:2.5")))
                .containsExactly("spec.runtime");
        assertThat(refused(USUAL.runtime("python3.12"))).containsExactly("spec.runtime");
    }

    @Test
    void aCustomHandlerIsPackedAsItIs() throws IOException {
        SampleApps.write(folder, "x");
        Packing packing = ((CloudAccount.Packed.As) pack(USUAL)).packing();
        assertThat(packing).isEqualTo(Packing.own(Packing.Form.ZIP, "hello", "custom"));
        Files.write(folder.resolve("handler"), new byte[] {'M', 'Z', 0});
        assertThat(refused(USUAL)).containsExactly("spec.code.path");
    }

    @Test
    void aNodeAppNeedsItsPackagesBecauseAzureInstallsNone() throws IOException {
        Files.writeString(folder.resolve("package.json"), "{\"main\": \"index.js\"}");
        Files.writeString(
                folder.resolve("index.js"),
                "const {app} = require('@azure/functions');\napp.http('hello', {handler: () => ({body: 'x'})});\n");
        assertThat(refused(USUAL.runtime("node22"))).containsExactly("spec.code.path");
        Files.createDirectories(folder.resolve("node_modules/@azure/functions"));
        Packing packing = ((CloudAccount.Packed.As) pack(USUAL.runtime("node22"))).packing();
        assertThat(packing.runtime()).isEqualTo("Node|22");
        assertThat(packing.handler()).isEqualTo("hello");
        assertThat(packing.added()).containsOnlyKeys("host.json");
    }

    @Test
    void anAccountIsCheckedBeforeItIsOpened() {
        Cloud plain = SampleApps.cloud(URI.create("http://arm.example"), Map.of());
        assertThat(new AzureVendor().check(plain)).extracting(Mistake::field).containsExactly("spec.endpoint");
        Cloud nowhere = new Cloud(
                plain.metadata(), new Cloud.Spec(Cloud.Type.AZURE, null, null, Map.of(), null, Map.of(), null, null));
        assertThat(new AzureVendor().check(nowhere)).extracting(Mistake::field).containsExactly("spec.region");
        assertThat(new AzureVendor().options(Cloud.Type.AZURE))
                .filteredOn(CloudVendor.Option::required)
                .extracting(CloudVendor.Option::name)
                .containsExactly("subscription", "resourceGroup", "storageAccount");
    }
}
