// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Runs control requests as plain blocking code, each on a virtual thread of its own, behind an event-driven listener. */
public final class BlockingHandler implements ExchangeHandler {
    /** Control requests answered at once; more are refused with 503. */
    public static final int REQUESTS_AT_ONCE_MAX = 256;

    private final Service service;
    private final long bodyBytesMax;
    private final Semaphore places = new Semaphore(REQUESTS_AT_ONCE_MAX);

    /** Hands requests with bodies of at most {@code bodyBytesMax} bytes to {@code service}. */
    public BlockingHandler(long bodyBytesMax, Service service) {
        this.bodyBytesMax = bodyBytesMax;
        this.service = service;
    }

    /** Answers one request; may block. */
    @FunctionalInterface
    public interface Service {
        /** The answer to {@code request}. Interrupted when the caller goes away. */
        Reply answer(Request request) throws InterruptedException;
    }

    /** A request with its whole body. */
    public record Request(RequestLine line, Headers headers, byte[] body, String callerAddress) {}

    /**
     * An answer. Either {@code body} is all of it, or {@code stream} writes what follows for as long as it likes.
     *
     * @param stream writes after the head; an {@link IOException} from the stream means that the caller is gone
     */
    public record Reply(
            int status,
            Headers headers,
            byte[] body,
            @Nullable Stream stream) {
        /** A whole answer of that media type. */
        public static Reply of(int status, String contentType, String text) {
            return new Reply(
                    status, Headers.of("content-type", contentType), text.getBytes(StandardCharsets.UTF_8), null);
        }

        /** An answer that is written bit by bit. */
        public static Reply streaming(int status, String contentType, Stream stream) {
            return new Reply(status, Headers.of("content-type", contentType), new byte[0], stream);
        }
    }

    /** Writes an answer bit by bit. */
    @FunctionalInterface
    public interface Stream {
        /** Each write blocks until the caller takes it; each flush sends it. */
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    @Override
    public void handle(ServerExchange exchange) {
        if (!places.tryAcquire()) {
            exchange.respond(
                    503,
                    Headers.of("content-type", "text/plain", "retry-after", "1"),
                    Body.of("too many control requests at once\n".getBytes(StandardCharsets.UTF_8)));
            return;
        }
        RequestLine line = exchange.line();
        Headers headers = Headers.builder().addAll(exchange.headers()).build();
        BodyGatherer.gather(
                exchange.body(),
                bodyBytesMax,
                bytes -> start(exchange, new Request(line, headers, bytes, exchange.callerAddress())),
                failure -> {
                    places.release();
                    refuse(exchange, failure);
                });
    }

    private void start(ServerExchange exchange, Request request) {
        Thread worker = Thread.ofVirtual().name("control").unstarted(() -> {
            try {
                answer(exchange, request);
            } finally {
                places.release();
            }
        });
        exchange.onCallerGone(worker::interrupt);
        worker.start();
    }

    private void answer(ServerExchange exchange, Request request) {
        try {
            Reply reply = service.answer(request);
            Stream stream = reply.stream();
            if (stream == null) {
                exchange.loop().run(() -> exchange.respond(reply.status(), reply.headers(), Body.of(reply.body())));
                return;
            }
            PipedBody body = new PipedBody(exchange.loop());
            exchange.loop().run(() -> exchange.respond(reply.status(), reply.headers(), body));
            write(stream, body);
        } catch (InterruptedException | IOException gone) {
            exchange.loop().run(() -> exchange.respond(499, Headers.none(), Body.empty()));
        } catch (RuntimeException bug) {
            System.getLogger("dev.weft.net").log(System.Logger.Level.ERROR, "control request failed", bug);
            exchange.loop()
                    .run(() -> exchange.respond(
                            500,
                            Headers.of("content-type", "text/plain"),
                            Body.of("internal error; Weft's log has the reason\n".getBytes(StandardCharsets.UTF_8))));
        }
    }

    /** Only a stream that returns has written all: after a failure the caller must not take a part for the whole. */
    private static void write(Stream stream, PipedBody body) throws IOException, InterruptedException {
        boolean whole = false;
        OutputStream out = body.out();
        try {
            stream.write(out);
            whole = true;
        } finally {
            if (whole) {
                out.close();
            } else {
                body.fail(new BodyException(BodyException.Reason.BROKEN_OFF, "the answer could not be finished", null));
            }
        }
    }

    private static void refuse(ServerExchange exchange, BodyException failure) {
        int status = failure.reason() == BodyException.Reason.TOO_LARGE ? 413 : 400;
        exchange.respond(
                status,
                Headers.of("content-type", "text/plain"),
                Body.of((failure.getMessage() + '\n').getBytes(StandardCharsets.UTF_8)));
    }
}
