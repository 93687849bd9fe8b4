// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.rest.RestResponse;
import dev.weft.testkit.Copy;
import dev.weft.testkit.SampleFunction;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeftVendorTest {
    @TempDir
    Path scratch;

    private static Cloud cloud(@Nullable String endpoint, Map<String, String> account) {
        return new Cloud(
                new Metadata("other", "default", Map.of(), Map.of()),
                new Cloud.Spec(
                        Cloud.Type.WEFT,
                        null,
                        endpoint == null ? null : URI.create(endpoint),
                        Map.of(),
                        null,
                        account,
                        null,
                        null));
    }

    private static List<Mistake> mistakes(@Nullable String endpoint, Map<String, String> account) {
        return new WeftVendor().check(cloud(endpoint, account));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://weft.example",
                "https://weft.example:8099/below",
                "http://localhost:8099",
                "http://127.0.0.1:1"
            })
    void keysGoOverTlsOrStayHere(String endpoint) {
        assertThat(mistakes(endpoint, Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://weft.example:8099, https://",
        "http://localhost.example, https://",
        "ftp://weft.example, must be an address",
        "https://user:secret@weft.example, must be an address",
        "https://weft.example?a=b, must be an address",
        "weft.example, must be an address"
    })
    void otherEndpointsAreRefused(String endpoint, String words) {
        assertThat(mistakes(endpoint, Map.of())).singleElement().satisfies(each -> {
            assertThat(each.field()).isEqualTo("spec.endpoint");
            assertThat(each.toString()).contains(words).doesNotContain("secret");
        });
    }

    @Test
    void whatIsMissingOrSaidTwiceIsTold() {
        assertThat(mistakes(null, Map.of())).singleElement().satisfies(each -> assertThat(each.message())
                .contains("is missing"));
        assertThat(mistakes("https://weft.example", Map.of("key", "A", "keyFile", "b")))
                .singleElement()
                .satisfies(each -> assertThat(each.field()).isEqualTo("spec.account.key"));
    }

    private WeftKey key(Map<String, String> account, Map<String, String> environment) {
        CloudVendor.Around around = new CloudVendor.Around(
                _ -> new RestResponse(500, Map.of(), new byte[0]), environment, scratch, InstantSource.system());
        return new WeftKey(cloud("https://weft.example", account), around);
    }

    @Test
    void aKeyComesFromTheVariableOrTheFileThatIsNamedAndIsReadAnew() throws Exception {
        assertThat(key(Map.of(), Map.of("WEFT_KEY", " A1.b2 ")).read()).isEqualTo("A1.b2");
        assertThat(key(Map.of("key", "OTHER"), Map.of("OTHER", "A1.b2")).read()).isEqualTo("A1.b2");
        Path file = Files.writeString(scratch.resolve("key"), "A1.b2\n");
        WeftKey kept = key(Map.of("keyFile", file.toString()), Map.of("WEFT_KEY", "C3.d4"));
        assertThat(kept.read()).isEqualTo("A1.b2");
        Files.writeString(file, "A1.rotated\n");
        assertThat(kept.read()).isEqualTo("A1.rotated");
    }

    @Test
    void aKeyThatIsNoneIsDeniedWithoutShowingIt() throws Exception {
        Path large = Files.writeString(scratch.resolve("large"), "a".repeat(5000));
        for (WeftKey each : List.of(
                key(Map.of(), Map.of()),
                key(Map.of(), Map.of("WEFT_KEY", "hunter two")),
                key(Map.of("keyFile", scratch.resolve("none").toString()), Map.of()),
                key(Map.of("keyFile", large.toString()), Map.of()))) {
            assertThatThrownBy(each::read).isInstanceOfSatisfying(CloudException.class, why -> {
                assertThat(why.kind()).isEqualTo(CloudException.Kind.DENIED);
                assertThat(why.getMessage()).doesNotContain("hunter");
            });
        }
    }

    private static Function function(Function.Contract contract, Function.Code code) {
        Function function = SampleFunction.handler("one", contract, null, null).function();
        return Copy.withSpec(function, "code", code);
    }

    @Test
    void imagesAndJarsThatCantBeSentAreRefusedByTheirField() {
        assertThat(WeftPacking.of(
                        function(Function.Contract.HTTP, new Function.Code(null, null, null, "registry.example/a:1"))))
                .isInstanceOfSatisfying(
                        Packed.Not.class,
                        not -> assertThat(not.mistakes().getFirst().field()).isEqualTo("spec.code.image"));
        Function.Code jar = new Function.Code(null, null, "a.jar", null);
        assertThat(WeftPacking.of(function(Function.Contract.FN, jar)))
                .isInstanceOfSatisfying(
                        Packed.Not.class,
                        not -> assertThat(not.mistakes().getFirst().field()).isEqualTo("spec.code.jar"));
        assertThat(WeftPacking.of(function(Function.Contract.AWS_LAMBDA, jar)))
                .isInstanceOfSatisfying(
                        Packed.As.class, as -> assertThat(as.packing().form()).isEqualTo(Packing.Form.JAR));
    }

    @Test
    void namesAndSizesAreToldBeforeAnythingIsSent() {
        Function function = SampleFunction.http("one", "node").function();
        Artifact large =
                new Artifact.Archive(Packing.Form.ZIP, scratch, "hash", Wire.CODE_BYTES_MAX + 1, Wire.CODE_BYTES_MAX);
        assertThat(WeftPacking.check(new Wanted("shop", function, "One_", large, Map.of())))
                .extracting(Mistake::field)
                .containsExactly("spec.placement.clouds", "spec.code");
        Artifact most =
                new Artifact.Archive(Packing.Form.ZIP, scratch, "hash", Wire.CODE_BYTES_MAX, Wire.CODE_BYTES_MAX);
        assertThat(WeftPacking.check(new Wanted("shop", function, "one", most, Map.of())))
                .isEmpty();
    }
}
