// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldBodiesTest {
    private static final String ONE = "192.0.2.1";
    private static final String OTHER = "2001:db8::1";

    private final HeldBodies bodies = new HeldBodies(100, 50);

    @Test
    void anAddressHasItsShareAndLeavesTheRestToOthers() {
        assertThat(bodies.take(ONE, 30)).isTrue();
        assertThat(bodies.take(ONE, 20)).isTrue();
        assertThat(bodies.take(ONE, 1)).isFalse();
        assertThat(bodies.take(OTHER, 50)).isTrue();
        assertThat(bodies.take("192.0.2.2", 1)).isFalse();
        bodies.give(ONE, 20);
        assertThat(bodies.take(ONE, 20)).isTrue();
    }

    @Test
    void whoHoldsNothingIsForgotten() {
        assertThat(bodies.take(ONE, 50)).isTrue();
        assertThat(bodies.take(ONE, 50)).isFalse();
        assertThat(bodies.addresses()).isEqualTo(1);
        bodies.give(ONE, 50);
        assertThat(bodies.addresses()).isZero();
        assertThat(bodies.take(OTHER, 51)).isFalse();
        assertThat(bodies.addresses()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1"})
    void callersOfThisMachineAreOneCrowd(String here) {
        assertThat(bodies.take(here, 100)).isTrue();
        assertThat(bodies.take(here, 1)).isFalse();
        bodies.give(here, 100);
        assertThat(bodies.addresses()).isZero();
        assertThat(bodies.take(ONE, 50)).isTrue();
    }
}
