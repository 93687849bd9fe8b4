// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Sticky;
import dev.weft.api.resource.Function.Strategy;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.placement.CloudTerms;
import dev.weft.gateway.placement.Explanation;
import dev.weft.net.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a placement asks for, over HTTP, in front of clouds that a test plays. */
class PlacementIT {
    private static final Map<String, String> EU = Map.of("jurisdiction", "eu");
    private static final Map<String, String> US = Map.of("jurisdiction", "us");

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Journal.CallEvent> journal = new LinkedBlockingQueue<>();
    private final PlayedCloud first = new PlayedCloud("first");
    private final PlayedCloud second = new PlayedCloud("second");
    private Loops loops;
    private Gateway gateway;

    /** From the second cloud. */
    private Map<String, String> withheld = Map.of();

    @BeforeEach
    void open() {
        loops = Loops.start(1);
        gateway = Gateway.open(
                new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                loops,
                (function, cloud) -> cloud.equals("first") ? first : second,
                journal::add,
                new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        gateway.close();
        loops.close();
    }

    @Test
    void noOutagePushesACallToACloudWithoutTheRequiredLabelsAndTheJournalHoldsTheEvidence() throws Exception {
        serve(new Function.Placement(Strategy.FAILOVER, choices(1, 1), EU), EU, US);
        first.failing = true;

        assertThat(get().statusCode()).isEqualTo(503);
        assertThat(second.calls).hasValue(0);
        Journal.CallEvent event = event();
        assertThat(event.cloud()).isEqualTo("first");
        assertThat(event.require())
                .isEqualTo(new Journal.Require(
                        List.of("first"), Map.of("second", "has jurisdiction: us, not jurisdiction: eu")));
    }

    @Test
    void aCloudFromWhichAFunctionIsWithheldTakesNoneOfItsCallsAndExplainSaysWhy() throws Exception {
        withheld = Map.of("shop", "lacks a certificate", "other", "lacks another");
        serve(new Function.Placement(Strategy.FAILOVER, choices(1, 1), Map.of()), Map.of(), Map.of());
        first.failing = true;

        assertThat(get().statusCode()).isEqualTo(503);
        assertThat(second.calls).hasValue(0);
        assertThat(event().require())
                .isEqualTo(new Journal.Require(List.of("first"), Map.of("second", "lacks a certificate")));
        assertThat(explained().clouds().get(1).leftOut()).isEqualTo("lacks a certificate");

        withheld = Map.of("other", "lacks another");
        serve(new Function.Placement(Strategy.FAILOVER, choices(1, 1), Map.of()), Map.of(), Map.of());
        assertThat(get().statusCode()).isEqualTo(200);
        assertThat(second.calls).hasValue(1);
    }

    @Test
    void aCallThatNoCloudMayTakeIsRefusedWithAWordOfItsOwn() throws Exception {
        serve(new Function.Placement(Strategy.FAILOVER, choices(1, 1), EU), US, Map.of());

        HttpResponse<String> answer = get();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"require-unmet\"").doesNotContain("jurisdiction");
        Journal.CallEvent event = event();
        assertThat(event.ending()).isEqualTo(Journal.Ending.REFUSED);
        assertThat(event.require())
                .isEqualTo(new Journal.Require(
                        List.of(),
                        Map.of(
                                "first",
                                "has jurisdiction: us, not jurisdiction: eu",
                                "second",
                                "lacks jurisdiction: eu")));
        assertThatThrownBy(() -> gateway.invoke("shop", new byte[0], null, Map.of()))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.UNREACHABLE))
                .hasMessageContaining("require-unmet");
        assertThat(event().ending()).isEqualTo(Journal.Ending.REFUSED);
        assertThat(first.calls.get() + second.calls.get()).isZero();
        assertThat(explained().sentence()).startsWith("Calls are refused: no cloud of this function has what");
    }

    @Test
    void aMissingCookieIsSetOnceAndItsUserStaysOnOneCloud() throws Exception {
        serve(sticky(new Sticky(null, "user")), EU, EU);

        HttpResponse<String> fresh = get();
        String cookie = fresh.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie).matches("user=[-0-9a-f]{36}; Path=/; HttpOnly; SameSite=Lax");
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> next = get("cookie", cookie.split(";", 2)[0]);
            assertThat(next.body()).isEqualTo(fresh.body());
            assertThat(next.headers().firstValue("set-cookie")).isEmpty();
        }
    }

    @Test
    void usersNamedByAHeaderAreSharedAndEachStays() throws Exception {
        serve(sticky(new Sticky("X-User", null)), EU, EU);
        int onFirst = 0;
        for (int user = 0; user < 40; user++) {
            HttpResponse<String> once = get("x-user", "user-" + user);
            assertThat(get("X-User", "user-" + user).body()).isEqualTo(once.body());
            assertThat(once.headers().firstValue("set-cookie")).isEmpty();
            onFirst += once.body().equals("first") ? 1 : 0;
        }
        assertThat(onFirst).isBetween(10, 30);
    }

    @Test
    void burstLeavesTheFullPremisesAndComesBackWhenThereIsRoom() throws Exception {
        serve(new Function.Placement(Strategy.BURST, choices(1, 1), Map.of()), Map.of("premises", "true"), EU);
        first.holding = true;
        CompletableFuture<HttpResponse<String>> held =
                client.sendAsync(request(), HttpResponse.BodyHandlers.ofString());
        while (first.calls.get() == 0) {
            Thread.onSpinWait();
        }

        assertThat(get().body()).isEqualTo("second");
        assertThat(explained().sentence())
                .contains("your own machines are full or out")
                .contains("first is full");
        first.holding = false;
        first.release();
        assertThat(held.get(5, TimeUnit.SECONDS).body()).isEqualTo("first");
        assertThat(get().body()).isEqualTo("first");
    }

    @Test
    void callsReturnToACloudThatIsBackLittleByLittle() throws Exception {
        serve(new Function.Placement(Strategy.FAILOVER, choices(1, 1), Map.of(), null, Duration.ofMinutes(10)), EU, EU);
        outAndBack();

        int onFirst = 0;
        for (int i = 0; i < 200; i++) {
            onFirst += get().body().equals("first") ? 1 : 0;
        }
        assertThat(onFirst).isBetween(1, 60);
        assertThat(explained().sentence()).contains("first is just back and gets 1");
        second.failing = true;
        assertThat(get().body()).as("before nobody answers").isEqualTo("first");
    }

    @Test
    void withoutAFailbackTheyReturnAtOnce() throws Exception {
        serve(new Function.Placement(Strategy.FAILOVER, choices(1, 1), Map.of(), null, Duration.ZERO), EU, EU);
        outAndBack();

        for (int i = 0; i < 20; i++) {
            assertThat(get().body()).isEqualTo("first");
        }
    }

    @Test
    void theFasterOfTwoCloudsIsFoundAndASlowOneIsFoundAgainWhenItIsFast() throws Exception {
        serve(new Function.Placement(Strategy.FASTEST, choices(1, 1), Map.of()), EU, EU);
        first.delay = Duration.ofMillis(30);
        for (int i = 0; i < 300 && !get().body().equals("second"); i++) {}
        get();
        assertThat(explained().clouds().get(1).firstShare()).isGreaterThan(0.9);

        first.delay = Duration.ZERO;
        second.delay = Duration.ofMillis(30);
        int tries = 0;
        while (explained().clouds().getFirst().firstShare() < 0.9) {
            get();
            assertThat(++tries).isLessThan(500);
        }
    }

    /** Three failures put the first cloud out; then the next call is its probe. */
    private void outAndBack() throws Exception {
        first.failing = true;
        for (int i = 0; i < PlaceHealth.FAILURES_TO_OUT + 1; i++) {
            assertThat(get().body()).isEqualTo("second");
        }
        first.failing = false;
        gateway.probeSoon("first");
        assertThat(get().body()).isEqualTo("first");
    }

    private Explanation explained() {
        Explanation why = gateway.explain("shop");
        assertThat(why).isNotNull();
        return java.util.Objects.requireNonNull(why);
    }

    private static Function.Placement sticky(Sticky by) {
        return new Function.Placement(Strategy.WEIGHTED, choices(1, 1), Map.of(), by, Duration.ZERO);
    }

    private static List<Function.Placement.Choice> choices(int ofFirst, int ofSecond) {
        return List.of(
                new Function.Placement.Choice("first", ofFirst), new Function.Placement.Choice("second", ofSecond));
    }

    private void serve(Function.Placement placement, Map<String, String> ofFirst, Map<String, String> ofSecond) {
        Function shop = new Function(
                new Metadata("shop", "default", Map.of(), Map.of()),
                new Function.Spec(
                        Function.Contract.HTTP,
                        null,
                        new Function.Code(".", null, null, null),
                        null,
                        List.of(),
                        Quantity.parse("128Mi"),
                        Duration.ofSeconds(5),
                        Map.of(),
                        10,
                        0,
                        10,
                        Duration.ofMinutes(1),
                        false,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        placement,
                        List.of(),
                        Function.Architecture.AMD64,
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
        HttpRoute route = new HttpRoute(
                new Metadata("route", "default", Map.of(), Map.of()),
                new HttpRoute.Spec(
                        List.of(),
                        List.of(),
                        List.of(new HttpRoute.Rule(
                                null,
                                List.of(),
                                List.of(),
                                List.of(new HttpRoute.BackendRef(
                                        "weft.dev", "Function", "shop", null, null, 1, List.of())),
                                null,
                                null,
                                null))));
        gateway.serve(
                List.of(terms("first", ofFirst, Map.of()), terms("second", ofSecond, withheld)),
                List.of(shop),
                List.of(),
                List.of(route),
                List.of());
    }

    private static CloudTerms terms(String name, Map<String, String> labels, Map<String, String> withheld) {
        return new CloudTerms(name, labels, "true".equals(labels.get("premises")), null, "nobody", withheld);
    }

    private HttpRequest request(String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/shop"));
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }

    private HttpResponse<String> get(String... headers) throws Exception {
        return client.send(request(headers), HttpResponse.BodyHandlers.ofString());
    }

    private Journal.CallEvent event() throws InterruptedException {
        Journal.CallEvent event = journal.poll(5, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return java.util.Objects.requireNonNull(event);
    }

    /** Says its name, at once, late, when released, or not at all; has room for one call. */
    private static final class PlayedCloud implements Place {
        private final String name;
        private final AtomicInteger calls = new AtomicInteger();
        private volatile boolean failing;
        private volatile boolean holding;
        private volatile Duration delay = Duration.ZERO;
        private volatile @Nullable Runnable held;

        PlayedCloud(String name) {
            this.name = name;
        }

        @Override
        public String cloud() {
            return name;
        }

        @Override
        public int callsMax() {
            return 1;
        }

        void release() {
            Runnable answer = held;
            assertThat(answer).isNotNull();
            java.util.Objects.requireNonNull(answer).run();
        }

        @Override
        public Attempt call(Call call, Loop loop, Answers answers) {
            calls.incrementAndGet();
            call.body().discard();
            if (failing) {
                answers.failed(new CloudException(CloudException.Kind.UNREACHABLE, "played", null));
                return () -> {};
            }
            Runnable answer = () -> answers.outcome(new Outcome.Response(
                    200, Headers.none(), Body.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
            if (holding) {
                held = () -> loop.execute(answer);
                return () -> {};
            }
            if (delay.isZero()) {
                answer.run();
                return () -> {};
            }
            Loop.Timer timer = loop.after(delay, answer);
            return timer::cancel;
        }
    }
}
