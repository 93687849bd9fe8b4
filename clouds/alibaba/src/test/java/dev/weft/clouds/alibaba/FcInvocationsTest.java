// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FcInvocationsTest {
    private final FcInvocations invocations = new FcInvocations();

    private void start(String instance, String call) {
        assertThat(invocations.of(instance, "FC Invoke Start RequestId: " + call))
                .isEqualTo(call);
    }

    @Test
    void aLineBelongsToTheOneCallOfItsInstance() {
        start("a", "1");
        start("b", "2");
        assertThat(invocations.of("a", "words")).isEqualTo("1");
        assertThat(invocations.of("b", "words")).isEqualTo("2");
        start("a", "3");
        assertThat(invocations.of("a", "words")).isNull();
        assertThat(invocations.of("a", "FC Invoke End RequestId: 1")).isEqualTo("1");
        assertThat(invocations.of("a", "words")).isEqualTo("3");
        assertThat(invocations.of("a", "FC Invoke End RequestId: 3, Error: timed out"))
                .isEqualTo("3");
        assertThat(invocations.of("a", "words")).isNull();
    }

    @Test
    void onlySoManyInstancesAreRemembered() {
        for (int i = 0; i <= FcInvocations.INSTANCES_MAX; i++) {
            start("instance-" + i, "call-" + i);
        }
        assertThat(invocations.of("instance-0", "words")).isNull();
        assertThat(invocations.of("instance-1", "words")).isEqualTo("call-1");
    }

    @Test
    void onlySoManyCallsOfAnInstanceAreRemembered() {
        int most = FcPacking.CONCURRENCY_MAX;
        for (int i = 0; i <= most; i++) {
            start("a", "call-" + i);
        }
        for (int i = 1; i < most; i++) {
            assertThat(invocations.of("a", "FC Invoke End RequestId: call-" + i))
                    .isEqualTo("call-" + i);
        }
        assertThat(invocations.of("a", "words")).isEqualTo("call-" + most);
    }
}
