// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.LogLine;
import dev.weft.api.rest.RestClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells new lines of a log that takes lines in late and out of order: looks back at each look, and tells each line once. What is
 * there already when it begins is remembered and not told. One follower follows once; not safe for use by many threads.
 */
public final class LineFollower {
    private final InstantSource clock;
    private final RestClient.Pause pause;
    private final Rhythm rhythm;
    private final Map<String, Told> told = new HashMap<>();

    /**
     * How often, and how far back.
     *
     * @param every time between two looks
     * @param lateMax how much later than its own time a line may turn up and still be told
     */
    public record Rhythm(Duration every, Duration lateMax) {}

    /** Looks into the log. */
    @FunctionalInterface
    public interface Reading {
        /** Everything from {@code from} on, oldest first, each entry once. */
        List<Entry> since(Instant from);
    }

    /**
     * One entry.
     *
     * @param key the same at every look. Entries of the same key are counted: where a log has no ids, two lines of the same text
     *     in the same second are two lines
     * @param line asked for once, in the order of the entries
     */
    public record Entry(String key, Instant time, Supplier<LogLine> line) {}

    private record Told(Instant time, int times) {}

    /** Follows nothing yet. */
    public LineFollower(InstantSource clock, RestClient.Pause pause, Rhythm rhythm) {
        this.clock = clock;
        this.pause = pause;
        this.rhythm = rhythm;
    }

    /** Hands over new lines until {@code goOn} says no. */
    public void follow(Reading reading, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        Instant begun = clock.instant();
        boolean first = true;
        while (goOn.getAsBoolean()) {
            look(reading, first ? begun : Instant.MIN, listener);
            first = false;
            pause.of(rhythm.every());
        }
    }

    /** Lines before {@code newFrom} are only remembered. */
    private void look(Reading reading, Instant newFrom, Consumer<LogLine> listener) {
        Instant from = clock.instant().minus(rhythm.lateMax());
        told.values().removeIf(each -> each.time().isBefore(from));
        Map<String, Integer> seen = new HashMap<>();
        for (Entry each : reading.since(from)) {
            if (each.time().isBefore(from)) {
                continue; // forgotten above; it would be told again
            }
            int times = seen.merge(each.key(), 1, Integer::sum);
            Told before = told.get(each.key());
            if (before == null || times > before.times()) {
                told.put(each.key(), new Told(each.time(), times));
                LogLine line = each.line().get();
                if (!each.time().isBefore(newFrom)) {
                    listener.accept(line);
                }
            }
        }
    }
}
