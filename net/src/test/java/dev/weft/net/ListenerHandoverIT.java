// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerHandoverIT {
    @TempDir
    private Path folder;

    private final CountDownLatch left = new CountDownLatch(1);
    private Loops loops;
    private HttpListener before;
    private AutoCloseable offer;

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(ListenerHandover.possible(), "sockets are handed over on Linux only");
        loops = Loops.start(2);
        before = HttpListener.open(loops, ListenerConfig.loopback("before", 0), saying("before"));
        offer = ListenerHandover.offer(loops, socket(), List.of(before), () -> {
            before.stopAccepting();
            left.countDown();
        });
    }

    @AfterEach
    void close() throws Exception {
        offer.close();
        before.close();
        loops.close();
    }

    @Test
    void theNextOneServesAndNoCallIsLost() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Calling calling = new Calling(before.port(), over);
        List<Thread> callers = List.of(
                Thread.ofVirtual().start(calling),
                Thread.ofVirtual().start(calling),
                Thread.ofVirtual().start(calling));
        try (ListenerHandover.Taken taken = ListenerHandover.take(loops, socket(), 1)) {
            HttpListener after = HttpListener.adopt(
                    loops, taken.sockets().getFirst(), ListenerConfig.loopback("after", 0), saying("after"));
            assertThat(taken.sockets().getFirst().port()).isEqualTo(before.port());
            assertThat(after.port()).isEqualTo(before.port());
            assertThat(get(before.port())).isEqualTo("before"); // adopted, but not begun

            after.begin();
            taken.ready();
            assertThat(left.await(0, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 20; i++) {
                assertThat(get(before.port())).isEqualTo("after");
            }
            assertThat(before.drain(Duration.ofSeconds(5))).isZero();
            over.set(true);
            for (Thread each : callers) {
                each.join();
            }
            assertThat(calling.failed).isNull();
            after.close();
        }
    }

    @Test
    void oneThatGoesAwayBeforeItIsReadyChangesNothing() throws Exception {
        try (ListenerHandover.Taken taken = ListenerHandover.take(loops, socket(), 1)) {
            HttpListener after = HttpListener.adopt(
                    loops, taken.sockets().getFirst(), ListenerConfig.loopback("after", 0), saying("after"));
            after.close();
        }
        assertThat(get(before.port())).isEqualTo("before");
        assertThat(left.getCount()).isEqualTo(1);
    }

    @Test
    void whoOffersFewerListenersOrIsNotThereIsTold() {
        assertThatThrownBy(() -> ListenerHandover.take(loops, socket(), 2).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 listeners of 2");
        assertThatThrownBy(() ->
                        ListenerHandover.take(loops, folder.resolve("none"), 1).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
    }

    @Test
    void othersAreGivenByTheirNames() throws Exception {
        try (HttpListener one = open("facade-one");
                HttpListener two = open("facade-two");
                AutoCloseable named = ListenerHandover.offer(
                        loops,
                        folder.resolve("named.sock"),
                        List.of(before),
                        () -> List.of(one, two),
                        before::stopAccepting);
                ListenerHandover.Taken taken = ListenerHandover.take(loops, folder.resolve("named.sock"), 1)) {
            assertThat(named).isNotNull();
            Map<String, ListenerHandover.Adopted> others = taken.others();
            assertThat(others).containsOnlyKeys("facade-one", "facade-two");
            ListenerHandover.Adopted second = Objects.requireNonNull(others.get("facade-two"));
            assertThat(second.port()).isEqualTo(two.port());
            assertThat(second.listensOn("localhost")).isTrue();
            assertThat(second.listensOn("0.0.0.0")).isFalse();
            others.values().forEach(ListenerHandover.Adopted::close);
            assertThat(get(two.port())).isEqualTo("facade-two"); // its own process goes on
            taken.ready();
        }
        try (ListenerHandover.Taken taken = ListenerHandover.take(loops, socket(), 1)) {
            assertThat(taken.others()).isEmpty();
        }
    }

    private HttpListener open(String name) {
        return HttpListener.open(loops, ListenerConfig.loopback(name, 0), saying(name));
    }

    private Path socket() {
        return folder.resolve("handover.sock");
    }

    private static ExchangeHandler saying(String text) {
        return exchange -> exchange.respond(200, Headers.none(), Body.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** By a connection of its own. */
    private static String get(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return ask(client, port);
        }
    }

    private static String ask(HttpClient client, int port) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .POST(HttpRequest.BodyPublishers.ofString("x")) // not repeated by the client itself
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Calls and calls, on a connection that it keeps for as long as it may. */
    private static final class Calling implements Runnable {
        private final int port;
        private final AtomicBoolean over;
        private volatile @Nullable Exception failed;

        Calling(int port, AtomicBoolean over) {
            this.port = port;
            this.over = over;
        }

        @Override
        public void run() {
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                while (!over.get()) {
                    ask(client, port);
                }
            } catch (IOException | InterruptedException broken) {
                failed = broken;
            }
        }
    }
}
