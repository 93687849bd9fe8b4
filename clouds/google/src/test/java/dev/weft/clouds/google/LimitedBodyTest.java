// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedBodyTest {
    private final List<Object> heard = new ArrayList<>();

    @Test
    void aBodyOfExactlyTheLimitPasses() {
        gather(new LimitedBody(Body.of(new byte[10]), 10, "at most 10"));

        assertThat(heard).containsExactly(10);
    }

    @Test
    void oneByteMoreBreaksOff() {
        gather(new LimitedBody(Body.of(new byte[11]), 10, "at most 10"));

        assertThat(heard).singleElement().isInstanceOfSatisfying(BodyException.class, broken -> {
            assertThat(broken.reason()).isEqualTo(BodyException.Reason.TOO_LARGE);
            assertThat(broken).hasMessage("at most 10");
        });
    }

    private void gather(Body body) {
        BodyGatherer.gather(body, 100, bytes -> heard.add(bytes.length), heard::add);
    }
}
