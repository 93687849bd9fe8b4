// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.SampleFunction;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final Lane lane = new Lane("checkout");

    @Test
    void whatIsNotDueIsNotAskedFor() {
        assertThat(lane.free(4, NOON)).isZero();
        lane.dueAt(NOON.plusSeconds(1));
        lane.dueAt(NOON.plusSeconds(5));
        assertThat(lane.free(4, NOON)).isZero();
        assertThat(lane.next()).isEqualTo(NOON.plusSeconds(1));
        assertThat(lane.free(4, NOON.plusSeconds(1))).isEqualTo(4);
        lane.asked();
        assertThat(lane.free(4, NOON.plusSeconds(9))).isZero();
    }

    @Test
    void noMoreStartThanThereIsRoomFor() {
        lane.dueAt(NOON);
        lane.started();
        lane.started();
        assertThat(lane.free(3, NOON)).isEqualTo(1);
        assertThat(lane.free(1, NOON)).isZero();
        lane.ended();
        assertThat(lane.free(3, NOON)).isEqualTo(2);
    }

    @Test
    void whereNoCloudAnswersItPausesLongerEachTimeAndThenTriesOneAtATime() {
        lane.dueAt(NOON);
        long[] millis = {100, 200, 400, 800, 1600, 3200, 5000, 5000};
        for (long each : millis) {
            lane.away(NOON);
            assertThat(lane.free(4, NOON.plusMillis(each - 1))).isZero();
            assertThat(lane.free(4, NOON.plusMillis(each))).isEqualTo(1);
        }
        lane.started();
        assertThat(lane.free(4, NOON.plusSeconds(9))).isZero();
        lane.ended();
        lane.answered();
        assertThat(lane.free(4, NOON)).isEqualTo(4);
    }

    @Test
    void oneFunctionHasNoMoreCallsAtOnceThanItsInstancesTake() {
        assertThat(Lane.most(null, 16)).isEqualTo(1);
        assertThat(Lane.most(SampleFunction.http("shop", "node").function(), 16))
                .isEqualTo(16);
        assertThat(Lane.most(SampleFunction.http("shop", "node").function(), 3)).isEqualTo(3);
    }
}
