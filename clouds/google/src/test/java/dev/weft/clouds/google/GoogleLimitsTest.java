// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Quantity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Google would refuse is said before anything is sent, by the document's own fields. */
class GoogleLimitsTest {
    private static final Packing PACKING = Packing.own(Packing.Form.ZIP, "hello", "nodejs20");

    @TempDir
    private Path scratch;

    private CloudAccount account() {
        Cloud cloud = new Cloud(
                Samples.metadata("google-eu", Map.of()),
                new Cloud.Spec(
                        Cloud.Type.GOOGLE,
                        "europe-west1",
                        URI.create("http://127.0.0.1:1"),
                        Map.of(),
                        null,
                        Map.of("project", "shop-12345"),
                        null,
                        null));
        CloudVendor.Around nowhere = new CloudVendor.Around(
                request -> {
                    throw new AssertionError("nothing is sent: " + request);
                },
                Map.of(),
                scratch,
                InstantSource.system());
        return new GoogleVendor().open(cloud, nowhere);
    }

    private static Function hello(Map<String, String> env) {
        return Samples.function("hello", Function.Contract.GOOGLE_FUNCTIONS, "nodejs20", "hello", env);
    }

    private List<Mistake> check(Function function, String name, Artifact artifact) {
        return account()
                .check(
                        new Wanted(
                                "shop",
                                function,
                                name,
                                artifact,
                                function.spec().env()),
                        PACKING);
    }

    private static Artifact small() {
        return new Artifact.Archive(Packing.Form.ZIP, Path.of("code.zip"), "0".repeat(40), 10, 10);
    }

    @Test
    void whatGoogleTakesPasses() {
        assertThat(check(hello(Map.of("A", "b")), "hello", small())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"64Mi", "127Mi", "1000000000", "33Gi"})
    void memory(String memory) {
        Function function = Samples.with(hello(Map.of()), Quantity.parse(memory), Duration.ofSeconds(10), Map.of(), 80);
        assertThat(check(function, "hello", small())).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("spec.memory");
            assertThat(mistake.message()).contains("128Mi", "32Gi");
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1500, 3_600_001})
    void timeout(long millis) {
        Function function =
                Samples.with(hello(Map.of()), new Quantity(256 << 20), Duration.ofMillis(millis), Map.of(), 80);
        assertThat(check(function, "hello", small())).singleElement().satisfies(mistake -> assertThat(mistake.field())
                .isEqualTo("spec.timeout"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1hello", "Hello", "hello-", "hello_world"})
    void name(String name) {
        assertThat(check(hello(Map.of()), name, small()))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.field()).isEqualTo("metadata.name"));
    }

    @Test
    void environment() {
        assertThat(check(hello(Map.of("K_SERVICE", "x", "X_GOOGLE_A", "y")), "hello", small()))
                .extracting(Mistake::field)
                .containsExactlyInAnyOrder("spec.env.K_SERVICE", "spec.env.X_GOOGLE_A");
        assertThat(check(hello(Map.of("LONG", "x".repeat(32 << 10))), "hello", small()))
                .singleElement()
                .satisfies(mistake -> {
                    assertThat(mistake.field()).isEqualTo("spec.env");
                    assertThat(mistake.toString()).contains("32768").doesNotContain("xxx");
                });
    }

    @Test
    void secrets() {
        Map<String, String> env = Map.of(
                "LONG",
                "x".repeat((64 << 10) + 1),
                "FULL",
                "x".repeat(64 << 10),
                "EMPTY",
                "",
                "N".repeat(250),
                "v",
                "FUNCTION_SIGNATURE_TYPE",
                "cloudevent");
        assertThat(account().check(new Wanted("shop", hello(env), "hello", small(), env, env.keySet()), PACKING))
                .extracting(Mistake::toString)
                .allSatisfy(each -> assertThat(each).doesNotContain("xxx"))
                .satisfiesExactlyInAnyOrder(
                        each -> assertThat(each).contains("spec.env.LONG", "65537 bytes", "at most 65536"),
                        each -> assertThat(each).contains("spec.env.EMPTY", "${plain:…}"),
                        each -> assertThat(each).contains("spec.env.NNN", "274 characters", "takes 255"));
    }

    @Test
    void rightsToTheStoreAreAskedForWhereItIsUsed() {
        Function function = hello(Map.of("A", "b"));
        Wanted plain = new Wanted("shop", function, "hello", small(), Map.of("A", "b"));
        Wanted secret = new Wanted("shop", function, "hello", small(), Map.of("A", "b"), Set.of("A"));
        assertThat(account().permissions(List.of(plain))).doesNotContain("secretmanager");
        assertThat(account().permissions(List.of(plain, secret)))
                .contains(
                        "secretmanager.versions.access",
                        " secretmanager.googleapis.com",
                        "roles/secretmanager.secretAccessor",
                        "startsWith(\"weft_europe-west1_\")");
    }

    @Test
    void sizes() {
        Artifact packed = new Artifact.Archive(Packing.Form.ZIP, Path.of("c"), "0".repeat(40), (100 << 20) + 1, 1);
        Artifact unpacked = new Artifact.Archive(Packing.Form.ZIP, Path.of("c"), "0".repeat(40), 1, (512L << 20) + 1);
        Artifact image = new Artifact.Image("registry.example/hello@sha256:0", "0".repeat(40));
        for (Artifact each : List.of(packed, unpacked, image)) {
            assertThat(check(hello(Map.of()), "hello", each))
                    .singleElement()
                    .satisfies(mistake -> assertThat(mistake.field()).isEqualTo("spec.code"));
        }
    }

    @Test
    void labels() {
        Function base = hello(Map.of());
        Function labelled = new Function(
                Samples.metadata(
                        "hello", Map.of("Team", "a", "team", "A B", "goog-x", "a", "app.kubernetes.io/name", "a")),
                base.spec());
        assertThat(check(labelled, "hello", small()))
                .extracting(Mistake::field)
                .containsExactlyInAnyOrder("metadata.labels.Team", "metadata.labels.team", "metadata.labels.goog-x");
        assertThat(account().check(new Wanted("My Shop", base, "hello", small(), Map.of()), PACKING))
                .extracting(Mistake::field)
                .containsExactly("application");
    }

    @ParameterizedTest
    @CsvSource({"256, 1, 0.167", "256, 80, 1", "300, 1, 0.333", "2048, 80, 1", "8192, 80, 2", "32768, 1, 8"})
    void processorsComeWithMemoryAndWithConcurrency(long mebibytes, int concurrency, String cpu) {
        Function function = Samples.with(
                hello(Map.of()), new Quantity(mebibytes << 20), Duration.ofSeconds(10), Map.of(), concurrency);
        Wanted wanted = new Wanted("shop", function, "hello", small(), Map.of());
        assertThat(account().settings(wanted, PACKING)).containsEntry("cpu", cpu);
    }

    @ParameterizedTest
    @CsvSource({
        "AWS_LAMBDA, ruby3.4, spec.runtime",
        "AZURE_FUNCTIONS, java21, spec.runtime",
        "OPENWHISK, ruby:2.5, spec.runtime",
        "ALIBABA_FC, java21, spec.runtime"
    })
    void codeOfOtherContractsWithoutAnAdapterIsRefused(String contract, String runtime, String field)
            throws IOException {
        Files.writeString(scratch.resolve("app.py"), "def handler(event, context):\n    return event\n");
        refused(
                Samples.function("hello", Function.Contract.valueOf(contract), runtime, "app.handler", Map.of()),
                field,
                "does not run this code");
    }

    private void refused(Function function, String field, String words) {
        assertThat(account().pack(function, scratch))
                .isInstanceOfSatisfying(CloudAccount.Packed.Not.class, not -> assertThat(not.mistakes())
                        .anySatisfy(mistake -> {
                            assertThat(mistake.field()).isEqualTo(field);
                            assertThat(mistake.message()).contains(words);
                        }));
    }

    private static Function in(String runtime, String handler) {
        return Samples.function("hello", Function.Contract.GOOGLE_FUNCTIONS, runtime, handler, Map.of());
    }

    @Test
    void nodesMainFileIsNamedExactly() throws Exception {
        refused(in("nodejs20", "hello"), "spec.code.path", "no index.js");
        Files.writeString(scratch.resolve("index.js"), "exports.hello = 1\n");
        Files.writeString(scratch.resolve("package.json"), "{\"main\":\"index\"}");
        refused(in("nodejs20", "hello"), "spec.code.path", "with its ending");
        Files.writeString(
                scratch.resolve("package.json"), "{\"main\":\"index.js\",\"dependencies\":{\"a\":\"^1.0.0\"}}");
        Files.writeString(
                scratch.resolve("package-lock.json"), "{\"packages\":{\"\":{\"dependencies\":{\"a\":\"^2.0.0\"}}}}");
        refused(in("nodejs20", "hello"), "spec.code.path", "package-lock.json has other dependencies");
        Files.writeString(
                scratch.resolve("package-lock.json"), "{\"packages\":{\"\":{\"dependencies\":{\"a\":\"^1.0.0\"}}}}");
        assertThat(account().pack(in("nodejs20", "hello"), scratch)).isInstanceOf(CloudAccount.Packed.As.class);
    }

    @Test
    void aManifestIsAddedWhereNodeCodeHasNone() throws Exception {
        Files.writeString(scratch.resolve("function.js"), "exports.hello = 1\n");
        assertThat(account().pack(in("nodejs22", "hello"), scratch))
                .isInstanceOfSatisfying(CloudAccount.Packed.As.class, as -> assertThat(
                                as.packing().added().get("package.json"))
                        .asString()
                        .contains("\"main\":\"function.js\""));
    }

    @Test
    void otherLanguagesNeedTheirFiles() throws Exception {
        refused(in("cobol1", "hello"), "spec.runtime", "nodejs18");
        refused(in("python312", "hello"), "spec.code.path", "requirements.txt");
        refused(in("python312", "hello"), "spec.code.path", "no file main.py");
        Function sourced = Samples.function(
                "hello",
                Function.Contract.GOOGLE_FUNCTIONS,
                "nodejs20",
                "hello",
                Map.of("GOOGLE_FUNCTION_SOURCE", "index.js"));
        refused(sourced, "spec.env.GOOGLE_FUNCTION_SOURCE", "builds of Node.js take no other file");
        Files.writeString(scratch.resolve("main.py"), "def other(request): return ''\n");
        Files.writeString(scratch.resolve("requirements.txt"), "");
        refused(in("python312", "hello"), "spec.handler", "no function of that name");
        assertThat(account().pack(in("python312", "other"), scratch)).isInstanceOf(CloudAccount.Packed.As.class);
        refused(in("java21", "shop.Hello"), "spec.code.path", "one jar");
        Files.writeString(scratch.resolve("pom.xml"), "<project/>");
        assertThat(account().pack(in("java21", "shop.Hello"), scratch)).isInstanceOf(CloudAccount.Packed.As.class);
    }

    @Test
    void aCloudNeedsARegion() {
        Cloud cloud = new Cloud(
                Samples.metadata("google-eu", Map.of()), new Cloud.Spec(Cloud.Type.GOOGLE, null, null, Map.of()));
        assertThat(new GoogleVendor().check(cloud)).extracting(Mistake::field).containsExactly("spec.region");
    }
}
