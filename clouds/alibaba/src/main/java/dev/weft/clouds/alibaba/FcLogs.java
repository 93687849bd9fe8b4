// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Sha256;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.LineFollower;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestFailure;
import dev.weft.clouds.alibaba.account.FcApi;
import dev.weft.clouds.alibaba.account.SlsApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What functions wrote, out of the logstore that their logConfig names. Blocking. Pages overlap by one entry: where it is
 * another one at the second look, entries came in between, and the reading begins again.
 */
final class FcLogs {
    /** Entry of spec.account: project and logstore. */
    static final String LOG = "log";

    /** Pages of one reading: 20,000 entries. */
    static final int PAGES_MAX = 200;

    /** Times that a reading begins again, and that an answer which is not whole is asked for again. */
    static final int AGAIN_MAX = 10;

    /** Between two such tries. */
    static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    /** Characters of a line. */
    static final int LINE_CHARS_MAX = 64 << 10;

    static final LineFollower.Rhythm RHYTHM = new LineFollower.Rhythm(Duration.ofSeconds(3), Duration.ofMinutes(2));

    private final Cloud cloud;
    private final FcApi api;
    private final SlsApi sls;
    private final InstantSource clock;
    private final RestClient.Pause pause;

    FcLogs(Cloud cloud, FcApi api, SlsApi sls, InstantSource clock, RestClient.Pause pause) {
        this.cloud = cloud;
        this.api = api;
        this.sls = sls;
        this.clock = clock;
        this.pause = pause;
    }

    /** The newest {@code linesMax} lines not older than {@code since}, oldest first. */
    List<LogLine> newest(Seen seen, Instant since, int linesMax) {
        FcInvocations invocations = new FcInvocations();
        return new Reading(logstore(seen), seen.name(), since, linesMax, true)
                .entries().reversed().stream()
                        .map(each -> line(seen.name(), each, invocations))
                        .toList();
    }

    /** New lines until {@code goOn} says no. */
    void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        SlsApi.Logstore logstore = logstore(seen);
        FcInvocations invocations = new FcInvocations();
        new LineFollower(clock, pause, RHYTHM)
                .follow(
                        from -> new Reading(logstore, seen.name(), from, Integer.MAX_VALUE, false)
                                .entries().stream()
                                        .map(each -> new LineFollower.Entry(
                                                key(each), time(each), () -> line(seen.name(), each, invocations)))
                                        .toList(),
                        listener,
                        goOn);
    }

    /** Whether the logstore that the document names can be searched; null where it names none. */
    @Nullable
    Finding examine() {
        SlsApi.Logstore logstore = named(cloud);
        if (logstore == null) {
            return null;
        }
        long now = clock.instant().getEpochSecond();
        try {
            SlsApi.Found ignored = sls.logs(logstore, new SlsApi.Query("", now - 1, now, 0, 1, true));
            return new Finding("read logs", true, "from " + logstore, null);
        } catch (CloudException failed) {
            String advice = failed.getCause() instanceof RestFailure said ? said.advice() : null;
            return new Finding(
                    "read logs",
                    false,
                    String.valueOf(failed.getMessage()),
                    advice == null ? "check spec.account.log and spec.region" : advice);
        }
    }

    /** The logstore that the document names for its functions. */
    static SlsApi.@Nullable Logstore named(Cloud cloud) {
        String said = cloud.spec().account().getOrDefault(LOG, "");
        int slash = said.indexOf('/');
        return slash < 0 ? null : new SlsApi.Logstore(said.substring(0, slash), said.substring(slash + 1));
    }

    /** Where what calls reach writes to. */
    private SlsApi.Logstore logstore(Seen seen) {
        JsonNode document = api.function(seen.name(), seen.version() == null ? null : AlibabaAccount.ALIAS);
        if (document == null) {
            throw new CloudException(CloudException.Kind.ABSENT, seen.name() + " is not there any more", null);
        }
        JsonNode config = document.path("logConfig");
        String project = config.path("project").asString("");
        String name = config.path("logstore").asString("");
        if (project.isEmpty() || name.isEmpty()) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "function " + seen.name() + " on " + cloud.name()
                            + " has no log switched on: name a project and a logstore of Simple Log Service as"
                            + " spec.account.log, for example shop-logs/functions, and apply",
                    null);
        }
        return new SlsApi.Logstore(project, name);
    }

    private LogLine line(String function, JsonNode entry, FcInvocations invocations) {
        String instance = entry.path("instanceID").asString("");
        String text = entry.path("message").asString("").stripTrailing();
        String said = entry.path("requestId").asString("");
        String invocation = invocations.of(instance, text);
        return new LogLine(
                time(entry),
                function,
                cloud.name(),
                instance,
                said.isEmpty() ? invocation : said,
                text.length() > LINE_CHARS_MAX ? text.substring(0, LINE_CHARS_MAX) : text);
    }

    /** Entries have no id. */
    private static String key(JsonNode entry) {
        Map<String, String> fields = new TreeMap<>();
        entry.properties()
                .forEach(each -> fields.put(each.getKey(), each.getValue().toString()));
        return Sha256.hex(fields.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Instant time(JsonNode entry) {
        return Instant.ofEpochSecond(number(entry.path("__time__")), number(entry.path("__time_ns_part__")));
    }

    /** The service writes numbers as texts, too. */
    private static long number(JsonNode value) {
        try {
            return value.isNumber() ? value.asLong() : Long.parseLong(value.asString("0"));
        } catch (NumberFormatException odd) {
            return 0;
        }
    }

    /** One reading. */
    private final class Reading {
        private final SlsApi.Logstore logstore;
        private final String topic;
        private final long from;
        private final long to;
        private final int most;
        private final boolean newestFirst;

        Reading(SlsApi.Logstore logstore, String function, Instant since, int most, boolean newestFirst) {
            this.logstore = logstore;
            this.topic = "FCLogs:" + function;
            this.from = Math.max(0, since.getEpochSecond());
            this.to = clock.instant().getEpochSecond() + 1;
            this.most = most;
            this.newestFirst = newestFirst;
        }

        List<JsonNode> entries() {
            for (int tries = 0; tries < AGAIN_MAX; tries++) {
                List<JsonNode> all = pass();
                if (all != null) {
                    return all;
                }
                await();
            }
            throw new CloudException(
                    CloudException.Kind.BUSY,
                    "entries came into " + logstore + " at each of " + AGAIN_MAX + " readings; ask for fewer lines",
                    null);
        }

        /** Null where entries came in between two pages. */
        private @Nullable List<JsonNode> pass() {
            List<JsonNode> all = new ArrayList<>();
            for (int page = 0; page < PAGES_MAX; page++) {
                int overlap = all.isEmpty() ? 0 : 1;
                int lines = Math.min(SlsApi.PAGE_ENTRIES, most - all.size() + overlap);
                List<JsonNode> entries =
                        whole(new SlsApi.Query(topic, from, to, all.size() - overlap, lines, newestFirst));
                if (overlap == 1 && (entries.isEmpty() || !entries.getFirst().equals(all.getLast()))) {
                    return null;
                }
                all.addAll(entries.subList(overlap, entries.size()));
                if (all.size() >= most || entries.size() < lines) {
                    return all;
                }
            }
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "there are more than " + PAGES_MAX + " pages of " + SlsApi.PAGE_ENTRIES + " lines since "
                            + Instant.ofEpochSecond(from) + "; ask for a later beginning",
                    null);
        }

        private List<JsonNode> whole(SlsApi.Query query) {
            for (int tries = 0; tries < AGAIN_MAX; tries++) {
                SlsApi.Found found = sls.logs(logstore, query);
                if (found.whole()) {
                    return found.entries();
                }
                await();
            }
            throw new CloudException(
                    CloudException.Kind.BUSY,
                    logstore + " gave no whole answer in " + AGAIN_MAX + " tries; ask for a later beginning",
                    null);
        }

        private void await() {
            try {
                pause.of(AGAIN_AFTER);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CloudException(CloudException.Kind.UNKNOWN, "interrupted while logs were read", stopped);
            }
        }
    }
}
