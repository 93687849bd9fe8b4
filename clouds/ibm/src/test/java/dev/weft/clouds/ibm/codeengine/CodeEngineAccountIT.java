// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.TestFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CodeEngineAccountIT extends CodeEngineContract {
    @Override
    protected String kind() {
        return "functions";
    }

    @Override
    protected Cloud cloud() {
        return TestFunctions.cloud(
                Cloud.Type.CODE_ENGINE, cloud.server.uri(), "eu-de", Map.of("project", PlayedCodeEngine.PROJECT));
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of(
                "IBMCLOUD_API_KEY",
                PlayedCodeEngine.KEY,
                "IBMCLOUD_IAM_API_ENDPOINT",
                cloud.server.uri().toString());
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Files.writeString(
                folder.resolve("index.js"),
                "exports.main = () => ({body: '" + answer + "'})\n" + "// padding\n".repeat(50));
        return TestFunctions.of(name, Function.Contract.OPENWHISK, "nodejs:20", TestFunctions.Asked.usual());
    }

    @Override
    protected Function other(Function function) {
        return TestFunctions.of(
                function.name(),
                Function.Contract.OPENWHISK,
                "nodejs:20",
                TestFunctions.Asked.usual().sized("2G", Duration.ofSeconds(20)));
    }

    @Override
    protected boolean foreign(String name) {
        ObjectNode theirs = (ObjectNode) JsonMapper.shared().readTree("""
                        {"name":"%s","runtime":"python-3.13","code_reference":"data:text/plain;base64,ZGVmIG1haW4=",
                         "code_main":"main","code_binary":false,"scale_memory_limit":"4G","scale_cpu_limit":"1",
                         "scale_max_execution_time":60,"scale_concurrency":1,"managed_domain_mappings":"local_public",
                         "endpoint":"https://%s.example","entity_tag":"7","status":"ready",
                         "run_env_variables":[{"type":"literal","name":"GREETING","value":"hello"},
                          {"type":"secret_key_reference","name":"PASSWORD","reference":"db","key":"password"}]}
                        """.formatted(name, name));
        cloud.entities.put("functions/" + name, theirs);
        return true;
    }

    @Test
    void aChangeSinceThePlanIsRefusedByItsEntityTag() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen before = account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            cloud.entity("functions/one").put("entity_tag", "other");
            Ready two = ready(account, "one", "second", false);
            forget();
            assertThatThrownBy(() -> account.apply(two.wanted(), two.packing(), before, Progress.NONE))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.INVALID));
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    @Test
    void codeThatSomebodyElsePutThereIsSeen() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            account.apply(one.wanted(), one.packing(), null, Progress.NONE);
            cloud.entity("functions/one").put("code_reference", "data:text/plain;base64,ZXZpbA==");
            assertThat(Objects.requireNonNull(account.find("one")).codeTouched())
                    .isTrue();
        }
    }

    @Test
    void everyPageIsListed() {
        for (int i = 0; i < 2 * PlayedCodeEngine.PAGE_MAX + 1; i++) {
            foreign("f" + i);
        }
        try (CloudAccount account = open()) {
            assertThat(account.list()).hasSize(2 * PlayedCodeEngine.PAGE_MAX + 1);
        }
    }

    @Test
    void aFunctionThatCanNotBeCalledIsSaidSo() throws Exception {
        cloud.failing.add("one");
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            assertThatThrownBy(() -> account.apply(one.wanted(), one.packing(), null, Progress.NONE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("failed: no_code_bundle");
        }
    }

    @Test
    void oneTokenServesManyRequests() {
        cloud.tokens.set(0);
        try (CloudAccount account = open()) {
            assertThat(account.list()).isEmpty();
            assertThat(account.list()).isEmpty();
        }
        assertThat(cloud.tokens).hasValue(1);
    }

    @Test
    void aWrongKeyIsToldInIbmsWords() {
        CloudVendor.Around around = new CloudVendor.Around(
                transport(),
                Map.of(
                        "IBMCLOUD_API_KEY",
                        "wrong",
                        "IAM_ENDPOINT",
                        cloud.server.uri().toString()),
                scratch,
                java.time.InstantSource.system());
        try (CloudAccount account = vendor().open(cloud(), around)) {
            assertThat(account.examine(APPLICATION)).singleElement().satisfies(finding -> {
                assertThat(finding.works()).isFalse();
                assertThat(finding.said()).contains("BXNIM0415E").contains("could not be found");
            });
        }
    }

    @Test
    void inlineCodeIsDownloaded() {
        foreign("theirs");
        try (CloudAccount account = open()) {
            Path folder = scratch.resolve("down");
            CloudAccount.WithCode.Found found =
                    ((CloudAccount.WithCode) account).download(Objects.requireNonNull(account.find("theirs")), folder);
            assertThat(folder.resolve("__main__.py")).hasContent("def main");
            assertThat(found.runtime()).isEqualTo("python:3.13");
            assertThat(found.env()).isEqualTo(Map.of("GREETING", "hello"));
        }
    }

    @Test
    void anOldSecretGoesWithTheNextChangeAndAYoungOneStays() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen first = apply(account, one, null);
            cloud.made = java.time.Instant.now().toString();
            Ready two = renewed(one);
            Seen second = apply(account, two, first);
            // the first one's was made long ago
            assertThat(cloud.secretValues()).hasSize(1);
            apply(account, one, second);
            assertThat(cloud.secretValues()).hasSize(2);
            account.delete(Objects.requireNonNull(account.find("one")), Progress.NONE);
            assertThat(cloud.secretValues()).isEmpty();
        } finally {
            cloud.made = "2020-01-01T00:00:00Z";
        }
    }

    @Test
    void secretsOfAFunctionWhoseNameBeginsAlikeStay() throws Exception {
        try (CloudAccount account = open()) {
            Seen one = apply(account, ready(account, "one", "first", false), null);
            Ready other = ready(account, "one-0123456789", "first", false);
            Seen ignored = apply(account, other, null);
            account.delete(one, Progress.NONE);
            assertThat(cloud.secretValues()).hasSize(1);
            isAsWanted(account, other);
        }
    }

    @Test
    void aValueThatTheAnswerRepeatsIsNotRepeatedByUs() throws Exception {
        cloud.refused = "invalid_value";
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            String value = one.wanted().env().values().iterator().next();
            assertThatThrownBy(() -> apply(account, one, null))
                    .hasMessageContaining("invalid_value")
                    .hasMessageNotContaining(value)
                    .hasNoCause();
            assertThat(account.list()).isEmpty();
        } finally {
            cloud.refused = "";
        }
    }

    @Test
    void whatComesBackSaysWhichOfItsVariablesAreSecrets() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen seen = apply(account, one, null);
            CloudAccount.WithCode.Found found =
                    ((CloudAccount.WithCode) account).download(seen, scratch.resolve("back"));
            assertThat(found.env()).isEqualTo(one.wanted().env());
            assertThat(found.secrets()).isEqualTo(one.wanted().secrets());
        }
    }
}
