// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** How long what was saved takes to be live, by stage, as a metric. */
final class Changes {
    /** In this order. */
    enum Stage {
        /** Documents are read and checked. */
        READ,
        /** What is new is put beside what is there. */
        DEPLOY,
        /** The gateway turns. */
        ROUTE
    }

    private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);

    Changes(MeterRegistry meters) {
        for (Stage stage : Stage.values()) {
            timers.put(
                    stage,
                    Timer.builder("weft.change")
                            .description("From a change that was noticed to calls going by it; the start is one too")
                            .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    /** The stage is over; when, as {@link System#nanoTime}. */
    long over(Stage stage, long beganNanos) {
        long now = System.nanoTime();
        Objects.requireNonNull(timers.get(stage)).record(Duration.ofNanos(now - beganNanos));
        return now;
    }
}
