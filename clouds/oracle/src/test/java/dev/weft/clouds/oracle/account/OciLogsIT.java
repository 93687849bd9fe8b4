// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.bmc.auth.SimpleAuthenticationDetailsProvider;
import com.oracle.bmc.http.client.jersey3.Jersey3HttpProvider;
import com.oracle.bmc.logging.LoggingManagementClient;
import com.oracle.bmc.logging.requests.ListLogGroupsRequest;
import com.oracle.bmc.logging.requests.ListLogsRequest;
import com.oracle.bmc.loggingsearch.LogSearchClient;
import com.oracle.bmc.loggingsearch.model.SearchLogsDetails;
import com.oracle.bmc.loggingsearch.requests.SearchLogsRequest;
import com.oracle.bmc.loggingsearch.responses.SearchLogsResponse;
import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestResponse;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of OCI Functions: what is sent is what Oracle's own clients send, and nothing is lost or told twice. */
class OciLogsIT {
    private static final FakeOci OCI = new FakeOci();
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    private Path home;

    private final Map<String, String> options = new HashMap<>(Map.of(
            "compartment",
            OciUser.COMPARTMENT,
            "subnets",
            OciUser.SUBNET,
            "logsEndpoint",
            OCI.uri().toString()));

    /** The logs' clock; signatures have it too, and the double doesn't compare it with its own. */
    private Instant now = NOW;

    @AfterAll
    static void stop() {
        OCI.close();
    }

    @BeforeEach
    void begin() throws Exception {
        OCI.clear();
        OciUser.write(home);
    }

    @AfterEach
    void everySignatureOfBothWasRight() {
        assertThat(OCI.unsigned()).isEmpty();
    }

    private OciAccount account(RestClient.Pause pause) {
        InstantSource clock = () -> now;
        Cloud cloud = Samples.cloud(Cloud.Type.OCI, "eu-frankfurt-1", OCI.uri(), options);
        return new OciAccount(cloud, new CloudVendor.Around(new JdkTransport(), Map.of(), home, clock), pause);
    }

    private OciAccount account() {
        return account(time -> {});
    }

    private static Seen applied(OciAccount account, boolean logged) {
        Seen seen = account.apply(
                Samples.wanted(Samples.function("one", parts -> parts)), Samples.IMAGE, null, Progress.NONE);
        OCI.logs.loggedApp = logged ? OCI.appId() : "";
        OCI.forget();
        return seen;
    }

    private static void write(int count, Instant first, Duration step) {
        for (int i = 0; i < count; i++) {
            OCI.logs.write("one", first.plus(step.multipliedBy(i)), "id-" + i, "line " + i);
        }
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
    void whatIsSentIsWhatOraclesOwnClientsSend() {
        List<FakeServer.Asked> ours;
        try (OciAccount account = account()) {
            Seen seen = applied(account, true);
            OCI.logs.write("one", NOW.minusSeconds(5), "id", "hello");
            assertThat(account.logs(seen, NOW.minusSeconds(3600), 7))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.text()).isEqualTo("hello");
                        assertThat(line.invocation()).isEqualTo("/01HZ/id");
                        assertThat(line.instance()).isEqualTo("container-1");
                        assertThat(line.cloud()).isEqualTo("there");
                        assertThat(line.time()).isEqualTo(NOW.minusSeconds(5));
                    });
            ours = logging();
        }
        OCI.forget();
        byOraclesClients(ours.getLast().json().path("searchQuery").asString());
        List<FakeServer.Asked> theirs = logging();
        assertThat(ours).hasSize(5);
        assertThat(theirs).hasSameSizeAs(ours);
        for (int i = 0; i < ours.size(); i++) {
            FakeServer.Asked our = ours.get(i);
            FakeServer.Asked their = theirs.get(i);
            assertThat(our.method()).isEqualTo(their.method());
            assertThat(our.path()).isEqualTo(their.path());
            assertThat(our.query()).isEqualTo(their.query());
            assertThat(our.json()).isEqualTo(their.json());
            if (our.method().equals("POST")) {
                assertThat(our.header("content-type")).isEqualTo(their.header("content-type"));
            }
        }
    }

    private static List<FakeServer.Asked> logging() {
        return OCI.asked().stream()
                .filter(each -> !each.path().startsWith("/20181201"))
                .toList();
    }

    private static void byOraclesClients(String query) {
        SimpleAuthenticationDetailsProvider user = SimpleAuthenticationDetailsProvider.builder()
                .tenantId(OciUser.TENANCY)
                .userId(OciUser.USER)
                .fingerprint(OciUser.FINGERPRINT)
                .privateKeySupplier(() -> new ByteArrayInputStream(OciUser.pem().getBytes(StandardCharsets.UTF_8)))
                .build();
        try (LoggingManagementClient management = LoggingManagementClient.builder()
                        .httpProvider(Jersey3HttpProvider.getInstance())
                        .endpoint(OCI.uri().toString())
                        .build(user);
                LogSearchClient search = LogSearchClient.builder()
                        .httpProvider(Jersey3HttpProvider.getInstance())
                        .endpoint(OCI.uri().toString())
                        .build(user)) {
            List<String> groups = new ArrayList<>();
            String page = null;
            do {
                var answer = management.listLogGroups(ListLogGroupsRequest.builder()
                        .compartmentId(OciUser.COMPARTMENT)
                        .limit(OciLogApi.PER_PAGE)
                        .page(page)
                        .build());
                answer.getItems().forEach(each -> groups.add(each.getId()));
                page = answer.getOpcNextPage();
            } while (page != null);
            for (String group : groups) {
                management.listLogs(ListLogsRequest.builder()
                        .logGroupId(group)
                        .sourceService("functions")
                        .sourceResource(OCI.appId())
                        .limit(OciLogApi.PER_PAGE)
                        .build());
            }
            SearchLogsResponse found = search.searchLogs(SearchLogsRequest.builder()
                    .limit(7)
                    .searchLogsDetails(SearchLogsDetails.builder()
                            .timeStart(Date.from(NOW.minusSeconds(3600)))
                            .timeEnd(Date.from(NOW))
                            .searchQuery(query)
                            .build())
                    .build());
            assertThat(found.getSearchResponse().getResults()).hasSize(1);
        }
    }

    @Test
    void nothingIsLostOrDoubledBetweenPagesWithTokensOrWithout() {
        try (OciAccount account = account()) {
            Seen seen = applied(account, true);
            // ten lines in each millisecond, so that pages end within one
            for (int i = 0; i < 2500; i++) {
                OCI.logs.write("one", NOW.minusMillis(1000 - i / 10), "id-" + i, "line " + i);
            }
            for (boolean tokens : List.of(true, false)) {
                for (boolean endCountsIn : List.of(true, false)) {
                    OCI.logs.tokens = tokens;
                    OCI.logs.endCountsIn = endCountsIn;
                    for (int answerMax : List.of(1000, 333)) {
                        OCI.logs.answerMax = answerMax;
                        assertThat(texts(account.logs(seen, NOW.minusSeconds(60), 10_000)))
                                .describedAs("tokens %s, end counts in %s, %d", tokens, endCountsIn, answerMax)
                                .hasSize(2500)
                                .containsExactlyInAnyOrderElementsOf(numbered(0, 2500));
                    }
                    assertThat(account.logs(seen, NOW.minusSeconds(60), 1234)).hasSize(1234);
                }
            }
        }
    }

    @Test
    void theNewestLinesComeOldestFirstAlsoFromLongAgo() {
        try (OciAccount account = account()) {
            Seen seen = applied(account, true);
            write(5, NOW.minus(Duration.ofDays(50)), Duration.ofDays(10));
            assertThat(texts(account.logs(seen, NOW.minus(Duration.ofDays(45)), 100)))
                    .containsExactlyElementsOf(numbered(1, 5));
            assertThat(texts(account.logs(seen, Instant.EPOCH, 2))).containsExactlyElementsOf(numbered(3, 5));
            assertThat(account.logs(seen, NOW.minusSeconds(1), 2)).isEmpty();
            assertThat(account.logs(seen, Instant.EPOCH, 100)).hasSize(5);
            assertThat(logging().getLast().json().path("timeStart").asString())
                    .isEqualTo("2026-05-26T10:00:00.000Z")
                    .startsWith(NOW.minus(OciLogs.KEPT_MAX).toString().substring(0, 19));
            OCI.logs.write("one", NOW.minusSeconds(1), "long", "x".repeat(OciLogs.LINE_CHARS_MAX + 1));
            assertThat(account.logs(seen, NOW.minusSeconds(60), 1))
                    .singleElement()
                    .satisfies(line -> assertThat(line.text()).hasSize(OciLogs.LINE_CHARS_MAX));
        }
    }

    @Test
    void moreThanIsReadAtOnceIsRefused() {
        try (OciAccount account = account()) {
            Seen seen = applied(account, true);
            OCI.logs.tokens = false;
            write(OciLogs.PAGE_ENTRIES + 1, NOW.minusSeconds(5), Duration.ZERO);
            assertThatThrownBy(() -> account.logs(seen, NOW.minusSeconds(60), 10_000))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("more than 1000 lines in one millisecond");
            OCI.logs.answerMax = 1;
            OCI.logs.tokens = true;
            assertThatThrownBy(() -> account.logs(seen, NOW.minusSeconds(60), 10_000))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("more than " + OciLogs.PAGES_MAX * OciLogs.PAGE_ENTRIES + " lines")
                    .hasMessageContaining("later beginning");
        }
    }

    @Test
    void whoFollowsIsToldEachLineOnceAlsoLateOnes() throws Exception {
        int[] looks = {0};
        List<Duration> waits = new ArrayList<>();
        RestClient.Pause pause = time -> {
            waits.add(time);
            now = now.plus(time);
            switch (waits.size()) {
                case 1 -> OCI.logs.write("one", now.minusSeconds(1), "new-1", "new 1");
                case 2 -> OCI.logs.write("one", now.minusSeconds(120), "late", "late");
                case 3 -> OCI.logs.write("one", now, "other", "other");
                default -> {}
            }
        };
        List<String> told = new ArrayList<>();
        try (OciAccount account = account()) {
            Seen seen = applied(account, true);
            OCI.logs.write("one", NOW.minusSeconds(20), "old", "old");
            OCI.logs.write("another", NOW.minusSeconds(20), "foreign", "foreign");
            try (OciAccount following = account(pause)) {
                following.follow(seen, line -> told.add(line.text()), () -> looks[0]++ < 90);
            }
        }
        assertThat(told).containsExactly("new 1", "late", "other");
        assertThat(waits).hasSize(90).containsOnly(OciLogs.RHYTHM.every());
    }

    @Test
    void anApplicationWithoutALogIsToldWhatToSwitchOn() {
        try (OciAccount account = account()) {
            Seen seen = applied(account, false);
            for (String state : List.of("none", "disabled")) {
                assertThatThrownBy(() -> account.logs(seen, NOW, 1))
                        .describedAs(state)
                        .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                                .isEqualTo(CloudException.Kind.INVALID))
                        .hasMessageContaining("application weft")
                        .hasMessageContaining("switch it on")
                        .hasMessageContaining("spec.account.log");
                assertThat(account.examine("shop"))
                        .allSatisfy(each -> assertThat(each.works()).isTrue());
                OCI.logs.loggedApp = OCI.appId();
                OCI.logs.enabled = false;
            }
            OCI.logs.enabled = true;
            assertThat(account.examine("shop")).anySatisfy(each -> {
                assertThat(each.what()).isEqualTo("read logs");
                assertThat(each.said()).contains(FakeOciLogs.LOG);
            });
        }
    }

    @Test
    void theLogThatTheDocumentNamesIsReadWithoutLooking() {
        String other = "ocid1.compartment.oc1..other";
        options.put("log", other + "/ocid1.loggroup.oc1..x/" + FakeOciLogs.LOG);
        try (OciAccount account = account()) {
            Seen seen = applied(account, false);
            OCI.logs.write("one", NOW.minusSeconds(1), "id", "hello");
            assertThat(account.logs(seen, NOW.minusSeconds(60), 5)).hasSize(1);
            assertThat(logging()).singleElement().satisfies(each -> assertThat(
                            each.json().path("searchQuery").asString())
                    .startsWith("search \"" + options.get("log") + "\" |"));
            assertThat(account.permissions(List.of()))
                    .contains("to read log-content in compartment id " + other, "to read log-groups");
        }
    }

    @Test
    void whoMayNotReadLogsIsTold() {
        options.put("compartment", "ocid1.compartment.oc1..mine");
        try (OciAccount account = account()) {
            applied(account, true);
            assertThat(account.examine("shop")).anySatisfy(each -> {
                assertThat(each.works()).isFalse();
                assertThat(each.what()).isEqualTo("read logs");
                assertThat(each.advice()).contains("log-content");
            });
        }
    }

    @Test
    void itsAddressFollowsFromTheRegionOrFunctionsOwn() {
        assertThat(base(null, Map.of())).isEqualTo(URI.create("https://logging.eu-frankfurt-1.oci.oraclecloud.com"));
        assertThat(base("https://functions.us-gov-ashburn-1.oci.oraclegovcloud.com", Map.of()))
                .isEqualTo(URI.create("https://logging.us-gov-ashburn-1.oci.oraclegovcloud.com"));
        assertThat(base("http://other:1", Map.of())).isNull();
        assertThat(base("http://other:1", Map.of("logsEndpoint", "http://logs:2")))
                .isEqualTo(URI.create("http://logs:2"));
        options.remove("logsEndpoint");
        try (OciAccount account = account()) {
            Seen seen = applied(account, true);
            assertThatThrownBy(() -> account.logs(seen, NOW, 1)).hasMessageContaining("need spec.account.logsEndpoint");
            assertThat(logging()).isEmpty();
        }
    }

    @Test
    void aListWithoutEndIsRefused() {
        Cloud cloud = Samples.cloud(Cloud.Type.OCI, "eu-frankfurt-1", null, Map.of());
        RestClient endless = new RestClient(
                request -> new RestResponse(200, Map.of("opc-next-page", "on"), "[]".getBytes(StandardCharsets.UTF_8)),
                (request, at) -> request,
                new OciErrors(),
                InstantSource.system());
        assertThatThrownBy(() -> new OciLogApi(cloud, endless).groups(OciUser.COMPARTMENT))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("more than " + OciLogApi.PAGES_MAX * OciLogApi.PER_PAGE);
    }

    private static @Nullable URI base(@Nullable String endpoint, Map<String, String> account) {
        return OciLogApi.base(Samples.cloud(
                Cloud.Type.OCI, "eu-frankfurt-1", endpoint == null ? null : URI.create(endpoint), account));
    }
}
