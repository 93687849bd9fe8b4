// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Place;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer of InvokeWithResponseStream, message by message: the function's bytes pass on as they come, and the sender is
 * held back as the reader asks. A function that fails before any of its bytes passed is a failure, one that fails later
 * breaks the body off. On the loop of its connection. Source: AWS Lambda API reference, "InvokeWithResponseStream".
 */
final class StreamedResult implements Body.Sink {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String STREAM = "application/vnd.amazon.eventstream";
    private static final byte[] NOTHING = {'{', '}'};
    private static final String BYTES = "application/octet-stream";

    private final Body wire;
    private final String type;
    private final Place.Answers answers;
    private final EventStream messages = new EventStream();
    private final ResultStart start = new ResultStart();
    private final Passed passed = new Passed();
    private boolean told;
    private boolean complete;
    private boolean wireOver;
    private boolean feeding;
    private boolean heldBack;
    private boolean holdBack;

    private StreamedResult(Body wire, String type, Place.Answers answers) {
        this.wire = wire;
        this.type = type;
        this.answers = answers;
    }

    /** Reads {@code wire}, the body under {@code head}, and tells {@code answers} once of what it means. */
    static void read(InvokeDialect.WireHead head, Body wire, Place.Answers answers) {
        String said = head.headers().first("content-type");
        String type = said == null || said.startsWith(STREAM) ? BYTES : said;
        wire.read(new StreamedResult(wire, type, answers));
    }

    @Override
    public void chunk(Chunk chunk) {
        feeding = true;
        try {
            if (!complete) {
                messages.feed(chunk.bytes(), this::message);
            }
        } catch (BodyException broken) {
            brokeOff(broken);
            stop();
        } finally {
            chunk.release();
            feeding = false;
        }
        flow();
    }

    /** Whether the sender waits. Not while a chunk is taken apart: letting go may bring the next one at once. */
    private void hold(boolean back) {
        holdBack = back && !complete;
        if (!feeding) {
            flow();
        }
    }

    private void flow() {
        if (wireOver || heldBack == holdBack) {
            return;
        }
        heldBack = holdBack;
        if (heldBack) {
            wire.pause();
        } else {
            wire.resume();
        }
    }

    private void message(EventStream.Message message) {
        if (complete) {
            return;
        }
        switch (message.header(":message-type")) {
            case "event" -> {
                switch (message.header(":event-type")) {
                    case "PayloadChunk" -> bytes(message.payload());
                    case "InvokeComplete" -> completed(message.payload());
                    default -> {} // an event that came after this was written
                }
            }
            case "exception" -> refused(message.header(":exception-type"));
            case "error" -> refused(message.header(":error-code"));
            default -> {} // says nothing of the answer
        }
    }

    private void bytes(byte[] bytes) {
        if (told) {
            passed.add(bytes);
            return;
        }
        switch (start.feed(bytes)) {
            case OPEN -> {}
            case BODY -> {
                passed.add(start.body());
                tell(new Outcome.Response(200, Headers.of("content-type", type), passed));
            }
            case HEAD -> {
                byte[] head = start.head();
                Outcome outcome = head.length > ResultStart.HEAD_BYTES_MAX
                        ? LambdaPayload.malformed("the head of the streamed answer is larger than %d bytes"
                                .formatted(ResultStart.HEAD_BYTES_MAX))
                        : LambdaPayload.streamed(head, passed);
                if (outcome instanceof Outcome.Response) {
                    passed.add(start.body());
                    tell(outcome);
                } else {
                    tell(outcome);
                    stop();
                }
            }
        }
    }

    private void completed(byte[] payload) {
        JsonNode said;
        try {
            said = JSON.readTree(payload.length == 0 ? NOTHING : payload);
        } catch (JacksonException notJson) {
            brokeOff(new BodyException(BodyException.Reason.MALFORMED, "what ends the event stream is not JSON", null));
            stop();
            return;
        }
        complete = true;
        hold(false);
        String code = said.path("ErrorCode").asString("");
        if (code.isEmpty()) {
            whole();
        } else if (told) {
            passed.broke(new BodyException(
                    BodyException.Reason.BROKEN_OFF, "the function failed while it streamed: " + code, null));
        } else {
            String tail = FunctionFailure.tail(said.path("LogResult").asString(""));
            tell(FunctionFailure.streamed(code, said.path("ErrorDetails").asString(""), tail));
        }
    }

    /** All bytes have come. What was held until now is the answer of a handler that did not stream. */
    private void whole() {
        if (told) {
            passed.ended();
            return;
        }
        byte[] result = start.body();
        told = true;
        answers.outcome(
                result.length == 0
                        ? new Outcome.Response(200, Headers.of("content-type", type), Body.empty())
                        : LambdaPayload.answer(result));
    }

    private void refused(String what) {
        String words = "Lambda broke its answer off" + (what.isEmpty() ? "" : ": " + what);
        complete = true;
        hold(false);
        brokeOff(new BodyException(BodyException.Reason.BROKEN_OFF, words, null));
    }

    private void brokeOff(BodyException why) {
        if (told) {
            passed.broke(why);
        } else {
            told = true;
            answers.failed(new CloudException(Kind.UNKNOWN, String.valueOf(why.getMessage()), why));
        }
    }

    /** Nobody reads the body yet, so the sender waits until somebody does. */
    private void tell(Outcome outcome) {
        told = true;
        hold(outcome instanceof Outcome.Response);
        answers.outcome(outcome);
    }

    private void stop() {
        if (!complete && !wireOver) {
            wireOver = true;
            wire.discard();
        }
        complete = true;
    }

    @Override
    public void end(Headers trailers) {
        wireOver = true;
        if (!complete) {
            complete = true;
            brokeOff(new BodyException(
                    BodyException.Reason.BROKEN_OFF,
                    messages.within()
                            ? "Lambda's answer ended within a message"
                            : "Lambda's answer ended before it was complete",
                    null));
        }
    }

    @Override
    public void failed(BodyException cause) {
        wireOver = true;
        if (!complete) {
            complete = true;
            brokeOff(cause);
        }
    }

    /** The function's bytes; those that came before somebody read are held, no more than came with one chunk. */
    private final class Passed implements Body {
        private final Queue<byte[]> held = new ArrayDeque<>();
        private @Nullable Sink reader;
        private @Nullable BodyException broken;
        private boolean paused;
        private boolean over;
        private boolean dropped;

        void add(byte[] bytes) {
            Sink sink = reader;
            if (dropped || bytes.length == 0) {
                return;
            }
            if (sink == null) {
                held.add(bytes);
            } else {
                sink.chunk(Chunk.of(bytes));
            }
        }

        void ended() {
            over = true;
            if (reader != null) {
                finish(reader);
            }
        }

        void broke(BodyException why) {
            broken = why;
            ended();
        }

        private void finish(Sink sink) {
            if (dropped) {
                return;
            }
            BodyException why = broken;
            if (why == null) {
                sink.end(Headers.none());
            } else {
                sink.failed(why);
            }
        }

        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink sink) {
            for (byte[] each = held.poll(); each != null && !dropped; each = held.poll()) {
                sink.chunk(Chunk.of(each));
            }
            reader = sink;
            if (over) {
                finish(sink);
            } else {
                hold(paused);
            }
        }

        @Override
        public void pause() {
            paused = true;
            hold(true);
        }

        @Override
        public void resume() {
            paused = false;
            hold(false);
        }

        @Override
        public void discard() {
            dropped = true;
            held.clear();
            stop();
        }
    }
}
