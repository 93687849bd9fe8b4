// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Node.js function in the engine's host for contract aws-lambda, answered as InvokeWithResponseStream answers: chunk by
 * chunk as the handler writes, and no faster than they are taken.
 */
public final class StreamingLambda implements AutoCloseable {
    private static final RuntimeApi.Client NODE = (launch, handler) -> List.of(
            "node",
            "--input-type=module",
            "--eval",
            "await (await import('" + ((ContractHost.Program.Node) launch.program()).script() + "')).main()");

    private static final int MESSAGES_MAX = 4;
    private static final byte[] LAST = {};

    private final RuntimeApi api;
    private final ContractHost.Hosted instance;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong sent = new AtomicLong();

    /** Of the code in {@code index.js}. */
    public StreamingLambda(Path folder, String code) throws Exception {
        api = new RuntimeApi(folder);
        api.code("index.js", code);
        instance = api.start("nodejs20", "index.handler", NODE);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::invoke);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Bytes of the function that have been given to the network. */
    public long sent() {
        return sent.get();
    }

    private void invoke(HttpExchange exchange) throws IOException {
        byte[] event = exchange.getRequestBody().readAllBytes();
        Loop loop = api.loop();
        Answer answer = new Answer(loop);
        loop.run(() -> {
            Place.Attempt ignored =
                    instance.call(RuntimeApi.event(new String(event, StandardCharsets.UTF_8), Map.of()), loop, answer);
        });
        exchange.getResponseHeaders().add("content-type", "application/vnd.amazon.eventstream");
        exchange.getResponseHeaders().add("x-amz-executed-version", "1");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (byte[] message = answer.next(); message.length > 0; message = answer.next()) {
                out.write(message);
                out.flush();
                sent.addAndGet(message.length);
            }
        } catch (IOException gone) {
            answer.drop();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the host says, as messages. */
    private static final class Answer implements Place.Answers, Body.Sink {
        private final BlockingQueue<byte[]> messages = new ArrayBlockingQueue<>(1 << 16);
        private final Loop loop;
        private volatile Body body = Body.empty();

        Answer(Loop loop) {
            this.loop = loop;
        }

        byte[] next() throws InterruptedException {
            byte[] next = messages.poll(60, TimeUnit.SECONDS);
            if (messages.size() <= MESSAGES_MAX) {
                loop.run(() -> body.resume());
            }
            return next == null ? LAST : next;
        }

        void drop() {
            loop.run(() -> body.discard());
        }

        @Override
        public void outcome(Outcome outcome) {
            switch (outcome) {
                case Outcome.Result result -> {
                    body = result.body();
                    body.read(this);
                }
                case Outcome.Failure failure ->
                    complete(Map.of(
                            "ErrorCode",
                            failure.type(),
                            "ErrorDetails",
                            new String(failure.payload(), StandardCharsets.UTF_8)));
                case Outcome.Response _, Outcome.Accepted _, Outcome.Upgraded _ ->
                    throw new AssertionError("an event has a result: " + outcome);
            }
        }

        @Override
        public void failed(CloudException why) {
            complete(Map.of("ErrorCode", "Unhandled", "ErrorDetails", String.valueOf(why.getMessage())));
        }

        @Override
        public void chunk(Chunk chunk) {
            byte[] bytes = new byte[chunk.length()];
            chunk.bytes().get(bytes);
            chunk.release();
            messages.add(StreamedMessages.chunk(bytes));
            if (messages.size() > MESSAGES_MAX) {
                body.pause();
            }
        }

        @Override
        public void end(Headers trailers) {
            complete(Map.of());
        }

        @Override
        public void failed(BodyException cause) {
            complete(Map.of("ErrorCode", "Unhandled", "ErrorDetails", String.valueOf(cause.getMessage())));
        }

        private void complete(Map<String, String> said) {
            messages.add(StreamedMessages.complete(JsonMapper.shared().writeValueAsString(said)));
            messages.add(LAST);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        api.close();
    }
}
