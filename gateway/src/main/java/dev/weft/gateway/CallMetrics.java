// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times calls by function, cloud, ending and class of status. Each meter is resolved once: a call costs one
 * look-up. The names come from documents, never from callers; past {@link #TIMERS_MAX} of them, functions and clouds are
 * {@code other}.
 */
final class CallMetrics {
    /** Timers by function and cloud; each is about twenty lines of {@code /metrics}. */
    static final int TIMERS_MAX = 4096;

    /** Bounds of the buckets: wide enough for a cold start, narrow enough for a warm call. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private static final String[] STATUSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    private static final String OTHER = "other";

    private record Key(String function, String cloud, Journal.Ending ending, String status) {}

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    CallMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void record(Journal.CallEvent event) {
        String status = STATUSES[Math.clamp(event.status() / 100, 0, STATUSES.length - 1)];
        Key key = new Key(word(event.function()), word(event.cloud()), event.ending(), status);
        Timer timer = timers.get(key);
        if (timer == null) {
            timer = newTimer(key);
        }
        Journal.Trail trail = event.trail();
        if (trail.recorded()) {
            Timer its = timer;
            Exemplar.measuring(trail.trace(), () -> its.record(event.took()));
        } else {
            timer.record(event.took());
        }
        if (event.attempts() > 1) {
            retries(key).increment(event.attempts() - 1.0);
        }
    }

    private Timer newTimer(Key key) {
        Key bounded = timers.size() < TIMERS_MAX ? key : new Key(OTHER, OTHER, key.ending(), key.status());
        return timers.computeIfAbsent(bounded, this::timer);
    }

    private Timer timer(Key key) {
        return Timer.builder("weft.calls")
                .description("Calls through the gateway, from the request's head to the answer's last byte")
                .tag("function", key.function())
                .tag("cloud", key.cloud())
                .tag("ending", key.ending().name().toLowerCase(Locale.ROOT))
                .tag("status", key.status())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter retries(Key key) {
        return Counter.builder("weft.retries")
                .description("Further clouds tried for a call after one failed")
                .tag("function", key.function())
                .register(registry);
    }

    private static String word(@Nullable String name) {
        return name == null ? "none" : name;
    }
}
