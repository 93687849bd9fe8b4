// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WholeBodyTest {
    private final List<String> heard = new ArrayList<>();
    private final Body.Sink sink = new Body.Sink() {
        @Override
        public void chunk(Chunk chunk) {
            heard.add("chunk " + chunk.length());
        }

        @Override
        public void end(Headers trailers) {
            heard.add("end " + trailers.size());
        }

        @Override
        public void failed(BodyException cause) {
            heard.add("failed");
        }
    };

    @Test
    void itIsOneChunkAndTheEnd() {
        Body body = Body.of(new byte[3]);
        assertThat(body.length()).isEqualTo(3);
        body.read(sink);

        assertThat(heard).containsExactly("chunk 3", "end 0");
    }

    @Test
    void anEmptyOneHasNoChunk() {
        Body.empty().read(sink);

        assertThat(heard).containsExactly("end 0");
    }

    @Test
    void aPausedOneWaitsAndComesOnce() {
        Body body = Body.of(new byte[1]);
        body.pause();
        body.read(sink);
        assertThat(heard).isEmpty();
        body.resume();
        body.resume();

        assertThat(heard).containsExactly("chunk 1", "end 0");
    }

    @Test
    void aDiscardedOneSaysNothingMore() {
        Body body = Body.of(new byte[1]);
        body.pause();
        body.read(sink);
        body.discard();
        body.resume();

        assertThat(heard).isEmpty();
    }

    @Test
    void itHasOneReader() {
        Body body = Body.of(new byte[1]);
        body.read(sink);

        assertThatIllegalStateException().isThrownBy(() -> body.read(sink));
    }
}
