// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Place;
import dev.weft.clouds.aws.StreamedMessages;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamedResultTest {
    private static final String HEAD = "{\"statusCode\":203,\"headers\":{\"x-a\":\"}\\\"{\"},\"cookies\":[\"c=d\"]}";
    private static final String NULS = "\0".repeat(8);

    /** A connection that a test writes to. */
    private static final class Connection implements Body {
        private @Nullable Sink sink;
        final List<String> asked = new ArrayList<>();

        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink reader) {
            sink = reader;
        }

        @Override
        public void pause() {
            asked.add("pause");
        }

        @Override
        public void resume() {
            asked.add("resume");
        }

        @Override
        public void discard() {
            asked.add("discard");
        }

        Sink sink() {
            return java.util.Objects.requireNonNull(sink);
        }
    }

    private static final class Heard implements Place.Answers, Body.Sink {
        @Nullable
        Outcome outcome;

        @Nullable
        CloudException failure;

        @Nullable
        BodyException broken;

        final StringBuilder text = new StringBuilder();
        boolean ended;

        @Override
        public void outcome(Outcome said) {
            assertThat(outcome).isNull();
            assertThat(failure).isNull();
            outcome = said;
        }

        @Override
        public void failed(CloudException why) {
            assertThat(outcome).isNull();
            assertThat(failure).isNull();
            failure = why;
        }

        @Override
        public void chunk(Chunk chunk) {
            text.append(StandardCharsets.UTF_8.decode(chunk.bytes()));
            chunk.release();
        }

        @Override
        public void end(Headers trailers) {
            assertThat(ended).isFalse();
            ended = true;
        }

        @Override
        public void failed(BodyException cause) {
            assertThat(broken).isNull();
            broken = cause;
        }

        Outcome.Response response() {
            return (Outcome.Response) java.util.Objects.requireNonNull(outcome);
        }

        Outcome.Failure failed() {
            return (Outcome.Failure) java.util.Objects.requireNonNull(outcome);
        }
    }

    private final Connection connection = new Connection();
    private final Heard heard = new Heard();

    private void begin(String... headers) {
        StreamedResult.read(new InvokeDialect.WireHead(200, Headers.of(headers)), connection, heard);
    }

    private void says(byte[]... messages) {
        for (byte[] each : messages) {
            connection.sink().chunk(Chunk.of(each));
        }
    }

    private static byte[] chunk(String text) {
        return StreamedMessages.chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] end(String json) {
        return StreamedMessages.complete(json);
    }

    @Test
    void theHeadReachesTheCallerBeforeTheBodyAndChunksPassAsTheyCome() {
        begin();
        says(chunk(HEAD.substring(0, 9)), chunk(HEAD.substring(9) + "\0\0\0"));
        assertThat(heard.outcome).isNull();
        says(chunk("\0\0\0\0\0once "));
        assertThat(heard.response().status()).isEqualTo(203);
        assertThat(heard.response().headers().first("x-a")).isEqualTo("}\"{");
        assertThat(heard.response().headers().first("set-cookie")).isEqualTo("c=d");
        assertThat(connection.asked).containsExactly("pause");
        heard.response().body().read(heard);
        assertThat(connection.asked).containsExactly("pause", "resume");
        assertThat(heard.text).hasToString("once ");
        says(chunk("upon"));
        assertThat(heard.text).hasToString("once upon");
        says(end("{}"));
        assertThat(heard.ended).isTrue();
        connection.sink().end(Headers.none());
        assertThat(connection.asked).containsExactly("pause", "resume");
    }

    @Test
    void aReaderThatPausesHoldsTheSenderBack() {
        begin();
        says(chunk(HEAD + NULS));
        Body body = heard.response().body();
        body.pause();
        body.read(heard);
        assertThat(connection.asked).containsExactly("pause");
        body.resume();
        body.pause();
        body.resume();
        assertThat(connection.asked).containsExactly("pause", "resume", "pause", "resume");
        body.pause();
        says(chunk("late"), end("{}"));
        assertThat(heard.text).hasToString("late");
        assertThat(heard.ended).isTrue();
        // the connection is read to its end although its reader said stop: it is nobody's any more
        assertThat(connection.asked).endsWith("pause", "resume");
    }

    @Test
    void everythingMayComeAtOnceAndBeReadLater() {
        begin();
        byte[][] all = {chunk(HEAD + NULS + "a"), chunk("b"), chunk(""), end("{\"ErrorCode\":null}")};
        java.io.ByteArrayOutputStream one = new java.io.ByteArrayOutputStream();
        for (byte[] each : all) {
            one.writeBytes(each);
        }
        says(one.toByteArray());
        connection.sink().end(Headers.none());
        heard.response().body().read(heard);
        assertThat(heard.text).hasToString("ab");
        assertThat(heard.ended).isTrue();
    }

    @Test
    void aStreamWithoutAHeadIsTheBodyAtOnce() {
        begin("content-type", "text/x-story");
        says(chunk(" "), chunk("plain"));
        assertThat(heard.response().headers().first("content-type")).isEqualTo("text/x-story");
        heard.response().body().read(heard);
        assertThat(heard.text).hasToString(" plain");
    }

    @Test
    void severalJsonTextsAreTheBodyAtOnce() {
        begin("content-type", "application/vnd.amazon.eventstream");
        says(chunk("{\"n\":[1]}\n"));
        assertThat(heard.outcome).isNull();
        says(chunk("{\"n\":2}\n"));
        assertThat(heard.response().headers().first("content-type")).isEqualTo("application/octet-stream");
        heard.response().body().read(heard);
        assertThat(heard.text).hasToString("{\"n\":[1]}\n{\"n\":2}\n");
    }

    @Test
    void aHandlerThatDoesNotStreamIsUnderstood() {
        begin();
        says(chunk("{\"statusCode\":201,"), chunk("\"body\":\"made\"}"), end(""));
        assertThat(heard.response().status()).isEqualTo(201);
        heard.response().body().read(heard);
        assertThat(heard.text).hasToString("made");
    }

    @Test
    void nothingIsAnAnswerToo() {
        begin();
        says(end("{}"));
        assertThat(heard.response().status()).isEqualTo(200);
    }

    @Test
    void whatMayBeAHeadIsHeldToALimit() {
        begin();
        byte[] half = ("{\"a\":\"" + "x".repeat(LambdaPayload.BYTES_MAX / 2 - 6)).getBytes(StandardCharsets.UTF_8);
        says(StreamedMessages.chunk(half), chunk("x".repeat(LambdaPayload.BYTES_MAX / 2)));
        assertThat(heard.outcome).isNull();
        says(chunk("x"));
        assertThat(heard.response().status()).isEqualTo(200);
        heard.response().body().read(heard);
        assertThat(heard.text).hasSize(LambdaPayload.BYTES_MAX + 1);
    }

    @Test
    void aHeadHasALimit() {
        begin();
        String most = "{\"x\":\"" + "y".repeat(ResultStart.HEAD_BYTES_MAX - 8) + "\"}";
        says(chunk(most + NULS));
        assertThat(heard.response().status()).isEqualTo(200);
        Connection other = new Connection();
        Heard refused = new Heard();
        StreamedResult.read(new InvokeDialect.WireHead(200, Headers.none()), other, refused);
        other.sink().chunk(Chunk.of(chunk(' ' + most + NULS)));
        assertThat(refused.failed().message()).contains("65536");
        assertThat(other.asked).containsExactly("discard");
    }

    @Test
    void aFunctionThatFailsBeforeItsFirstByteIsAFailure() {
        begin();
        says(end("{\"ErrorCode\":\"Unhandled\",\"ErrorDetails\":\"{\\\"errorType\\\":\\\"RangeError\\\","
                + "\\\"errorMessage\\\":\\\"no\\\"}\",\"LogResult\":\"bGFzdCBsaW5l\"}"));
        assertThat(heard.failed().type()).isEqualTo("RangeError");
        assertThat(heard.failed().message()).isEqualTo("no");
        assertThat(heard.failed().logTail()).isEqualTo("last line");
        assertThat(heard.failed().reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
    }

    @Test
    void aFailureInLambdasOwnWordsHasAReason() {
        begin();
        says(chunk("{\"half"), end("{\"ErrorCode\":\"Sandbox.Timedout\",\"ErrorDetails\":\"Task timed out\"}"));
        assertThat(heard.failed().reason()).isEqualTo(Outcome.Failure.Reason.TIMEOUT);
        assertThat(heard.failed().message()).isEqualTo("Task timed out");
    }

    @Test
    void aFunctionThatFailsLaterBreaksItsBodyOff() {
        begin();
        says(chunk(HEAD + NULS + "half"));
        heard.response().body().read(heard);
        says(end("{\"ErrorCode\":\"RangeError\",\"ErrorDetails\":\"secret words\"}"));
        assertThat(heard.text).hasToString("half");
        assertThat(heard.ended).isFalse();
        assertThat(heard.broken).hasMessageContaining("RangeError").hasMessageNotContaining("secret words");
    }

    @Test
    void whatLambdaItselfBreaksOffMayHaveRun() {
        begin();
        says(StreamedMessages.exception("ServiceException"));
        assertThat(heard.failure)
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.UNKNOWN))
                .hasMessageContaining("ServiceException");
    }

    @Test
    void aConnectionThatEndsEarlyIsNeverTakenForTheEnd() {
        begin();
        connection.sink().end(Headers.none());
        assertThat(heard.failure).hasMessageContaining("before it was complete");
        Connection other = new Connection();
        Heard late = new Heard();
        StreamedResult.read(new InvokeDialect.WireHead(200, Headers.none()), other, late);
        other.sink().chunk(Chunk.of(chunk("text")));
        late.response().body().read(late);
        other.sink().chunk(Chunk.of(new byte[] {0, 0}));
        other.sink().end(Headers.none());
        assertThat(late.ended).isFalse();
        assertThat(late.broken).hasMessageContaining("within a message");
    }

    @Test
    void brokenBytesEndTheConnection() {
        begin();
        byte[] wrong = chunk("text");
        wrong[wrong.length - 1] ^= 1;
        says(chunk("good"));
        heard.response().body().read(heard);
        says(wrong, chunk("more"), end("{}"));
        assertThat(heard.text).hasToString("good");
        assertThat(heard.broken).hasMessageContaining("checksum");
        assertThat(connection.asked).endsWith("discard");
    }

    @Test
    void aReaderThatLeavesClosesTheConnection() {
        begin();
        says(chunk("good"));
        heard.response().body().discard();
        says(chunk("more"));
        assertThat(heard.text).isEmpty();
        assertThat(connection.asked).endsWith("discard");
    }
}
