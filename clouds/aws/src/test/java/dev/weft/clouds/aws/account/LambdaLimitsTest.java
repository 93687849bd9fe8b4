// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaLimitsTest {
    private static final Packing PACKING = Packing.own(Packing.Form.ZIP, "index.handler", "nodejs20.x");

    @TempDir
    Path folder;

    private static Artifact archive(long bytes, long unpacked) {
        return new Artifact.Archive(Packing.Form.ZIP, Path.of("x.zip"), "hash", bytes, unpacked);
    }

    private List<Mistake> check(String name, Function function, Artifact artifact) {
        return check(name, function, artifact, null);
    }

    private static List<Mistake> check(String name, Function function, Artifact artifact, @Nullable String bucket) {
        return LambdaLimits.check(
                new Wanted("shop", function, name, artifact, function.spec().env()),
                PACKING,
                new AccountOptions(Moto.ROLE, null, null, true, bucket));
    }

    private Function function(Consumer<Functions.Spec> change) throws Exception {
        return Functions.with(Functions.node("one", folder, "x"), change);
    }

    private static Arguments wrong(
            String what, Consumer<Functions.Spec> change, String field, @Nullable String value, String says) {
        return Arguments.of(what, change, field, value, says);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                wrong("memory", s -> s.memory = 100L << 20, "spec.memory", "100Mi", "128Mi to 10240Mi"),
                wrong("memory", s -> s.memory = 10_241L << 20, "spec.memory", "10241Mi", "128Mi to 10240Mi"),
                wrong("memory", s -> s.memory = 300_000_000, "spec.memory", "300000000", "whole mebibytes"),
                wrong("timeout", s -> s.timeout = Duration.ofSeconds(901), "spec.timeout", "901000ms", "1s to 900s"),
                wrong("timeout", s -> s.timeout = Duration.ofMillis(1500), "spec.timeout", "1500ms", "whole seconds"),
                wrong("timeout", s -> s.timeout = Duration.ofMillis(0), "spec.timeout", "0ms", "1s to 900s"),
                wrong("instances", s -> s.minInstances = 1, "spec.minInstances", "1", "provisioned concurrency"),
                wrong("env", s -> s.env = Map.of("AWS_REGION", "x"), "spec.env.AWS_REGION", null, "sets this variable"),
                wrong("env", s -> s.env = Map.of("_HANDLER", "x"), "spec.env._HANDLER", null, "sets this variable"),
                wrong("env", s -> s.env = Map.of("WEFT_X", "x"), "spec.env.WEFT_X", null, "Weft's own"),
                wrong("env", s -> s.env = Map.of("A", "x"), "spec.env.A", null, "two or more"),
                wrong("env", s -> s.env = Map.of("A-B", "x"), "spec.env.A-B", null, "a letter first"),
                wrong("env", s -> s.env = Map.of("_AB", "x"), "spec.env._AB", null, "a letter first"),
                wrong("env", s -> s.env = Map.of("BIG", "ü".repeat(2047)), "spec.env", "4097 bytes", "at most 4096"));
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("mistakes")
    void whatLambdaDoesNotTakeIsSaidBeforeAnyCall(
            String what, Consumer<Functions.Spec> change, String field, @Nullable String value, String says)
            throws Exception {
        assertThat(check("one", function(change), archive(1, 1)))
                .as(what)
                .singleElement()
                .satisfies(mistake -> {
                    assertThat(mistake.field()).isEqualTo(field);
                    assertThat(mistake.value()).isEqualTo(value);
                    assertThat(mistake.message()).contains(says);
                });
    }

    static Stream<Consumer<Functions.Spec>> fitting() {
        return Stream.of(
                s -> s.memory = 128L << 20,
                s -> s.memory = 10_240L << 20,
                s -> s.timeout = Duration.ofSeconds(1),
                s -> s.timeout = Duration.ofMinutes(15),
                s -> s.env = Map.of("BIG", "x".repeat(4093)),
                s -> s.env = Map.of("a1_", "x"),
                s -> s.architecture = Function.Architecture.ARM64);
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void theLimitsThemselvesAreTaken(Consumer<Functions.Spec> change) throws Exception {
        assertThat(check("a".repeat(64), function(change), archive(50L << 20, 250L << 20)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "", "ä"})
    void aNameOfThePlacementIsBlamedThere(String name) throws Exception {
        assertThat(check(name, function(s -> {}), archive(1, 1)))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.field()).isEqualTo("spec.placement.clouds.as"));
    }

    @Test
    void aNameThatIsTooLongIsBlamedWhereItIsWritten() throws Exception {
        String name = "a".repeat(65);
        Function function = Functions.node(name, folder, "x");
        assertThat(check(name, function, archive(1, 1))).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("metadata.name");
            assertThat(mistake.message()).contains("64");
        });
    }

    @Test
    void packagesHaveTwoSizes() throws Exception {
        assertThat(check("one", function(s -> {}), archive((50L << 20) + 1, 1)))
                .singleElement()
                .satisfies(mistake -> {
                    assertThat(mistake.field()).isEqualTo("spec.code.path");
                    assertThat(mistake.value()).isEqualTo("52428801 bytes packed");
                    assertThat(mistake.message()).contains("52428800", "image", "spec.account.bucket");
                });
        assertThat(check("one", function(s -> {}), archive((50L << 20) + 1, 250L << 20), "packages"))
                .isEmpty();
        assertThat(check("one", function(s -> {}), archive((50L << 20) + 1, (250L << 20) + 1), "packages"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("262144000"));
        assertThat(check("one", function(s -> {}), archive(1, (250L << 20) + 1)))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("262144000"));
    }

    @Test
    void labelsBecomeTags() throws Exception {
        assertThat(labelled(Map.of("aws:x", "1"))).contains("metadata.labels.aws:x");
        assertThat(labelled(Map.of("weft.dev/code", "1"))).contains("metadata.labels.weft.dev/code");
        assertThat(labelled(Map.of("a b", "1"))).contains("metadata.labels.a b");
        assertThat(labelled(Map.of("a*b", "1"))).contains("metadata.labels.a*b");
        assertThat(labelled(Map.of("team", "a,b"))).contains("metadata.labels.team");
        assertThat(labelled(Map.of("team", "x".repeat(257)))).contains("metadata.labels.team");
        assertThat(labelled(Map.of("team", "x".repeat(256), "a.b/c_d-e", ""))).isEmpty();
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 44; i++) {
            many.put("l" + i, "x");
        }
        assertThat(labelled(many)).containsExactly("metadata.labels");
        many.remove("l0");
        assertThat(labelled(many)).isEmpty();
        assertThat(labelled(Map.of("a".repeat(128), "x", "b".repeat(128), "x"))).containsExactly("metadata.labels");
    }

    private List<String> labelled(Map<String, String> labels) throws Exception {
        Function function = Functions.labelled(function(s -> {}), labels);
        return check("one", function, archive(1, 1)).stream()
                .map(Mistake::field)
                .toList();
    }

    @Test
    void anImageNeedsItsDigest() throws Exception {
        Function function = function(s -> s.code = new Function.Code(null, null, null, "shop/pay:1"));
        assertThat(check("one", function, new Artifact.Image("shop/pay:1", "h")))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.field()).isEqualTo("spec.code.image"));
        assertThat(check("one", function, new Artifact.Image("shop/pay@sha256:" + "a".repeat(64), "h")))
                .isEmpty();
    }
}
