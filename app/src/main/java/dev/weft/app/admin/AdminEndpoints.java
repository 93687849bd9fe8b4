// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import dev.weft.api.Headers;
import dev.weft.api.LogLine;
import dev.weft.api.event.Taken;
import dev.weft.app.admin.AdminApi.Asked;
import dev.weft.app.admin.AdminApi.Endpoint;
import dev.weft.app.admin.AdminApi.Refusal;
import dev.weft.app.admin.Operations.FaultWish;
import dev.weft.app.admin.Operations.Invoked;
import dev.weft.app.admin.Operations.Ran;
import dev.weft.net.BlockingHandler.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each path of the admin API does. */
final class AdminEndpoints {
    /** Lines of log in one answer. */
    static final int LINES_MAX = 10_000;

    /** Requests of one recording. */
    static final int REQUESTS_MAX = 500;

    /** How long one goes on. */
    static final int RECORD_SECONDS_MAX = 3600;

    private static final int RECORD_SECONDS = 300;
    private static final int LINES = 100;
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String ATTRIBUTE_PREFIX = "weft-attribute-";

    private final Operations operations;

    private AdminEndpoints(Operations operations) {
        this.operations = operations;
    }

    static List<Endpoint> all(Operations operations) {
        AdminEndpoints here = new AdminEndpoints(operations);
        return List.of(
                open("/healthz", asked -> Reply.of(200, "text/plain", "ok\n")),
                open("/readyz", asked -> here.ready()),
                open("/metrics", here::metrics),
                get("/weft/v1/openapi.json", asked -> Reply.of(200, "application/json", openapi())),
                get("/weft/v1/status", asked -> AdminApi.json(200, operations.status())),
                get("/weft/v1/functions", asked -> items(operations.functions())),
                get("/weft/v1/clouds", asked -> items(operations.clouds())),
                get("/weft/v1/routes", asked -> items(operations.routes())),
                get("/weft/v1/costs", asked -> items(operations.costs())),
                get("/weft/v1/instances", asked -> items(operations.instances())),
                new Endpoint("POST", "/weft/v1/clouds/{name}/fault", true, here::fault),
                new Endpoint("POST", "/weft/v1/functions/{name}/invoke", true, here::invoke),
                get("/weft/v1/functions/{name}/placement", here::placement),
                get("/weft/v1/functions/{name}/logs", here::logs),
                get("/weft/v1/functions/{name}/requests", here::requests));
    }

    private static Endpoint open(String path, AdminApi.Action action) {
        return new Endpoint("GET", path, false, action);
    }

    private static Endpoint get(String path, AdminApi.Action action) {
        return new Endpoint("GET", path, true, action);
    }

    private static Reply items(List<?> items) {
        return AdminApi.json(200, Map.of("items", items));
    }

    private Reply metrics(Asked asked) {
        String accept = asked.request().headers().first("accept");
        String type = accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : METRICS;
        return Reply.of(200, type, operations.metrics(type));
    }

    private Reply ready() {
        return operations.ready()
                ? Reply.of(200, "text/plain", "ready\n")
                : AdminApi.problem(503, "not ready to answer calls", Headers.none());
    }

    static String openapi() {
        try (InputStream document = AdminEndpoints.class.getResourceAsStream("openapi.json")) {
            if (document == null) {
                throw new IllegalStateException("openapi.json is not in the jar");
            }
            return new String(document.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Reply placement(Asked asked) {
        String function = asked.named("name");
        PlacementView why = operations.placement(function);
        if (why == null) {
            throw unknownFunction(function);
        }
        return AdminApi.json(200, why);
    }

    private Reply fault(Asked asked) {
        String cloud = asked.named("name");
        FaultWish wish = faultWish(asked.request().body());
        if (!operations.fault(cloud, wish)) {
            throw new Refusal(
                    404,
                    "no stand-in named '" + cloud + "'; there are: "
                            + names(operations.clouds().stream().map(Operations.CloudView::name)));
        }
        return items(operations.clouds().stream()
                .filter(each -> each.name().equals(cloud))
                .toList());
    }

    private static FaultWish faultWish(byte[] body) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(body);
        } catch (JacksonException malformed) {
            throw new Refusal(400, "the body is not JSON: " + malformed.getOriginalMessage());
        }
        String fault = json.path("fault").asString("");
        return switch (fault) {
            case "heal" -> new FaultWish.Heal();
            case "fail" -> new FaultWish.Fail();
            case "slow" -> new FaultWish.Slow(delay(json.path("delay").asString("")));
            default -> throw new Refusal(400, "fault: fail, heal or slow, got '" + fault + "'");
        };
    }

    private static Duration delay(String text) {
        try {
            return Durations.parse("delay", text);
        } catch (IllegalArgumentException wrong) {
            throw new Refusal(400, String.valueOf(wrong.getMessage()));
        }
    }

    private Reply invoke(Asked asked) throws InterruptedException {
        String function = asked.named("name");
        Map<String, String> attributes = new LinkedHashMap<>();
        asked.request().headers().forEach((name, value) -> {
            String lower = name.toLowerCase(java.util.Locale.ROOT);
            if (lower.startsWith(ATTRIBUTE_PREFIX)) {
                attributes.put(lower.substring(ATTRIBUTE_PREFIX.length()), value);
            }
        });
        String contentType = asked.request().headers().first("content-type");
        if (flag("async", asked.query().get("async"))) {
            return left(function, operations.take(function, asked.request().body(), contentType, attributes));
        }
        Invoked invoked = operations.invoke(function, asked.request().body(), contentType, attributes);
        return switch (invoked) {
            case null -> throw unknownFunction(function);
            case Invoked.Result result ->
                new Reply(
                        200,
                        ran(result.ran(), "result")
                                .add(
                                        "content-type",
                                        result.contentType() == null
                                                ? "application/octet-stream"
                                                : result.contentType())
                                .build(),
                        result.body(),
                        null);
            case Invoked.Failed failed -> failed(failed);
            case Invoked.Refused refused ->
                error(
                        503,
                        Headers.builder()
                                .add("weft-invocation-id", refused.id())
                                .add("weft-outcome", "refused"),
                        Map.of("reason", refused.reason(), "message", refused.message()));
        };
    }

    private Reply left(String function, @Nullable Taken taken) {
        return switch (taken) {
            case null -> throw unknownFunction(function);
            case Taken.Kept(String id) -> AdminApi.json(202, Map.of("id", id));
            case Taken.Refused(Taken.Why why, String message) ->
                AdminApi.problem(
                        switch (why) {
                            case FULL, BUSY -> 429;
                            case TOO_LARGE -> 413;
                            case UNAVAILABLE -> 503;
                        },
                        message,
                        Headers.none());
        };
    }

    private static Reply failed(Invoked.Failed failed) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("reason", failed.reason());
        error.put("type", failed.type());
        error.put("message", failed.message());
        error.put("payload", new String(failed.payload(), StandardCharsets.UTF_8));
        error.put("logTail", failed.logTail());
        return error(502, ran(failed.ran(), "failure"), error);
    }

    private static Reply error(int status, Headers.Builder headers, Map<String, ?> error) {
        return new Reply(
                status,
                headers.add("content-type", "application/json").build(),
                (JsonMapper.shared().writeValueAsString(Map.of("error", error)) + '\n')
                        .getBytes(StandardCharsets.UTF_8),
                null);
    }

    private static Headers.Builder ran(Ran ran, String outcome) {
        return Headers.builder()
                .add("weft-invocation-id", ran.id())
                .add("weft-cloud", ran.cloud())
                .add("weft-outcome", outcome)
                .add("weft-took-ms", Long.toString(ran.took().toMillis()));
    }

    private Reply logs(Asked asked) {
        String function = asked.named("name");
        int lines = lines(asked.query().get("lines"));
        boolean follow = flag("follow", asked.query().get("follow"));
        List<LogLine> tail = operations.logs(function, lines);
        if (tail == null) {
            throw unknownFunction(function);
        }
        if (follow) {
            return Reply.streaming(200, "application/x-ndjson", new FollowedLog(operations, function, lines)::write);
        }
        StringBuilder text = new StringBuilder();
        tail.forEach(line -> text.append(FollowedLog.json(line)));
        return Reply.of(200, "application/x-ndjson", text.toString());
    }

    private static int lines(@Nullable String text) {
        return whole("lines", text, LINES, LINES_MAX);
    }

    private static int whole(String name, @Nullable String text, int fallback, int most) {
        if (text == null) {
            return fallback;
        }
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > most) {
            throw new Refusal(400, name + ": 0 to " + most + ", got '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private Reply requests(Asked asked) {
        String function = asked.named("name");
        int count = whole("count", asked.query().get("count"), 1, REQUESTS_MAX);
        int within = whole("within", asked.query().get("within"), RECORD_SECONDS, RECORD_SECONDS_MAX);
        if (!flag("consent", asked.query().get("consent"))) {
            throw new Refusal(
                    400,
                    "consent: must be true: callers' requests are told as they are, but for what proves who they are");
        }
        if (operations.functions().stream().noneMatch(each -> each.name().equals(function))) {
            throw unknownFunction(function);
        }
        RequestStream stream = new RequestStream();
        Operations.Following recording = operations.record(function, stream);
        if (recording == null) {
            throw new Refusal(
                    409,
                    "requests of " + function + " are recorded already, or those of too many functions; come back");
        }
        return Reply.streaming(200, "application/x-ndjson", out -> {
            try (recording) {
                stream.write(out, count, Duration.ofSeconds(within));
            }
        });
    }

    private static boolean flag(String name, @Nullable String text) {
        return switch (text) {
            case null -> false;
            case "false" -> false;
            case "true", "" -> true;
            default -> throw new Refusal(400, name + ": true or false, got '" + text + "'");
        };
    }

    private Refusal unknownFunction(String function) {
        List<String> known = new ArrayList<>();
        operations.functions().forEach(each -> known.add(each.name()));
        return new Refusal(404, "no function named '" + function + "'; there are: " + names(known.stream()));
    }

    private static String names(java.util.stream.Stream<String> names) {
        return String.join(", ", names.sorted().toList());
    }
}
