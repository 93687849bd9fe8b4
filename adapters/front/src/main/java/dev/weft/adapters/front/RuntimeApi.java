// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Lambda Runtime API (version 2018-06-01) of one process, on a free loopback port under a secret path. One call is handed
 * over at a time; whose turn it is, the caller settles.
 */
final class RuntimeApi implements AutoCloseable {
    /** Bytes of an answer, as on Lambda; JSON around it may be longer than the body it holds. */
    static final int ANSWER_BYTES_MAX = 6 << 20;

    private static final int SECRET_BYTES = 24;

    private final Settings settings;
    private final Server server;
    private final String base;
    private final String secret;
    private volatile Life life = new Life();

    /** What happens to one process: it asks for its first call, serves some, and ends. */
    static final class Life {
        private Life() {}

        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final BlockingQueue<Given> line = new LinkedBlockingQueue<>();
        private volatile @Nullable Given serving;
        private volatile @Nullable Failure ended;
    }

    /** A call on its way; {@code taken} once the process has it. */
    private static final class Given {
        final byte[] event;
        final Code.About about;
        final CompletableFuture<byte[]> answer = new CompletableFuture<>();
        volatile boolean taken;

        Given(byte[] event, Code.About about) {
            this.event = event;
            this.about = about;
        }
    }

    /** Nobody has taken the call: the process had ended before. */
    static final class UntakenException extends Exception {}

    RuntimeApi(Settings settings) throws IOException {
        this.settings = settings;
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        this.secret = HexFormat.of().formatHex(random);
        this.base = '/' + secret + "/2018-06-01/runtime";
        this.server = Server.open(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0),
                ANSWER_BYTES_MAX,
                new Server.Served() {
                    @Override
                    public Code.Answer answer(Server.Asked asked) throws InterruptedException {
                        return asked.method().equals("GET") ? next(asked) : told(asked);
                    }

                    @Override
                    public Code.Answer tooLarge(Server.Asked asked) {
                        settle(
                                life,
                                null,
                                new Failure(
                                        "Function.ResponseSizeTooLarge",
                                        "Response payload size exceeded maximum allowed payload size ("
                                                + ANSWER_BYTES_MAX + " bytes)."));
                        return said(413);
                    }
                });
    }

    /** What a process must know as {@code AWS_LAMBDA_RUNTIME_API}. */
    String address() throws IOException {
        return "127.0.0.1:" + server.port() + '/' + secret;
    }

    /** From now on calls are for another process. */
    Life begun() {
        Life own = new Life();
        life = own;
        return own;
    }

    /** Waits until the process asks for its first call. */
    void awaitReady(long millis) throws Failure, InterruptedException {
        try {
            life.ready.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw Failure.of(failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            throw new Failure("Runtime.InitError", "the handler is not ready " + millis / 1000 + " s after its start");
        }
    }

    /** The process is gone, for that reason. */
    static void ended(Life own, Failure why) {
        own.ended = why;
        own.ready.completeExceptionally(why);
        settle(own, null, why);
        for (Given each = own.line.poll(); each != null; each = own.line.poll()) {
            each.answer.completeExceptionally(why);
        }
        own.line.add(new Given(new byte[0], new Code.About("", null, 0))); // who polls still goes home
    }

    /** Hands over a call and waits for its answer until its deadline. */
    byte[] call(byte[] event, Code.About about)
            throws Failure, UntakenException, TimeoutException, InterruptedException {
        Life own = life;
        Given given = new Given(event, about);
        own.line.add(given);
        Failure gone = own.ended;
        if (gone != null) {
            given.answer.completeExceptionally(gone);
        }
        try {
            long millis = Math.max(1, about.deadlineMillis() - settings.clock().millis());
            return given.answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (!given.taken) {
                throw new UntakenException();
            }
            throw Failure.of(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private Code.Answer next(Server.Asked asked) throws InterruptedException {
        if (!asked.target().equals(base + "/invocation/next")) {
            return said(403);
        }
        Life own = life;
        own.ready.complete(null);
        Given given = own.line.take();
        if (own.ended != null) {
            return said(410);
        }
        given.taken = true;
        own.serving = given;
        String region = System.getenv().getOrDefault("AWS_REGION", "us-east-1");
        return new Code.Answer(
                200,
                Fields.of(
                        "content-type",
                        "application/json",
                        "lambda-runtime-aws-request-id",
                        given.about.id(),
                        "lambda-runtime-deadline-ms",
                        Long.toString(given.about.deadlineMillis()),
                        "lambda-runtime-invoked-function-arn",
                        "arn:aws:lambda:" + region + ":000000000000:function:" + settings.name(),
                        "lambda-runtime-trace-id",
                        Payload.xray(given.about.trace())),
                given.event);
    }

    private Code.Answer told(Server.Asked asked) {
        Life own = life;
        Given serving = own.serving;
        String here = base + "/invocation/" + (serving == null ? "" : serving.about.id()) + '/';
        String kind = asked.fields().first("lambda-runtime-function-error-type");
        if (asked.target().equals(base + "/init/error")) {
            own.ready.completeExceptionally(failed(asked.body(), kind));
        } else if (serving != null && asked.target().equals(here + "error")) {
            settle(own, null, failed(asked.body(), kind));
        } else if (serving != null && asked.target().equals(here + "response")) {
            settle(own, asked.body(), null);
        } else {
            return said(asked.target().startsWith(base + '/') ? 400 : 403);
        }
        return said(202);
    }

    private static void settle(Life own, byte @Nullable [] answer, @Nullable Failure failure) {
        Given given = own.serving;
        own.serving = null;
        if (given != null && failure != null) {
            given.answer.completeExceptionally(failure);
        } else if (given != null) {
            given.answer.complete(answer == null ? new byte[0] : answer);
        }
    }

    private static Failure failed(byte[] body, @Nullable String kind) {
        String usual = kind == null ? "Unknown" : kind;
        try {
            if (Json.read(new String(body, StandardCharsets.UTF_8)) instanceof Map<?, ?> said) {
                Object type = said.get("errorType");
                Object message = said.get("errorMessage");
                return new Failure(
                        type == null ? usual : type.toString(), message == null ? "" : message.toString(), body);
            }
        } catch (IllegalArgumentException notJson) {
            // as below
        }
        return new Failure(usual, "the runtime reported an error that is not JSON");
    }

    private static Code.Answer said(int status) {
        return new Code.Answer(
                status,
                Fields.of("content-type", "application/json"),
                "{\"status\":\"OK\"}".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
