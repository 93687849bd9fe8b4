// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.LogLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Cloud Logging's ListLogEntries for one function, as far as {@code gcloud functions logs read} asks: terms of a filter side by
 * side, no OR. What is not understood is refused, for a filter that is not applied shows what nobody asked for. Pure.
 *
 * @param function as the client calls it
 * @param first whether it is asked for as one of the first generation
 * @param execution the call whose lines are wanted; empty for all
 */
record LogEntries(
        String function,
        boolean first,
        String location,
        String execution,
        Instant since,
        Instant until,
        boolean newestFirst,
        int most) {
    /** Entries at most, and where the client names no number. */
    static final int ENTRIES_MAX = 1000;

    private static final int ENTRIES = 50;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern TERM = Pattern.compile(
            "\\s*(?:AND\\s+)?(-?[A-Za-z_][A-Za-z0-9_.]*(?:\\.?\"[^\"]*\")?)\\s*(>=|<=|=|:|>|<)\\s*(\"[^\"]*\"|[^\\s()\"]+)\\s*");

    /** What {@code body} asks for is wanted. */
    static Wish wish(Key key, JsonNode body) {
        try {
            LogEntries wanted = of(key, body);
            return new Wish.Control(
                    key, GoogleOperations.LOGS, wanted.function(), functions -> wanted.answer(functions, key));
        } catch (Wrong wrong) {
            GoogleError error = wrong.error();
            return new Wish.Refused(GoogleOperations.LOGS, key.id(), true, error.message(), error.answer());
        }
    }

    /** As {@code body} asks. */
    static LogEntries of(Key key, JsonNode body) throws Wrong {
        for (JsonNode each : body.path("resourceNames")) {
            if (!each.asString("").equals("projects/" + key.namespace())) {
                throw new Wrong(GoogleError.denied("Permission denied on resource '" + each.asString("")
                        + "' (or it may not exist): the project of this key is '" + key.namespace() + "'"));
            }
        }
        if (!body.path("pageToken").asString("").isEmpty()) {
            throw Wrong.invalid("pageToken is none that ListLogEntries gave");
        }
        String order = body.path("orderBy").asString("");
        if (!List.of("", "timestamp asc", "timestamp desc").contains(order)) {
            throw Wrong.invalid("orderBy must be 'timestamp asc' or 'timestamp desc'");
        }
        Map<String, String> terms = terms(body.path("filter").asString(""));
        boolean first = "cloud_function".equals(terms.get("resource.type"));
        String function =
                terms.getOrDefault(first ? "resource.labels.function_name" : "resource.labels.service_name", "");
        if (function.isEmpty()) {
            throw new Wrong(GoogleError.notDone("ListLogEntries of more than one function; name one in the filter"));
        }
        int size = body.path("pageSize").asInt(ENTRIES);
        return new LogEntries(
                function,
                first,
                terms.getOrDefault(
                        first ? "resource.labels.region" : "resource.labels.location", GoogleDocuments.LOCATION),
                terms.getOrDefault("labels.execution_id", ""),
                time(terms.get("timestamp>="), Instant.EPOCH),
                time(terms.get("timestamp<="), Instant.MAX),
                order.endsWith("desc"),
                size < 1 ? ENTRIES : Math.min(size, ENTRIES_MAX));
    }

    private static Map<String, String> terms(String filter) throws Wrong {
        Map<String, String> terms = new TreeMap<>();
        Matcher term = TERM.matcher(filter);
        int at = 0;
        while (at < filter.length()) {
            term.region(at, filter.length());
            if (!term.lookingAt()) {
                throw notUnderstood(filter.substring(at));
            }
            String value = term.group(3).replace("\"", "");
            switch (term.group(1) + term.group(2)) {
                case "resource.type=" -> {
                    if (!value.equals("cloud_function") && !value.equals("cloud_run_revision")) {
                        throw notUnderstood(term.group());
                    }
                    terms.put("resource.type", value);
                }
                case "resource.labels.function_name=",
                        "resource.labels.service_name=",
                        "resource.labels.region=",
                        "resource.labels.location=",
                        "labels.execution_id=" -> terms.put(term.group(1), value);
                case "timestamp>=", "timestamp<=" -> terms.put(term.group(1) + term.group(2), value);
                // which of a function's logs: there is one
                case "logName:", "-logName:", "labels.\"goog-managed-by\"=" -> {}
                default -> throw notUnderstood(term.group());
            }
            at = term.end();
        }
        return terms;
    }

    private static Wrong notUnderstood(String what) {
        return new Wrong(GoogleError.notDone("ListLogEntries with filter '" + what.strip() + "'"));
    }

    private static Instant time(@Nullable String said, Instant fallback) throws Wrong {
        try {
            return said == null
                    ? fallback
                    : java.time.OffsetDateTime.parse(said).toInstant();
        } catch (DateTimeException noTime) {
            throw Wrong.invalid("timestamp must be a time such as 2026-11-30T12:00:00Z, got '" + said + "'");
        }
    }

    FacadeAnswer answer(Functions functions, Key key) {
        Comparator<LogLine> oldest = Comparator.comparing(LogLine::time);
        List<LogLine> lines = functions.logs(key.namespace(), Names.weft(function), ENTRIES_MAX).stream()
                .filter(each -> !each.time().isBefore(since) && !each.time().isAfter(until))
                .filter(each -> execution.isEmpty() || execution.equals(each.invocation()))
                .sorted(newestFirst ? oldest.reversed() : oldest)
                .limit(most)
                .toList();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode entries = answer.putArray("entries");
        lines.forEach(each -> entries.add(entry(key, each)));
        return GoogleDocuments.answer(answer);
    }

    private ObjectNode entry(Key key, LogLine line) {
        String log = first ? "cloudfunctions.googleapis.com%2Fcloud-functions" : "run.googleapis.com%2Fstdout";
        ObjectNode entry = JSON.createObjectNode()
                .put("logName", "projects/" + key.namespace() + "/logs/" + log)
                .put("timestamp", line.time().toString())
                .put("severity", "DEFAULT")
                .put("textPayload", line.text());
        ObjectNode resource = entry.putObject("resource").put("type", first ? "cloud_function" : "cloud_run_revision");
        resource.putObject("labels")
                .put("project_id", key.namespace())
                .put(first ? "region" : "location", location)
                .put(first ? "function_name" : "service_name", function);
        ObjectNode labels = entry.putObject("labels").put("instanceId", line.instance());
        if (!first) {
            labels.put("goog-managed-by", "cloudfunctions");
        }
        if (line.invocation() != null) {
            labels.put("execution_id", line.invocation());
        }
        return entry;
    }
}
