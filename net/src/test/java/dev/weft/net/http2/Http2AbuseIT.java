// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.ServerExchange;
import dev.weft.net.wire.Refusals;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller may not do over HTTP/2, and that it is counted. */
class Http2AbuseIT {
    private static final ListenerConfig.Limits LIMITS = new ListenerConfig.Limits(
            512, 16 * 1024, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), 10);
    private static final int LAST = Frames.END_HEADERS | Frames.END_STREAM;
    private static final int PROTOCOL_ERROR = 1;
    private static final int REFUSED_STREAM = 7;

    private Loops loops;
    private HttpListener listener;

    @BeforeEach
    void open() {
        loops = Loops.start(1);
        listener = HttpListener.open(
                loops, new ListenerConfig("test", "127.0.0.1", 0, Set.of("weft.test"), LIMITS), this::handle);
    }

    @AfterEach
    void close() {
        listener.close();
        loops.close();
    }

    private void handle(ServerExchange exchange) {
        if (!exchange.line().path().equals("/never")) {
            exchange.respond(200, Headers.none(), Body.empty());
        }
    }

    private long refused(Refusals.Reason reason) {
        return listener.refusals().of(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method|GET|:path|/|:authority|localhost",
                ":method|GET|:scheme|http|:authority|localhost",
                ":scheme|http|:path|/|:authority|localhost",
                ":method|GET|:scheme|http|:path||:authority|localhost",
                ":method|GET|:scheme|http|:path|no-slash|:authority|localhost",
                ":method|GET|:scheme|http|:path|/a b|:authority|localhost",
                ":method|GET|:scheme|http|:path|/a\rb|:authority|localhost",
                ":method|GET|:scheme|http|:path|/#a|:authority|localhost",
                ":method|GET|:method|PUT|:scheme|http|:path|/|:authority|localhost",
                ":method|GET|:scheme|http|:path|/|:path|/b|:authority|localhost",
                ":method|G T|:scheme|http|:path|/|:authority|localhost",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|:other|x",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|:status|200",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|host|evil.example",
                ":method|GET|:scheme|http|:path|/|:authority|me@localhost",
                ":method|GET|:scheme|http|:path|/|a|b|:authority|localhost",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|connection|close",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|transfer-encoding|chunked",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|upgrade|h2c",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|te|gzip",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|X-Upper|1",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|x|a\rb",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|x y|1",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|content-length|3",
                ":method|GET|:scheme|http|:path|/|:authority|localhost|content-length|0|content-length|1",
            })
    void aMalformedHeaderBreaksItsStreamOff(String fields) throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, LAST, 1, Frames.block(fields.split("\\|", -1)));
            assertThat(frames.await(each -> each.is(Frames.RST_STREAM, 1)).errorCode())
                    .isEqualTo(PROTOCOL_ERROR);
            frames.send(Frames.HEADERS, LAST, 3, Frames.get("/"));
            assertThat(frames.headers(3).status()).hasToString("200");
            assertThat(refused(Refusals.Reason.MALFORMED)).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotServedHasAStatus() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            byte[] evil = Frames.block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "evil.example");
            frames.send(Frames.HEADERS, LAST, 1, evil);
            assertThat(frames.headers(1).status()).hasToString("421");
            frames.send(Frames.HEADERS, LAST, 3, Frames.get("/", "expect", "tea"));
            assertThat(frames.headers(3).status()).hasToString("417");
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 5, Frames.block(":method", "CONNECT", ":authority", "a:1"));
            assertThat(frames.headers(5).status()).hasToString("501");
            assertThat(refused(Refusals.Reason.NOT_SERVED)).isEqualTo(3);
        }
    }

    @Test
    void aLargeHeaderAndOneOfManyFieldsHaveAStatus() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, LAST, 1, Frames.get("/", "x", "y".repeat(16_300)));
            assertThat(frames.headers(1).status()).hasToString("431");
            String[] many = new String[402];
            java.util.Arrays.fill(many, "a");
            frames.send(Frames.HEADERS, LAST, 3, Frames.get("/", many));
            assertThat(frames.headers(3).status()).hasToString("431");
            assertThat(refused(Refusals.Reason.HEAD_TOO_LARGE)).isEqualTo(2);
        }
    }

    @Test
    void aHeaderThatUnfoldsFromTheTableIsTooLarge() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            byte[] entry = Frames.block("x", "y".repeat(3_000));
            entry[0] = 0x40; // goes to the dynamic table
            bomb.writeBytes(Frames.get("/"));
            bomb.writeBytes(entry);
            for (int i = 0; i < 1_000; i++) {
                bomb.write(0x80 | 62); // 3 kB for each byte
            }
            frames.send(Frames.HEADERS, LAST, 1, bomb.toByteArray());
            frames.await(each -> each.type() == Frames.GOAWAY || each.is(Frames.HEADERS, 1));
            assertThat(refused(Refusals.Reason.HEAD_TOO_LARGE)).isEqualTo(1);
        }
    }

    @Test
    void moreStreamsThanTheLimitAreRefused() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            int id = 1;
            for (int i = 0; i < Http2Limits.STREAMS_MAX; i++, id += 2) {
                frames.send(Frames.HEADERS, LAST, id, Frames.get("/never"));
            }
            frames.send(Frames.HEADERS, LAST, id, Frames.get("/never"));
            assertThat(frames.await(each -> each.type() == Frames.RST_STREAM).errorCode())
                    .isEqualTo(REFUSED_STREAM);
            assertThat(refused(Refusals.Reason.STREAMS)).isEqualTo(1);
        }
    }

    @Test
    void rapidResetsEndTheConnection() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            for (int id = 1; id < 4 * Http2Limits.RESETS_MAX; id += 2) {
                flood.writeBytes(Frames.frame(Frames.HEADERS, LAST, id, Frames.get("/never")));
                flood.writeBytes(Frames.frame(Frames.RST_STREAM, 0, id, Frames.number(8)));
            }
            frames.flood(flood.toByteArray(), 1);
            assertCalmed(frames);
        }
    }

    @ParameterizedTest
    @CsvSource({"4,0,0,0", "6,0,0,8", "6,1,0,8", "2,0,1,5", "99,0,0,100", "4,1,0,0"})
    void aFloodOfControlFramesEndsTheConnection(int type, int flags, int stream, int length) throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.flood(Frames.frame(type, flags, stream, new byte[length]), Http2Limits.CONTROL_FRAMES_MAX + 10);
            assertCalmed(frames);
        }
    }

    @Test
    void aFloodOfWindowUpdatesEndsTheConnection() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.flood(
                    Frames.frame(Frames.WINDOW_UPDATE, 0, 0, Frames.number(1)), Http2Limits.CONTROL_FRAMES_MAX + 10);
            assertCalmed(frames);
        }
    }

    @Test
    void aWindowOutOfRangeEndsTheConnection() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.WINDOW_UPDATE, 0, 0, Frames.number(Integer.MAX_VALUE));
            assertThat(frames.await(each -> each.type() == Frames.GOAWAY).errorCode())
                    .isEqualTo(3);
        }
    }

    @Test
    void aHeaderOfEndlessContinuationsEndsTheConnection() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_STREAM, 1, Frames.get("/"));
            frames.flood(Frames.frame(Frames.CONTINUATION, 0, 1, Frames.block("a", "b")), 1_000);
            assertCalmed(frames);
        }
    }

    @Test
    void dataWithoutBytesEndsTheConnection() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            frames.send(Frames.HEADERS, Frames.END_HEADERS, 1, Frames.request("POST", "/never"));
            frames.flood(Frames.frame(Frames.DATA, 0, 1, new byte[0]), 1_000);
            assertCalmed(frames);
        }
    }

    @Test
    void aCallerThatAsksAndNeverReadsIsCutOff() throws Exception {
        try (Frames frames = Frames.open(listener.port())) {
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            for (int id = 1; id < 2_000; id += 2) {
                flood.writeBytes(Frames.frame(Frames.HEADERS, LAST, id, Frames.get("/", "te", "x")));
            }
            frames.flood(flood.toByteArray(), 1);
            assertCalmed(frames); // each made us reset its stream
        }
    }

    private void assertCalmed(Frames frames) throws Exception {
        try {
            assertThat(frames.await(each -> each.type() == Frames.GOAWAY).errorCode())
                    .isEqualTo(Frames.ENHANCE_YOUR_CALM);
        } catch (java.net.SocketException cutOff) {
            assertThat(cutOff).hasMessageContaining("reset"); // bytes of ours it did not read any more
        }
        assertThat(refused(Refusals.Reason.FLOOD)).isPositive();
    }
}
