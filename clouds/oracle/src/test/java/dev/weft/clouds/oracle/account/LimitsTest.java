// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What either cloud would refuse is refused before anything is sent, in the user's words. */
class LimitsTest {
    private static List<Mistake> fn(UnaryOperator<Samples.Parts> change) {
        return FnChecks.check(Samples.wanted(Samples.function("one", change)));
    }

    private static List<Mistake> oci(UnaryOperator<Samples.Parts> change) {
        Wanted wanted = Samples.wanted(Samples.function("one", change));
        return OciChecks.check(wanted, wanted.env(), true);
    }

    private static void only(List<Mistake> mistakes, String field, String words) {
        assertThat(mistakes).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo(field);
            assertThat(each.message()).contains(words);
        });
    }

    @Test
    void whatIsWithinAllLimitsIsFine() {
        assertThat(fn(parts -> parts.memory(8192).timeout(Duration.ofMinutes(5)).idle(Duration.ofHours(1))))
                .isEmpty();
        assertThat(oci(parts ->
                        parts.memory(3072).timeout(Duration.ofMinutes(5)).minInstances(10)))
                .isEmpty();
    }

    @Test
    void memory() {
        only(fn(parts -> parts.memory(8193)), "spec.memory", "8192Mi");
        only(oci(parts -> parts.memory(100)), "spec.memory", "128Mi, 256Mi");
        only(oci(parts -> parts.memory(4096)), "spec.memory", "3Gi");
    }

    @Test
    void timeoutsAreWholeSecondsAndNotTooLong() {
        for (List<Mistake> late : List.of(
                fn(parts -> parts.timeout(Duration.ofSeconds(301))),
                oci(parts -> parts.timeout(Duration.ofSeconds(301))))) {
            only(late, "spec.timeout", "at most 300s");
        }
        for (List<Mistake> odd : List.of(
                fn(parts -> parts.timeout(Duration.ofMillis(1500))),
                oci(parts -> parts.timeout(Duration.ofMillis(1500))))) {
            only(odd, "spec.timeout", "2s would be right");
            assertThat(odd.getFirst().value()).isEqualTo("1500ms");
        }
        only(fn(parts -> parts.idle(Duration.ofSeconds(3601))), "spec.idleTimeout", "at most 3600s");
    }

    @Test
    void aFnServerKeepsNothingStarted() {
        only(fn(parts -> parts.minInstances(1)), "spec.minInstances", "leave it 0");
    }

    @Test
    void variables() {
        only(fn(parts -> parts.env(Map.of("FN_APP_ID", "secret"))), "spec.env.FN_APP_ID", "choose another");
        only(oci(parts -> parts.env(Map.of("WEFT_X", "secret"))), "spec.env.WEFT_X", "choose another");
        only(fn(parts -> parts.env(Map.of("EMPTY", ""))), "spec.env.EMPTY", "leave it out");
        assertThat(oci(parts -> parts.env(Map.of("EMPTY", "")))).isEmpty();
        List<Mistake> large = oci(parts -> parts.env(Map.of("LARGE", "x".repeat(4092))));
        only(large, "spec.env", "4097 bytes together");
        assertThat(large.toString()).doesNotContain("xxxx");
        assertThat(oci(parts -> parts.env(Map.of("LARGE", "x".repeat(4091))))).isEmpty();
    }

    @Test
    void labelsAreTags() {
        only(oci(parts -> parts.labels(Map.of("shop.example", "x"))), "metadata.labels.shop.example", "without dots");
        assertThat(fn(parts -> parts.labels(Map.of("shop.example", "x")))).isEmpty();
        only(oci(parts -> parts.labels(Map.of("weft-code", "x"))), "metadata.labels.weft-code", "Weft's");
        only(
                fn(parts -> parts.labels(Map.of("weft.dev/code", "x"))),
                "metadata.labels.weft.dev/code",
                "not the user's");
        only(fn(parts -> parts.labels(Map.of("empty", ""))), "metadata.labels.empty", "give it a value");
        only(fn(parts -> parts.labels(Map.of("long", "x".repeat(511)))), "metadata.labels.long", "512 bytes");
        only(oci(parts -> parts.labels(Map.of("long", "x".repeat(257)))), "metadata.labels.long", "256 characters");
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            many.put("l" + i, "x");
        }
        only(oci(parts -> parts.labels(many)), "metadata.labels", "at most 5 labels");
        many.remove("l0");
        assertThat(oci(parts -> parts.labels(many))).isEmpty();
        for (int i = 0; i < 96; i++) {
            many.put("l" + i, "x");
        }
        only(fn(parts -> parts.labels(many)), "metadata.labels", "100 annotations");
    }

    @Test
    void names() {
        Function function = Samples.function("one", parts -> parts);
        Wanted dotted = new Wanted("shop", function, "a.b", Samples.image("fra.ocir.io/ns/one", "x"), Map.of());
        only(FnChecks.check(dotted), "spec.placement.clouds.as", "letters, digits");
        only(OciChecks.check(dotted, Map.of(), true), "spec.placement.clouds.as", "letters, digits");
    }

    @Test
    void ociRunsImagesOfItsOwnRegistryOnly() {
        Function function = Samples.function("one", parts -> parts);
        for (String good : List.of("fra.ocir.io/ns/shop", "ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/shop")) {
            Wanted wanted = new Wanted("shop", function, "one", Samples.image(good, "x"), Map.of());
            assertThat(OciChecks.check(wanted, Map.of(), true)).isEmpty();
        }
        Wanted other = new Wanted("shop", function, "one", Samples.image("docker.io/shop", "x"), Map.of());
        only(OciChecks.check(other, Map.of(), true), "spec.registry", "fra.ocir.io/namespace/shop");
        assertThat(OciChecks.check(other, Map.of(), false)).isEmpty();
    }

    @TempDir
    private Path folder;

    private CloudAccount.Packed pack(UnaryOperator<Samples.Parts> change) {
        return FnImages.pack(Samples.function("one", change), folder);
    }

    private void refused(CloudAccount.Packed packed, String field, String words) {
        only(((CloudAccount.Packed.Not) packed).mistakes(), field, words);
    }

    @Test
    void aFolderBecomesAnImageThatStartsItsFdk() throws Exception {
        refused(pack(parts -> parts), "spec.handler", "fdk.handle");
        java.nio.file.Files.writeString(folder.resolve("func.js"), "");
        refused(pack(parts -> parts), "spec.code.path", "npm install @fnproject/fdk");
        Samples.writeNode(folder, "x");
        assertThat(((CloudAccount.Packed.As) pack(parts -> parts)).packing())
                .isEqualTo(new Packing(Packing.Form.IMAGE, "", Map.of(), List.of("node", "func.js"), Map.of(), "", ""));
        refused(pack(parts -> parts.code("node20", "../func.js")), "spec.handler", "fdk.handle");
        refused(pack(parts -> parts.code("java21", "Main")), "spec.handler", "class and method");
        assertThat(((CloudAccount.Packed.As) pack(parts -> parts.code("java21", "a.B::c")))
                        .packing()
                        .command())
                .contains("com.fnproject.fn.runtime.EntryPoint", "a.B::c");
        refused(pack(parts -> parts.code("ruby", null)), "spec.runtime", "code.image");
    }

    @ParameterizedTest
    @EnumSource(
            value = Function.Contract.class,
            names = {"AWS_LAMBDA", "AZURE_FUNCTIONS", "OPENWHISK", "ALIBABA_FC"})
    void codeOfAnotherContractWithoutAnAdapterIsRefused(Function.Contract contract) {
        refused(pack(parts -> parts.contract(contract)), "spec.runtime", "does not run this code");
    }
}
