// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.gateway.body.ReplayBody;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplayBodyTest {
    private final Source source = new Source();
    private final ReplayBody replay = new ReplayBody(source);

    @Test
    void theSecondReaderGetsWhatTheFirstHadAndTheRest() {
        Reader first = new Reader();
        Body view = replay.view();
        view.read(first);
        source.send("one ");
        source.send("two ");
        view.discard();
        assertThat(source.paused).isTrue();
        Reader second = new Reader();
        replay.view().read(second);
        source.send("three");
        source.end();
        assertThat(first.text).hasToString("one two ");
        assertThat(second.text).hasToString("one two three");
        assertThat(second.ended).isTrue();
        assertThat(replay.replayable()).isTrue();
    }

    @Test
    void aWholeBodyCanBeReadAgainAndAgain() {
        Reader first = new Reader();
        replay.view().read(first);
        source.send("all");
        source.end();
        Reader second = new Reader();
        replay.view().read(second);
        assertThat(second.text).hasToString("all");
        assertThat(second.ended).isTrue();
    }

    @Test
    void aBodyBeyondTheLimitGetsOneTryAndStaysWhole() {
        Reader first = new Reader();
        replay.view().read(first);
        String block = "x".repeat(ReplayBody.BYTES_MAX / 4);
        for (int i = 0; i < 5; i++) {
            source.send(block);
        }
        source.end();
        assertThat(first.text.length()).isEqualTo(block.length() * 5);
        assertThat(replay.replayable()).isFalse();
    }

    @Test
    void aReaderThatPausesMissesNothingWhenTheLimitIsPassed() {
        Reader first = new Reader();
        Body view = replay.view();
        view.read(first);
        view.pause();
        String block = "y".repeat(ReplayBody.BYTES_MAX / 2 + 1);
        source.send("a" + block);
        source.send("b" + block);
        view.resume();
        source.send("c");
        source.end();
        assertThat(first.text.toString().replace("y", "")).isEqualTo("abc");
    }

    @Test
    void aBodyThatBrokeOffIsNotTriedAgain() {
        Reader first = new Reader();
        replay.view().read(first);
        source.fail();
        assertThat(first.failed).isTrue();
        assertThat(replay.replayable()).isFalse();
    }

    private static final class Reader implements Body.Sink {
        private final StringBuilder text = new StringBuilder();
        private boolean ended;
        private boolean failed;

        @Override
        public void chunk(Chunk chunk) {
            text.append(StandardCharsets.UTF_8.decode(chunk.bytes()));
            chunk.release();
        }

        @Override
        public void end(Headers trailers) {
            ended = true;
        }

        @Override
        public void failed(BodyException cause) {
            failed = true;
        }
    }

    private static final class Source implements Body {
        private @Nullable Sink sink;
        private boolean paused;

        private Sink sink() {
            Sink reader = sink;
            if (reader == null) {
                throw new AssertionError("nobody reads");
            }
            return reader;
        }

        void send(String text) {
            sink().chunk(Chunk.of(text.getBytes(StandardCharsets.UTF_8)));
        }

        void end() {
            sink().end(Headers.none());
        }

        void fail() {
            sink().failed(new BodyException(BodyException.Reason.BROKEN_OFF, "cut", null));
        }

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
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void discard() {
            sink = null;
        }
    }
}
