// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.Place;
import dev.weft.gateway.Gateway;
import dev.weft.gateway.Journal;
import dev.weft.gateway.service.Addresses;
import dev.weft.net.Loops;
import dev.weft.net.Upstreams;
import dev.weft.net.tls.ClientTls;
import dev.weft.testkit.FakeAccount;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two clouds that a test plays behind real HTTP servers, called through the gateway. */
class CloudPlaceIT {
    private static final CloudAccess.Pace QUICK = new CloudAccess.Pace(
            Duration.ofMillis(300), Duration.ofMillis(700), Duration.ofMillis(20), Duration.ofMillis(200));

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Journal.CallEvent> journal = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private final FakeAccount near = new FakeAccount("near");
    private final FakeAccount far = new FakeAccount("far");
    private PlayedServer nearServer;
    private PlayedServer farServer;
    private Loops loops;
    private CloudPlaces places;
    private Gateway gateway;
    private @Nullable Function shop;

    @BeforeEach
    void open() throws Exception {
        nearServer = new PlayedServer("near");
        farServer = new PlayedServer("far");
        near.has("shop", nearServer.uri());
        far.has("shop-there", farServer.uri());
        loops = Loops.start(1);
        places = new CloudPlaces(
                new CloudPlaces.Wire(new Upstreams(), new Addresses(), ClientTls.open(null), InstantSource.system()),
                QUICK,
                (function, cloud, why) -> changes.add(cloud + " " + (why == null ? "ready" : why.kind())));
        gateway = Gateway.open(
                new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                loops,
                (function, cloud) -> place(cloud),
                journal::add,
                new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        gateway.close();
        places.close();
        loops.close();
        nearServer.close();
        farServer.close();
    }

    @Test
    void aCallReachesTheFirstCloudWithItsCredentialsAndTheAnswerComesBack() throws Exception {
        serve(false, Duration.ofSeconds(5));
        HttpResponse<String> answer = post("hello");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("near:5");
        assertThat(nearServer.tokens).containsExactly("Bearer 1");
        assertThat(nearServer.hops).containsExactly("0"); // it may be a Weft
        assertThat(event().cloud()).isEqualTo("near");
        gateway.invoke("shop", "event".getBytes(java.nio.charset.StandardCharsets.UTF_8), null, Map.of());
        assertThat(nearServer.bodies).containsExactly("hello", "event");
        assertThat(farServer.calls()).isZero();
    }

    @Test
    void whatTheCloudProvablyDidNotRunGoesToTheNextOne() throws Exception {
        serve(false, Duration.ofSeconds(5));
        for (int status : new int[] {429, 404, 401}) {
            nearServer.status = status;
            assertThat(post("hello").body()).isEqualTo("far:5");
            assertThat(event().attempts()).isEqualTo(2);
        }
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        near.has("shop", URI.create("http://127.0.0.1:" + free));
        await(() -> near.finds() > 4);
        gateway.probeSoon("near");
        assertThat(post("hello").body()).isEqualTo("far:5");
        near.has("shop", URI.create("http://no-such-host.invalid"));
        await(() -> near.finds() > 8);
        gateway.probeSoon("near");
        assertThat(post("hello").body()).isEqualTo("far:5");
    }

    @Test
    void whatMayHaveRunGoesToTheNextOneOnlyIfTheFunctionIsIdempotent() throws Exception {
        serve(false, Duration.ofSeconds(5));
        nearServer.hangingUp = true;
        assertThat(post("hello").statusCode()).isEqualTo(502);
        assertThat(event().reason()).startsWith("UNKNOWN");
        nearServer.hangingUp = false;
        nearServer.status = 500;
        assertThat(post("hello").statusCode()).isEqualTo(502);
        assertThat(farServer.calls()).isZero();

        serve(true, Duration.ofSeconds(5));
        assertThat(post("hello").body()).isEqualTo("far:5");
        nearServer.hangingUp = true;
        gateway.probeSoon("near");
        assertThat(post("hello").body()).isEqualTo("far:5");
        assertThat(nearServer.calls()).isEqualTo(4);
    }

    @Test
    void aRequestWithoutBodyIsTriedElsewhereJustSo() throws Exception {
        near.lacks("shop");
        serve(false, Duration.ofSeconds(5));
        assertThat(changes.poll(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(changes.poll(5, TimeUnit.SECONDS)).isNotNull();
        HttpRequest request = HttpRequest.newBuilder(url()).build();
        for (int i = 0; i < 3; i++) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo("far:0");
        }
    }

    @Test
    void aDeadlineEndsACallToACloudThatIsSilent() throws Exception {
        serve(false, Duration.ofSeconds(5));
        nearServer.silent = true;
        long began = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(url())
                .header("x-envoy-expected-rq-timeout-ms", "300")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(farServer.calls()).isZero();
    }

    @Test
    void aBodyThatMustBeWholeIsGatheredAndOneTooLargeIsRefusedEverywhere() throws Exception {
        near.dialect().whole(10);
        serve(false, Duration.ofSeconds(5));
        assertThat(post("hello").body()).isEqualTo("near:5");
        assertThat(post("hello hello").statusCode()).isEqualTo(413);
        assertThat(event().attempts()).isEqualTo(1);
        assertThat(event().reason()).startsWith("TOO_LARGE");
        assertThat(nearServer.calls()).isEqualTo(1);
        assertThat(farServer.calls()).isZero();
    }

    @Test
    void anAnswerThatIsGatheredMayNotBeLargerThanItsCloudAllows() throws Exception {
        serve(false, Duration.ofSeconds(5));
        nearServer.whole = "100";
        assertThat(post("hello").body()).isEqualTo("near:5");
        nearServer.whole = "3";
        assertThat(post("hello").statusCode()).isEqualTo(502);
        Journal.CallEvent first = event();
        assertThat(first.ending()).isEqualTo(Journal.Ending.ANSWERED);
        assertThat(event().reason()).startsWith("TOO_LARGE");
        assertThat(farServer.calls()).isZero();
    }

    @Test
    void aFunctionThatIsNotThereYetIsCalledOnceItIs() throws Exception {
        near.lacks("shop");
        far.lacks("shop-there");
        serve(false, Duration.ofSeconds(5));
        assertThat(changes.poll(5, TimeUnit.SECONDS)).endsWith("ABSENT");
        assertThat(post("hello").statusCode()).isEqualTo(503);
        assertThat(event().reason()).contains("it is not there; weft apply puts it there");
        far.has("shop-there", farServer.uri());
        await(() -> post("hello").statusCode() == 200);
        assertThat(farServer.calls()).isEqualTo(1);
    }

    @Test
    void aCallBeforeTheFirstAnswerWaitsForItButNotForEver() throws Exception {
        near.slow(Duration.ofMillis(300));
        far.slow(Duration.ofMinutes(1));
        serve(false, Duration.ofSeconds(5));
        assertThat(post("hello").body()).isEqualTo("near:5");
        nearServer.status = 404; // one that is full would be told before the other
        HttpResponse<String> answer = post("hello");
        assertThat(answer.statusCode()).isEqualTo(503);
        event();
        assertThat(event().reason()).contains("has not said within 700 ms");
    }

    @Test
    void credentialsAreRenewedAheadAndAfterARefusal() throws Exception {
        near.lasting(Duration.ofSeconds(2));
        serve(false, Duration.ofSeconds(5));
        assertThat(post("hello").body()).isEqualTo("near:5");
        await(() -> near.grants() == 2);
        assertThat(post("hello").body()).isEqualTo("near:5");
        assertThat(nearServer.tokens).containsExactly("Bearer 1", "Bearer 2");

        far.lasting(null);
        assertThat(far.grants()).isEqualTo(1);
        nearServer.status = 429;
        farServer.status = 401;
        assertThat(post("hello").statusCode()).isEqualTo(503);
        await(() -> far.grants() == 2);
    }

    @Test
    void expiredCredentialsAreNotUsedAndRefusedOnesSayWhy() throws Exception {
        near.lasting(Duration.ofMillis(300));
        serve(false, Duration.ofSeconds(5));
        assertThat(post("hello").body()).isEqualTo("near:5");
        near.denying(new CloudException(Kind.DENIED, "the profile has no keys", null));
        await(() -> post("hello").body().equals("far:5"));
        far.lacks("shop-there");
        await(() -> post("hello").statusCode() == 503);
        assertThat(changes).contains("near DENIED");
    }

    @Test
    void whatWorkedGoesOnWhileTheCloudDoesNotAnswerQuestions() throws Exception {
        serve(false, Duration.ofSeconds(5));
        assertThat(post("hello").body()).isEqualTo("near:5");
        near.failing(new CloudException(Kind.UNREACHABLE, "no network", null));
        int before = near.finds();
        await(() -> near.finds() > before + 2);
        assertThat(post("hello").body()).isEqualTo("near:5");
    }

    @Test
    void aCallerThatGoesAwayClosesTheConnectionToTheCloud() throws Exception {
        serve(false, Duration.ofSeconds(5));
        nearServer.silent = true;
        CompletableFuture<HttpResponse<String>> waiting =
                client.sendAsync(request("hello"), HttpResponse.BodyHandlers.ofString());
        await(() -> nearServer.calls() == 1);
        waiting.cancel(true);
        assertThat(event().ending()).isEqualTo(Journal.Ending.CALLER_GONE);
    }

    private void serve(boolean idempotent, Duration timeout) {
        Placement placement = new Placement(
                Function.Strategy.FAILOVER,
                List.of(new Placement.Choice("near", 1), new Placement.Choice("far", 1, "shop-there")),
                Map.of(),
                null,
                Duration.ZERO);
        Function called = new Function(
                new Metadata("shop", "default", Map.of(), Map.of()),
                new Function.Spec(
                        Function.Contract.HTTP,
                        null,
                        new Function.Code(".", null, null, null),
                        null,
                        List.of(),
                        Quantity.parse("128Mi"),
                        timeout,
                        Map.of(),
                        10,
                        0,
                        10,
                        Duration.ofMinutes(1),
                        idempotent,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        placement,
                        List.of(),
                        Function.Architecture.AMD64,
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
        shop = called;
        HttpRoute.Rule rule = new HttpRoute.Rule(
                null,
                List.of(),
                List.of(),
                List.of(new HttpRoute.BackendRef("weft.dev", "Function", "shop", null, null, 1, List.of())),
                null,
                null,
                null);
        HttpRoute route = new HttpRoute(
                new Metadata("route", "default", Map.of(), Map.of()),
                new HttpRoute.Spec(List.of(), List.of(), List.of(rule)));
        gateway.serve(List.of(), List.of(called), List.of(), List.of(route), List.of());
    }

    private Place place(String cloud) {
        Function called = java.util.Objects.requireNonNull(shop);
        return cloud.equals("near") ? places.place(called, "shop", near) : places.place(called, "shop-there", far);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + gateway.port() + "/shop");
    }

    private HttpRequest request(String body) {
        return HttpRequest.newBuilder(url())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return client.send(request(body), HttpResponse.BodyHandlers.ofString());
    }

    private Journal.CallEvent event() throws InterruptedException {
        Journal.CallEvent event = journal.poll(5, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return java.util.Objects.requireNonNull(event);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited 10 s").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
