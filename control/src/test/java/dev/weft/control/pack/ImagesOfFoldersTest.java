// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.ImagePlan;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.control.Application;
import dev.weft.control.Workspace;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesOfFoldersTest {
    private static final String CLOUD = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: cellar}
            spec: {type: knative, registry: registry.example/shop}
            """;

    private static final String FUNCTION = """
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: checkout}
            spec:
              contract: http
              code: {path: ./checkout}
              command: [node, index.js]
              placement: {clouds: [{name: cellar}]}
            """;

    private static final String ALL = CLOUD + "---\n" + FUNCTION;

    @TempDir
    Path folder;

    @TempDir
    Path artifacts;

    private final FakeImages images = new FakeImages();

    private LocalPackager packager() {
        return new LocalPackager(artifacts, images);
    }

    private static Packing packing(String... command) {
        return new Packing(Packing.Form.IMAGE, "", Map.of(), List.of(command), Map.of(), "", "");
    }

    private Artifact.Image pack(LocalPackager packager, String documents, Packing packing) {
        Application read = new Workspace(folder).valid(documents);
        return (Artifact.Image) packager.pack(
                read.functions().getFirst(),
                Objects.requireNonNull(read.code().get("checkout")),
                packing,
                read.clouds().getFirst());
    }

    private Artifact.Image pack(String documents) {
        return pack(packager(), documents, packing("node", "index.js"));
    }

    @Test
    void aPlanKnowsTheImageAndPushesNothing() throws Exception {
        Artifact.Image planned = pack(ALL);
        assertThat(planned.reference()).isEqualTo("registry.example/shop/checkout:weft-" + planned.hash());
        assertThat(planned.hash()).hasSize(40);
        assertThat(images.pushed).isEmpty();
        Files.setLastModifiedTime(folder.resolve("checkout/index.js"), FileTime.from(Instant.EPOCH));
        assertThat(pack(ALL)).isEqualTo(planned);
    }

    @Test
    void whateverMakesAnotherImageMakesAnotherHash() throws Exception {
        List<String> hashes = Stream.of(
                        ALL,
                        ALL.replace("example/shop", "example/store"),
                        ALL.replace("./checkout}", "./checkout, base: docker.io/library/node:24}"),
                        ALL.replace("  placement", "  architecture: arm64\n  placement"))
                .map(each -> pack(each).hash())
                .toList();
        assertThat(hashes).doesNotHaveDuplicates();
        assertThat(pack(packager(), ALL, packing("node", "other.js")).hash()).isNotIn(hashes);
        new Workspace(folder).write("checkout/lib.js", "1");
        String more = pack(ALL).hash();
        assertThat(more).isNotIn(hashes);
        assertThat(folder.resolve("checkout/lib.js").toFile().setExecutable(true))
                .isTrue();
        assertThat(pack(ALL).hash()).isNotEqualTo(more).isNotIn(hashes);
        assertThat(pack(ALL.replace("  placement", "  memory: 1Gi\n  placement"))
                        .hash())
                .isEqualTo(pack(ALL).hash());
    }

    @Test
    void itIsPushedOnceWithWhatTheAdapterAdds() {
        Packing adapted = new Packing(
                Packing.Form.IMAGE,
                "an adapter",
                Map.of("weft_adapter/server.mjs", "x".getBytes(StandardCharsets.UTF_8)),
                List.of("node", "weft_adapter/server.mjs"),
                Map.of(),
                "",
                "");
        LocalPackager packager = packager();
        Artifact planned = pack(packager, ALL, adapted);
        Artifact.Image published = (Artifact.Image) packager.publish(planned, Progress.NONE);
        assertThat(published.reference())
                .isEqualTo(((Artifact.Image) planned).reference() + "@sha256:" + "0".repeat(63) + "1");
        assertThat(published.hash()).isEqualTo(planned.hash());
        assertThat(packager.publish(planned, Progress.NONE)).isEqualTo(published);
        LocalPackager another = packager();
        assertThat(another.publish(pack(another, ALL, adapted), Progress.NONE)).isEqualTo(published);
        ImagePlan plan = images.pushed.getFirst();
        assertThat(images.pushed).hasSize(1);
        assertThat(plan.repository() + ' ' + plan.base())
                .isEqualTo("registry.example/shop/checkout docker.io/library/node:22-slim");
        assertThat(images.contents.getFirst())
                .containsExactly("index.js exports.handler = async () => 'hello'\n", "weft_adapter/server.mjs x");
    }

    @Test
    void codeThatChangedSinceThePlanIsNotPushed() {
        LocalPackager packager = packager();
        Artifact planned = pack(packager, ALL, packing("node", "index.js"));
        new Workspace(folder).write("checkout/index.js", "other");
        assertThatThrownBy(() -> packager.publish(planned, Progress.NONE))
                .isInstanceOf(PackagingException.class)
                .hasMessageContaining("was changed after the plan was made; nothing was pushed");
        assertThat(images.pushed).isEmpty();
    }

    @Test
    void anImageThatTheDocumentNamesIsNobodysToPush() {
        Artifact.Image named = pack(ALL.replace("path: ./checkout", "image: \"registry.example/theirs:1\""));
        assertThat(named.reference()).isEqualTo("registry.example/theirs:1");
        assertThat(packager().publish(named, Progress.NONE)).isSameAs(named);
    }

    @Test
    void withoutARegistryItIsSaidWhatIsMissing() {
        assertThatThrownBy(() -> pack(ALL.replace(", registry: registry.example/shop", "")))
                .isInstanceOf(PackagingException.class)
                .hasMessageContaining("runs container images only")
                .hasMessageContaining("spec.registry");
    }

    @Test
    void whatIsTooMuchForALayerIsRefused() throws Exception {
        new Workspace(folder);
        try (RandomAccessFile big =
                new RandomAccessFile(folder.resolve("checkout/big").toFile(), "rw")) {
            big.setLength(PackedFiles.BYTES_MAX + 1); // a sparse file
        }
        assertThatThrownBy(() -> pack(ALL)).hasMessageContaining("the code has more than 1024 MiB");
    }

    @Test
    void tooManyFilesAreRefused() throws Exception {
        new Workspace(folder).write("checkout/a.js", "");
        Path code = folder.resolve("checkout");
        assertThat(PackedFiles.of(code, packing("node"), 2).parts()).hasSize(2);
        assertThatThrownBy(() -> PackedFiles.of(code, packing("node"), 1))
                .hasMessageContaining("the folder has 2 files; at most 1 are packed");
        assertThat(PackedFiles.FILES_MAX).isEqualTo(50_000);
    }

    @Test
    void documentsMayNotSayABaseOfAnImageNorAHalfName() {
        Workspace workspace = new Workspace(folder);
        assertThat(workspace.mistakes(ALL.replace("path: ./checkout", "image: \"r.example/a:1\", base: scratch")))
                .singleElement()
                .asString()
                .contains("spec.code.base", "leave it out");
        for (String wrong :
                List.of("https://registry.example/shop", "shop", "registry.example/Shop", "r.example/a:1")) {
            assertThat(workspace.mistakes(ALL.replace("registry.example/shop", '"' + wrong + '"')))
                    .as(wrong)
                    .singleElement()
                    .asString()
                    .contains("spec.registry", "a registry's host");
        }
        for (String right : List.of("localhost:5000", "127.0.0.1:5000/a/b", "fra.ocir.io/ns/shop", "registry:5000")) {
            assertThat(workspace.mistakes(ALL.replace("registry.example/shop", '"' + right + '"')))
                    .as(right)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "aws-lambda, nodejs20.x, node, docker.io/library/node:20-slim",
        "google-functions, nodejs22, node, docker.io/library/node:22-slim",
        "openwhisk, nodejs:default, node, docker.io/library/node:22-slim",
        "fn, node24, node, docker.io/library/node:24-slim",
        "aws-lambda, python3.11, python3, docker.io/library/python:3.11-slim",
        "google-functions, python312, python3, docker.io/library/python:3.12-slim",
        "openwhisk, python:3.13, python3, docker.io/library/python:3.13-slim",
        "azure-functions, custom, node, docker.io/library/node:22-slim",
        "fn, java17, java, docker.io/fnproject/fn-java-fdk:jre17-1.1.22",
        "fn, java11, java, docker.io/fnproject/fn-java-fdk:jre11-1.0.105",
        "aws-lambda, java21, java, docker.io/library/eclipse-temurin:21-jre",
        "azure-functions, custom, ./server, docker.io/library/debian:12-slim",
        "aws-lambda, nodejs6.10, node, ",
        "fn, java8, java, ",
    })
    void theBaseIsTheRuntimes(String contract, String runtime, String program, String base) {
        String documents = ALL.replace("contract: http", "contract: " + contract + "\n  runtime: \"" + runtime + '"')
                .replace("  command: [node, index.js]", "  handler: index.handler");
        LocalPackager packager = packager();
        Packing packing = packing(program, "x");
        if (base == null) {
            assertThatThrownBy(() -> pack(packager, documents, packing))
                    .hasMessageContaining("no base image is known for runtime " + runtime);
            return;
        }
        packager.publish(pack(packager, documents, packing), Progress.NONE);
        assertThat(images.pushed.getFirst().base()).isEqualTo(base);
    }

    @ParameterizedTest
    @CsvSource({"aws-lambda, java11, 17", "openwhisk, java:8, 17", "openwhisk, java:21, 21"})
    void anAdaptersJavaIsNoOlderThanItsFront(String contract, String runtime, String version) {
        String documents = ALL.replace("contract: http", "contract: " + contract + "\n  runtime: \"" + runtime + '"')
                .replace("  command: [node, index.js]", "  handler: shop.Hello");
        LocalPackager packager = packager();
        Packing packing = new Packing(
                Packing.Form.IMAGE, "behind a server", Map.of(), List.of("java", "-cp", "x"), Map.of(), "", "");

        packager.publish(pack(packager, documents, packing), Progress.NONE);

        assertThat(images.pushed.getFirst().base()).isEqualTo("docker.io/library/eclipse-temurin:" + version + "-jre");
    }
}
