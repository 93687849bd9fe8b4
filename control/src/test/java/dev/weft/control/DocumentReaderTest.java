// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Open;
import dev.weft.api.resource.Quantity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentReaderTest {
    private static final DocumentReader.FunctionCheck NO_CHECK = (function, code) -> List.of();

    @TempDir
    Path folder;

    private Workspace workspace;

    @BeforeEach
    void open() {
        workspace = new Workspace(folder);
    }

    @Test
    void whatIsLeftOutTakesTheDocumentedValue() {
        Application application = workspace.valid(Workspace.ALL);

        Function.Spec spec = application.functions().getFirst().spec();
        assertThat(spec.memory()).isEqualTo(new Quantity(256L << 20));
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(spec.concurrency()).isEqualTo(80);
        assertThat(spec.maxInstances()).isEqualTo(10);
        assertThat(spec.idleTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(spec.idempotent()).isFalse();
        assertThat(spec.payload()).isEqualTo(Function.Payload.MAPPED);
        assertThat(spec.command()).isEmpty();
        assertThat(spec.env()).isEmpty();
        assertThat(spec.placement().strategy()).isEqualTo(Function.Strategy.FAILOVER);
        assertThat(spec.placement().clouds()).containsExactly(new Function.Placement.Choice("aws-eu", 1));
        HttpRoute.Rule rule = application.routes().getFirst().spec().rules().getFirst();
        assertThat(rule.matches().getFirst().path())
                .isEqualTo(new HttpRoute.PathMatch(HttpRoute.PathType.PATH_PREFIX, "/checkout"));
        assertThat(rule.filters()).isEmpty();
        assertThat(application.clouds().getFirst().metadata().namespace()).isEqualTo("default");
        assertThat(application.code()).isEqualTo(Map.of("checkout", folder.resolve("checkout")));
        assertThat(application.files()).containsExactly(folder.resolve("weft.yaml"));
    }

    @Test
    void zeroLeavesItToTheCloudAndWhatRunsHereTakesWhatIsMeantWhereNothingIsSaid() {
        Application application = workspace.valid(
                Workspace.ALL.replace("  handler:", "  memory: 0\n  maxInstances: 0\n  idleTimeout: 0s\n  handler:"));

        Function.Spec spec = application.functions().getFirst().spec();
        assertThat(spec.open()).containsExactly(Open.MEMORY, Open.MAX_INSTANCES, Open.IDLE_TIMEOUT);
        Function.Spec bounded = application.bounded().functions().getFirst().spec();
        assertThat(bounded)
                .isEqualTo(workspace.valid(Workspace.ALL).functions().getFirst().spec());
        assertThat(application.bounded().bounded().functions())
                .isEqualTo(application.bounded().functions());
    }

    @Test
    void aFolderIsAllItsYamlButNotThatOfItsFolders() {
        workspace.write("weft.yaml", Workspace.CLOUD);
        workspace.write("functions.yml", Workspace.FUNCTION);
        workspace.write("routes.yaml", Workspace.ROUTE);
        workspace.write(".hidden.yaml", "kind: Nothing");
        workspace.write("checkout/serverless.yaml", "service: other");
        workspace.write("readme.txt", "no document");

        Reading reading = DocumentReader.read(List.of(folder, folder.resolve("weft.yaml")), Map.of());

        assertThat(workspace.mistakes(reading)).isEmpty();
        assertThat(((Reading.Valid) reading).application().files()).hasSize(3);
    }

    @Test
    void documentsOfAFileThatIsAsItWasAreTheVeryOnesOfTheReadingBefore() {
        workspace.write("weft.yaml", Workspace.CLOUD);
        workspace.write("functions.yml", Workspace.FUNCTION);
        workspace.write("routes.yaml", Workspace.ROUTE);
        DocumentReader.Known known = new DocumentReader.Known();
        Application before = read(known);
        workspace.write("routes.yaml", Workspace.ROUTE.replace("/checkout", "/checkin "));

        Application after = read(known);

        assertThat(after.functions().getFirst()).isSameAs(before.functions().getFirst());
        assertThat(after.clouds().getFirst()).isSameAs(before.clouds().getFirst());
        assertThat(after.routes()).isNotEqualTo(before.routes());
        assertThat(after.code()).isEqualTo(before.code());
    }

    @Test
    void aRouteOfAFileThatIsAsItWasIsWrongOnceItsFunctionIsGoneAndRightOnceItIsBack() {
        workspace.write("weft.yaml", Workspace.CLOUD);
        workspace.write("functions.yml", Workspace.FUNCTION);
        workspace.write("routes.yaml", Workspace.ROUTE);
        DocumentReader.Known known = new DocumentReader.Known();
        read(known);
        workspace.write("functions.yml", Workspace.FUNCTION.replace("name: checkout", "name: checkins"));
        String gone = "routes.yaml:7:59: spec.rules[0].backendRefs[0].name: 'checkout': there is no Function of that"
                + " name; known are checkins";

        assertThat(workspace.mistakes(DocumentReader.read(List.of(folder), Map.of(), NO_CHECK, known)))
                .containsExactly(gone);
        assertThat(workspace.mistakes(DocumentReader.read(List.of(folder), Map.of(), NO_CHECK, known)))
                .as("also when nothing has changed since")
                .containsExactly(gone);
        workspace.write("functions.yml", Workspace.FUNCTION);
        assertThat(read(known).routes()).hasSize(1);
    }

    @Test
    void aFileWithMistakesIsReadAnewEachTime() {
        workspace.write("weft.yaml", Workspace.ALL.replace("nodejs20", "20"));
        DocumentReader.Known known = new DocumentReader.Known();

        List<String> first = workspace.mistakes(DocumentReader.read(List.of(folder), Map.of(), NO_CHECK, known));

        assertThat(first).hasSize(1);
        assertThat(workspace.mistakes(DocumentReader.read(List.of(folder), Map.of(), NO_CHECK, known)))
                .isEqualTo(first);
    }

    private Application read(DocumentReader.Known known) {
        return ((Reading.Valid) DocumentReader.read(List.of(folder), Map.of(), NO_CHECK, known)).application();
    }

    @Test
    void mistakesOfSeveralFilesAreToldTogether() {
        workspace.write("weft.yaml", Workspace.CLOUD.replace("type: aws", "type: awz"));
        workspace.write("a.yaml", Workspace.FUNCTION.replace("nodejs20", "20"));

        List<String> mistakes = workspace.mistakes(DocumentReader.read(List.of(folder), Map.of()));

        assertThat(mistakes).hasSize(2);
        assertThat(mistakes.getFirst()).startsWith("weft.yaml:4:14: spec.type: 'awz': did you mean 'aws'?");
        assertThat(mistakes.getLast()).startsWith("a.yaml:6:12: spec.runtime: '20': must be text");
    }

    @Test
    void jsonIsReadAsWell() {
        assertThat(workspace.mistakes("""
                {"apiVersion": "weft.dev/v1alpha1", "kind": "Cloud",
                 "metadata": {"name": "here"}, "spec": {"type": "local"}}
                """)).isEmpty();
    }

    @Test
    void aByteOrderMarkAndEmptyDocumentsAndCommentedOutMapsAreFine() {
        String yaml = "\uFEFF---\n# nothing\n---\n" + Workspace.CLOUD + "---\n"
                + Workspace.FUNCTION.replace("  handler:", "  env:\n  # KEY: value\n  handler:");

        assertThat(workspace.mistakes(yaml)).isEmpty();
    }

    @Test
    void anchorsAndAliasesWork() {
        String yaml = """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: here, labels: &labels {a: b}}
                spec: {type: local, labels: *labels}
                """;

        assertThat(workspace.mistakes(yaml)).isEmpty();
    }

    @Test
    void afterASyntaxErrorNamesThatWereNotReadAreNotMissed() {
        String yaml = Workspace.FUNCTION + "---\n" + Workspace.CLOUD.replace("kind: Cloud", "kind: [Cloud");

        assertThat(workspace.mistakes(yaml)).singleElement().asString().contains("is not YAML");
    }

    @Test
    void pathsWithoutDocumentsAreTold() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        Reading reading = DocumentReader.read(List.of(empty, folder.resolve("nowhere")), Map.of());

        assertThat(workspace.mistakes(reading))
                .containsExactly(
                        "empty: holds no weft.yaml and no other *.yaml or *.yml",
                        "nowhere: there is no such file or folder");
        assertThat(workspace.mistakes("# nothing\n"))
                .containsExactly("weft.yaml: holds no Cloud, no Function and no Service");
    }

    @Test
    void bytesThatAreNoTextAreTold() throws Exception {
        Path file = Files.write(folder.resolve("weft.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});

        assertThat(workspace.mistakes(DocumentReader.read(List.of(file), Map.of())))
                .containsExactly("weft.yaml:1:1: document: is not UTF-8 text");
    }

    @Test
    void aDocumentHasLimits() {
        assertThat(workspace.mistakes("#".repeat(YamlReader.FILE_BYTES_MAX + 1)))
                .containsExactly("weft.yaml:1:1: document: is larger than a document may be: 1048577 of 1048576 bytes");
        assertThat(workspace.mistakes("a: " + "[".repeat(YamlReader.NESTING_MAX)))
                .containsExactly("weft.yaml:1:35: document: nested deeper than 32");
        assertThat(workspace.mistakes("--- a\n".repeat(YamlReader.DOCUMENTS_MAX + 1)))
                .containsExactly("weft.yaml:1001:1: document: more than 1000 documents in one file");
        assertThat(workspace.mistakes("a: &a b\nc:\n" + "- *a\n".repeat(YamlReader.ALIASES_MAX + 1)))
                .containsExactly("weft.yaml:103:3: document: more than 100 aliases in one file");
        assertThat(workspace.mistakes(Workspace.CLOUD + "---\n- x\n".repeat(DocumentReader.MISTAKES_MAX + 50)))
                .hasSize(DocumentReader.MISTAKES_MAX + 1)
                .last()
                .isEqualTo("documents: 50 more mistakes are not shown");
    }

    @Test
    void aReadingHasALimitOfFiles() {
        for (int i = 0; i <= DocumentReader.FILES_MAX; i++) {
            workspace.write(i + ".yaml", Workspace.CLOUD);
        }

        assertThat(workspace.mistakes(DocumentReader.read(List.of(folder), Map.of())))
                .containsExactly("documents: 1001 files; at most 1000 are allowed");
    }

    @Test
    void listsAndMapsHaveLimits() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= RecordBinder.TABLE_ENTRIES_MAX; i++) {
            many.append('l').append(i).append(": v, ");
        }
        assertThat(workspace.mistakes(Workspace.CLOUD.replace("jurisdiction: eu", many.toString())))
                .containsExactly("weft.yaml:4:46: spec.labels: has 257 entries; at most 256 are allowed");
        String command = "[" + "a, ".repeat(65) + "]";
        assertThat(workspace.mistakes(Workspace.ALL.replace("handler: index.handler", "command: " + command)))
                .contains("weft.yaml:13:12: spec.command: has 65 items; at most 64 are allowed");
    }

    @Test
    void referencesAreResolvedAndNeverShown() {
        workspace.write("key.txt", "from-file\n");
        String env = "  env: {A: \"${env:TOKEN}\", B: \"${file:key.txt}\", C: \"x-${env:TOKEN}-$${y}\", D: plain}\n";

        Application application = workspace.valid(
                Workspace.CLOUD + "---\n" + Workspace.FUNCTION.replace("  placement:", env + "  placement:"),
                Map.of("TOKEN", "hush"));

        assertThat(application.env().get("checkout"))
                .isEqualTo(Map.of("A", "hush", "B", "from-file", "C", "x-hush-${y}", "D", "plain"));
        assertThat(application.toString()).doesNotContain("hush", "from-file");
    }

    @Test
    void whatAReferenceBringsIsASecretUnlessItSaysPlain() {
        workspace.write("key.txt", "from-file\n");
        String env =
                "  env: {A: \"${env:TOKEN}\", B: \"${plain:file:key.txt}\", C: \"${plain:env:TOKEN}/${file:key.txt}\","
                        + " D: plain, E: \"$${env:TOKEN}\"}\n";

        Application application = workspace.valid(
                Workspace.CLOUD + "---\n" + Workspace.FUNCTION.replace("  placement:", env + "  placement:"),
                Map.of("TOKEN", "hush"));

        assertThat(application.env().get("checkout"))
                .isEqualTo(Map.of(
                        "A", "hush", "B", "from-file", "C", "hush/from-file", "D", "plain", "E", "${env:TOKEN}"));
        assertThat(application.secrets().get("checkout")).containsExactlyInAnyOrder("A", "C");
    }

    @Test
    void aFileForAValueHasALimit() {
        workspace.write("key.txt", "x".repeat(References.FILE_BYTES_MAX + 1));
        String env = "  env: {B: \"${file:key.txt}\"}\n";

        assertThat(workspace.mistakes(Workspace.ALL.replace("  placement:", env + "  placement:")))
                .containsExactly(
                        "weft.yaml:14:12: spec.env.B: '${file:key.txt}': the file has 65537 of at most 65536 bytes");
    }

    @Test
    void whatAContractsHostSaysGetsItsPlace() {
        workspace.write("weft.yaml", Workspace.ALL);

        Reading reading = DocumentReader.read(
                List.of(folder),
                Map.of(),
                (function, code) ->
                        List.of(Mistake.at("spec.runtime", "nodejs20", "no such runtime for " + function.name())));

        assertThat(workspace.mistakes(reading))
                .containsExactly("weft.yaml:11:12: spec.runtime: 'nodejs20': no such runtime for checkout");
    }
}
