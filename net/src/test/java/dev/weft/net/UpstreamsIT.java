// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A proxy of listener and upstreams, driven by an independent client. */
class UpstreamsIT {
    private static final long BIG = 200L << 20;

    private Loops loops;
    private Upstreams upstreams;
    private HttpListener backend;
    private HttpListener proxy;

    @BeforeEach
    void open() {
        loops = Loops.start(1);
        upstreams = new Upstreams();
        backend = HttpListener.open(loops, ListenerConfig.loopback("backend", 0), exchange -> {
            switch (exchange.line().path()) {
                case "/count" -> count(exchange);
                case "/zeros" -> exchange.respond(200, Headers.none(), zeros(exchange));
                default -> exchange.respond(200, Headers.of("x-by", "backend"), exchange.body());
            }
        });
        proxy = HttpListener.open(
                loops, ListenerConfig.loopback("proxy", 0), exchange -> forward(exchange, backend.port()));
    }

    @AfterEach
    void close() {
        proxy.close();
        backend.close();
        upstreams.close();
        loops.close();
    }

    private static void count(ServerExchange exchange) {
        exchange.body().read(new Body.Sink() {
            private long bytes;

            @Override
            public void chunk(Chunk chunk) {
                bytes += chunk.length();
                chunk.release();
            }

            @Override
            public void end(Headers trailers) {
                byte[] text = Long.toString(bytes).getBytes(StandardCharsets.US_ASCII);
                exchange.respond(200, Headers.none(), Body.of(text));
            }

            @Override
            public void failed(BodyException cause) {
                exchange.respond(400, Headers.none(), Body.empty());
            }
        });
    }

    private static Body zeros(ServerExchange exchange) {
        PipedBody piped = new PipedBody(exchange.loop());
        Thread.ofVirtual().start(() -> {
            try (OutputStream out = piped.out()) {
                zeros(BIG).transferTo(out);
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
        return piped;
    }

    private void forward(ServerExchange exchange, int port) {
        upstreams.send(
                exchange.loop(),
                new InetSocketAddress("127.0.0.1", port),
                new InvokeDialect.WireRequest(
                        exchange.line().method(), exchange.line().target(), exchange.headers(), exchange.body()),
                new Upstreams.Sink() {
                    @Override
                    public void answered(InvokeDialect.WireHead head, Body body) {
                        exchange.respond(head.status(), head.headers(), body);
                    }

                    @Override
                    public void failed(CloudException why) {
                        exchange.respond(
                                why.kind() == CloudException.Kind.UNREACHABLE ? 503 : 502,
                                Headers.none(),
                                Body.empty());
                    }
                });
    }

    @Test
    void bytesPassBothWays() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/x?y=z"))
                                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-by")).contains("backend");
        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void aBigUploadStreamsThrough() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/count"))
                                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> zeros(BIG)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo(Long.toString(BIG));
    }

    @Test
    void aBigDownloadStreamsThrough() throws Exception {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/zeros"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.body().transferTo(OutputStream.nullOutputStream())).isEqualTo(BIG);
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        CompletableFuture<CloudException.Kind> kind = new CompletableFuture<>();
        send(free, kind);
        assertThat(kind.get(5, TimeUnit.SECONDS)).isEqualTo(CloudException.Kind.UNREACHABLE);
    }

    @Test
    void aServerThatHangsUpMayHaveRunTheCall() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                try (var socket = server.accept()) {
                    socket.getInputStream().read();
                } catch (IOException ended) {
                    throw new UncheckedIOException(ended);
                }
            });
            CompletableFuture<CloudException.Kind> kind = new CompletableFuture<>();
            send(server.getLocalPort(), kind);
            assertThat(kind.get(5, TimeUnit.SECONDS)).isEqualTo(CloudException.Kind.UNKNOWN);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                try (var socket = server.accept()) {
                    socket.getInputStream().read();
                    OutputStream out = socket.getOutputStream();
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                } catch (IOException ended) {
                    throw new UncheckedIOException(ended);
                }
            });
            HttpListener front = HttpListener.open(
                    loops, ListenerConfig.loopback("front", 0), exchange -> forward(exchange, server.getLocalPort()));
            try {
                assertThat(HttpClient.newHttpClient()
                                .sendAsync(
                                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front.port()))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .handle((answer, failure) -> failure)
                                .get(5, TimeUnit.SECONDS))
                        .isNotNull();
            } finally {
                front.close();
            }
        }
    }

    @Test
    void aRequestThatPassesALimitIsTooLargeEverywhere() throws Exception {
        CompletableFuture<CloudException.Kind> kind = new CompletableFuture<>();
        send(backend.port(), new BreaksOff(BodyException.Reason.TOO_LARGE), kind);
        assertThat(kind.get(5, TimeUnit.SECONDS)).isEqualTo(CloudException.Kind.TOO_LARGE);
    }

    @Test
    void aRequestWhoseCallerBreaksOffMayHaveRun() throws Exception {
        CompletableFuture<CloudException.Kind> kind = new CompletableFuture<>();
        send(backend.port(), new BreaksOff(BodyException.Reason.BROKEN_OFF), kind);
        assertThat(kind.get(5, TimeUnit.SECONDS)).isEqualTo(CloudException.Kind.UNKNOWN);
    }

    /** A body that never comes. */
    private record BreaksOff(BodyException.Reason reason) implements Body {
        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Body.Sink sink) {
            sink.failed(new BodyException(reason, "broken for a test", null));
        }

        @Override
        public void pause() {
            // nothing comes
        }

        @Override
        public void resume() {
            // nothing comes
        }

        @Override
        public void discard() {
            // nothing is held
        }
    }

    private void send(int port, CompletableFuture<CloudException.Kind> kind) {
        send(port, Body.of(new byte[] {1}), kind);
    }

    private void send(int port, Body body, CompletableFuture<CloudException.Kind> kind) {
        var loop = loops.next();
        loop.execute(() -> upstreams.send(
                loop,
                new InetSocketAddress("127.0.0.1", port),
                new InvokeDialect.WireRequest("POST", "/", Headers.none(), body),
                new Upstreams.Sink() {
                    @Override
                    public void answered(InvokeDialect.WireHead head, Body body) {
                        kind.completeExceptionally(new AssertionError("answered " + head.status()));
                    }

                    @Override
                    public void failed(CloudException why) {
                        kind.complete(why.kind());
                    }
                }));
    }

    private static InputStream zeros(long length) {
        return new InputStream() {
            private long left = length;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int from, int most) {
                if (left <= 0) {
                    return -1;
                }
                int count = (int) Math.min(left, most);
                left -= count;
                return count;
            }
        };
    }
}
