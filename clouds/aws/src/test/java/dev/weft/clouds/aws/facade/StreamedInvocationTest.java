// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.aws.call.EventStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the façade streams, read as Weft reads Lambda's own streams. */
class StreamedInvocationTest {
    private static final StreamedInvocation STREAM = new StreamedInvocation(new Invocation("arn", "7", false));

    private final List<String> said = new ArrayList<>();
    private final EventStream messages = new EventStream();
    private boolean ended;

    /** Says two parts, one of them empty, and then ends as told. */
    private static Body body(boolean whole) {
        return new Body() {
            @Override
            public long length() {
                return 5;
            }

            @Override
            public void read(Sink sink) {
                sink.chunk(Chunk.of("hello".getBytes(StandardCharsets.UTF_8)));
                sink.chunk(Chunk.of(new byte[0]));
                if (whole) {
                    sink.end(Headers.none());
                } else {
                    sink.failed(new BodyException(BodyException.Reason.BROKEN_OFF, "it fell silent", null));
                }
            }

            @Override
            public void pause() {}

            @Override
            public void resume() {}

            @Override
            public void discard() {}
        };
    }

    private void read(FacadeStream stream) {
        assertThat(stream.body().length()).isEqualTo(Body.LENGTH_UNKNOWN);
        stream.body().read(new Body.Sink() {
            @Override
            public void chunk(Chunk chunk) {
                feed(chunk.bytes());
            }

            @Override
            public void end(Headers trailers) {
                ended = true;
            }

            @Override
            public void failed(BodyException cause) {
                throw new AssertionError(cause);
            }
        });
        assertThat(ended).isTrue();
    }

    private void feed(ByteBuffer bytes) {
        try {
            messages.feed(
                    bytes,
                    message -> said.add(message.header(":message-type")
                            + ' '
                            + message.header(":event-type")
                            + ' '
                            + new String(message.payload(), StandardCharsets.UTF_8)));
        } catch (BodyException broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void eachPartIsAMessageAndTheLastSaysThatItIsOver() {
        FacadeStream stream =
                STREAM.begun(new Outcome.Result("text/plain", Headers.none(), Body.empty()), body(true), "id-1");
        read(stream);
        assertThat(said).containsExactly("event PayloadChunk hello", "event InvokeComplete {}");
        assertThat(stream.headers().first("content-type")).isEqualTo("text/plain");
        assertThat(stream.headers().first("x-amz-executed-version")).isEqualTo("7");
        assertThat(stream.headers().first("x-amzn-requestid")).isEqualTo("id-1");
    }

    @Test
    void whatBreaksOffIsToldInTheLastMessage() {
        read(STREAM.begun(new Outcome.Result(null, Headers.none(), Body.empty()), body(false), "id-1"));
        assertThat(said)
                .containsExactly(
                        "event PayloadChunk hello",
                        "event InvokeComplete {\"ErrorCode\":\"Runtime.TruncatedResponse\",\"ErrorDetails\":\"it fell silent\"}");
    }

    @Test
    void aServersErrorIsAnErrorHere() {
        read(STREAM.begun(new Outcome.Response(503, Headers.none(), Body.empty()), body(true), "id-1"));
        assertThat(said.getLast()).contains("\"ErrorCode\":\"Http.503\"");
    }

    @Test
    void aFunctionThatFailsBeforeItSpeaksIsAStreamOfOneMessage() {
        Outcome failure = new Outcome.Failure(Outcome.Failure.Reason.ERROR, "TypeError", "no tea", new byte[0], "");
        FacadeAnswer answer = STREAM.spoke(new Wish.Came(failure, new byte[0], "id-1", "aws", Duration.ZERO, ""));
        feed(ByteBuffer.wrap(answer.body()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(said)
                .containsExactly("event InvokeComplete {\"ErrorCode\":\"TypeError\",\"ErrorDetails\":\"no tea\"}");
    }
}
