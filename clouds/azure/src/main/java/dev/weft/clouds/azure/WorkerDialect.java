// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How Weft speaks to its own workers for Node.js and Java: a POST of a head in JSON, its length before it, and the call's
 * bytes behind it. An HTTP answer comes back as itself; what else a function says comes as JSON, and a header field tells
 * them apart.
 */
final class WorkerDialect implements InvokeDialect {
    /** What a function returned to an event, or why it failed, is read whole; Azure documents no limit, so ours. */
    static final int RESULT_BYTES_MAX = AzureHost.REQUEST_BYTES_MAX;

    private static final String OUTCOME = "weft-azure-outcome";

    private final AzureFunction function;
    private final String routePrefix;
    private final long memoryMebibytes;

    WorkerDialect(AzureFunction function, HostJson host, long memoryMebibytes) {
        this.function = function;
        this.routePrefix = host.routePrefix();
        this.memoryMebibytes = memoryMebibytes;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(AzureHost.REQUEST_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        byte[] body = AzureHost.whole(call);
        ObjectNode head = JsonMapper.shared().createObjectNode();
        head.put("invocationId", call.context().id());
        head.put("functionName", function.name());
        head.put("trigger", function.trigger().name());
        head.put("traceParent", call.context().trace().traceparent());
        String state = call.context().trace().state();
        head.put("traceState", state == null ? "" : state);
        if (function.retriesMax() > 0) {
            head.putObject("retryContext").put("retryCount", 0).put("maxRetryCount", function.retriesMax());
        }
        switch (call) {
            case Call.Exchange exchange -> http(exchange, body, target.name(), head);
            case Call.Event event -> {
                EventData data = EventData.of(function, event, body, now);
                head.put("data", data.kind().name().toLowerCase(Locale.ROOT));
                head.set("metadata", data.metadata());
                body = data.bytes();
            }
        }
        ((ObjectNode) head.path("metadata"))
                .putObject("sys")
                .put("MethodName", function.name())
                .put("UtcNow", now.toString())
                .put("RandGuid", call.context().id());
        byte[] json = JsonMapper.shared().writeValueAsBytes(head);
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + json.length + body.length);
        frame.putInt(json.length).put(json).put(body);
        return new WireRequest(
                "POST",
                "/invoke",
                Headers.of("host", target.endpoint().getRawAuthority(), "content-type", "application/octet-stream"),
                Body.of(frame.array()));
    }

    private void http(Call.Exchange exchange, byte[] body, String app, ObjectNode head) {
        Map<String, String> params =
                TriggerWay.of(function, routePrefix, exchange) instanceof TriggerWay.Deliver(Call _, var found)
                        ? found
                        : Map.of();
        ObjectNode http = head.putObject("http");
        http.put("method", exchange.line().method());
        http.put("url", HttpTrigger.url(exchange));
        ObjectNode headers = http.putObject("headers");
        HttpTrigger.joined(HttpTrigger.headers(exchange, app)).forEach(headers::put);
        ObjectNode query = http.putObject("query");
        HttpTrigger.query(exchange).forEach(query::put);
        ObjectNode route = http.putObject("params");
        params.forEach(route::put);
        head.set("metadata", HttpTrigger.metadata(exchange, body, params));
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        String outcome = head.headers().first(OUTCOME);
        return switch (outcome == null ? "" : outcome) {
            case "response" -> {
                Headers headers =
                        Headers.builder().addAll(head.headers()).remove(OUTCOME).build();
                yield new Verdict.Streams(body -> new Outcome.Response(head.status(), headers, body));
            }
            case "result" -> new Verdict.NeedsWhole(RESULT_BYTES_MAX, this::result);
            case "failure" -> new Verdict.NeedsWhole(RESULT_BYTES_MAX, this::failed);
            default -> new Verdict.NeedsWhole(RESULT_BYTES_MAX, bytes -> malformed());
        };
    }

    private Outcome result(byte[] bytes) {
        JsonNode said = EventData.parsed(bytes);
        if (said == null || !said.isObject()) {
            return malformed();
        }
        List<Undelivered> undelivered = new ArrayList<>();
        for (Binding each : function.otherOutputs()) {
            JsonNode value = said.path("outputs").get(each.name());
            if (value != null && !value.isNull()) {
                undelivered.add(new Undelivered(each.name(), each.type(), value));
            }
        }
        Headers attributes = Undelivered.attributes(undelivered);
        String value = said.path("value").asString("");
        return switch (said.path("kind").asString("")) {
            case "text" -> new Outcome.Result("text/plain; charset=utf-8", attributes, utf8(value));
            case "json" -> new Outcome.Result("application/json; charset=utf-8", attributes, utf8(value));
            case "bytes" ->
                new Outcome.Result(
                        "application/octet-stream",
                        attributes,
                        Body.of(Base64.getDecoder().decode(value)));
            default -> new Outcome.Result(null, attributes, Body.empty());
        };
    }

    private static Body utf8(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private Outcome.Failure failed(byte[] bytes) {
        Outcome.Failure failure = failure(bytes);
        return failure.reason() == Outcome.Failure.Reason.MEMORY
                ? AzureFailure.of(
                        failure.reason(),
                        failure.type(),
                        "used more than its memory of %d MiB: %s".formatted(memoryMebibytes, failure.message()),
                        "")
                : failure;
    }

    /** A failure as a worker reports it: {@code reason}, type, message, stack trace. */
    static Outcome.Failure failure(byte[] bytes) {
        JsonNode said = EventData.parsed(bytes);
        if (said == null) {
            return malformed();
        }
        Outcome.Failure.Reason reason =
                switch (said.path("reason").asString("")) {
                    case "init" -> Outcome.Failure.Reason.INIT;
                    case "memory" -> Outcome.Failure.Reason.MEMORY;
                    default -> Outcome.Failure.Reason.ERROR;
                };
        return AzureFailure.of(
                reason,
                said.path("type").asString("Error"),
                said.path("message").asString(""),
                said.path("stackTrace").asString(""));
    }

    private static Outcome.Failure malformed() {
        return AzureFailure.of(
                Outcome.Failure.Reason.MALFORMED,
                "FunctionInvocationException",
                "the worker's answer breaks its own protocol",
                "");
    }
}
