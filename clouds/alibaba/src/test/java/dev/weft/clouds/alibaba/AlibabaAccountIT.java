// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aliyun.fc20230330.models.CreateFunctionInput;
import com.aliyun.fc20230330.models.CreateFunctionRequest;
import com.aliyun.fc20230330.models.InputCodeLocation;
import com.aliyun.fc20230330.models.UpdateFunctionInput;
import com.aliyun.fc20230330.models.UpdateFunctionRequest;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.testkit.Archives;
import dev.weft.testkit.CloudAccountContract;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract against our fake; what others make there is made by Alibaba's own client. */
class AlibabaAccountIT extends CloudAccountContract {
    private static FakeFc fake;

    @BeforeAll
    static void start() throws IOException {
        fake = new FakeFc();
    }

    @AfterAll
    static void stop() {
        fake.close();
    }

    @Override
    protected CloudVendor vendor() {
        return new AlibabaVendor();
    }

    @Override
    protected Cloud cloud() {
        return AlibabaSamples.cloud(fake.endpoint());
    }

    @Override
    protected Map<String, String> environment() {
        return AlibabaSamples.ENVIRONMENT;
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Files.writeString(folder.resolve("index.js"), "exports.handler = async () => '" + answer + "';\n");
        return AlibabaSamples.with(
                AlibabaSamples.node(name),
                Map.of("team", "shop"),
                Map.of(),
                Map.of("GREETING", "a value that nobody else may see"));
    }

    @Override
    protected Function other(Function function) {
        Function larger = AlibabaSamples.larger(function);
        return AlibabaSamples.with(
                larger, Map.of("stage", "test"), Map.of(), larger.spec().env());
    }

    @Override
    protected boolean foreign(String name) throws Exception {
        AlibabaSamples.client(fake)
                .createFunction(new CreateFunctionRequest()
                        .setBody(new CreateFunctionInput()
                                .setFunctionName(name)
                                .setRuntime("python3.10")
                                .setHandler("index.handler")
                                .setMemorySize(128)
                                .setCode(new InputCodeLocation().setZipFile(zip("theirs")))));
        return true;
    }

    private static String zip(String text) {
        return Base64.getEncoder().encodeToString(Archives.zip("index.py", text));
    }

    @Override
    protected void cleanUp() {
        fake.forget();
    }

    private Seen applied(CloudAccount account, String answer, @Nullable Seen before) throws IOException {
        Ready ready = ready(account, "one", answer, false);
        return account.apply(ready.wanted(), ready.packing(), before, Progress.NONE);
    }

    @Test
    void goingBackIsOneMoveOfTheAlias() throws Exception {
        try (CloudAccount account = open()) {
            CloudAccount.WithVersions versioned = (CloudAccount.WithVersions) account;
            Seen first = applied(account, "first", null);
            Seen second = applied(account, "second", first);
            List<CloudAccount.WithVersions.Version> versions = versioned.versions(second);
            assertThat(versions).hasSize(2);
            assertThat(versions.getFirst().current()).isTrue();
            assertThat(versions.getLast().code())
                    .isEqualTo(Objects.requireNonNull(first.owner()).code());
            forget();
            Seen back = versioned.point(second, versions.getLast(), Progress.NONE);
            assertThat(sent()).noneMatch(each -> each.tried().equals("UpdateFunction"));
            assertThat(back.version()).isEqualTo(first.version());
            assertThat(back.owner()).isEqualTo(first.owner());
            assertThat(back.codeTouched()).isFalse();
            Seen again = applied(account, "second", back);
            assertThat(again.owner()).isEqualTo(second.owner());
            assertThat(again.version()).isNotEqualTo(back.version());
        }
    }

    @Test
    void onlySoManyVersionsAreKept() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = applied(account, "0", null);
            for (int i = 1; i < FcVersions.VERSIONS_KEPT + 3; i++) {
                seen = applied(account, Integer.toString(i), seen);
            }
            assertThat(((CloudAccount.WithVersions) account).versions(seen)).hasSize(FcVersions.VERSIONS_KEPT);
        }
    }

    @Test
    void somebodyWhoWasFasterIsNotOverwritten() throws Exception {
        try (CloudAccount account = open()) {
            Seen before = applied(account, "first", null);
            AlibabaSamples.client(fake)
                    .updateFunction(
                            "one",
                            new UpdateFunctionRequest()
                                    .setBody(new UpdateFunctionInput()
                                            .setCode(new InputCodeLocation().setZipFile(zip("by hand")))));
            forget();
            assertThatThrownBy(() -> applied(account, "second", before)).hasMessageContaining("plan again");
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    @Test
    void codeThatWasPutThereByHandIsReplaced() throws Exception {
        try (CloudAccount account = open()) {
            applied(account, "first", null);
            var client = AlibabaSamples.client(fake);
            client.updateFunction(
                    "one",
                    new UpdateFunctionRequest()
                            .setBody(new UpdateFunctionInput()
                                    .setCode(new InputCodeLocation().setZipFile(zip("by hand")))));
            String version = client.publishFunctionVersion(
                            "one",
                            new com.aliyun.fc20230330.models.PublishFunctionVersionRequest()
                                    .setBody(new com.aliyun.fc20230330.models.PublishVersionInput()))
                    .getBody()
                    .getVersionId();
            client.updateAlias(
                    "one",
                    "weft",
                    new com.aliyun.fc20230330.models.UpdateAliasRequest()
                            .setBody(new com.aliyun.fc20230330.models.UpdateAliasInput().setVersionId(version)));
            Seen touched = Objects.requireNonNull(account.find("one"));
            assertThat(touched.codeTouched()).isTrue();
            assertThat(applied(account, "first", touched).codeTouched()).isFalse();
        }
    }

    @Test
    void aServerGetsATriggerAndIsCalledThere() throws Exception {
        try (CloudAccount account = open()) {
            Function server = SampleFunction.http("server", "node", "server.js").function();
            Path folder = Files.createDirectories(scratch.resolve("server"));
            Files.writeString(folder.resolve("server.js"), "require('http')");
            Packing packing = ((CloudAccount.Packed.As) account.pack(server, folder)).packing();
            Wanted wanted = new Wanted(APPLICATION, server, "server", artifact(folder, packing), Map.of());
            assertThat(account.check(wanted, packing)).isEmpty();
            Seen seen = account.apply(wanted, packing, null, Progress.NONE);
            assertThat(seen.settings())
                    .isEqualTo(account.settings(wanted, packing))
                    .containsEntry("runtime", "custom.debian12")
                    .containsEntry("command", "[\"node\",\"server.js\"]")
                    .doesNotContainKey("env.PORT");
            assertThat(Objects.requireNonNull(seen.target()).parts()).containsEntry("trigger", "http");
            account.delete(seen, Progress.NONE);
            assertThat(account.find("server")).isNull();
        }
    }

    @Test
    void theCodeComesBack() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = applied(account, "first", null);
            Path folder = Files.createDirectories(scratch.resolve("back"));
            CloudAccount.WithCode.Found found = ((CloudAccount.WithCode) account).download(seen, folder);
            assertThat(folder.resolve("index.js")).content().contains("first");
            assertThat(found.runtime()).isEqualTo("nodejs20");
            assertThat(found.memoryBytes()).isEqualTo(256L << 20);
            assertThat(found.env()).containsKey("GREETING");
            assertThat(found.toString()).doesNotContain("nobody else");
        }
    }

    @Test
    void everyPageIsRead() throws Exception {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            foreign(name);
        }
        try (CloudAccount account = open()) {
            assertThat(account.list()).extracting(Seen::name).containsExactly("a", "b", "c", "d", "e");
        }
    }

    @Test
    void wrongSecretsAreSaidSo() {
        try (CloudAccount account = vendor().open(
                        cloud(),
                        new CloudVendor.Around(
                                transport(),
                                Map.of(
                                        "ALIBABA_CLOUD_ACCESS_KEY_ID",
                                        FakeFc.KEY,
                                        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                                        "another-secret"),
                                scratch,
                                java.time.InstantSource.system()))) {
            assertThat(account.examine(APPLICATION)).anySatisfy(each -> {
                assertThat(each.works()).isFalse();
                assertThat(each.said()).contains("SignatureNotMatch").doesNotContain("another-secret");
                assertThat(each.advice()).contains("secret");
            });
        }
    }
}
