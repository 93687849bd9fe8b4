// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.multiplex.StreamPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests over HTTP/2 to a server that we did not write: Node's. */
class StreamUpstreamsIT {
    private static final String SERVER = """
            const http2 = require('http2');
            const C = http2.constants;
            let sessions = 0, held = [], cancelled = 0;
            const server = http2.createServer({settings: process.env.STREAMS
                ? {maxConcurrentStreams: Number(process.env.STREAMS)} : {}});
            server.on('session', () => sessions++);
            server.on('stream', (stream, headers) => {
              stream.on('error', () => {});
              const path = headers[':path'];
              if (path === '/echo') {
                stream.respond({':status': 200, 'x-te': headers.te || '', 'x-authority': headers[':authority']},
                    {waitForTrailers: true});
                let trailers = {};
                stream.on('trailers', came => { trailers = came; });
                stream.on('wantTrailers', () => stream.sendTrailers({'x-sum': 'done', 'x-came': trailers['x-mine'] || ''}));
                stream.pipe(stream);
              } else if (path === '/only') {
                stream.respond({':status': 200, 'grpc-status': '5'}, {endStream: true});
              } else if (path === '/refused') {
                stream.close(C.NGHTTP2_REFUSED_STREAM);
              } else if (path === '/reset') {
                stream.close(C.NGHTTP2_INTERNAL_ERROR);
              } else if (path === '/broken') {
                stream.respond({':status': 200});
                stream.write('half');
                setTimeout(() => stream.destroy(new Error("no more")), 50);
              } else if (path === '/away') {
                stream.session.goaway(C.NGHTTP2_NO_ERROR, 1);
                setTimeout(() => stream.session && stream.session.destroy(), 50);
              } else if (path === '/hold') {
                held.push(stream);
                stream.on('close', () => { if (stream.rstCode === C.NGHTTP2_CANCEL) { cancelled++; } });
              } else if (path === '/big') {
                stream.respond({':status': 200});
                const some = Buffer.alloc(65536);
                let left = 16;
                const more = () => { while (left-- > 0) { if (!stream.write(some)) { stream.once('drain', more); return; } } stream.end(); };
                more();
              } else {
                stream.respond({':status': 200});
                stream.end(JSON.stringify({sessions, held: held.length, cancelled}));
              }
            });
            server.listen(0, '127.0.0.1', () => console.log(server.address().port));
            """;

    private final List<Process> servers = new ArrayList<>();
    private Loops loops;
    private Loop loop;
    private Upstreams upstreams;

    @BeforeEach
    void open() {
        loops = Loops.start(1);
        loop = loops.next();
        upstreams = new Upstreams();
    }

    @AfterEach
    void close() {
        upstreams.close();
        loops.close();
        servers.forEach(Process::destroyForcibly);
    }

    private InetSocketAddress server(String... streamsMax) throws IOException {
        ProcessBuilder node = new ProcessBuilder("node", "-e", SERVER).redirectError(ProcessBuilder.Redirect.INHERIT);
        for (String most : streamsMax) {
            node.environment().put("STREAMS", most);
        }
        Process process = node.start();
        servers.add(process);
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = out.readLine();
        assertThat(port).as("the port that Node listens on").isNotNull();
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(port));
    }

    @Test
    void headBodyAndTrailersPassBothWays() throws Exception {
        Asked asked = ask(server(), "POST", "/echo", new WithTrailers("hello", Headers.of("x-mine", "7")));

        asked.awaitEnd();

        assertThat(asked.head().status()).isEqualTo(200);
        assertThat(asked.head().headers().first("x-te")).isEqualTo("trailers");
        assertThat(asked.head().headers().first("x-authority")).isEqualTo("shop.example");
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.trailers.join().first("x-sum")).isEqualTo("done");
        assertThat(asked.trailers.join().first("x-came")).isEqualTo("7");
    }

    @Test
    void anAnswerComesWhileTheRequestIsStillBeingSent() throws Exception {
        PipedBody body = new PipedBody(loop);
        Asked asked = ask(server(), "POST", "/echo", body);
        try (OutputStream out = body.out()) {
            for (String each : List.of("one", "two", "three")) {
                out.write(each.getBytes(StandardCharsets.UTF_8));
                assertThat(asked.chunks.poll(10, TimeUnit.SECONDS)).isEqualTo(each);
            }
        }
        asked.awaitEnd();
    }

    @Test
    void anAnswerWithoutBodyEndsWithItsHead() throws Exception {
        Asked asked = ask(server(), "POST", "/only", Body.empty());

        asked.awaitEnd();

        assertThat(asked.length).isZero();
        assertThat(asked.head().headers().first("grpc-status")).isEqualTo("5");
    }

    @Test
    void aRefusedStreamProvablyDidNotRun() throws Exception {
        assertThat(ask(server(), "POST", "/refused", Body.empty()).failure().kind())
                .isEqualTo(CloudException.Kind.UNREACHABLE);
    }

    @Test
    void aStreamThatIsResetMayHaveRun() throws Exception {
        assertThat(ask(server(), "POST", "/reset", Body.empty()).failure().kind())
                .isEqualTo(CloudException.Kind.UNKNOWN);
    }

    @Test
    void aRequestBeyondTheLastOneThatAGoingServerTookProvablyDidNotRun() throws Exception {
        InetSocketAddress server = server();
        ask(server, "GET", "/state", Body.empty()).awaitEnd();

        CloudException failure = ask(server, "POST", "/away", Body.empty()).failure();

        assertThat(failure.kind()).isEqualTo(CloudException.Kind.UNREACHABLE);
        assertThat(failure).hasMessageContaining("gave up the request");
        // and the next finds a new connection
        Asked next = ask(server, "GET", "/state", Body.empty());
        next.awaitEnd();
        assertThat(next.text()).contains("\"sessions\":2");
    }

    @Test
    void anAnswerThatIsResetMidwayBreaksOff() throws Exception {
        Asked asked = ask(server(), "GET", "/broken", Body.empty());

        BodyException broken = asked.broken.get(10, TimeUnit.SECONDS);

        assertThat(broken.reason()).isEqualTo(BodyException.Reason.BROKEN_OFF);
        assertThat(broken).hasMessageContaining("INTERNAL_ERROR");
    }

    @Test
    void manyRequestsShareOneConnection() throws Exception {
        InetSocketAddress server = server();
        for (int i = 0; i < 50; i++) {
            ask(server, "GET", "/hold", Body.empty());
        }
        assertThat(state(server, "\"held\":50")).contains("\"sessions\":1");
    }

    @Test
    void theServersLimitOfStreamsIsKeptByMoreConnectionsUpToOurs() throws Exception {
        InetSocketAddress server = server("2");
        int most = 2 * StreamPool.CONNECTIONS_MAX;
        for (int i = 0; i < most; i++) {
            ask(server, "GET", "/hold", Body.empty());
        }

        // the connections are there only when each has heard its limit
        CloudException.Kind kind = CloudException.Kind.UNKNOWN;
        for (int tries = 0; tries < 100 && kind != CloudException.Kind.BUSY; tries++) {
            Asked more = ask(server, "GET", "/state", Body.empty());
            CompletableFuture.anyOf(more.failed, more.trailers).get(10, TimeUnit.SECONDS);
            kind = more.failed.isDone() ? more.failed.join().kind() : kind;
        }

        assertThat(kind).isEqualTo(CloudException.Kind.BUSY);
    }

    @Test
    void aCancelledRequestIsCancelledAtTheServer() throws Exception {
        InetSocketAddress server = server();
        Asked asked = ask(server, "GET", "/hold", Body.empty());
        state(server, "\"held\":1");

        loop.execute(() -> asked.attempt.join().cancel());

        state(server, "\"cancelled\":1");
    }

    @Test
    void anAnswerThatNobodyReadsHoldsBackItsOwnStreamOnly() throws Exception {
        InetSocketAddress server = server();
        List<Asked> unread = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            unread.add(new Asked(server, "/big", true).send("GET", Body.empty()));
        }
        for (Asked each : unread) {
            each.heads.get(10, TimeUnit.SECONDS);
        }

        assertThat(state(server, "\"sessions\":1")).isNotEmpty();

        loop.execute(() -> unread.forEach(each -> each.body.join().resume()));
        for (Asked each : unread) {
            each.awaitEnd();
            assertThat(each.bytes.get()).isEqualTo(16 * 65536);
        }
    }

    @Test
    void aServerThatSpeaksSomethingElseIsToldFromOneThatIsNotThere() throws Exception {
        try (ServerSocket old = new ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket caller = old.accept()) {
                    caller.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertThat(caller.getInputStream().read()).isPositive();
                    Thread.sleep(200);
                } catch (IOException | InterruptedException gone) {
                    // the test is over
                }
            });

            CloudException failure = ask(
                            new InetSocketAddress("127.0.0.1", old.getLocalPort()), "GET", "/", Body.empty())
                    .failure();

            assertThat(failure.kind()).isEqualTo(CloudException.Kind.UNREACHABLE);
            assertThat(failure).hasMessageContaining("does not speak HTTP/2 without TLS (h2c)");
        }
    }

    private String state(InetSocketAddress server, String wanted) throws Exception {
        String text = "";
        for (int tries = 0; tries < 500 && !text.contains(wanted); tries++) {
            Asked asked = ask(server, "GET", "/state", Body.empty());
            asked.awaitEnd();
            text = asked.text();
        }
        assertThat(text).contains(wanted);
        return text;
    }

    private Asked ask(InetSocketAddress server, String method, String path, Body body) {
        return new Asked(server, path, false).send(method, body);
    }

    /** One request and what came of it. */
    private final class Asked implements Upstreams.Sink {
        private final InetSocketAddress server;
        private final String path;
        private final boolean paused;
        private final CompletableFuture<Place.Attempt> attempt = new CompletableFuture<>();
        private final CompletableFuture<InvokeDialect.WireHead> heads = new CompletableFuture<>();
        private final CompletableFuture<Body> body = new CompletableFuture<>();
        private final CompletableFuture<Headers> trailers = new CompletableFuture<>();
        private final CompletableFuture<BodyException> broken = new CompletableFuture<>();
        private final CompletableFuture<CloudException> failed = new CompletableFuture<>();
        private final BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        private volatile long length = -2;
        private final AtomicLong bytes = new AtomicLong();

        Asked(InetSocketAddress server, String path, boolean paused) {
            this.server = server;
            this.path = path;
            this.paused = paused;
        }

        Asked send(String method, Body request) {
            loop.execute(() -> attempt.complete(upstreams.send(
                    loop,
                    new Upstreams.Server(server, Upstreams.Protocol.HTTP_2),
                    new InvokeDialect.WireRequest(method, path, Headers.of("host", "shop.example"), request),
                    this)));
            return this;
        }

        @Override
        public void answered(InvokeDialect.WireHead head, Body answer) {
            length = answer.length();
            Headers kept = Headers.builder().addAll(head.headers()).build();
            if (paused) {
                answer.pause();
            }
            answer.read(new Body.Sink() {
                @Override
                public void chunk(Chunk chunk) {
                    byte[] copy = new byte[chunk.length()];
                    chunk.bytes().get(copy);
                    chunk.release();
                    bytes.addAndGet(copy.length);
                    if (copy.length < 1000) {
                        chunks.add(new String(copy, StandardCharsets.UTF_8));
                    }
                }

                @Override
                public void end(Headers last) {
                    trailers.complete(Headers.builder().addAll(last).build());
                }

                @Override
                public void failed(BodyException cause) {
                    broken.complete(cause);
                }
            });
            body.complete(answer);
            heads.complete(new InvokeDialect.WireHead(head.status(), kept));
        }

        @Override
        public void failed(CloudException why) {
            failed.complete(why);
        }

        InvokeDialect.WireHead head() {
            return heads.join();
        }

        void awaitEnd() throws Exception {
            trailers.get(10, TimeUnit.SECONDS);
        }

        CloudException failure() throws Exception {
            return failed.get(10, TimeUnit.SECONDS);
        }

        String text() {
            return String.join("", chunks);
        }
    }

    /** A text, then trailers. */
    private record WithTrailers(String text, Headers trailers) implements Body {
        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink sink) {
            sink.chunk(Chunk.of(text.getBytes(StandardCharsets.UTF_8)));
            sink.end(trailers);
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void discard() {}
    }
}
