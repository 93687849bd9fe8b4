// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullMarked
class BodyGathererTest {
    private final List<byte[]> whole = new ArrayList<>();
    private final List<BodyException> failed = new ArrayList<>();

    @Test
    void chunksBecomeOneArrayAndAreReleased() {
        Sender body = gathered(Body.LENGTH_UNKNOWN, 100_000);
        byte[] large = new byte[5000];
        large[4999] = 7;

        body.send(1, 2);
        body.send();
        body.send(large);
        body.sink().end(Headers.none());

        assertThat(whole).singleElement().satisfies(bytes -> {
            assertThat(bytes).hasSize(5002).startsWith(1, 2);
            assertThat(bytes[5001]).isEqualTo((byte) 7);
        });
        assertThat(body.unreleased).isZero();
        assertThat(failed).isEmpty();
    }

    @Test
    void exactlyTheLimitIsTaken() {
        Sender body = gathered(Body.LENGTH_UNKNOWN, 4);
        body.send(1, 2, 3, 4);
        body.sink().end(Headers.none());

        assertThat(whole).singleElement().isEqualTo(new byte[] {1, 2, 3, 4});
    }

    @Test
    void oneByteMoreFailsOnceAndTheRestIsReleased() {
        Sender body = gathered(Body.LENGTH_UNKNOWN, 4);
        body.send(1, 2, 3, 4);
        body.send(5);
        body.send(6);
        body.sink().end(Headers.none());

        assertThat(failed).singleElement().satisfies(why -> {
            assertThat(why.reason()).isEqualTo(BodyException.Reason.TOO_LARGE);
            assertThat(why).hasMessageContaining("4 bytes");
        });
        assertThat(body.discarded).isTrue();
        assertThat(body.unreleased).isZero();
        assertThat(whole).isEmpty();
    }

    @Test
    void aDeclaredLengthBeyondTheLimitIsNotEvenRead() {
        Sender body = gathered(5, 4);

        assertThat(body.sink).isNull();
        assertThat(body.discarded).isTrue();
        assertThat(failed).hasSize(1);
    }

    @Test
    void aBrokenBodyFailsAsItBroke() {
        Sender body = gathered(10, 100);
        BodyException cause = new BodyException(BodyException.Reason.BROKEN_OFF, "after 1 of 10 bytes", null);
        body.send(1);
        body.sink().failed(cause);

        assertThat(failed).containsExactly(cause);
        assertThat(whole).isEmpty();
    }

    @Test
    void aBodyThatIsThereIsGatheredAtOnce() {
        BodyGatherer.gather(Body.of(new byte[] {1}), 10, whole::add, failed::add);
        BodyGatherer.gather(Body.empty(), 0, whole::add, failed::add);

        assertThat(whole).hasSize(2);
        assertThat(whole.get(0)).containsExactly(1);
        assertThat(whole.get(1)).isEmpty();
    }

    private Sender gathered(long length, long max) {
        Sender body = new Sender(length);
        BodyGatherer.gather(body, max, whole::add, failed::add);
        return body;
    }

    /** A body whose chunks the test sends, and counts. */
    private static final class Sender implements Body {
        private final long length;
        private @Nullable Sink sink;
        private boolean discarded;
        private int unreleased;

        private Sender(long length) {
            this.length = length;
        }

        Sink sink() {
            if (sink == null) {
                throw new AssertionError("nobody reads the body");
            }
            return sink;
        }

        void send(int... bytes) {
            byte[] chunk = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                chunk[i] = (byte) bytes[i];
            }
            send(chunk);
        }

        void send(byte[] bytes) {
            unreleased++;
            sink().chunk(new Chunk() {
                @Override
                public int length() {
                    return bytes.length;
                }

                @Override
                public ByteBuffer bytes() {
                    return ByteBuffer.wrap(bytes);
                }

                @Override
                public void release() {
                    unreleased--;
                }
            });
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void read(Sink reader) {
            sink = reader;
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void discard() {
            discarded = true;
        }
    }
}
