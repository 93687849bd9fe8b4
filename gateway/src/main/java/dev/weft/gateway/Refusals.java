// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.gateway.protection.RetryBudget;
import dev.weft.gateway.protection.Shedder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts calls that were refused, by function and reason; names come from documents and code, never from callers. */
final class Refusals {
    private record Key(String function, String reason) {}

    private final MeterRegistry registry;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

    Refusals(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A call to {@code function}, or to none, was refused with the word {@code reason}. */
    void count(String function, String reason) {
        Key key = new Key(function, reason);
        Counter counter = counters.get(key);
        if (counter == null) {
            counter = counters.computeIfAbsent(key, this::counter);
        }
        counter.increment();
    }

    private Counter counter(Key key) {
        return Counter.builder("weft.refusals")
                .description("Calls answered by Weft itself, before or instead of a cloud")
                .tag("function", key.function())
                .tag("reason", key.reason())
                .register(registry);
    }

    /** Shows what is left of {@code budget}. */
    RetryBudget watch(String function, RetryBudget budget) {
        Gauge.builder("weft.retry.budget", budget, RetryBudget::left)
                .description("Retries that may be made now")
                .tag("function", function)
                .strongReference(true)
                .register(registry);
        return budget;
    }

    /** Shows how much is shed. */
    void watch(Shedder shedder) {
        Gauge.builder("weft.shed.share", shedder, Shedder::share)
                .description("Share of the calls that the busiest event loop turns away")
                .strongReference(true)
                .register(registry);
    }
}
