// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listener from outside, by bytes on a socket. */
class HttpListenerIT {
    private static final ListenerConfig.Limits TIGHT = new ListenerConfig.Limits(
            512, 1024, Duration.ofMillis(200), Duration.ofMillis(600), Duration.ofMillis(400), 4);

    private static final int LARGE = 8 << 20;

    private final CountDownLatch callerGone = new CountDownLatch(1);
    private Loops loops;
    private HttpListener listener;

    @BeforeEach
    void open() {
        loops = Loops.start(1);
        listener = HttpListener.open(
                loops, new ListenerConfig("test", "127.0.0.1", 0, Set.of("weft.test"), TIGHT), this::handle);
    }

    @AfterEach
    void close() {
        listener.close();
        loops.close();
    }

    private void handle(ServerExchange exchange) {
        switch (exchange.line().path()) {
            case "/echo" ->
                BodyGatherer.gather(
                        exchange.body(),
                        1 << 20,
                        bytes -> exchange.respond(200, Headers.of("content-type", "text/plain"), Body.of(bytes)),
                        broken -> exchange.respond(400, Headers.none(), Body.empty()));
            case "/stream" -> exchange.respond(200, Headers.none(), exchange.body());
            case "/large" -> exchange.respond(200, Headers.none(), Body.of(new byte[LARGE]));
            case "/never" -> exchange.onCallerGone(callerGone::countDown);
            case "/bug" -> throw new IllegalStateException("a bug");
            case "/hop" ->
                exchange.respond(
                        200,
                        Headers.of("connection", "x-mine", "x-mine", "1", "keep-alive", "5", "x-yours", "2"),
                        Body.empty());
            default -> exchange.respond(404, Headers.none(), Body.empty());
        }
    }

    @Test
    void aRequestIsAnsweredWithItsLength() throws Exception {
        assertThat(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-length: 5")
                .endsWith("\r\n\r\nhello");
    }

    @Test
    void aCallerWhoseLargeBodyNobodyWantsGetsToReadItsAnswer() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.getOutputStream()
                    .write(("POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + LARGE + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[LARGE]);

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 404 ")
                    .contains("connection: close");
        }
    }

    @Test
    void anAnswerThatEndsItsConnectionComesWholeToASlowReader() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", listener.port()));
            socket.getOutputStream()
                    .write("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            int inARow = 0;
            while (inARow < 4) {
                int next = socket.getInputStream().read();
                assertThat(next).isNotNegative();
                inARow = next == '\r' || next == '\n' ? inARow + 1 : 0;
            }
            assertThat(socket.getInputStream().readAllBytes().length).isEqualTo(LARGE);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        String answers = ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\none"
                + "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
                + "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nthree");
        assertThat(answers).containsSubsequence("200 OK", "one", "200 OK", "two", "404 Not Found", "200 OK", "three");
    }

    @Test
    void bothLengthsAtOnceAreRefused() throws Exception {
        assertThat(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
                        + "\r\n0\r\n\r\nGET /stream HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .containsOnlyOnce("HTTP/1.1 ");
    }

    @Test
    void differentContentLengthsAreRefused() throws Exception {
        assertThat(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void oneHostIsAskedForAndOnlyTheListenersOwn() throws Exception {
        assertThat(ask("GET /echo HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET /echo HTTP/1.1\r\nHost: evil.example\r\n\r\n")).startsWith("HTTP/1.1 421 ");
        assertThat(ask("GET /echo HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(ask("GET /echo HTTP/1.1\r\nHost: WEFT.test:80\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aLongLineAndALargeHeadHaveStatusesOfTheirOwn() throws Exception {
        assertThat(ask("GET /" + "x".repeat(600) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(ask("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(1100) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void aHeadThatNeverEndsTimesOut() throws Exception {
        assertThat(ask("GET / HTTP/1.1\r\nHost: loc")).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        assertThat(ask("")).isEmpty();
    }

    @Test
    void aStalledBodyIsCutOff() throws Exception {
        assertThat(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nstart"))
                .isEmpty();
    }

    @Test
    void aCallerThatWaitsIsToldToGoOn() throws Exception {
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(new String(socket.getInputStream().readNBytes(25), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            write(socket, "ok");
            assertThat(new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void anUnknownExpectationIsRefused() throws Exception {
        assertThat(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n"))
                .startsWith("HTTP/1.1 417 ");
    }

    @Test
    void fieldsOfTheConnectionDoNotPass() throws Exception {
        assertThat(ask("GET /hop HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .contains("x-yours: 2")
                .doesNotContain("x-mine")
                .doesNotContain("keep-alive");
    }

    @Test
    void theHandlerHearsThatItsCallerWentAway() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        assertThat(callerGone.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aHandlersBugIsAnErrorAndClosesTheConnection() throws Exception {
        assertThat(ask("GET /bug HTTP/1.1\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 500 ");
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnce() throws Exception {
        try (Socket a = connect();
                Socket b = connect();
                Socket c = connect();
                Socket d = connect()) {
            for (Socket each : new Socket[] {a, b, c, d}) {
                write(each, "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(each.getInputStream().read()).isEqualTo('H');
            }
            try (Socket fifth = connect()) {
                assertThat(fifth.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(listener.connectionsRefused()).isEqualTo(1);
        }
    }

    @Test
    void drainingWaitsForAnExchangeUnderWayAndThenCutsIt() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n");
            write(socket, "");
            assertThat(listener.connections()).isBetween(0, 1);
            long until = System.nanoTime() + 2_000_000_000L;
            while (listener.connections() == 0 && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            assertThat(listener.drain(Duration.ofMillis(100))).isLessThanOrEqualTo(1);
            assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aStreamThatFailsMidwayIsNotTakenForWhole() throws Exception {
        BlockingHandler handler = new BlockingHandler(
                1024,
                request -> BlockingHandler.Reply.streaming(200, "text/plain", out -> {
                    out.write("part".getBytes(StandardCharsets.US_ASCII));
                    if (request.line().path().equals("/fails")) {
                        throw new IllegalStateException("told to fail");
                    }
                }));
        try (HttpListener streams = HttpListener.open(loops, ListenerConfig.loopback("streams", 0), handler)) {
            assertThat(ask(streams.port(), "GET /ends HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .endsWith("part\r\n0\r\n\r\n");
            assertThat(ask(streams.port(), "GET /fails HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .doesNotContain("0\r\n\r\n");
        }
    }

    private static String ask(int port, String text) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5_000);
            write(socket, text);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aTakenPortIsNamed() {
        assertThatThrownBy(() ->
                        HttpListener.open(loops, ListenerConfig.loopback("second", listener.port()), exchange -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("127.0.0.1:" + listener.port());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", listener.port());
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Sends {@code text} and reads until the listener closes. */
    private String ask(String text) throws IOException {
        try (Socket socket = connect()) {
            write(socket, text);
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
