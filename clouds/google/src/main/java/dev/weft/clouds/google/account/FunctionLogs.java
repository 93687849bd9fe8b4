// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What functions wrote, from Cloud Logging, by the filter of {@code gcloud functions logs read}. */
final class FunctionLogs {
    /** Entries of one answer at most, and answers that are read for one question. */
    static final int PAGE_SIZE_MAX = 1000;

    static final int PAGES_MAX = 20;

    /** Between two questions of who follows. */
    static final Duration PAUSE = Duration.ofSeconds(3);

    /** Entries may come this late, as Cloud Logging takes them in; whoever follows looks back so far. */
    static final Duration LATE_MAX = Duration.ofSeconds(30);

    /** Entries whose ids are kept, so that none is told twice. */
    static final int KNOWN_MAX = 20_000;

    /** Characters of a line. */
    static final int LINE_MAX = 16 << 10;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final GoogleProject project;
    private final String cloud;
    private final RestClient client;
    private final RestClient.Pause pause;
    private final InstantSource clock;

    FunctionLogs(GoogleProject project, String cloud, RestClient client, RestClient.Pause pause, InstantSource clock) {
        this.project = project;
        this.cloud = cloud;
        this.client = client;
        this.pause = pause;
        this.clock = clock;
    }

    /** The newest {@code linesMax} lines of {@code function} since then, oldest first. */
    List<LogLine> read(String function, Instant since, int linesMax) {
        List<LogLine> lines = new ArrayList<>();
        for (JsonNode entry : entries(function, since, linesMax, "timestamp desc")) {
            lines.add(line(function, entry));
        }
        Collections.reverse(lines);
        return lines;
    }

    /** Hands over lines from now on. */
    void follow(String function, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        Instant begun = clock.instant();
        Set<String> known = new LinkedHashSet<>();
        while (goOn.getAsBoolean()) {
            Instant back = clock.instant().minus(LATE_MAX);
            Instant since = back.isBefore(begun) ? begun : back;
            for (JsonNode entry : entries(function, since, PAGE_SIZE_MAX * PAGES_MAX, "timestamp asc")) {
                if (known.add(entry.path("timestamp").asString("")
                        + entry.path("insertId").asString(""))) {
                    listener.accept(line(function, entry));
                }
            }
            while (known.size() > KNOWN_MAX) {
                known.remove(known.iterator().next());
            }
            pause.of(PAUSE);
        }
    }

    private List<JsonNode> entries(String function, Instant since, int most, String order) {
        List<JsonNode> entries = new ArrayList<>();
        String page = "";
        for (int pages = 0; pages < PAGES_MAX && entries.size() < most; pages++) {
            ObjectNode body = JSON.createObjectNode();
            body.putArray("resourceNames").add("projects/" + project.project());
            body.put("filter", filter(function, since));
            body.put("orderBy", order);
            body.put("pageSize", Math.min(PAGE_SIZE_MAX, most - entries.size()));
            if (!page.isEmpty()) {
                body.put("pageToken", page);
            }
            JsonNode answer = JSON.readTree(
                    client.send(RestRequest.of("ListLogEntries", "POST", project.logging("/v2/entries:list"))
                                    .json(body.toString())
                                    .harmlessTwice())
                            .text());
            answer.path("entries").forEach(entries::add);
            page = answer.path("nextPageToken").asString("");
            if (page.isEmpty()) {
                break;
            }
        }
        return entries.size() > most ? entries.subList(0, most) : entries;
    }

    /** Requests' own log is left out: it holds no line of the function's. */
    private String filter(String function, Instant since) {
        return "resource.type=\"cloud_run_revision\" resource.labels.location=\"" + project.region()
                + "\" logName:\"run.googleapis.com\" labels.\"goog-managed-by\"=\"cloudfunctions\""
                + " resource.labels.service_name=\"" + function + "\" timestamp>=\"" + since
                + "\" -logName:\"run.googleapis.com%2Frequests\"";
    }

    private LogLine line(String function, JsonNode entry) {
        JsonNode labels = entry.path("labels");
        String text = entry.path("textPayload").asString("");
        if (text.isEmpty()) {
            JsonNode json = entry.path("jsonPayload");
            text = json.path("message").asString(json.isMissingNode() ? "" : json.toString());
        }
        String execution = labels.path("execution_id").asString("");
        return new LogLine(
                time(entry.path("timestamp").asString("")),
                function,
                cloud,
                labels.path("instanceId").asString(""),
                execution.isEmpty() ? null : execution,
                cut(text.stripTrailing()));
    }

    private static Instant time(@Nullable String timestamp) {
        try {
            return Instant.parse(String.valueOf(timestamp));
        } catch (DateTimeException odd) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "Cloud Logging gave an entry the time '" + timestamp + "'", odd);
        }
    }

    private static String cut(String text) {
        return text.length() > LINE_MAX ? text.substring(0, LINE_MAX) : text;
    }
}
