// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnativeLimitsTest {
    private static final Artifact IMAGE = new Artifact.Image("registry.example/a:1", "h");

    private static List<Mistake> check(String name, Function function, Artifact artifact) {
        return KnativePacking.check(
                new Wanted("shop", function, name, artifact, function.spec().env()),
                KnativePacking.TIMEOUT_SECONDS_MAX);
    }

    private static void refused(List<Mistake> mistakes, String field, String words) {
        assertThat(mistakes).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo(field);
            assertThat(each.message()).contains(words);
        });
    }

    private static SampleFunction sample() {
        return SampleFunction.http("f");
    }

    @Test
    void whatIsWithinEveryLimitIsTaken() {
        assertThat(check("f", sample().function(), IMAGE)).isEmpty();
        assertThat(check(
                        "a".repeat(63), sample().timeout(Duration.ofMinutes(10)).function(), IMAGE))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1f", "F", "a_b", "a-", ""})
    void namesHaveAForm(String name) {
        refused(check(name, sample().function(), IMAGE), "metadata.name", "begin with a letter");
    }

    @Test
    void timesAreWholeSecondsAndLimited() {
        refused(
                check("f", sample().timeout(Duration.ofMillis(1500)).function(), IMAGE),
                "spec.timeout",
                "whole seconds");
        refused(check("f", sample().timeout(Duration.ofSeconds(601)).function(), IMAGE), "spec.timeout", "timeoutMax");
        refused(check("f", sample().idle(Duration.ofHours(2)).function(), IMAGE), "spec.idleTimeout", "3600");
    }

    @Test
    void instancesAreLimited() {
        refused(check("f", sample().scale(1, 3, 2).function(), IMAGE), "spec.minInstances", "maxInstances, 2");
        refused(check("f", sample().scale(1001, 0, 2).function(), IMAGE), "spec.concurrency", "1000");
    }

    @Test
    void environmentsAndLabelsAreLimited() {
        refused(check("f", env(Map.of("PORT", "1")), IMAGE), "spec.env.PORT", "Knative sets");
        refused(check("f", env(Map.of("K_SERVICE", "1")), IMAGE), "spec.env.K_SERVICE", "Knative sets");
        refused(check("f", env(Map.of("WEFT_X", "1")), IMAGE), "spec.env.WEFT_X", "Weft's own");
        refused(check("f", env(Map.of("A", "x".repeat(1 << 20))), IMAGE), "spec.env", "1048576");
        for (Map<String, String> wrong : List.of(
                Map.of("a b", "c"), Map.of("a", "b c"), Map.of("weft.dev/x", "y"), Map.of("a", "b".repeat(64)))) {
            Function function = KnativeSamples.with(sample().function(), "i", wrong, Map.of());
            assertThat(check("f", function, IMAGE)).singleElement().satisfies(each -> assertThat(each.field())
                    .startsWith("metadata.labels."));
        }
    }

    private static Function env(Map<String, String> env) {
        return KnativeSamples.with(sample().function(), "i", Map.of(), env);
    }

    @Test
    void onlyImagesRun() {
        Artifact zip = new Artifact.Archive(Packing.Form.ZIP, Path.of("a.zip"), "h", 1, 1);
        refused(check("f", sample().function(), zip), "spec.code.path", "images only");
    }

    @ParameterizedTest
    @EnumSource(
            value = Function.Contract.class,
            names = {"AZURE_FUNCTIONS", "OPENWHISK"})
    void codeOfOtherContractsWithoutAnAdapterIsRefused(Function.Contract contract) {
        Packed packed = KnativePacking.pack(
                SampleFunction.handler("f", contract, "ruby3", null).function(), Path.of("."));
        assertThat(packed)
                .isInstanceOfSatisfying(
                        Packed.Not.class, not -> refused(not.mistakes(), "spec.runtime", "does not run this code"));
    }

    @Test
    void aClusterIsNamedOnce() {
        KnativeVendor vendor = new KnativeVendor();
        assertThat(vendor.check(KnativeSamples.cloud(URI.create("https://k.example"), Map.of("context", "c"))))
                .singleElement()
                .satisfies(each -> assertThat(each.field()).isEqualTo("spec.account.context"));
        assertThat(vendor.check(KnativeSamples.cloud(null, Map.of("context", "c"))))
                .isEmpty();
    }
}
