// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ColdStartsTest {
    private final ColdStarts starts = new ColdStarts();

    @Test
    void nothingWaitsWhereNothingStarts() throws Exception {
        assertThat(waited()).isLessThan(ColdStarts.GIVES_WAY_MAX);
    }

    @Test
    void aStartIsGivenWayToButNotForEver() throws Exception {
        starts.began();

        assertThat(waited()).isGreaterThanOrEqualTo(ColdStarts.GIVES_WAY_MAX);
    }

    @Test
    void itsFirstCallIsGivenWayToAsWell() throws Exception {
        starts.began();
        starts.ended();

        assertThat(waited()).isGreaterThanOrEqualTo(ColdStarts.SETTLES.dividedBy(2));
    }

    private Duration waited() throws InterruptedException {
        long before = System.nanoTime();
        starts.giveWay();
        return Duration.ofNanos(System.nanoTime() - before);
    }
}
