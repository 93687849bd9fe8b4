// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Headers;
import dev.weft.net.wire.Refusals;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller may not do over HTTP/1.1: no second request is ever smuggled in, and each refusal is counted. */
class HttpAbuseIT {
    private static final ListenerConfig.Limits TIGHT = new ListenerConfig.Limits(
            512, 16 * 1024, Duration.ofMillis(300), Duration.ofMillis(600), Duration.ofMillis(400), 4);
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final AtomicInteger smuggled = new AtomicInteger();
    private Loops loops;
    private HttpListener listener;

    @BeforeEach
    void open() {
        loops = Loops.start(1);
        listener = HttpListener.open(loops, new ListenerConfig("test", "127.0.0.1", 0, Set.of(), TIGHT), this::handle);
    }

    @AfterEach
    void close() {
        listener.close();
        loops.close();
    }

    private void handle(ServerExchange exchange) {
        if (exchange.line().path().equals("/smuggled")) {
            smuggled.incrementAndGet();
        }
        if (exchange.line().path().equals("/folded")) {
            String folded = String.valueOf(exchange.headers().first("x"));
            exchange.respond(200, Headers.none(), Body.of(folded.getBytes(StandardCharsets.US_ASCII)));
            return;
        }
        BodyGatherer.gather(
                exchange.body(),
                1 << 20,
                bytes -> exchange.respond(200, Headers.none(), Body.of(bytes)),
                broken -> exchange.respond(400, Headers.none(), Body.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 44\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\n",
                "POST / HTTP/1.1\r\nHost: a\nContent-Length: 0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nX: b\rContent-Length: 0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nX: b\u0000\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n",
                "POST / HTTP/1.1\r\n Host: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "POST http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "POST /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "P\u0001ST / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.2\r\nHost: a\r\n\r\n",
                "POST / HTTP/11\r\nHost: a\r\n\r\n",
                "POST /\r\n\r\n",
            })
    void aHeadThatCouldBeReadInTwoWaysIsRefused(String head) throws IOException {
        String answers = ask(head + SMUGGLED);
        assertThat(answers).matches("(?s)HTTP/1\\.1 (400|501|505) .*").containsOnlyOnce("content-length: ");
        assertThat(smuggled).hasValue(0);
        assertThat(listener.refusals().of(Refusals.Reason.MALFORMED)
                        + listener.refusals().of(Refusals.Reason.NOT_SERVED))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n\r\n",
                "\r\n0\r\n\r\n",
                "-1\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\r\nabc0\r\n\r\n",
                "3 x\r\nabc\r\n0\r\n\r\n",
                "100000003\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "0\r\nbad trailer\r\n\r\n",
            })
    void badChunksAreRefused(String body) throws IOException {
        String answers = ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED);
        assertThat(answers).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
        assertThat(smuggled).hasValue(0);
        assertThat(listener.refusals().of(Refusals.Reason.MALFORMED)).isEqualTo(1);
    }

    @Test
    void aFoldedFieldIsUnfoldedBeforeAnybodyElseSeesIt() throws IOException {
        assertThat(ask("GET /folded HTTP/1.1\r\nHost: a\r\nX: one\r\n two\r\nConnection: close\r\n\r\n"))
                .endsWith("one two");
    }

    @Test
    void tooManyFieldsHaveAStatus() throws IOException {
        assertThat(ask("GET / HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(RequestHead.FIELDS_MAX) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(listener.refusals().of(Refusals.Reason.HEAD_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void whatIsTooLongIsCounted() throws IOException {
        assertThat(ask("GET /" + "x".repeat(600) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(17_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(listener.refusals().of(Refusals.Reason.LINE_TOO_LONG)).isEqualTo(1);
        assertThat(listener.refusals().of(Refusals.Reason.HEAD_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void trailersOfAChunkedBodyAreLimitedToo() throws IOException {
        String trailers = "0\r\n" + ("a: " + "b".repeat(1_000) + "\r\n").repeat(20) + "\r\n";
        assertThat(ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + trailers))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aHeadThatDripsIsCutOffAfterItsTime() throws Exception {
        try (Socket socket = connect()) {
            long began = System.nanoTime();
            Thread drip =
                    Thread.ofVirtual().start(() -> drip(socket, "GET / HTTP/1.1\r\nHost: a\r\nX: yyyyyyyyyyyyyy"));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 408 ");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
            drip.join();
        }
        assertThat(listener.refusals().of(Refusals.Reason.HEAD_TIMEOUT)).isEqualTo(1);
    }

    private static void drip(Socket socket, String text) {
        try {
            for (int i = 0; i < text.length(); i++) {
                socket.getOutputStream().write(text.charAt(i));
                Thread.sleep(50); // as slow as the attack is
            }
        } catch (IOException | InterruptedException cutOff) {
            return; // which the reader saw
        }
    }

    @Test
    void aBodyThatStopsIsCutOffAndCounted() throws IOException {
        assertThat(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nstart"))
                .isEmpty();
        assertThat(listener.refusals().of(Refusals.Reason.STALLED)).isEqualTo(1);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", listener.port());
        socket.setSoTimeout(5_000);
        return socket;
    }

    private String ask(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
