// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CallContext;
import dev.weft.api.Trace;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallMetricsTest {
    private final List<@Nullable Trace> examples = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry() {
        @Override
        protected Timer newTimer(
                io.micrometer.core.instrument.Meter.Id id,
                io.micrometer.core.instrument.distribution.DistributionStatisticConfig histogram,
                io.micrometer.core.instrument.distribution.pause.PauseDetector pauses) {
            return new io.micrometer.core.instrument.noop.NoopTimer(id) {
                @Override
                public void record(Duration took) {
                    examples.add(Exemplar.measured());
                }
            };
        }
    };
    private final CallMetrics metrics = new CallMetrics(meters);

    @Test
    void functionsBeyondTheLimitAreCountedTogether() {
        for (int i = 0; i < CallMetrics.TIMERS_MAX + 10; i++) {
            metrics.record(event("f" + i, false));
        }

        assertThat(meters.find("weft.calls").timers()).hasSize(CallMetrics.TIMERS_MAX + 1);
        assertThat(meters.find("weft.calls").tag("function", "other").timers()).hasSize(1);
    }

    @Test
    void onlyACallThatLeavesSpansIsAnExample() {
        metrics.record(event("shop", false));
        Journal.CallEvent recorded = event("shop", true);
        metrics.record(recorded);

        assertThat(examples).containsExactly(null, recorded.trail().trace());
        assertThat(Exemplar.measured()).isNull();
    }

    private static Journal.CallEvent event(String function, boolean recorded) {
        Trace trace = Trace.start();
        return new Journal.CallEvent(
                Instant.EPOCH,
                "id",
                trace.traceId(),
                function,
                "east",
                "GET",
                "/",
                200,
                Journal.Ending.ANSWERED,
                1,
                null,
                0,
                Duration.ofMillis(1),
                new Journal.Trail(CallContext.Caller.WEFT, trace, recorded, List.of()),
                null,
                0);
    }
}
