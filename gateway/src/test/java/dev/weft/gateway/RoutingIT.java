// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.RouteFilter;
import dev.weft.api.resource.Service;
import dev.weft.net.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services, mirrors and timeouts of routes: what the standard's cases (in app) leave open. */
class RoutingIT {
    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Journal.CallEvent> journal = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> mirrored = new LinkedBlockingQueue<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private volatile CountDownLatch release = new CountDownLatch(0);
    private Loops loops;
    private Gateway gateway;

    @BeforeEach
    void open() throws IOException {
        loops = Loops.start(2);
        gateway = Gateway.open(
                new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                loops,
                (function, cloud) -> null,
                journal::add,
                new SimpleMeterRegistry());
        server(exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody()
                    .write(("host " + exchange.getRequestHeaders().getFirst("Host") + ", " + body.length + " bytes")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            if (exchange.getRequestURI().getPath().equals("/dripping")) {
                pause(3_000);
            }
            exchange.close();
        });
        server(exchange -> {
            mirrored.add(
                    exchange.getRequestURI() + " " + exchange.getRequestBody().readAllBytes().length);
            pause(500);
            await(release);
            exchange.close();
        });
    }

    @AfterEach
    void close() {
        gateway.close();
        loops.close();
        servers.forEach(server -> server.stop(0));
    }

    private void server(com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", handler);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        servers.add(server);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static Service service(String name, String host, int port) {
        return new Service(
                new Metadata(name, "default", Map.of(), Map.of()),
                new Service.Spec(
                        Service.Type.EXTERNAL_NAME,
                        host,
                        List.of(new Service.Port(null, 80, port, Service.Protocol.TCP, "http"))));
    }

    private void serve(List<RouteFilter> filters, HttpRoute.@Nullable Timeouts timeouts) {
        HttpRoute.BackendRef backend = new HttpRoute.BackendRef("", "Service", "orders", null, 80, 1, List.of());
        HttpRoute.Rule rule = new HttpRoute.Rule(null, List.of(), filters, List.of(backend), timeouts, null, null);
        serve(rule);
    }

    private void serve(HttpRoute.Rule rule) {
        gateway.serve(
                List.of(),
                List.of(
                        service(
                                "orders",
                                "localhost",
                                servers.getFirst().getAddress().getPort()),
                        service(
                                "audit",
                                "localhost",
                                servers.getLast().getAddress().getPort()),
                        service("nowhere", "no-such-host.invalid", 80),
                        service("closed", "localhost", 1)),
                List.of(new HttpRoute(
                        new Metadata("route", "default", Map.of(), Map.of()),
                        new HttpRoute.Spec(List.of(), List.of(), List.of(rule)))));
    }

    private static RouteFilter mirror(String to) {
        return new RouteFilter(
                RouteFilter.Type.REQUEST_MIRROR,
                null,
                null,
                new RouteFilter.Mirror(new RouteFilter.Target("", "Service", to, null, 80), null, null),
                null,
                null,
                null,
                null);
    }

    private HttpResponse<String> post(String path, int bytes) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Journal.CallEvent told() throws InterruptedException {
        Journal.CallEvent event = journal.poll(10, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
    }

    @Test
    void aServiceSeesTheCallersHostAndIsInTheJournalLikeAFunctionOnOneCloud() throws Exception {
        serve(List.of(), null);
        HttpResponse<String> answer = post("/a", 100_000);
        assertThat(answer.body()).isEqualTo("host 127.0.0.1:" + gateway.port() + ", 100000 bytes");
        Journal.CallEvent event = told();
        assertThat(event.function()).isEqualTo("orders:80");
        assertThat(event.cloud()).isEqualTo("service");
    }

    @Test
    void aServiceWithoutAddressAndOneThatRefusesConnectionsAreUnreachable() throws Exception {
        for (String name : List.of("nowhere", "closed")) {
            HttpRoute.BackendRef backend = new HttpRoute.BackendRef("", "Service", name, null, 80, 1, List.of());
            serve(new HttpRoute.Rule(null, List.of(), List.of(), List.of(backend), null, null, null));
            assertThat(post("/a", 10).statusCode()).isEqualTo(503);
            assertThat(told().reason()).startsWith("UNREACHABLE");
        }
    }

    @Test
    void aBackendThatIsNotThereIs500() throws Exception {
        HttpRoute.BackendRef backend = new HttpRoute.BackendRef("", "Service", "gone", null, 80, 1, List.of());
        serve(new HttpRoute.Rule(null, List.of(), List.of(), List.of(backend), null, null, null));
        assertThat(post("/a", 10).statusCode()).isEqualTo(500);
    }

    @Test
    void aMirrorGetsBodiesUpToItsLimitAndSlowsNobody() throws Exception {
        serve(List.of(mirror("audit")), null);
        long began = System.nanoTime();
        assertThat(post("/a", Mirrors.BODY_BYTES_MAX).statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(450));
        assertThat(mirrored.poll(10, TimeUnit.SECONDS)).isEqualTo("/a " + Mirrors.BODY_BYTES_MAX);
        assertThat(told().function()).isEqualTo("orders:80");
        Journal.CallEvent copy = told();
        assertThat(copy.function()).isEqualTo("audit:80");
        assertThat(copy.reason()).startsWith("mirror of ");
        assertThat(post("/b", Mirrors.BODY_BYTES_MAX + 1).body()).contains(Mirrors.BODY_BYTES_MAX + 1 + " bytes");
        assertThat(List.of(String.valueOf(told().reason()), String.valueOf(told().reason())))
                .anyMatch(reason -> reason.contains("longer than " + Mirrors.BODY_BYTES_MAX + " bytes"));
        assertThat(mirrored).isEmpty();
    }

    @Test
    void aMirrorThatIsBrokenOrFullHarmsNoCall() throws Exception {
        serve(List.of(mirror("nowhere"), mirror("closed"), mirror("audit")), null);
        release = new CountDownLatch(1);
        int calls = dev.weft.gateway.filter.MirrorRule.AT_ONCE_MAX + 10;
        List<java.util.concurrent.CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(client.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/a"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        for (var each : all) {
            assertThat(each.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        release.countDown();
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < calls * 4; i++) {
            reasons.add(String.valueOf(told().reason()));
        }
        assertThat(reasons).anyMatch(reason -> reason.contains("no address"));
        assertThat(reasons)
                .anyMatch(reason ->
                        reason.contains(dev.weft.gateway.filter.MirrorRule.AT_ONCE_MAX + " copies are under way"));
    }

    @Test
    void anAnswerThatDripsBeyondTheRoutesTimeIsBrokenOff() throws Exception {
        for (HttpRoute.Timeouts timeouts : List.of(
                new HttpRoute.Timeouts(Duration.ofMillis(300), null),
                new HttpRoute.Timeouts(null, Duration.ofMillis(300)))) {
            serve(List.of(), timeouts);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> post("/dripping", 0))
                    .isInstanceOf(IOException.class);
            assertThat(told().ending()).isEqualTo(Journal.Ending.BROKEN_OFF);
        }
    }
}
