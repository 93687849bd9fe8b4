// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.gateway.protection.Refusal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private final EventQueue queue = EventQueue.none();

    @Test
    void onlySoManyBytesAreHeldAtOnce() {
        int most = (int) (EventQueue.BYTES_AT_ONCE_MAX / EventQueue.EVENT_BYTES_MAX);
        for (int i = 0; i < most; i++) {
            assertThat(queue.hold(-1)).isEqualTo(EventQueue.EVENT_BYTES_MAX); // as much as it may be
        }
        assertThat(queue.hold(1)).isZero();
        queue.letGo(EventQueue.EVENT_BYTES_MAX);
        assertThat(queue.hold(1)).isPositive();
    }

    @Test
    void whyTheQueueDidNotTakeItIsAStatus() {
        for (Map.Entry<Taken.Why, Integer> each : Map.of(
                        Taken.Why.FULL, 429, Taken.Why.BUSY, 429, Taken.Why.TOO_LARGE, 413, Taken.Why.UNAVAILABLE, 503)
                .entrySet()) {
            Refusal refusal = EventRefusals.of(new Taken.Refused(each.getKey(), "why"));
            assertThat(refusal.status()).as("%s", each).isEqualTo(each.getValue());
            assertThat(refusal.message()).isEqualTo("why");
            assertThat(refusal.headers().has("retry-after")).isEqualTo(each.getKey() != Taken.Why.TOO_LARGE);
        }
    }

    @Test
    void withoutAQueueNothingIsTaken() {
        assertThatThrownBy(() -> queue.reader().read(Headers.none(), new byte[0]))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("not taken here");
    }
}
