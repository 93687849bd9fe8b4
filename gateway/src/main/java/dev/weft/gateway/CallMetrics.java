// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times calls by function, cloud and ending. Each meter is resolved once: a call costs two look-ups. The names
 * come from documents, never from callers, so their number is bounded by the application.
 */
final class CallMetrics {
    private record Key(String function, String cloud, Journal.Ending ending) {}

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    CallMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void record(Journal.CallEvent event) {
        Key key = new Key(word(event.function()), word(event.cloud()), event.ending());
        Timer timer = timers.get(key);
        if (timer == null) {
            timer = timers.computeIfAbsent(key, this::timer);
        }
        timer.record(event.took());
        if (event.attempts() > 1) {
            retries(key).increment(event.attempts() - 1.0);
        }
    }

    private Timer timer(Key key) {
        return Timer.builder("weft.calls")
                .description("Calls through the gateway, from the request's head to the answer's last byte")
                .tag("function", key.function())
                .tag("cloud", key.cloud())
                .tag("ending", key.ending().name().toLowerCase(Locale.ROOT))
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
