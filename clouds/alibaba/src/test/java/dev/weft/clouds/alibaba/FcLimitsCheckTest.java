// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FcLimitsCheckTest {
    @TempDir
    Path code;

    private static final Packing HANDLER = Packing.own(Packing.Form.ZIP, "index.handler", "nodejs20");
    private static final Packing SERVER =
            new Packing(Packing.Form.ZIP, "", Map.of(), List.of("node"), Map.of(), "index.handler", "custom.debian12");

    private static List<Mistake> check(String name, Function function, Packing packing, long bytes) {
        return check(name, function, packing, bytes, false);
    }

    private static List<Mistake> check(String name, Function function, Packing packing, long bytes, boolean bucket) {
        Artifact artifact = new Artifact.Archive(Packing.Form.ZIP, Path.of("a.zip"), "h", bytes, bytes);
        return FcPacking.check(
                new Wanted("shop", function, name, artifact, function.spec().env()), packing, bucket);
    }

    @Test
    void withABucketLargerPackagesAreTakenAndNotAnyLarger() {
        long most = FcPacking.BUCKET_BYTES_MAX;
        assertThat(check("f", sample().function(), HANDLER, most, true)).isEmpty();
        refused(check("f", sample().function(), HANDLER, most + 1, true), "spec.code.path", "524288000");
        refused(
                check("f", sample().function(), HANDLER, FcPacking.PACKAGE_BYTES_MAX + 1, false),
                "spec.code.path",
                "spec.account.bucket");
    }

    private static void refused(List<Mistake> mistakes, String field, String words) {
        assertThat(mistakes).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo(field);
            assertThat(each.message()).contains(words);
        });
    }

    private static SampleFunction sample() {
        return SampleFunction.handler("f", Function.Contract.ALIBABA_FC, "nodejs20", "index.handler");
    }

    @Test
    void whatIsWithinEveryLimitIsTaken() {
        assertThat(check("f", sample().function(), HANDLER, FcPacking.PACKAGE_BYTES_MAX))
                .isEmpty();
        assertThat(check("f", sample().memory("128Mi").function(), HANDLER, 1)).isEmpty();
        assertThat(check("f", sample().memory("32Gi").function(), HANDLER, 1)).isEmpty();
        assertThat(check("_" + "a".repeat(63), sample().function(), HANDLER, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"64Mi", "100Mi", "200Mi", "33Gi"})
    void memoryComesInSteps(String memory) {
        refused(check("f", sample().memory(memory).function(), HANDLER, 1), "spec.memory", "steps of 64Mi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1f", "-f", "a.b", ""})
    void namesHaveAForm(String name) {
        refused(check(name, sample().function(), HANDLER, 1), "metadata.name", "begin with a letter");
    }

    @Test
    void timeoutsAreWholeSeconds() {
        refused(
                check("f", sample().timeout(Duration.ofMillis(1500)).function(), HANDLER, 1),
                "spec.timeout",
                "whole seconds");
        refused(
                check("f", sample().timeout(Duration.ofSeconds(86_401)).function(), HANDLER, 1),
                "spec.timeout",
                "86400");
    }

    @Test
    void instancesAndCallsAtOnceAreLimited() {
        refused(check("f", sample().scale(201, 0, 1).function(), SERVER, 1), "spec.concurrency", "200");
        refused(check("f", sample().scale(1, 1, 1).function(), HANDLER, 1), "spec.minInstances", "only 0");
    }

    @Test
    void packagesAndEnvironmentsAreLimited() {
        refused(
                check("f", sample().function(), HANDLER, FcPacking.PACKAGE_BYTES_MAX + 1),
                "spec.code.path",
                "52428800");
        refused(check("f", env(Map.of("A", "x".repeat(4096))), HANDLER, 1), "spec.env", "4096");
        refused(check("f", env(Map.of("FC_X", "1")), HANDLER, 1), "spec.env.FC_X", "Function Compute's own");
        refused(check("f", env(Map.of("WEFT_URL", "1")), HANDLER, 1), "spec.env.WEFT_URL", "itself");
        refused(check("f", env(Map.of("PORT", "1")), SERVER, 1), "spec.env.PORT", "itself");
        assertThat(check("f", env(Map.of("PORT", "1")), HANDLER, 1)).isEmpty();
    }

    private static Function env(Map<String, String> env) {
        return AlibabaSamples.with(sample().function(), Map.of(), Map.of(), env);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3", "0.01", "17", "much", "0.05"})
    void processorsFitTheMemory(String cpu) {
        Function function =
                AlibabaSamples.with(sample().function(), Map.of(), Map.of("alibabacloud.com/cpu", cpu), Map.of());
        assertThat(check("f", function, HANDLER, 1)).singleElement().satisfies(each -> assertThat(each.field())
                .endsWith("alibabacloud.com/cpu"));
    }

    @Test
    void labelsBecomeTagsWithinTheirLimits() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 16; i++) {
            many.put("l" + i, "v");
        }
        refused(check("f", labels(many), HANDLER, 1), "metadata.labels", "at most 15");
        refused(check("f", labels(Map.of("acs:x", "v")), HANDLER, 1), "metadata.labels.acs:x", "is no tag");
        refused(check("f", labels(Map.of("x", "v".repeat(129))), HANDLER, 1), "metadata.labels.x", "is no tag");
    }

    private static Function labels(Map<String, String> labels) {
        return AlibabaSamples.with(sample().function(), labels, Map.of(), Map.of());
    }

    @ParameterizedTest
    @EnumSource(
            value = Function.Contract.class,
            names = {"AZURE_FUNCTIONS", "OPENWHISK"})
    void codeOfOtherContractsWithoutAnAdapterIsRefused(Function.Contract contract) {
        Packed packed = FcPacking.pack(
                SampleFunction.handler("f", contract, "ruby3", "index.handler").function(), code);
        assertThat(packed)
                .isInstanceOfSatisfying(
                        Packed.Not.class, not -> refused(not.mistakes(), "spec.runtime", "does not run this code"));
    }

    @Test
    void aServerNeedsACommandAndACustomRuntime() {
        Packed none = FcPacking.pack(SampleFunction.http("f").function(), code);
        assertThat(none)
                .isInstanceOfSatisfying(
                        Packed.Not.class, not -> refused(not.mistakes(), "spec.command", "node, server.js"));
        Packed wrong = FcPacking.pack(
                SampleFunction.handler("f", Function.Contract.HTTP, "nodejs20", null)
                        .function(),
                code);
        assertThat(wrong)
                .isInstanceOfSatisfying(
                        Packed.Not.class, not -> refused(not.mistakes(), "spec.runtime", "custom.debian12"));
    }

    @Test
    void imagesAreRefused() {
        Function image =
                AlibabaSamples.with(sample().function(), new Function.Code(null, null, null, "registry.example/a:1"));
        assertThat(FcPacking.pack(image, code))
                .isInstanceOfSatisfying(
                        Packed.Not.class, not -> refused(not.mistakes(), "spec.code.image", "not images"));
    }

    @Test
    void aHandlersFileMustBeThere() {
        Packed packed = FcPacking.pack(sample().function(), code);
        assertThat(packed)
                .isInstanceOfSatisfying(
                        Packed.Not.class, not -> refused(not.mistakes(), "spec.handler", "there is no file"));
    }

    @Test
    void aCloudSaysWhereItIs() {
        AlibabaVendor vendor = new AlibabaVendor();
        Cloud bare = new Cloud(
                new Metadata("c", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.ALIBABA, null, null, Map.of()));
        assertThat(vendor.check(bare))
                .extracting(Mistake::field)
                .containsExactly("spec.region", "spec.account.account");
        assertThat(vendor.check(AlibabaSamples.cloud(null))).isEmpty();
        assertThat(AlibabaVendor.endpoint(AlibabaSamples.cloud(null)))
                .hasToString("https://1234567890123456.eu-central-1.fc.aliyuncs.com");
    }
}
