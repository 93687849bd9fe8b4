// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Headers;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.ServerExchange;
import dev.weft.net.wire.Refusals;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 on a listener, frame by frame. */
class Http2IT {
    private static final ListenerConfig.Limits TIGHT = new ListenerConfig.Limits(
            512, 2048, Duration.ofMillis(400), Duration.ofMillis(1_000), Duration.ofMillis(600), 4);

    private static final int WINDOW_SETTING = 4;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int CANCEL = 8;

    private final CountDownLatch callerGone = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
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
            case "/never" -> {
                exchange.onCallerGone(callerGone::countDown);
                exchange.onOver(over::countDown);
            }
            case "/bug" -> throw new IllegalStateException("a bug");
            case "/fields" -> {
                StringBuilder all = new StringBuilder();
                exchange.headers().forEach((name, value) -> all.append(name + '=' + value + ' '));
                exchange.respond(
                        200,
                        Headers.of("Connection", "x-mine", "X-Mine", "1", "Keep-Alive", "5", "X-Yours", "2"),
                        Body.of(all.toString().getBytes(StandardCharsets.UTF_8)));
            }
            case "/large" -> exchange.respond(200, Headers.none(), Body.of(new byte[1 << 20]));
            default -> exchange.respond(404, Headers.none(), Body.empty());
        }
    }

    @Test
    void aRequestIsAnswered() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(
                    Frames.HEADERS,
                    Frames.END_HEADERS | Frames.END_STREAM,
                    1,
                    Frames.get("/fields", "cookie", "a=1", "cookie", "b=2"));
            Http2Headers head = frames.headers(1);
            assertThat(head.status()).hasToString("200");
            assertThat(head.get("x-yours")).hasToString("2");
            assertThat(head.get("x-mine")).isNull();
            assertThat(head.get("keep-alive")).isNull();
            assertThat(frames.await(each -> each.is(Frames.DATA, 1)).text())
                    .isEqualTo("host=localhost cookie=a=1; b=2 ");
        }
    }

    @Test
    void aBodyStreamsBothWaysAndTrailersPass() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 1, Frames.request("POST", "/stream"));
            assertThat(frames.headers(1).status()).hasToString("200");
            frames.send(Frames.DATA, 0, 1, bytes("one"));
            assertThat(frames.await(each -> each.is(Frames.DATA, 1)).text()).isEqualTo("one");
            frames.send(Frames.DATA, 0, 1, bytes("two"));
            assertThat(frames.await(each -> each.is(Frames.DATA, 1)).text()).isEqualTo("two");
            frames.send(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 1, Frames.block("x-sum", "6"));
            assertThat(frames.headers(1).get("x-sum")).hasToString("6");
        }
    }

    @Test
    void aSlowCallerPausesTheAnswer() throws Exception {
        try (Frames frames = Frames.open(listener.port(), WINDOW_SETTING, 1000)) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 1, Frames.get("/large"));
            int came = 0;
            while (came < 5000) {
                Frames.Frame data = frames.await(each -> each.is(Frames.DATA, 1));
                assertThat(data.payload().length).isLessThanOrEqualTo(1000);
                came += data.payload().length;
                frames.send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(data.payload().length));
            }
        }
    }

    @Test
    void aCallerThatTakesNothingLosesItsStream() throws Exception {
        try (Frames frames = Frames.open(listener.port(), WINDOW_SETTING, 1000)) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 1, Frames.get("/large"));
            assertThat(frames.await(each -> each.is(Frames.RST_STREAM, 1)).errorCode())
                    .isEqualTo(CANCEL);
            assertThat(listener.refusals().of(Refusals.Reason.STALLED)).isEqualTo(1);
        }
    }

    @Test
    void aCallerThatSendsNothingLosesItsStream() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 1, Frames.request("POST", "/echo"));
            frames.send(Frames.DATA, 0, 1, bytes("start"));
            assertThat(frames.await(each -> each.is(Frames.RST_STREAM, 1)).errorCode())
                    .isEqualTo(CANCEL);
            assertThat(listener.refusals().of(Refusals.Reason.STALLED)).isEqualTo(1);
        }
    }

    @Test
    void aBodyThatNobodyReadsIsHeldBackAtItsWindow() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 1, Frames.request("POST", "/never"));
            for (int sent = 0; sent < Http2Limits.STREAM_BYTES_WAITING_MAX; sent += 16_384) {
                frames.send(Frames.DATA, 0, 1, new byte[16_384]);
            }
            frames.send(Frames.DATA, 0, 1, new byte[1]);
            assertThat(frames.await(each -> each.type() == Frames.RST_STREAM || each.type() == Frames.GOAWAY)
                            .errorCode())
                    .isEqualTo(FLOW_CONTROL_ERROR);
        }
    }

    @Test
    void aCallerThatWaitsIsToldToGoOn() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            byte[] request = Frames.request("POST", "/echo", "expect", "100-continue");
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 1, request);
            assertThat(frames.headers(1).status()).hasToString("100");
            frames.send(Frames.DATA, Frames.END_STREAM, 1, bytes("ok"));
            assertThat(frames.headers(1).status()).hasToString("200");
        }
    }

    @Test
    void theHandlerHearsThatItsStreamWasBrokenOff() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 1, Frames.get("/never"));
            frames.send(Frames.RST_STREAM, 0, 1, Frames.number(CANCEL));
            assertThat(callerGone.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(over.await(5, TimeUnit.SECONDS)).isTrue();
            frames.send(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 3, Frames.get("/fields"));
            assertThat(frames.headers(3).status()).hasToString("200");
        }
    }

    @Test
    void anAnswerBeforeTheBodysEndStopsItsSender() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 1, Frames.request("POST", "/none"));
            assertThat(frames.headers(1).status()).hasToString("404");
            assertThat(frames.await(each -> each.is(Frames.RST_STREAM, 1)).errorCode())
                    .isZero();
        }
    }

    @Test
    void aHandlersBugIsAnError() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 1, Frames.get("/bug"));
            assertThat(frames.headers(1).status()).hasToString("500");
        }
    }

    @Test
    void drainingFinishesWhatIsUnderWayAndSaysGoAway() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 1, Frames.request("POST", "/stream"));
            assertThat(frames.headers(1).status()).hasToString("200");
            Thread drain = Thread.ofVirtual().start(() -> {
                try {
                    listener.drain(Duration.ofSeconds(5));
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(frames.await(each -> each.type() == Frames.GOAWAY).errorCode())
                    .isZero();
            frames.send(Frames.DATA, Frames.END_STREAM, 1, bytes("last"));
            assertThat(frames.await(each -> each.is(Frames.DATA, 1)).text()).isEqualTo("last");
            assertThat(frames.closed()).isTrue();
            assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void anIdleConnectionIsToldToGo() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            assertThat(frames.await(each -> each.type() == Frames.GOAWAY).errorCode())
                    .isZero();
            assertThat(frames.closed()).isTrue();
        }
    }

    @Test
    void aPrefaceThatComesInPiecesIsKnown() throws Exception {
        try (Frames frames = new Frames(new Socket("127.0.0.1", listener.port()))) {
            for (String piece : new String[] {"PR", "I * HT", "TP/2.0\r\n\r\nSM\r\n\r\n"}) {
                frames.bytes(bytes(piece));
                Thread.onSpinWait();
            }
            frames.send(Frames.SETTINGS, 0, 0);
            assertThat(frames.next().type()).isEqualTo(Frames.SETTINGS);
        }
    }

    @Test
    void aPrefaceThatNeverEndsTimesOut() throws Exception {
        try (Frames frames = new Frames(new Socket("127.0.0.1", listener.port()))) {
            frames.bytes(bytes("PRI"));
            assertThat(frames.closed()).isTrue();
            assertThat(listener.refusals().of(Refusals.Reason.HEAD_TIMEOUT)).isEqualTo(1);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
