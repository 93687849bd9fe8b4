// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.Loop;
import dev.weft.clouds.aws.contract.LambdaPayload;
import dev.weft.net.RelayedBody;
import dev.weft.net.ServerExchange;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that a function streams: bytes pass on as they come. HTTP's head stands first, as JSON closed by eight NUL
 * bytes, where the function says so by its content type; a function that fails midway says so in trailers, and the body
 * then ends as broken, never as whole. Lives on the loop of the process's connection. Source: AWS Lambda developer guide,
 * "Response streaming" and "Building a custom runtime".
 */
final class StreamedAnswer implements Body.Sink {
    /** Bytes of a streamed answer; Lambda's own limit. */
    static final long BYTES_MAX = 200L << 20;

    /** Bytes of status and header fields as JSON, before the body begins; ours, as much as a listener takes of them. */
    static final int PRELUDE_BYTES_MAX = 64 * 1024;

    /** The media type of an answer that begins with its head. */
    static final String WITH_PRELUDE = "application/vnd.awslambda.http-integration-response";

    /** The field, of a head or a trailer, that names the type of an error. */
    static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";

    private static final String ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
    private static final byte[] END_OF_PRELUDE = new byte[8];
    private static final String TAKEN = "{\"status\":\"OK\"}";

    /** What the bytes of an answer without a head mean. */
    interface Plain {
        Outcome of(Body body);
    }

    private final ServerExchange post;
    private final @Nullable Plain plain;
    private final long bytesMax;
    private final Consumer<Outcome> answer;
    private final RelayedBody body;
    private final Body.Sink out;
    private final ByteArrayOutputStream prelude = new ByteArrayOutputStream();
    private long bytes;
    private boolean told;
    private boolean dropping;

    private StreamedAnswer(
            ServerExchange post, @Nullable Plain plain, long bytesMax, Loop to, Consumer<Outcome> answer) {
        this.post = post;
        this.plain = plain;
        this.bytesMax = bytesMax;
        this.answer = answer;
        this.body = new RelayedBody(new Poured(), post.loop(), to);
        this.out = body.sink();
    }

    /** Whether a runtime's answer streams. */
    static boolean streams(Headers headers) {
        return "streaming".equalsIgnoreCase(headers.first("Lambda-Runtime-Function-Response-Mode"));
    }

    /**
     * Takes the answer that {@code post} streams and tells {@code answer} of it once, on whatever loop.
     *
     * @param plain what the bytes mean; null where they begin with a head
     * @param to the loop on which the answer's body will be read
     */
    static void take(ServerExchange post, @Nullable Plain plain, long bytesMax, Loop to, Consumer<Outcome> answer) {
        post.body().read(new StreamedAnswer(post, plain, bytesMax, to, answer));
    }

    /** What the relay holds back. A function runs to its end although nobody listens any more, as on Lambda. */
    private final class Poured implements Body {
        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink sink) {
            throw new IllegalStateException("read by its owner");
        }

        @Override
        public void pause() {
            post.body().pause();
        }

        @Override
        public void resume() {
            post.body().resume();
        }

        @Override
        public void discard() {
            dropping = true;
            post.body().resume();
        }
    }

    @Override
    public void chunk(Chunk chunk) {
        bytes += chunk.length();
        if (dropping) {
            chunk.release();
        } else if (bytes > bytesMax) {
            chunk.release();
            tooLarge();
        } else if (told) {
            out.chunk(chunk);
        } else if (plain != null) {
            tell(plain.of(body));
            out.chunk(chunk);
        } else {
            head(chunk);
        }
    }

    private void head(Chunk chunk) {
        byte[] piece = new byte[chunk.length()];
        chunk.bytes().get(piece);
        chunk.release();
        int from = Math.max(0, prelude.size() - END_OF_PRELUDE.length);
        prelude.writeBytes(piece);
        byte[] all = prelude.toByteArray();
        int end = endOfPrelude(all, from);
        if (end < 0 && all.length <= PRELUDE_BYTES_MAX) {
            return;
        }
        if (end < 0 || end > PRELUDE_BYTES_MAX) {
            giveUp("the head of the streamed answer is larger than %d bytes".formatted(PRELUDE_BYTES_MAX));
            return;
        }
        Outcome outcome = LambdaPayload.streamed(Arrays.copyOf(all, end), body);
        tell(outcome);
        dropping = outcome instanceof Outcome.Failure;
        int begins = end + END_OF_PRELUDE.length;
        if (!dropping && begins < all.length) {
            out.chunk(Chunk.of(Arrays.copyOfRange(all, begins, all.length)));
        }
    }

    private static int endOfPrelude(byte[] bytes, int from) {
        for (int i = from; i + END_OF_PRELUDE.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + END_OF_PRELUDE.length, END_OF_PRELUDE, 0, END_OF_PRELUDE.length)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void end(Headers trailers) {
        LambdaInstance.respond(post, 202, TAKEN);
        String errorType = trailers.first(ERROR_TYPE);
        if (dropping) {
            return;
        }
        if (errorType != null && told) {
            out.failed(new BodyException(
                    BodyException.Reason.BROKEN_OFF, "the function failed while it streamed: " + errorType, null));
        } else if (errorType != null) {
            tell(failure(errorType, trailers.first(ERROR_BODY)));
        } else if (!told && plain == null) {
            giveUp("the streamed answer ended before its head did");
        } else {
            if (!told && plain != null) {
                tell(plain.of(body));
            }
            out.end(Headers.none());
        }
    }

    private static Outcome.Failure failure(String type, @Nullable String body) {
        try {
            byte[] payload = Base64.getDecoder().decode(body == null ? "" : body);
            if (payload.length > 0) {
                return LambdaPayload.failure(Outcome.Failure.Reason.ERROR, payload, type);
            }
        } catch (IllegalArgumentException notBase64) {
            return LambdaPayload.failure(Outcome.Failure.Reason.ERROR, type, "its error body is not base64", "");
        }
        return LambdaPayload.failure(Outcome.Failure.Reason.ERROR, type, "", "");
    }

    @Override
    public void failed(BodyException cause) {
        if (dropping) {
            return;
        }
        if (told) {
            out.failed(cause);
        } else {
            tell(LambdaPayload.failure(
                    Outcome.Failure.Reason.CRASH,
                    "Runtime.TruncatedResponse",
                    "the runtime broke off while it answered",
                    ""));
        }
    }

    private void tooLarge() {
        dropping = true;
        String message = "Response payload size exceeded maximum allowed payload size (%d bytes).".formatted(bytesMax);
        if (told) {
            out.failed(new BodyException(BodyException.Reason.TOO_LARGE, message, null));
        } else {
            tell(LambdaPayload.failure(Outcome.Failure.Reason.TOO_LARGE, "Function.ResponseSizeTooLarge", message, ""));
        }
        LambdaInstance.respond(post, 413, "{\"errorType\":\"RequestEntityTooLarge\"}");
    }

    private void giveUp(String message) {
        dropping = true;
        tell(LambdaPayload.malformed(message));
    }

    private void tell(Outcome outcome) {
        told = true;
        answer.accept(outcome);
    }
}
