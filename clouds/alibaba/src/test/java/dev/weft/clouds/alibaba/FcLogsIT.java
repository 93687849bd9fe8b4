// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aliyun.openservices.log.Client;
import com.aliyun.openservices.log.common.Consts;
import com.aliyun.openservices.log.http.client.ClientConfiguration;
import com.aliyun.openservices.log.http.signer.SignVersion;
import com.aliyun.openservices.log.request.GetLogsRequest;
import com.aliyun.openservices.log.response.GetLogsResponse;
import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestClient;
import dev.weft.clouds.alibaba.account.AcsKeys;
import dev.weft.clouds.alibaba.account.FcApi;
import dev.weft.clouds.alibaba.account.FcErrors;
import dev.weft.clouds.alibaba.account.Sls4;
import dev.weft.clouds.alibaba.account.SlsApi;
import dev.weft.clouds.alibaba.account.SlsErrors;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Logs of Function Compute: what is sent is what Alibaba's own client sends, and nothing is lost or told twice. */
class FcLogsIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long NOW = 1_795_000_000L;
    private static final Seen SEEN = new Seen("one", null, Map.of(), false, null, null, Seen.READY, null);

    private FakeFc fc;
    private FakeSls sls;
    private Instant now = Instant.ofEpochSecond(NOW);
    private final List<Duration> waits = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        fc = new FakeFc();
        sls = new FakeSls();
        fc.foreign("one");
        api().update("one", logConfig());
    }

    @AfterEach
    void stop() {
        sls.came().forEach(each -> assertThat(FakeSls.wrong(each)).isNull());
        sls.close();
        fc.close();
    }

    private static ObjectNode logConfig() {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("logConfig").put("project", "shop-logs").put("logstore", "functions");
        return body;
    }

    private FcApi api() {
        AcsKeys keys = keys();
        return new FcApi(
                fc.endpoint(),
                new RestClient(
                        new JdkTransport(),
                        (request, at) -> FcApi.signed(request, keys, at),
                        new FcErrors(),
                        InstantSource.system()));
    }

    private static AcsKeys keys() {
        return new AcsKeys(FakeFc.KEY, FakeFc.SECRET, null, null, "test");
    }

    private FcLogs logs(RestClient.Pause pause) {
        Cloud cloud = AlibabaSamples.cloud(
                fc.endpoint(), Map.of("account", "1234567890123456", "logsEndpoint", "http://" + FakeSls.HOST));
        RestClient client = new RestClient(
                sls.transport(new JdkTransport()),
                (request, at) -> Sls4.signed(request, keys(), FakeSls.REGION, at),
                new SlsErrors(),
                InstantSource.system(),
                time -> {});
        return new FcLogs(cloud, api(), new SlsApi(cloud, client), () -> now, pause);
    }

    private FcLogs logs() {
        return logs(waits::add);
    }

    private static List<String> texts(List<LogLine> lines) {
        return lines.stream().map(LogLine::text).toList();
    }

    private static List<String> numbered(int from, int to) {
        List<String> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add("line " + i);
        }
        return all;
    }

    @Test
    void whatIsSentIsWhatAlibabasOwnClientSends() throws Exception {
        sls.write("one", NOW - 5, "hello");
        sls.write("another", NOW - 5, "foreign");
        assertThat(logs().newest(SEEN, now.minusSeconds(60), 7)).singleElement().satisfies(line -> {
            assertThat(line.text()).isEqualTo("hello");
            assertThat(line.instance()).isEqualTo("c-1");
            assertThat(line.cloud()).isEqualTo("hangzhou");
            assertThat(line.time()).isEqualTo(now.minusSeconds(5));
        });
        Client theirs = theirs();
        GetLogsRequest request = new GetLogsRequest(
                "shop-logs", "functions", (int) NOW - 60, (int) NOW + 1, "FCLogs:one", "", 0, 7, true);
        request.setCompressType(Consts.CompressType.GZIP);
        GetLogsResponse said = theirs.GetLogs(request);
        theirs.shutdown();
        assertThat(said.IsCompleted()).isTrue();
        assertThat(said.getLogs()).hasSize(1);

        FakeFc.Came our = sls.came().getFirst();
        FakeFc.Came their = sls.came().getLast();
        assertThat(sls.came()).hasSize(2);
        assertThat(our.method()).isEqualTo(their.method());
        assertThat(our.path()).isEqualTo(their.path());
        assertThat(our.query()).isEqualTo(their.query());
        assertThat(JSON.readTree(our.body())).isEqualTo(JSON.readTree(their.body()));
        assertThat(meaningful(our)).isEqualTo(meaningful(their));
    }

    @SuppressWarnings("deprecation") // there is no other way to say version 4
    private Client theirs() {
        ClientConfiguration config = new ClientConfiguration();
        config.setProxyHost("127.0.0.1");
        config.setProxyPort(sls.port());
        config.setSignatureVersion(SignVersion.V4);
        config.setRegion(FakeSls.REGION);
        return new Client("http://" + FakeSls.HOST, FakeFc.KEY, FakeFc.SECRET, config);
    }

    /** Without what is of one moment, of the client that sends, or says again in another field how long the body is. */
    private static Map<String, String> meaningful(FakeFc.Came came) {
        Map<String, String> fields = new TreeMap<>(came.fields());
        fields.keySet()
                .removeIf(name -> !name.startsWith("x-log-")
                        && !name.startsWith("x-acs-")
                        && !List.of("host", "content-type", "accept-encoding").contains(name));
        fields.remove("x-log-date");
        fields.remove("x-log-content-sha256");
        return fields;
    }

    @Test
    void nothingIsLostOrDoubledBetweenPages() {
        for (int i = 0; i < 950; i++) {
            sls.write("one", NOW - 100 + i / 30, "line " + i);
        }
        assertThat(texts(logs().newest(SEEN, now.minusSeconds(200), 10_000)))
                .containsExactlyElementsOf(numbered(0, 950));
        assertThat(texts(logs().newest(SEEN, now.minusSeconds(200), 250)))
                .containsExactlyElementsOf(numbered(700, 950));
        assertThat(logs().newest(SEEN, now.minusSeconds(1), 250)).isEmpty();
        assertThat(waits).isEmpty();
    }

    @Test
    void entriesThatComeInBetweenTwoPagesLoseAndDoubleNothing() {
        for (int i = 0; i < 250; i++) {
            sls.write("one", NOW - 100, "line " + i);
        }
        int[] asked = {0};
        sls.meanwhile = () -> {
            if (++asked[0] == 2) {
                sls.write("one", NOW - 1, "late");
            }
        };
        List<String> all = new ArrayList<>(numbered(0, 250));
        all.add("late");
        assertThat(texts(logs().newest(SEEN, now.minusSeconds(200), 10_000))).containsExactlyElementsOf(all);
        assertThat(waits).containsExactly(FcLogs.AGAIN_AFTER);

        sls.meanwhile = () -> sls.write("one", NOW - 1, "more " + ++asked[0]);
        assertThatThrownBy(() -> logs().newest(SEEN, now.minusSeconds(200), 10_000))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("at each of " + FcLogs.AGAIN_MAX + " readings");
    }

    @Test
    void anAnswerThatIsNotWholeIsAskedForAgain() {
        sls.write("one", NOW - 5, "hello");
        sls.incomplete.set(3);
        assertThat(logs().newest(SEEN, now.minusSeconds(60), 5)).hasSize(1);
        assertThat(waits).hasSize(3).containsOnly(FcLogs.AGAIN_AFTER);
        sls.incomplete.set(FcLogs.AGAIN_MAX);
        assertThatThrownBy(() -> logs().newest(SEEN, now.minusSeconds(60), 5))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("no whole answer in " + FcLogs.AGAIN_MAX + " tries");
    }

    @Test
    void moreThanIsReadAtOnceIsRefused() throws Exception {
        for (int i = 0; i <= FcLogs.PAGES_MAX * SlsApi.PAGE_ENTRIES; i++) {
            sls.write("one", NOW - 60, "line");
        }
        assertThatThrownBy(() -> logs().follow(SEEN, line -> {}, () -> true))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("more than " + FcLogs.PAGES_MAX + " pages of 100 lines")
                .hasMessageContaining("later beginning");
    }

    @Test
    void whoFollowsIsToldEachLineOnceAlsoLateOnesAndEqualOnes() throws Exception {
        RestClient.Pause pause = time -> {
            waits.add(time);
            now = now.plus(time);
            switch (waits.size()) {
                case 1 -> {
                    sls.write("one", now.getEpochSecond() - 1, "same");
                    sls.write("one", now.getEpochSecond() - 1, "same");
                }
                case 2 -> sls.write("one", NOW + 2, "same");
                case 3 -> sls.write("one", now.getEpochSecond() - 60, "late");
                default -> {}
            }
        };
        sls.write("one", NOW - 20, "old");
        sls.write("another", NOW + 1, "foreign");
        int[] looks = {0};
        List<String> told = new ArrayList<>();
        logs(pause).follow(SEEN, line -> told.add(line.text()), () -> looks[0]++ < 80);
        assertThat(told).containsExactly("same", "same", "same", "late");
        assertThat(waits).hasSize(80).containsOnly(FcLogs.RHYTHM.every());
    }

    @Test
    void linesOfACallHaveItsId() {
        String call = "1-65a77fbb-157f3f32-e1ee24b17e49";
        sls.write("one", NOW - 9, "before");
        sls.write("one", NOW - 8, "FC Invoke Start RequestId: " + call);
        sls.write("one", NOW - 7, "within");
        sls.write("one", NOW - 6, "FC Invoke End RequestId: " + call);
        sls.write("one", NOW - 5, "2026-11-20T10:00:00.000Z " + call + " [INFO] said by itself");
        sls.write("one", NOW - 4, "FC Invoke Start RequestId: a");
        sls.write("one", NOW - 3, "FC Invoke Start RequestId: b");
        sls.write("one", NOW - 2, "of one of two");
        assertThat(logs().newest(SEEN, now.minusSeconds(60), 100))
                .extracting(LogLine::invocation)
                .containsExactly(null, call, call, call, call, "a", "b", null);
    }

    @Test
    void aLongLineIsCut() {
        sls.write("one", NOW - 1, "x".repeat(FcLogs.LINE_CHARS_MAX + 1));
        assertThat(logs().newest(SEEN, now.minusSeconds(60), 1))
                .singleElement()
                .satisfies(line -> assertThat(line.text()).hasSize(FcLogs.LINE_CHARS_MAX));
    }

    @Test
    void aFunctionWithoutALogIsToldWhatToSwitchOn() throws Exception {
        fc.foreign("silent");
        Seen silent = new Seen("silent", null, Map.of(), false, null, null, Seen.READY, null);
        assertThatThrownBy(() -> logs().newest(silent, now, 1))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.INVALID))
                .hasMessageContaining("silent")
                .hasMessageContaining("spec.account.log");
        assertThat(sls.came()).isEmpty();
    }

    @Test
    void refusalsSayWhatToDo() {
        for (Map.Entry<String, String> each : Map.of(
                        "ProjectNotExist", "make the project",
                        "LogStoreNotExist", "its logstore",
                        "IndexConfigNotExist", "full-text index",
                        "Unauthorized", "weft permissions")
                .entrySet()) {
            sls.refusal = each.getKey();
            assertThatThrownBy(() -> logs().newest(SEEN, now, 1))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining(each.getKey())
                    .hasMessageContaining(each.getValue())
                    .hasMessageContaining("request-");
        }
    }
}
