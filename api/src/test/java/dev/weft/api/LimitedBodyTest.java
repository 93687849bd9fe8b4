// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitedBodyTest {
    private final List<String> heard = new ArrayList<>();

    private void gather(Body body) {
        BodyGatherer.gather(
                body,
                1000,
                bytes -> heard.add("whole " + bytes.length),
                broken -> heard.add(broken.reason() + " " + broken.getMessage()));
    }

    @Test
    void aDeclaredLengthWithinTheLimitIsLeftAlone() {
        Body body = Body.of(new byte[10]);

        assertThat(LimitedBody.of(body, 10, "more than 10 bytes")).isSameAs(body);
    }

    @Test
    void anUndeclaredLengthIsCounted() {
        Chunks chunks = new Chunks();
        gather(LimitedBody.of(chunks, 10, "more than 10 bytes"));

        chunks.send(6);
        chunks.send(4);
        chunks.end();

        assertThat(heard).containsExactly("whole 10");
        assertThat(chunks.discarded).isFalse();
    }

    @Test
    void oneByteTooManyBreaksItOff() {
        Chunks chunks = new Chunks();
        gather(LimitedBody.of(chunks, 10, "more than 10 bytes"));

        chunks.send(6);
        chunks.send(5);
        chunks.send(5);
        chunks.end();

        assertThat(heard).containsExactly("TOO_LARGE more than 10 bytes");
        assertThat(chunks.discarded).isTrue();
    }

    /** A body whose length nobody declared. */
    private static final class Chunks implements Body {
        private @Nullable Sink sink;
        private boolean discarded;

        void send(int bytes) {
            sink().chunk(Chunk.of(new byte[bytes]));
        }

        void end() {
            sink().end(Headers.none());
        }

        private Sink sink() {
            Sink reader = sink;
            if (reader == null) {
                throw new AssertionError("nobody reads");
            }
            return reader;
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
            // chunks come when the test sends them
        }

        @Override
        public void resume() {
            // chunks come when the test sends them
        }

        @Override
        public void discard() {
            discarded = true;
        }
    }

    @Test
    void aSenderThatBreaksOffIsHeard() {
        Chunks chunks = new Chunks();
        gather(LimitedBody.of(chunks, 10, "more than 10 bytes"));

        chunks.sink().failed(new BodyException(BodyException.Reason.BROKEN_OFF, "gone", null));

        assertThat(heard).containsExactly("BROKEN_OFF gone");
    }
}
