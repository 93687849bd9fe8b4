// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How Azure's host speaks to a custom handler: a POST of {@code {"Data", "Metadata"}} to the function's name, answered by
 * {@code {"Outputs", "Logs", "ReturnValue"}}; or the caller's own request, where the app asks for that and the function has
 * only HTTP ends. Source: "Azure Functions custom handlers"; the quoting of texts is what the host's code does.
 */
final class CustomDialect implements InvokeDialect {
    /** What the host calls itself to its handlers. */
    static final String HOST_VERSION = "4.1040.300.0";

    /** An answer that must be read whole; Azure documents none, so ours, the same as for requests. */
    static final int ANSWER_BYTES_MAX = AzureHost.REQUEST_BYTES_MAX;

    static final int LOG_LINES_MAX = 1000;
    static final int ERROR_CHARS_MAX = 8 * 1024;

    private final AzureFunction function;
    private final String routePrefix;
    private final boolean forwarding;
    private final Consumer<List<String>> log;

    /** {@code log} takes what the handler has to say and what was not delivered; it does not block. */
    CustomDialect(AzureFunction function, HostJson host, Consumer<List<String>> log) {
        this.function = function;
        this.routePrefix = host.routePrefix();
        HostJson.CustomHandler handler = host.handler();
        this.forwarding = handler != null
                && handler.forwarding()
                && function.http()
                && function.otherOutputs().isEmpty();
        this.log = log;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(AzureHost.REQUEST_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        byte[] body = AzureHost.whole(call);
        if (call instanceof Call.Exchange exchange && forwarding) {
            return new WireRequest(
                    exchange.line().method(),
                    exchange.line().target(),
                    addressed(HttpTrigger.headers(exchange, target.name()), call),
                    Body.of(body));
        }
        Headers headers = Headers.of(
                "host", target.endpoint().getRawAuthority(), "content-type", "application/json; charset=utf-8");
        byte[] payload = JsonMapper.shared().writeValueAsBytes(payload(call, body, target.name(), now));
        return new WireRequest("POST", '/' + function.name(), addressed(headers, call), Body.of(payload));
    }

    private static Headers addressed(Headers headers, Call call) {
        String agent = headers.first("user-agent");
        String host = "Azure-Functions-Host/" + HOST_VERSION;
        return Headers.builder()
                .addAll(headers)
                .set("X-Azure-Functions-HostVersion", HOST_VERSION)
                .set("X-Azure-Functions-InvocationId", call.context().id())
                .set("User-Agent", agent == null ? host : agent + ' ' + host)
                .build();
    }

    /** What the handler is told of a call. */
    ObjectNode payload(Call call, byte[] body, String app, Instant now) {
        ObjectNode payload = JsonMapper.shared().createObjectNode();
        ObjectNode data = payload.putObject("Data");
        ObjectNode metadata;
        String name = function.trigger().name();
        switch (call) {
            case Call.Exchange exchange -> {
                Map<String, String> params =
                        TriggerWay.of(function, routePrefix, exchange) instanceof TriggerWay.Deliver(Call _, var found)
                                ? found
                                : Map.of();
                data.set(name, request(exchange, body, params, app));
                metadata = HttpTrigger.metadata(exchange, body, params);
            }
            case Call.Event event -> {
                EventData of = EventData.of(function, event, body, now);
                data.set(name, value(of));
                metadata = of.metadata();
            }
        }
        payload.set("Metadata", quoted(metadata, call, now));
        return payload;
    }

    private static ObjectNode request(Call.Exchange exchange, byte[] body, Map<String, String> params, String app) {
        ObjectNode request = JsonMapper.shared().createObjectNode();
        request.put("Url", HttpTrigger.url(exchange));
        request.put("Method", exchange.line().method());
        ObjectNode query = request.putObject("Query");
        HttpTrigger.query(exchange).forEach(query::put);
        ObjectNode headers = request.putObject("Headers");
        HttpTrigger.listed(HttpTrigger.headers(exchange, app)).forEach((name, values) -> {
            ArrayNode list = headers.putArray(name);
            values.forEach(list::add);
        });
        ObjectNode route = request.putObject("Params");
        params.forEach(route::put);
        request.putArray("Identities");
        if (body.length > 0) {
            String type = exchange.headers().first("content-type");
            String media = type == null ? "" : type.toLowerCase(Locale.ROOT);
            boolean binary = media.startsWith("application/octet-stream") || media.contains("multipart/");
            request.put(
                    "Body",
                    binary ? Base64.getEncoder().encodeToString(body) : new String(body, StandardCharsets.UTF_8));
        }
        return request;
    }

    private static JsonNode value(EventData data) {
        ObjectNode holder = JsonMapper.shared().createObjectNode();
        return switch (data.kind()) {
            case BYTES -> holder.stringNode(Base64.getEncoder().encodeToString(data.bytes()));
            case TEXT -> quoted(holder.stringNode(new String(data.bytes(), StandardCharsets.UTF_8)));
            case JSON -> {
                JsonNode json = JsonMapper.shared().readTree(data.bytes());
                yield json.isObject() ? json : quoted(json);
            }
        };
    }

    /** Objects as they are, times as they are, anything else as JSON inside a text: so the host's code has it. */
    private ObjectNode quoted(ObjectNode metadata, Call call, Instant now) {
        ObjectNode quoted = JsonMapper.shared().createObjectNode();
        metadata.properties().forEach(each -> {
            String name = each.getKey();
            if (!name.toLowerCase(Locale.ROOT).endsWith("trigger")) {
                boolean asItIs = each.getValue().isObject() || EventData.TIMES.contains(name);
                quoted.set(name, asItIs ? each.getValue() : quoted(each.getValue()));
            }
        });
        quoted.putObject("sys")
                .put("MethodName", function.name())
                .put("UtcNow", now.toString())
                .put("RandGuid", call.context().id());
        if (function.retriesMax() > 0) {
            quoted.putObject("RetryContext").put("RetryCount", 0).put("MaxRetryCount", function.retriesMax());
        }
        return quoted;
    }

    private static JsonNode quoted(JsonNode value) {
        return JsonMapper.shared().createObjectNode().stringNode(value.toString());
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        if (call instanceof Call.Exchange && forwarding) {
            return new Verdict.Streams(body -> new Outcome.Response(head.status(), head.headers(), body));
        }
        boolean event = call instanceof Call.Event;
        boolean well = head.status() >= 200 && head.status() < 300;
        return new Verdict.NeedsWhole(
                ANSWER_BYTES_MAX, bytes -> well ? answer(bytes, event) : refused(head.status(), bytes));
    }

    private static Outcome refused(int status, byte[] body) {
        String said = new String(body, StandardCharsets.UTF_8);
        return AzureFailure.of(
                Outcome.Failure.Reason.ERROR,
                "HttpRequestException",
                "Response status code does not indicate success: %d. %s"
                        .formatted(status, said.substring(0, Math.min(said.length(), ERROR_CHARS_MAX)))
                        .strip(),
                "");
    }

    private Outcome answer(byte[] bytes, boolean event) {
        JsonNode json = bytes.length == 0 ? JsonMapper.shared().createObjectNode() : EventData.parsed(bytes);
        if (json == null || !json.isObject()) {
            return AzureFailure.of(
                    Outcome.Failure.Reason.MALFORMED,
                    "InvalidOperationException",
                    "Invalid HttpResponseMessage: a custom handler answers a JSON object with Outputs, Logs and"
                            + " ReturnValue; for plain HTTP set customHandler.enableForwardingHttpRequest",
                    "");
        }
        JsonNode outputs = CustomAnswer.field(json, "Outputs");
        JsonNode returned = CustomAnswer.field(json, "ReturnValue");
        List<Undelivered> undelivered = Undelivered.of(function, outputs, returned);
        lines(CustomAnswer.field(json, "Logs"), undelivered);
        return event ? CustomAnswer.result(returned, undelivered) : CustomAnswer.response(function, outputs, returned);
    }

    private void lines(@Nullable JsonNode logs, List<Undelivered> undelivered) {
        List<String> lines = new java.util.ArrayList<>();
        if (logs != null) {
            for (JsonNode each : logs) {
                if (lines.size() < LOG_LINES_MAX) {
                    lines.add(each.asString(each.toString()));
                }
            }
        }
        undelivered.forEach(each -> lines.add(each.sentence()));
        if (!lines.isEmpty()) {
            log.accept(lines);
        }
    }
}
