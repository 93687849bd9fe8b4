// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.fc20230330.models.LogConfig;
import com.aliyun.fc20230330.models.UpdateFunctionInput;
import com.aliyun.fc20230330.models.UpdateFunctionRequest;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.CloudVendor.Option;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.testkit.Archives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log that the document names: put there by apply, compared like any other setting, read by logs. */
class FcLogSettingIT {
    @TempDir
    private Path scratch;

    private FakeFc fc;
    private FakeSls sls;
    private final Map<String, String> options =
            new HashMap<>(Map.of("account", "1234567890123456", "logsEndpoint", "http://" + FakeSls.HOST));

    @BeforeEach
    void start() throws Exception {
        fc = new FakeFc();
        sls = new FakeSls();
    }

    @AfterEach
    void stop() {
        sls.close();
        fc.close();
    }

    private CloudAccount open() {
        Cloud cloud = AlibabaSamples.cloud(fc.endpoint(), Map.copyOf(options));
        return new AlibabaVendor()
                .open(
                        cloud,
                        new CloudVendor.Around(
                                sls.transport(new JdkTransport()),
                                AlibabaSamples.ENVIRONMENT,
                                scratch,
                                InstantSource.system()));
    }

    private record Ready(Wanted wanted, Packing packing) {}

    private Ready ready(CloudAccount account) throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("one"));
        Files.writeString(folder.resolve("index.js"), "exports.handler = async () => 'one';\n");
        Function function = AlibabaSamples.node("one");
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Wanted wanted = new Wanted(
                "shop", function, "one", Archives.pack(folder, packing, scratch.resolve("one.zip")), Map.of());
        return new Ready(wanted, packing);
    }

    private Seen applied(CloudAccount account) throws IOException {
        Ready ready = ready(account);
        Seen seen = account.apply(ready.wanted(), ready.packing(), account.find("one"), Progress.NONE);
        assertThat(seen.settings()).isEqualTo(account.settings(ready.wanted(), ready.packing()));
        return seen;
    }

    private void byHand(String project) throws Exception {
        var client = AlibabaSamples.client(fc);
        client.updateFunction(
                "one",
                new UpdateFunctionRequest()
                        .setBody(new UpdateFunctionInput()
                                .setLogConfig(
                                        new LogConfig().setProject(project).setLogstore("theirs"))));
    }

    @Test
    void applyPutsItThereAndLogsReadsIt() throws Exception {
        options.put("log", "shop-logs/functions");
        try (CloudAccount account = open()) {
            Seen seen = applied(account);
            assertThat(seen.settings()).containsEntry("log", "shop-logs/functions");
            assertThat(AlibabaSamples.client(fc)
                            .getFunction("one", new com.aliyun.fc20230330.models.GetFunctionRequest())
                            .getBody()
                            .getLogConfig()
                            .getProject())
                    .isEqualTo("shop-logs");
            sls.write("one", Instant.now().getEpochSecond(), "hello");
            List<LogLine> lines =
                    ((CloudAccount.WithLogs) account).logs(seen, Instant.now().minusSeconds(60), 10);
            assertThat(lines).extracting(LogLine::text).containsExactly("hello");
            assertThat(account.permissions(List.of()))
                    .contains(
                            "log:GetLogStoreLogs",
                            "acs:log:eu-central-1:1234567890123456:project/shop-logs/logstore/functions");
            assertThat(account.examine("shop")).anySatisfy(each -> {
                assertThat(each.works()).isTrue();
                assertThat(each.said()).isEqualTo("from shop-logs/functions");
            });
            sls.refusal = "LogStoreNotExist";
            assertThat(account.examine("shop")).anySatisfy(each -> {
                assertThat(each.works()).isFalse();
                assertThat(each.advice()).contains("make the project and its logstore");
            });
        }
    }

    @Test
    void anotherLogIsADifferenceThatApplyCloses() throws Exception {
        try (CloudAccount account = open()) {
            assertThat(applied(account).settings()).doesNotContainKey("log");
        }
        options.put("log", "shop-logs/functions");
        try (CloudAccount account = open()) {
            Ready ready = ready(account);
            assertThat(Objects.requireNonNull(account.find("one")).settings())
                    .isNotEqualTo(account.settings(ready.wanted(), ready.packing()));
            Seen seen = applied(account);
            byHand("by-hand");
            assertThat(applied(account).version()).isNotNull();
            assertThat(Objects.requireNonNull(account.find("one")).settings()).isEqualTo(seen.settings());
        }
    }

    @Test
    void whatTheDocumentDoesNotNameStaysAndIsRead() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = applied(account);
            byHand("by-hand");
            assertThat(applied(account).settings()).doesNotContainKey("log");
            sls.write("one", Instant.now().getEpochSecond(), "hello");
            List<LogLine> lines =
                    ((CloudAccount.WithLogs) account).logs(seen, Instant.now().minusSeconds(60), 10);
            assertThat(lines).hasSize(1);
            assertThat(sls.came().getLast().fields()).containsEntry("host", "by-hand." + FakeSls.HOST);
            assertThat(account.permissions(List.of())).doesNotContain("log:");
        }
    }

    @Test
    void aMisspeltNameIsToldBeforeAnyCall() {
        Option log = new AlibabaVendor()
                .options(Cloud.Type.ALIBABA).stream()
                        .filter(each -> each.name().equals("log"))
                        .findFirst()
                        .orElseThrow();
        assertThat("shop-logs/functions").matches(log.pattern());
        for (String wrong :
                List.of("shop-logs", "Shop/functions", "a/b", "shop-logs/functions/more", "-shop/functions")) {
            assertThat(wrong).doesNotMatch(log.pattern());
        }
    }
}
