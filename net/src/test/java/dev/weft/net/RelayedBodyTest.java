// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.api.spi.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayedBodyTest {
    private static final int PIECE = RelayedBody.WAITING_BYTES_MAX / 4;

    private final TurnedLoop from = new TurnedLoop();
    private final TurnedLoop to = new TurnedLoop();
    private final Source source = new Source();
    private final RelayedBody body = new RelayedBody(source, from, to);
    private final Body.Sink sink = body.sink();
    private final Reader reader = new Reader();

    @Test
    void whatComesOnOneLoopIsHeardOnTheOther() {
        sink.chunk(piece(3));
        sink.end(Headers.of("x-last", "yes"));
        body.read(reader);
        assertThat(reader.heard).isEmpty();

        to.turn();

        assertThat(reader.heard).containsExactly("3", "end yes");
    }

    @Test
    void aFailureComesAfterTheBytesThatCameBeforeIt() {
        body.read(reader);
        sink.chunk(piece(3));
        sink.failed(new BodyException(BodyException.Reason.BROKEN_OFF, "broke", null));
        to.turn();

        assertThat(reader.heard).containsExactly("3", "failed broke");
    }

    @Test
    void aSourceIsPausedPastTheLimitAndResumedAtHalfOfIt() {
        body.read(reader);
        body.pause();
        for (int i = 0; i < 4; i++) {
            sink.chunk(piece(PIECE));
        }
        assertThat(source.said).isEmpty();
        sink.chunk(piece(1));
        assertThat(source.said).containsExactly("pause");
        to.turn();
        from.turn();
        assertThat(source.said).containsExactly("pause");

        body.resume();
        from.turn();

        assertThat(source.said).containsExactly("pause", "resume");
        assertThat(reader.heard).hasSize(5);
    }

    @Test
    void aReaderThatPausesInTheMiddleGetsTheRestLater() {
        reader.pauseAfter = 1;
        body.read(reader);
        sink.chunk(piece(1));
        sink.chunk(piece(2));
        sink.end(Headers.none());
        to.turn();
        assertThat(reader.heard).containsExactly("1");

        reader.pauseAfter = 9;
        body.resume();

        assertThat(reader.heard).containsExactly("1", "2", "end null");
    }

    @Test
    void aBodyThatNobodyWantsTellsItsSourceAndReleasesWhatComes() {
        CountedChunk before = new CountedChunk();
        CountedChunk after = new CountedChunk();
        sink.chunk(before);
        to.turn();
        body.discard();
        sink.chunk(after);
        to.turn();
        from.turn();

        assertThat(source.said).containsExactly("discard");
        assertThat(before.released).isEqualTo(1);
        assertThat(after.released).isEqualTo(1);
    }

    private static Chunk piece(int bytes) {
        return Chunk.of(new byte[bytes]);
    }

    /** A loop that runs its tasks when it is told to. */
    private static final class TurnedLoop implements Loop {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public boolean inside() {
            return false;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            throw new IllegalStateException("no time passes here");
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void turn() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }
    }

    private static final class Source implements Body {
        final List<String> said = new ArrayList<>();

        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink sink) {
            said.add("read");
        }

        @Override
        public void pause() {
            said.add("pause");
        }

        @Override
        public void resume() {
            said.add("resume");
        }

        @Override
        public void discard() {
            said.add("discard");
        }
    }

    private final class Reader implements Body.Sink {
        final List<String> heard = new ArrayList<>();
        int pauseAfter = 9;

        @Override
        public void chunk(Chunk chunk) {
            heard.add(Integer.toString(chunk.length()));
            chunk.release();
            if (heard.size() == pauseAfter) {
                body.pause();
            }
        }

        @Override
        public void end(Headers trailers) {
            heard.add("end " + trailers.first("x-last"));
        }

        @Override
        public void failed(BodyException cause) {
            heard.add("failed " + cause.getMessage());
        }
    }

    private static final class CountedChunk implements Chunk {
        int released;

        @Override
        public int length() {
            return 1;
        }

        @Override
        public java.nio.ByteBuffer bytes() {
            return java.nio.ByteBuffer.wrap(new byte[1]);
        }

        @Override
        public void release() {
            released++;
        }
    }
}
