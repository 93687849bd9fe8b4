// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShedderTest {
    private final PlayedLoop loop = new PlayedLoop();
    private final Shedder shedder = new Shedder(() -> loop.now);

    @Test
    void aLoopThatKeepsUpShedsNothing() {
        load(Duration.ofMillis(10), 300);
        assertThat(shedder.share()).isZero();
    }

    @Test
    void aLoopThatIsLateForLongShedsMoreAndMoreUpToItsMost() {
        assertThat(load(Duration.ofMillis(60), 20)).isZero(); // a burst is no load
        assertThat(load(Duration.ofMillis(60), 3000)).isPositive();
        assertThat(shedder.share()).isEqualTo(Shedder.SHARE_MAX);
    }

    @Test
    void oneLookInTimeIsEnoughToShedNothing() {
        for (int i = 0; i < 100; i++) {
            load(Duration.ofMillis(60), Shedder.LOOKS - 5);
            load(Duration.ZERO, 5);
        }
        assertThat(shedder.share()).isZero();
    }

    @Test
    void itEndsWhenTheLoopKeepsUpAgain() {
        load(Duration.ofMillis(60), 2000);
        assertThat(shedder.share()).isPositive();
        load(Duration.ZERO, 400);
        assertThat(shedder.share()).isZero();
    }

    @Test
    void callsThatBelongToOthersAreNeverShed() {
        load(Duration.ofMillis(60), 3000);
        for (int i = 0; i < 1000; i++) {
            assertThat(shedder.sheds(loop, true)).isFalse();
        }
    }

    @Test
    void aLoopWithoutCallsIsNotWatched() {
        load(Duration.ZERO, 10);
        assertThat(loop.waiting()).isEqualTo(1);
        loop.pass(Duration.ofSeconds(1));
        assertThat(loop.waiting()).isZero();
    }

    /** A call at each of so many looks; how many were shed. */
    private int load(Duration late, int looks) {
        loop.late = late;
        int shed = 0;
        for (int i = 0; i < looks; i++) {
            shed += shedder.sheds(loop, false) ? 1 : 0;
            loop.pass(Shedder.LOOK.plus(late));
        }
        return shed;
    }
}
