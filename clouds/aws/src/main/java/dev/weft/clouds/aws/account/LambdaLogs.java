// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What functions wrote, as CloudWatch Logs keeps it. Blocking. Source: CloudWatch Logs API reference, "FilterLogEvents". */
final class LambdaLogs {
    /** Pages of one reading. */
    static final int PAGES_MAX = 200;

    /** Events that are remembered so that each is told once. */
    static final int REMEMBERED_MAX = 20_000;

    /** Characters of a line. */
    static final int LINE_CHARACTERS_MAX = 256 * 1024;

    private static final int PAGE_EVENTS = 10_000;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /** How much later than its own time a line may turn up. */
    private static final Duration LATE_MAX = Duration.ofSeconds(30);

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern REQUEST = Pattern.compile(
            "(START|END|REPORT) RequestId: ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}).*",
            Pattern.DOTALL);

    private final RestClient rest;
    private final URI endpoint;
    private final String cloud;
    private final RestClient.Pause pause;

    LambdaLogs(RestClient rest, URI endpoint, String cloud, RestClient.Pause pause) {
        this.rest = rest;
        this.endpoint = endpoint;
        this.cloud = cloud;
        this.pause = pause;
    }

    /** The newest {@code linesMax} lines not older than {@code since}, oldest first. */
    List<LogLine> newest(String function, Instant since, int linesMax) {
        Deque<LogLine> lines = new ArrayDeque<>();
        Map<String, String> calls = new HashMap<>();
        read(function, since, event -> {
            lines.addLast(line(function, event, calls));
            if (lines.size() > linesMax) {
                lines.removeFirst();
            }
        });
        return List.copyOf(lines);
    }

    /** New lines until {@code goOn} says no. */
    void follow(String function, InstantSource clock, Consumer<LogLine> listener, BooleanSupplier goOn)
            throws InterruptedException {
        Instant from = clock.instant();
        Map<String, String> calls = new HashMap<>();
        Map<String, Boolean> told = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > REMEMBERED_MAX;
            }
        };
        while (goOn.getAsBoolean()) {
            Instant now = clock.instant();
            read(function, from, event -> {
                if (told.put(event.path("eventId").asString(""), true) == null) {
                    listener.accept(line(function, event, calls));
                }
            });
            Instant late = now.minus(LATE_MAX);
            from = late.isAfter(from) ? late : from;
            pause.of(LOOK_EVERY);
        }
    }

    private void read(String function, Instant since, Consumer<JsonNode> each) {
        String token = null;
        for (int page = 0; page < PAGES_MAX; page++) {
            JsonNode answer = page(function, since, token);
            if (answer == null) {
                return;
            }
            answer.path("events").forEach(each);
            token = answer.path("nextToken").asString("");
            if (token.isEmpty()) {
                return;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                "%s wrote more than %d pages of log since %s; ask for a later beginning"
                        .formatted(function, PAGES_MAX, since),
                null);
    }

    /** Null where the function has written nothing yet: its log group is made with its first line. */
    private @Nullable JsonNode page(String function, Instant since, @Nullable String token) {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("logGroupName", "/aws/lambda/" + function);
        asked.put("startTime", since.toEpochMilli());
        asked.put("limit", PAGE_EVENTS);
        if (token != null) {
            asked.put("nextToken", token);
        }
        RestResponse answer = rest.find(RestRequest.of("FilterLogEvents", "POST", endpoint.resolve("/"))
                .header("x-amz-target", "Logs_20140328.FilterLogEvents")
                .body("application/x-amz-json-1.1", JSON.writeValueAsBytes(asked))
                .harmlessTwice());
        try {
            return answer == null ? null : JSON.readTree(answer.body());
        } catch (JacksonException notJson) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "CloudWatch Logs answered with something that is not JSON", notJson);
        }
    }

    /** An instance serves one call at a time, so what it writes between START and END is that call's. */
    private LogLine line(String function, JsonNode event, Map<String, String> calls) {
        String stream = event.path("logStreamName").asString("");
        String text = event.path("message").asString("").stripTrailing();
        Matcher request = REQUEST.matcher(text);
        String call = calls.get(stream);
        if (request.matches()) {
            call = request.group(2);
            if (request.group(1).equals("START")) {
                calls.put(stream, call);
            } else {
                calls.remove(stream);
            }
        }
        String cut = text.length() > LINE_CHARACTERS_MAX ? text.substring(0, LINE_CHARACTERS_MAX) : text;
        Instant time = Instant.ofEpochMilli(event.path("timestamp").asLong(0));
        return new LogLine(time, function, cloud, stream.substring(stream.lastIndexOf(']') + 1), call, cut);
    }
}
