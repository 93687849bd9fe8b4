// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.LogLine;
import dev.weft.clouds.knative.kube.KubeApi;
import dev.weft.clouds.knative.kube.KubeApi.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a Service's pods wrote; of pods that have ended nothing is left to read. */
final class PodLogs {
    /** Characters of one line that are kept. */
    static final int LINE_CHARS_MAX = 16 << 10;

    /** Bytes of one pod's log that are read at once. */
    static final int POD_BYTES_MAX = 8 << 20;

    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final Duration FOLLOW_FROM = Duration.ofSeconds(1);

    private final String cloud;
    private final KubeApi api;
    private final InstantSource clock;

    PodLogs(String cloud, KubeApi api, InstantSource clock) {
        this.cloud = cloud;
        this.api = api;
        this.clock = clock;
    }

    /** The newest lines, oldest first. */
    List<LogLine> tail(String function, Instant since, int linesMax) {
        List<LogLine> all = read(function, since, linesMax);
        return all.subList(Math.max(0, all.size() - linesMax), all.size());
    }

    /** Each new line once. */
    void follow(String function, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        Instant since = clock.instant().minus(FOLLOW_FROM);
        Set<LogLine> told = new HashSet<>();
        while (goOn.getAsBoolean()) {
            Instant newest = since;
            Set<LogLine> now = new HashSet<>();
            for (LogLine line : read(function, since, Integer.MAX_VALUE)) {
                if (!told.contains(line)) {
                    listener.accept(line);
                }
                now.add(line);
                newest = line.time().isAfter(newest) ? line.time() : newest;
            }
            Instant whole = newest.truncatedTo(ChronoUnit.SECONDS); // as precise as the question can be
            now.removeIf(line -> line.time().isBefore(whole));
            told = now;
            since = whole.isAfter(since) ? whole : since;
            Thread.sleep(ASK_EVERY);
        }
    }

    private List<LogLine> read(String function, Instant since, int linesMax) {
        List<LogLine> all = new ArrayList<>();
        String tail = linesMax == Integer.MAX_VALUE ? "" : "&tailLines=" + linesMax;
        String query = "container=user-container&timestamps=true&limitBytes=" + POD_BYTES_MAX + tail + "&sinceTime="
                + KubeApi.encoded(since.truncatedTo(ChronoUnit.SECONDS).toString());
        for (JsonNode pod : api.list(Kind.POD, "serving.knative.dev/service=" + function)) {
            String phase = pod.path("status").path("phase").asString("");
            if (phase.equals("Pending")) {
                continue; // its container has not begun: the question would be refused
            }
            String name = pod.path("metadata").path("name").asString("");
            api.log(name, query).lines().forEach(line -> {
                LogLine read = line(function, name, line);
                if (read != null && !read.time().isBefore(since)) {
                    all.add(read);
                }
            });
        }
        all.sort(Comparator.comparing(LogLine::time));
        return all;
    }

    private @Nullable LogLine line(String function, String pod, String line) {
        int space = line.indexOf(' ');
        Instant time = instant(space < 0 ? line : line.substring(0, space));
        if (time == null) {
            return null;
        }
        String text = space < 0 ? "" : line.substring(space + 1);
        String cut = text.length() > LINE_CHARS_MAX ? text.substring(0, LINE_CHARS_MAX) : text;
        return new LogLine(time, function, cloud, pod, null, cut);
    }

    /** Null where it is none. */
    static @Nullable Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException another) {
            return null;
        }
    }
}
