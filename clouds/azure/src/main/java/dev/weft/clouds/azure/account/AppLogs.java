// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.clouds.azure.credentials.AzureCredentials;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An app's traces and exceptions in the Log Analytics workspace behind its Application Insights. */
final class AppLogs {
    /** Lines of one answer. */
    static final int LINES_MAX = 10_000;

    /** Between two questions for new lines. */
    static final Duration EVERY = Duration.ofSeconds(5);

    /** How late a line may arrive and still be followed. */
    static final Duration LATE_MAX = Duration.ofMinutes(5);

    private static final int TOLD_MAX = 20_000;

    private record Row(String id, LogLine line) {}

    private final AzureOptions options;
    private final CloudVendor.Around around;
    private final RestClient rest;
    private final RestClient.Pause pause;

    AppLogs(AzureOptions options, CloudVendor.Around around, AzureCredentials credentials, RestClient.Pause pause) {
        this.options = options;
        this.around = around;
        this.pause = pause;
        this.rest = new RestClient(
                around.transport(),
                (request, now) -> request.header(
                        "authorization",
                        "Bearer " + credentials.token(options.logs().toString()).value()),
                AzureErrors::read,
                around.clock(),
                pause);
    }

    List<LogLine> tail(String app, Instant since, int linesMax) {
        return rows(app, since, Math.clamp(linesMax, 1, LINES_MAX)).stream()
                .map(Row::line)
                .toList();
    }

    void follow(String app, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        Instant from = around.clock().instant();
        LinkedHashSet<String> told = new LinkedHashSet<>();
        while (goOn.getAsBoolean()) {
            Instant late = around.clock().instant().minus(LATE_MAX);
            for (Row each : rows(app, late.isAfter(from) ? late : from, LINES_MAX)) {
                if (told.add(each.id())) {
                    listener.accept(each.line());
                }
            }
            while (told.size() > TOLD_MAX) {
                told.removeFirst();
            }
            pause.of(EVERY);
        }
    }

    private List<Row> rows(String app, Instant since, int lines) {
        String workspace = options.workspace();
        if (workspace == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "logs of cloud %s need spec.account.workspace: the id of the Log Analytics workspace that the app's Application Insights writes to"
                            .formatted(options.cloud()),
                    null);
        }
        String query = """
                union isfuzzy=true AppTraces, AppExceptions
                | where AppRoleName =~ '%s' and TimeGenerated >= datetime(%s)
                | project TimeGenerated, Text = coalesce(Message, OuterMessage), AppRoleInstance, Invocation = tostring(Properties['InvocationId']), Id = strcat(_ItemId)
                | top %d by TimeGenerated desc
                """.formatted(app.replace("'", ""), since, lines);
        RestRequest request = RestRequest.of(
                        "Query", "POST", URI.create(options.logs() + "/v1/workspaces/" + workspace + "/query"))
                .json(JsonMapper.shared().writeValueAsString(Map.of("query", query)))
                .header("accept", "application/json")
                .harmlessTwice();
        return read(app, rest.send(request));
    }

    private List<Row> read(String app, RestResponse answer) {
        JsonNode table =
                JsonMapper.shared().readTree(answer.body()).path("tables").path(0);
        Map<String, Integer> columns = new HashMap<>();
        for (JsonNode each : table.path("columns")) {
            columns.put(each.path("name").asString(""), columns.size());
        }
        List<Row> rows = new ArrayList<>();
        for (JsonNode each : table.path("rows")) {
            String time = cell(each, columns, "TimeGenerated");
            String text = cell(each, columns, "Text");
            String instance = cell(each, columns, "AppRoleInstance");
            String invocation = cell(each, columns, "Invocation");
            String id = cell(each, columns, "Id");
            rows.add(new Row(
                    id.isEmpty() ? time + text : id,
                    new LogLine(
                            instant(time),
                            app,
                            options.cloud(),
                            instance,
                            invocation.isEmpty() ? null : invocation,
                            text)));
        }
        Collections.reverse(rows);
        return rows;
    }

    private static String cell(JsonNode row, Map<String, Integer> columns, String name) {
        @Nullable Integer column = columns.get(name);
        return column == null ? "" : row.path(column).asString("");
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException malformed) {
            return Instant.EPOCH;
        }
    }
}
