// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeashTest {
    private final PlayedLoop loop = new PlayedLoop();
    private final Dependents dependents = new Dependents();
    private final List<String> ended = new ArrayList<>();
    private final Leash.Held held = new Leash.Held() {
        @Override
        public void deadlinePassed() {
            ended.add("deadline");
        }

        @Override
        public void parentGivenUp() {
            ended.add("parent");
        }
    };

    @Test
    void aCallEndsWithTheCallThatItBelongsTo() {
        Leash.tie(loop, dependents, "outer", null, held);
        dependents.giveUp("another");
        assertThat(ended).isEmpty();
        dependents.giveUp("outer");
        assertThat(ended).containsExactly("parent");
    }

    @Test
    void aCallEndsAtItsDeadline() {
        Leash.tie(loop, dependents, null, Duration.ofMillis(20), held);
        loop.pass(Duration.ofMillis(19));
        assertThat(ended).isEmpty();
        loop.pass(Duration.ofMillis(1));
        assertThat(ended).containsExactly("deadline");
    }

    @Test
    void aCallThatIsOverIsHeldByNothing() {
        Leash leash = Leash.tie(loop, dependents, "outer", Duration.ofMillis(20), held);
        leash.loosen();
        assertThat(dependents.parents()).isZero();
        assertThat(loop.waiting()).isZero();
        dependents.giveUp("outer");
        assertThat(ended).isEmpty();
    }

    @Test
    void aDeadlineIsSoManyMillisecondsOrNone() {
        Instant now = Instant.EPOCH;
        assertThat(asked("1500")).isEqualTo(now.plusMillis(1500));
        assertThat(asked("0")).isEqualTo(now);
        assertThat(asked("999999999")).isNotNull();
        for (String wrong : List.of("", "-1", "1.5", "soon", "9999999999", "+3")) {
            assertThat(asked(wrong)).as(wrong).isNull();
        }
        assertThat(Deadlines.asked(Headers.none(), now)).isNull();
    }

    private static @org.jspecify.annotations.Nullable Instant asked(String field) {
        return Deadlines.asked(Headers.of(Deadlines.FIELD, field), Instant.EPOCH);
    }
}
