// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.LogLine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What actions printed, out of their activations: OpenWhisk has it once an activation is over. */
final class ActivationLogs {
    /** Activations that one question looks at. */
    static final int ACTIVATIONS_MAX = 1000;

    /** Between two questions of one who follows. */
    static final Duration ASK_EVERY = Duration.ofSeconds(2);

    /** An activation is stored a while after it began: each question looks back so far. */
    static final Duration LOOK_BACK = Duration.ofMinutes(10);

    /** Activations that one who follows remembers as told. */
    static final int TOLD_MAX = 10_000;

    private final ActionStore store;
    private final String cloud;
    private final InstantSource clock;

    ActivationLogs(ActionStore store, String cloud, InstantSource clock) {
        this.store = store;
        this.cloud = cloud;
        this.clock = clock;
    }

    /** The newest {@code linesMax} lines, oldest first. */
    List<LogLine> newest(String name, Instant since, int linesMax) {
        List<LogLine> lines = new ArrayList<>();
        for (JsonNode activation : store.activations(name, since.toEpochMilli(), ACTIVATIONS_MAX)) {
            lines.addAll(lines(name, activation));
            if (lines.size() >= linesMax) {
                break;
            }
        }
        lines.removeIf(line -> line.time().isBefore(since));
        lines.sort(Comparator.comparing(LogLine::time));
        return List.copyOf(lines.subList(Math.max(0, lines.size() - linesMax), lines.size()));
    }

    void follow(String name, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        Instant began = clock.instant();
        Set<String> told = new LinkedHashSet<>();
        while (goOn.getAsBoolean()) {
            Instant since = clock.instant().minus(LOOK_BACK);
            List<JsonNode> found =
                    store.activations(name, (since.isBefore(began) ? began : since).toEpochMilli(), ACTIVATIONS_MAX);
            List<LogLine> lines = new ArrayList<>();
            for (JsonNode activation : found) {
                if (told.add(activation.path("activationId").asString(""))) {
                    lines.addAll(lines(name, activation));
                }
            }
            while (told.size() > TOLD_MAX) {
                told.remove(told.iterator().next());
            }
            lines.sort(Comparator.comparing(LogLine::time));
            lines.forEach(listener);
            Thread.sleep(ASK_EVERY);
        }
    }

    private List<LogLine> lines(String name, JsonNode activation) {
        String id = activation.path("activationId").asString("");
        JsonNode logs = activation.path("logs");
        if (logs.isEmpty()) {
            // a platform that keeps logs elsewhere leaves them out of the record
            JsonNode apart = store.logs(id);
            logs = apart == null ? logs : apart;
        }
        Instant start = Instant.ofEpochMilli(activation.path("start").asLong(0));
        List<LogLine> lines = new ArrayList<>();
        logs.forEach(line -> lines.add(line(name, id, start, line.asString(""))));
        return lines;
    }

    /** A line is {@code time stream: text}; where a platform writes otherwise, it is all text. */
    private LogLine line(String name, String activation, Instant start, String line) {
        int space = line.indexOf(' ');
        int colon = line.indexOf(": ", Math.max(0, space));
        String stream =
                space < 0 || colon < 0 ? "" : line.substring(space, colon).strip();
        if (stream.equals("stdout") || stream.equals("stderr")) {
            try {
                return new LogLine(
                        Instant.parse(line.substring(0, space)),
                        name,
                        cloud,
                        "",
                        activation,
                        line.substring(colon + 2));
            } catch (DateTimeParseException otherwise) {
                // told whole
            }
        }
        return new LogLine(start, name, cloud, "", activation, line);
    }
}
