// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.InvocationDialect;
import dev.weft.clouds.ibm.TestFunctions;
import dev.weft.clouds.ibm.account.IbmVendor;
import dev.weft.testkit.CloudAccountContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OpenWhiskAccountIT extends CloudAccountContract {
    private static PlayedOpenWhisk cloud;
    private Map<String, String> options = Map.of();

    @BeforeAll
    static void start() throws IOException {
        cloud = new PlayedOpenWhisk();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Override
    protected CloudVendor vendor() {
        return new IbmVendor();
    }

    @Override
    protected Cloud cloud() {
        return TestFunctions.cloud(Cloud.Type.OPENWHISK, cloud.server.uri(), null, options);
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of("__OW_API_KEY", PlayedOpenWhisk.KEY);
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Files.writeString(folder.resolve("index.js"), "exports.main = () => ({answer: '" + answer + "'})\n");
        return TestFunctions.of(
                name,
                Function.Contract.OPENWHISK,
                "nodejs:20",
                TestFunctions.Asked.usual().labelled(Map.of("team", "shop")));
    }

    @Override
    protected Function other(Function function) {
        return TestFunctions.of(
                function.name(),
                Function.Contract.OPENWHISK,
                "nodejs:20",
                TestFunctions.Asked.usual().sized("512Mi", Duration.ofSeconds(20)));
    }

    @Override
    protected boolean foreign(String name) throws Exception {
        put(name, "", """
                {"exec":{"kind":"nodejs:20","code":"exports.main = () => ({theirs: true})","binary":false},
                 "parameters":[{"key":"greeting","value":"hello"}],
                 "annotations":[{"key":"web-export","value":true},{"key":"owner","value":"them"}]}
                """);
        return true;
    }

    private static void put(String name, String query, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(cloud.server.uri() + "/api/v1/namespaces/_/actions/" + name + query))
                    .header(
                            "authorization",
                            "Basic "
                                    + Base64.getEncoder()
                                            .encodeToString(PlayedOpenWhisk.KEY.getBytes(StandardCharsets.UTF_8)))
                    .PUT(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Override
    protected void cleanUp() {
        cloud.actions.clear();
        cloud.packages.clear();
        cloud.activations.removeAll();
        cloud.server.forget();
    }

    @Test
    void codeThatSomebodyElsePutThereIsSeenAndPutRight() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            account.apply(one.wanted(), one.packing(), null, Progress.NONE);

            put("one", "?overwrite=true", "{\"limits\":{\"logs\":5}}");
            Seen settings = Objects.requireNonNull(account.find("one"));
            assertThat(settings.codeTouched()).isFalse();

            put("one", "?overwrite=true", "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"evil\",\"main\":\"main\"}}");
            Seen touched = Objects.requireNonNull(account.find("one"));
            assertThat(touched.codeTouched()).isTrue();

            account.apply(one.wanted(), one.packing(), touched, Progress.NONE);
            assertThat(cloud.action("one").path("exec").path("code").asString()).contains("first");
        }
    }

    @Test
    void aChangeSinceThePlanIsRefused() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen before = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            put("one", "?overwrite=true", "{\"limits\":{\"memory\":128}}");
            Ready two = ready(account, "one", "second", false);
            forget();
            assertThatThrownBy(() -> account.apply(two.wanted(), two.packing(), before, Progress.NONE))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.INVALID))
                    .hasMessageContaining("somebody else");
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    @Test
    void aPackageIsMadeWhereItIsMissingAndItsActionsAreApart() throws Exception {
        foreign("outside");
        options = Map.of("package", "shop", "namespace", "guest");
        try (CloudAccount account = open()) {
            assertThat(account.find("one")).isNull();
            assertThat(account.list()).isEmpty();
            Ready one = ready(account, "one", "first", false);
            Seen seen = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            assertThat(Objects.requireNonNull(seen.target()).parts())
                    .isEqualTo(Map.of(InvocationDialect.NAMESPACE, "guest", InvocationDialect.PACKAGE, "shop"));
            assertThat(account.list()).singleElement().satisfies(each -> assertThat(each.name())
                    .isEqualTo("one"));
        }
    }

    @Test
    void everyPageIsListed() throws Exception {
        for (int i = 0; i < ActionStore.PAGE + 3; i++) {
            foreign("f%03d".formatted(i));
        }
        cloud.packages.put("shop", JsonMapper.shared().createObjectNode());
        cloud.actions.put(
                "shop/inside",
                cloud.action("f000").deepCopy().put("name", "inside").put("namespace", "guest/shop"));
        try (CloudAccount account = open()) {
            assertThat(account.list()).hasSize(ActionStore.PAGE + 3).noneMatch(each -> each.name()
                    .equals("inside"));
        }
    }

    @Test
    void linesComeOldestFirstWithTheirActivationAlsoWhereTheRecordHasNone() throws Exception {
        activation("aa", 2_000, "[\"1970-01-01T00:00:02.5Z stdout: second\",\"odd line\"]", "[]");
        activation("bb", 1_000, "[]", "[\"1970-01-01T00:00:01.5Z         stderr: first\"]");
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen seen = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            List<LogLine> lines = ((CloudAccount.WithLogs) account).logs(seen, Instant.EPOCH, 10);
            assertThat(lines).extracting(LogLine::text).containsExactly("first", "odd line", "second");
            assertThat(lines).extracting(LogLine::invocation).containsExactly("bb", "aa", "aa");
            assertThat(((CloudAccount.WithLogs) account).logs(seen, Instant.EPOCH, 1))
                    .singleElement()
                    .satisfies(line -> assertThat(line.text()).isEqualTo("second"));
        }
    }

    @Test
    void whoFollowsIsToldEachLineOnce() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen seen = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            activation("cc", System.currentTimeMillis() + 5_000, "[\"2026-11-29T10:00:00Z stdout: once\"]", "[]");
            List<String> told = new ArrayList<>();
            int[] rounds = {0};
            ((CloudAccount.WithLogs) account).follow(seen, line -> told.add(line.text()), () -> rounds[0]++ < 2);
            assertThat(told).containsExactly("once");
        }
    }

    private static void activation(String id, long start, String logs, String kept) {
        ObjectNode activation = cloud.activations.addObject();
        activation.put("activationId", id).put("name", "one").put("start", start);
        activation.set("logs", JsonMapper.shared().readTree(logs));
        activation.set("kept", JsonMapper.shared().readTree(kept));
    }

    @Test
    void whatIsThereIsDownloadedAsADocumentNeedsIt() throws Exception {
        foreign("theirs");
        try (CloudAccount account = open()) {
            Path folder = scratch.resolve("down");
            CloudAccount.WithCode.Found found =
                    ((CloudAccount.WithCode) account).download(Objects.requireNonNull(account.find("theirs")), folder);
            assertThat(folder.resolve("index.js")).hasContent("exports.main = () => ({theirs: true})");
            assertThat(found.runtime()).isEqualTo("nodejs:20");
            assertThat(found.memoryBytes()).isEqualTo(256L << 20);
            assertThat(found.timeout()).isEqualTo(Duration.ofMinutes(1));
        }
    }

    @Test
    void aFolderOfSeveralFilesIsAZipThatComesBackWhole() throws Exception {
        try (CloudAccount account = open()) {
            Path folder = Files.createTempDirectory(scratch, "many");
            Files.createDirectories(folder.resolve("lib"));
            Files.writeString(folder.resolve("lib/one.js"), "module.exports = 1\n");
            Function function = function("many", folder, "zipped");
            CloudAccount.Packed.As packed = (CloudAccount.Packed.As) account.pack(function, folder);
            var wanted = new dev.weft.api.account.Wanted(
                    APPLICATION, function, "many", artifact(folder, packed.packing()), Map.of());
            Seen seen = account.apply(wanted, packed.packing(), null, Progress.NONE);
            assertThat(cloud.action("many").path("exec").path("binary").asBoolean())
                    .isTrue();
            Path down = scratch.resolve("unzipped");
            ((CloudAccount.WithCode) account).download(seen, down);
            assertThat(down.resolve("lib/one.js")).hasContent("module.exports = 1\n");
        }
    }

    @Test
    void withoutAKeyTheExaminationSaysWhereItWasLookedFor() {
        try (CloudAccount account = vendor().open(
                        cloud(),
                        new CloudVendor.Around(
                                transport(), new HashMap<>(), scratch, java.time.InstantSource.system()))) {
            assertThat(account.examine(APPLICATION)).singleElement().satisfies(finding -> {
                assertThat(finding.works()).isFalse();
                assertThat(finding.said()).contains("__OW_API_KEY").contains(".wskprops");
            });
        }
    }

    @Test
    void theKeyMayStandInWskprops() throws Exception {
        Files.writeString(scratch.resolve(".wskprops"), "APIHOST=elsewhere\nAUTH=" + PlayedOpenWhisk.KEY + "\n");
        try (CloudAccount account = vendor().open(
                        cloud(),
                        new CloudVendor.Around(transport(), Map.of(), scratch, java.time.InstantSource.system()))) {
            assertThat(account.examine(APPLICATION)).allMatch(CloudAccount.Finding::works);
            assertThat(account.examine(APPLICATION).toString()).doesNotContain(PlayedOpenWhisk.KEY.substring(40));
        }
    }

    @Test
    void aWebAccountExportsItsActionsToWhoHasAKeyAndFindsASecret() throws Exception {
        options = Map.of("web", "true");
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen seen = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            assertThat(seen.settings()).containsEntry("web", "true");
            assertThat(cloud.action("one").path("annotations").toString())
                    .contains("{\"key\":\"web-export\",\"value\":true}")
                    .contains("{\"key\":\"require-whisk-auth\",\"value\":true}");
            assertThat(account.grant(Objects.requireNonNull(seen.target()))
                            .credentials()
                            .parts())
                    .containsOnlyKeys(InvocationDialect.AUTHORIZATION);
            foreign("theirs");
            put(
                    "theirs",
                    "?overwrite=true",
                    "{\"annotations\":[{\"key\":\"require-whisk-auth\",\"value\":\"sesame\"}]}");
            var target = Objects.requireNonNull(
                    Objects.requireNonNull(account.find("theirs")).target());
            assertThat(account.grant(target).credentials().parts()).containsEntry(InvocationDialect.SECRET, "sesame");
        }
    }
}
