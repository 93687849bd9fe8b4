// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Upgraded connections through a proxy of listener and upstreams, between plain sockets. */
class TunnelIT {
    private static final String ASK =
            "GET /room HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: shout/1\r\n\r\n";
    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout/1\r\nX-Room: 7\r\n\r\n";

    private final CompletableFuture<Boolean> over = new CompletableFuture<>();
    private Loops loops;
    private Upstreams upstreams;
    private ServerSocket server;
    private HttpListener proxy;

    /** Takes the server's side of one connection. */
    private interface Side {
        void serve(Socket socket) throws Exception;
    }

    @BeforeEach
    void open() throws IOException {
        open(TunnelEnd.IDLE_MAX);
    }

    private void open(Duration idleMax) throws IOException {
        loops = Loops.start(1);
        upstreams = new Upstreams(NetworkSpace.own(), idleMax);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = HttpListener.open(loops, ListenerConfig.loopback("proxy", 0), this::forward);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        proxy.close();
        upstreams.close();
        loops.close();
    }

    private void forward(ServerExchange exchange) {
        exchange.onOver(() -> over.complete(true));
        upstreams.send(
                exchange.loop(),
                new InetSocketAddress("127.0.0.1", server.getLocalPort()),
                new InvokeDialect.WireRequest(
                        exchange.line().method(), exchange.line().target(), exchange.headers(), exchange.body()),
                new Upstreams.Sink() {
                    @Override
                    public void answered(InvokeDialect.WireHead head, Body body) {
                        exchange.respond(head.status(), head.headers(), body);
                    }

                    @Override
                    public void switched(InvokeDialect.WireHead head, Body body, Consumer<Body> toServer) {
                        ServerExchange.Upgrade upgrade = exchange.upgrade();
                        if (upgrade == null) {
                            throw new AssertionError("a caller that asked for nothing");
                        }
                        toServer.accept(upgrade.accept(head.headers(), body));
                    }

                    @Override
                    public void failed(CloudException why) {
                        exchange.respond(502, Headers.none(), Body.empty());
                    }
                });
    }

    /** Accepts connections; each is served after its request's head. */
    private void serve(Side side) {
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            head(socket);
                            side.serve(socket);
                        } catch (Exception ended) {
                            // the test closed it
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended within a head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private Socket caller() throws IOException {
        Socket socket = new Socket("127.0.0.1", proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private Socket tunnel() throws IOException {
        Socket socket = caller();
        write(socket, ASK);
        String head = head(socket);
        assertThat(head).startsWith("HTTP/1.1 101 ");
        assertThat(head).containsIgnoringCase("\r\nconnection: upgrade\r\n");
        assertThat(head).containsIgnoringCase("\r\nupgrade: shout/1\r\n");
        assertThat(head).containsIgnoringCase("\r\nx-room: 7\r\n");
        return socket;
    }

    @Test
    void bytesPassBothWaysAlsoThoseThatComeWithThe101() throws Exception {
        serve(socket -> {
            write(socket, SWITCHING + "welcome");
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
        try (Socket socket = tunnel()) {
            assertThat(read(socket, 7)).isEqualTo("welcome");
            for (int i = 0; i < 100; i++) {
                write(socket, "hello");
                assertThat(read(socket, 5)).isEqualTo("hello");
            }
        }
        assertThat(over.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eachWayEndsOnItsOwn() throws Exception {
        serve(socket -> {
            write(socket, SWITCHING);
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            write(socket, "after the end of: " + all);
        });
        try (Socket socket = tunnel()) {
            write(socket, "question");
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("after the end of: question");
        }
        assertThat(over.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theServersWayEndsOnItsOwnToo() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        serve(socket -> {
            write(socket, SWITCHING + "bye");
            socket.shutdownOutput();
            heard.complete(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        });
        try (Socket socket = tunnel()) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("bye");
            write(socket, "still here");
        }
        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("still here");
    }

    @Test
    void aReaderThatDoesNotReadHoldsBackTheSender() throws Exception {
        long all = 100L << 20;
        AtomicLong written = new AtomicLong();
        serve(socket -> {
            write(socket, SWITCHING);
            byte[] some = new byte[64 * 1024];
            OutputStream out = socket.getOutputStream();
            while (written.get() < all) {
                out.write(some);
                written.addAndGet(some.length);
            }
        });
        try (Socket socket = tunnel()) {
            long before = -1;
            while (before != written.get()) { // until the sender stands still
                before = written.get();
                TimeUnit.MILLISECONDS.sleep(300);
            }
            assertThat(before).isLessThan(all / 2);
            long came = 0;
            byte[] some = new byte[64 * 1024];
            for (int read = 0; read >= 0; read = socket.getInputStream().read(some)) {
                came += read;
            }
            assertThat(came).isEqualTo(all);
        }
    }

    @Test
    void aServerThatDiesEndsTheCallersConnection() throws Exception {
        CountDownLatch die = new CountDownLatch(1);
        serve(socket -> {
            write(socket, SWITCHING);
            die.await();
            socket.setSoLinger(true, 0); // a reset, as of a process that is gone
        });
        try (Socket socket = tunnel()) {
            die.countDown();
            assertThat(ended(socket)).isTrue();
        }
    }

    @Test
    void aTunnelWithoutAByteForTooLongIsClosed() throws Exception {
        close();
        open(Duration.ofMillis(300));
        serve(socket -> {
            write(socket, SWITCHING);
            TimeUnit.SECONDS.sleep(60);
        });
        try (Socket socket = tunnel()) {
            assertThat(ended(socket)).isTrue();
        }
    }

    @Test
    void aDrainingListenerEndsTunnels() throws Exception {
        serve(socket -> {
            write(socket, SWITCHING);
            TimeUnit.SECONDS.sleep(60);
        });
        try (Socket socket = tunnel()) {
            assertThat(proxy.drain(Duration.ofSeconds(8))).isZero();
            assertThat(ended(socket)).isTrue();
        }
    }

    @Test
    void aServerThatDoesNotWantToSwitchAnswersAsEver() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        serve(socket -> {
            connections.incrementAndGet();
            while (true) {
                write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
                head(socket);
            }
        });
        try (Socket socket = caller()) {
            for (int i = 0; i < 2; i++) {
                write(socket, ASK);
                assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
                assertThat(read(socket, 2)).isEqualTo("no");
            }
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void anUpgradeToHttp2OrWithABodyIsNoUpgrade() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                seen.complete(head(socket));
                write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        });
        try (Socket socket = caller()) {
            write(
                    socket,
                    "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                            + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
            assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(seen.get(10, TimeUnit.SECONDS)).doesNotContainIgnoringCase("upgrade");
    }

    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
