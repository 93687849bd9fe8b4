// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What functions speak besides HTTP/1.1, through the whole of {@code weft up}, with the JDK's own client. */
class ProtocolsIT {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /** Echoes short text messages (RFC 6455): as much of a WebSocket server as the test needs. */
    static final String ROOMS = """
            import http from 'node:http';
            import crypto from 'node:crypto';
            const server = http.createServer((request, response) => response.end('plain'));
            server.on('upgrade', (request, socket) => {
              const accept = crypto.createHash('sha1')
                .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
              socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n'
                + 'Sec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
              socket.on('error', () => {});
              socket.on('data', frame => {
                const mask = frame.subarray(2, 6);
                const text = frame.subarray(6, 6 + (frame[1] & 127)).map((each, i) => each ^ mask[i % 4]);
                socket.write(Buffer.concat([Buffer.from([frame[0], text.length]), text]));
                if ((frame[0] & 15) === 8) { socket.end(); }
              });
            });
            server.listen(process.env.PORT, process.env.HOST);
            """;

    private static final String STREAMS = """
            import http2 from 'node:http2';
            const server = http2.createServer((request, response) => response.end('over HTTP/' + request.httpVersion));
            server.listen(process.env.PORT, process.env.HOST);
            """;

    private static final String DOCUMENTS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: here}
            spec: {type: local}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: rooms}
            spec:
              contract: http
              command: [node, server.mjs]
              code: {path: ./rooms}
              placement: {clouds: [{name: here}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: streams}
            spec:
              contract: http
              appProtocol: h2c
              command: [node, server.mjs]
              code: {path: ./streams}
              placement: {clouds: [{name: here}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              rules:
              - matches: [{path: {type: PathPrefix, value: /rooms}}]
                backendRefs: [{group: weft.dev, kind: Function, name: rooms}]
              - matches: [{path: {type: PathPrefix, value: /streams}}]
                backendRefs: [{group: weft.dev, kind: Function, name: streams}]
            """;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private WeftInTest weft;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("rooms")).resolve("server.mjs"), ROOMS);
        Files.writeString(Files.createDirectories(folder.resolve("streams")).resolve("server.mjs"), STREAMS);
        Files.writeString(folder.resolve("weft.yaml"), DOCUMENTS);
        weft = WeftInTest.up(folder.resolve("home"), UpPath.Options.plain(List.of(folder), 0, 64L << 20, true, false));
    }

    @AfterEach
    void stopIt() {
        weft.close();
    }

    @Test
    void aWebSocketPassesAndIsOneCallUntilItEnds() throws Exception {
        Heard heard = new Heard();
        WebSocket socket = open("/rooms/1", heard);
        for (String each : List.of("one", "two", "three")) {
            socket.sendText(each, true).join();
            assertThat(heard.texts.poll(10, TimeUnit.SECONDS)).isEqualTo(each);
        }
        assertThat(weft.said()).doesNotContain("GET /rooms/1");

        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();

        assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
        await(() -> weft.said().contains("GET /rooms/1 -> rooms@here 101"));
    }

    @Test
    void aWebSocketEndsWhenItsInstanceIsReplaced() throws Exception {
        Heard heard = new Heard();
        WebSocket socket = open("/rooms/1", heard);
        socket.sendText("one", true).join();
        assertThat(heard.texts.poll(10, TimeUnit.SECONDS)).isEqualTo("one");

        Files.writeString(folder.resolve("rooms/server.mjs"), ROOMS + "// saved again\n");

        assertThat(heard.closed.get(20, TimeUnit.SECONDS)).isPositive();
        Heard again = new Heard();
        open("/rooms/1", again).sendText("two", true).join();
        assertThat(again.texts.poll(10, TimeUnit.SECONDS)).isEqualTo("two");
    }

    @Test
    void aFunctionThatSpeaksHttp2AnswersButTakesNoUpgrade() throws Exception {
        assertThat(get("/streams", "text/plain").body()).isEqualTo("over HTTP/2.0");
        assertThat(get("/rooms", "text/plain").body()).isEqualTo("plain");

        int status = client.newWebSocketBuilder()
                .buildAsync(URI.create(gateway().replace("http:", "ws:") + "/streams"), new Heard())
                .handle((socket, thrown) -> refusal(thrown))
                .get(10, TimeUnit.SECONDS);

        assertThat(status).isEqualTo(501);
        await(() -> weft.said().contains("no-upgrade"));
    }

    @Test
    void whatWeftItselfSaysToAGrpcCallerIsAGrpcStatus() throws Exception {
        HttpResponse<String> answer = get("/shop.Shop/Nowhere", "application/grpc");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("grpc-status")).contains("12");
        assertThat(answer.headers().firstValue("grpc-message")).contains("no route matches /shop.Shop/Nowhere");
        await(() -> weft.said().contains("/shop.Shop/Nowhere -> no route 404"));
    }

    private static int refusal(@Nullable Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException wrapped ? wrapped.getCause() : thrown;
        return cause instanceof WebSocketHandshakeException refused
                ? refused.getResponse().statusCode()
                : 0;
    }

    private WebSocket open(String path, Heard heard) throws Exception {
        return client.newWebSocketBuilder()
                .buildAsync(URI.create(gateway().replace("http:", "ws:") + path), heard)
                .get(20, TimeUnit.SECONDS);
    }

    private HttpResponse<String> get(String path, String type) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(gateway() + path))
                        .header("content-type", type)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String gateway() {
        return weft.gateway().toString();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited " + WAIT_MAX).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** What a client hears. */
    static final class Heard implements WebSocket.Listener {
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            texts.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.complete(1006);
        }
    }
}
