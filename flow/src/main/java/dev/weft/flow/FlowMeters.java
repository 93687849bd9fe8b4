// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Taken;
import dev.weft.store.Events.Load;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What is measured of events. */
final class FlowMeters {
    private final MeterRegistry meters;
    private final MultiGauge waiting;
    private final MultiGauge running;
    private final MultiGauge dead;
    private final MultiGauge oldest;

    FlowMeters(MeterRegistry meters) {
        this.meters = meters;
        this.waiting = gauge("weft.events.waiting", "Events that wait for a call");
        this.running = gauge("weft.events.running", "Events that a call is under way with");
        this.dead = gauge("weft.events.dead", "Dead letters");
        this.oldest = gauge("weft.events.oldest.seconds", "Age of the oldest event that waits");
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(meters);
    }

    /** What there is now. */
    void loads(List<Load> loads, Instant now) {
        waiting.register(rows(loads, EventRecord.State.WAITING), true);
        running.register(rows(loads, EventRecord.State.RUNNING), true);
        dead.register(rows(loads, EventRecord.State.DEAD), true);
        oldest.register(
                loads.stream()
                        .filter(each -> each.state() == EventRecord.State.WAITING)
                        .map(each -> MultiGauge.Row.of(
                                Tags.of("function", each.function()),
                                Duration.between(each.since(), now).toMillis() / 1000.0))
                        .toList(),
                true);
    }

    private static List<MultiGauge.Row<?>> rows(List<Load> loads, EventRecord.State state) {
        return loads.stream()
                .filter(each -> each.state() == state)
                .<MultiGauge.Row<?>>map(each -> MultiGauge.Row.of(Tags.of("function", each.function()), each.events()))
                .toList();
    }

    void accepted(String function) {
        count("weft.events.accepted", "Events that were taken", "function", function)
                .increment();
    }

    void refused(Taken.Why why) {
        count(
                        "weft.events.refused",
                        "Events that were not taken",
                        "why",
                        why.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    void delivered(String function, Duration age) {
        Timer.builder("weft.events.delivered")
                .description("Events that were delivered, and how long after they were taken")
                .tag("function", function)
                .register(meters)
                .record(age);
    }

    void retried(String function, boolean away) {
        Counter.builder("weft.events.retried")
                .description("Calls with events that did not deliver them, and are made again")
                .tag("function", function)
                .tag("why", away ? "cloud" : "function")
                .register(meters)
                .increment();
    }

    void died(String function, Delivery.Condition condition) {
        Counter.builder("weft.events.dead.letters")
                .description("Events that became dead letters")
                .tag("function", function)
                .tag("why", condition.word())
                .register(meters)
                .increment();
    }

    void recovered(int events) {
        Counter.builder("weft.events.recovered")
                .description("Events whose call went with its process: they are called with again")
                .register(meters)
                .increment(events);
    }

    void forgotten(int events) {
        Counter.builder("weft.events.dead.letters.forgotten")
                .description("Dead letters that were too old or too many")
                .register(meters)
                .increment(events);
    }

    private Counter count(String name, String description, String tag, String value) {
        return Counter.builder(name).description(description).tag(tag, value).register(meters);
    }
}
