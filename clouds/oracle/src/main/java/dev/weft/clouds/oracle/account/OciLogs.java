// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.LineFollower;
import dev.weft.api.rest.RestClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What functions wrote, out of the log that the invocations of their application go to. Blocking. Source: OCI documentation,
 * "Details for Functions" and "Logging Query Language Specification".
 */
final class OciLogs {
    /** Entry of spec.account with the log's compartment, group and log. */
    static final String LOG = "log";

    /** Entries of one page. */
    static final int PAGE_ENTRIES = 1000;

    /** Pages of one reading. */
    static final int PAGES_MAX = 40;

    /** Time that one search may span. */
    static final Duration SPAN_MAX = Duration.ofDays(14);

    /** How long OCI keeps a log at most: nothing is older. */
    static final Duration KEPT_MAX = Duration.ofDays(180);

    /** Characters of a line. */
    static final int LINE_CHARS_MAX = 64 << 10;

    static final LineFollower.Rhythm RHYTHM = new LineFollower.Rhythm(Duration.ofSeconds(5), Duration.ofMinutes(5));

    /** A page of fewer entries is the last one: OCI is not known to cut pages shorter than this. */
    private static final int SHORT_PAGE = 100;

    private final OciLogApi api;
    private final OciPlace place;
    private final InstantSource clock;
    private final RestClient.Pause pause;

    OciLogs(OciLogApi api, OciPlace place, InstantSource clock, RestClient.Pause pause) {
        this.api = api;
        this.place = place;
        this.clock = clock;
        this.pause = pause;
    }

    /** The newest {@code linesMax} lines not older than {@code since}, oldest first. */
    List<LogLine> newest(String function, Instant since, int linesMax) {
        List<JsonNode> entries = new Reading(query(function), since, linesMax).entries();
        return entries.subList(0, Math.min(linesMax, entries.size())).reversed().stream()
                .map(each -> line(function, each))
                .toList();
    }

    /** New lines until {@code goOn} says no. */
    void follow(String function, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        String query = query(function);
        new LineFollower(clock, pause, RHYTHM)
                .follow(
                        from -> new Reading(query, from, Integer.MAX_VALUE)
                                .entries().reversed().stream()
                                        .map(each -> new LineFollower.Entry(
                                                id(each), time(each), () -> line(function, each)))
                                        .toList(),
                        listener,
                        goOn);
    }

    /** The log's name for a search; null where the application has none that is switched on. */
    @Nullable
    String log(OciApi.App app) {
        String said = place.option(LOG);
        if (said != null) {
            return said;
        }
        for (String group : api.groups(place.compartment())) {
            for (JsonNode log : api.logs(group, app.id())) {
                if (log.path("isEnabled").asBoolean(false)
                        && Json.text(log, "lifecycleState").equals("ACTIVE")) {
                    return place.compartment() + '/' + group + '/' + Json.text(log, "id");
                }
            }
        }
        return null;
    }

    /** What a person can do where {@link #log} is null. */
    String switchOn() {
        return place.words() + " has no log of its invocations in its compartment: switch it on in OCI's console (the"
                + " application, Monitoring, Logs, Function Invocation Logs), or, where its log group is in another"
                + " compartment, name it as spec.account." + LOG;
    }

    private String query(String function) {
        OciApi.App app = place.find();
        if (app == null) {
            throw new CloudException(CloudException.Kind.ABSENT, place.words() + " is not there any more", null);
        }
        String log = log(app);
        if (log == null) {
            throw new CloudException(CloudException.Kind.INVALID, switchOn(), null);
        }
        return "search \"" + log + "\" | where source = '" + quoted(app.name()) + "' and subject = '" + quoted(function)
                + "' | sort by datetime desc";
    }

    private static String quoted(String name) {
        return name.replace("'", "''");
    }

    /** One reading, newest first: by OCI's page tokens where it gives them, else on from the oldest entry so far. */
    private final class Reading {
        private final String query;
        private final Instant from;
        private final int most;
        private final Map<String, JsonNode> found = new LinkedHashMap<>();
        private Instant end;
        private Instant oldest = Instant.MAX;

        Reading(String query, Instant since, int most) {
            this.query = query;
            this.end = clock.instant();
            Instant kept = end.minus(KEPT_MAX);
            this.from = since.isBefore(kept) ? kept : since;
            this.most = most;
        }

        List<JsonNode> entries() {
            String page = "";
            for (int pages = 0; pages < PAGES_MAX; pages++) {
                Instant start = from.isBefore(end.minus(SPAN_MAX)) ? end.minus(SPAN_MAX) : from;
                int limit = found.isEmpty() ? Math.min(most, PAGE_ENTRIES) : PAGE_ENTRIES;
                OciLogApi.Found answer = api.search(new OciLogApi.Query(query, start, end, limit), page);
                boolean news = take(answer.results());
                page = answer.next();
                if (found.size() >= most) {
                    return List.copyOf(found.values());
                }
                if (!page.isEmpty()) {
                    continue;
                }
                boolean full = answer.results().size() >= Math.min(limit, SHORT_PAGE);
                if (full && news) {
                    // whether the end counts in is not documented: this way nothing between two pages is lost
                    end = oldest.plusMillis(1);
                } else if (full && answer.results().size() >= limit) {
                    throw tooMany("more than " + limit + " lines in one millisecond, at " + oldest);
                } else if (start.equals(from)) {
                    return List.copyOf(found.values());
                } else {
                    end = start;
                }
            }
            throw tooMany("more than " + PAGES_MAX * PAGE_ENTRIES + " lines since " + from);
        }

        private boolean take(List<JsonNode> results) {
            int before = found.size();
            for (JsonNode each : results) {
                JsonNode ignored = found.putIfAbsent(id(each), each);
                Instant time = time(each);
                oldest = time.isBefore(oldest) ? time : oldest;
            }
            return found.size() > before;
        }

        private CloudException tooMany(String what) {
            return new CloudException(
                    CloudException.Kind.INVALID,
                    "the log has " + what + ", and Weft reads no more at once; ask for a later beginning",
                    null);
        }
    }

    private LogLine line(String function, JsonNode entry) {
        JsonNode data = entry.path("data").path("logContent").path("data");
        String container = Json.text(data, "containerId");
        String request = Json.text(data, "requestId");
        String invocation = request.isEmpty() ? Json.text(data, "opcRequestId") : request;
        String text = data.isString() ? data.asString() : Json.text(data, "message");
        return new LogLine(
                time(entry),
                function,
                place.cloud(),
                container.equals("n/a") ? "" : container,
                invocation.isEmpty() ? null : invocation,
                cut(text.stripTrailing()));
    }

    private static String cut(String text) {
        return text.length() > LINE_CHARS_MAX ? text.substring(0, LINE_CHARS_MAX) : text;
    }

    private static String id(JsonNode entry) {
        String id = Json.text(entry.path("data").path("logContent"), "id");
        return id.isEmpty() ? entry.toString() : id;
    }

    private static Instant time(JsonNode entry) {
        return Instant.ofEpochMilli(entry.path("data").path("datetime").asLong(0));
    }
}
