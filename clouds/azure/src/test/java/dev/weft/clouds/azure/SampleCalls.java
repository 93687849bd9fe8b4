// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls and functions for tests that need no engine. */
final class SampleCalls {
    static final Instant NOW = Instant.parse("2026-11-23T10:15:30Z");
    static final CallContext CONTEXT = new CallContext(
            "8f6bdcd1-3f1c-4f58-9d9e-2a9f0c1a7b11",
            new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, null),
            1,
            NOW.plusSeconds(30),
            new CallContext.Caller("192.0.2.7", "https", "shop.example"));

    private SampleCalls() {}

    static Call.Exchange exchange(String method, String path, @Nullable String query, String body, String... headers) {
        return new Call.Exchange(
                CONTEXT, new RequestLine(method, path, query), Headers.of(headers), Body.of(utf8(body)));
    }

    static Call.Event event(String body, Map<String, String> attributes) {
        return new Call.Event(CONTEXT, "application/json", attributes, Body.of(utf8(body)));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** A function whose bindings are those of a function.json. */
    static AzureFunction function(String name, String bindings) {
        return AzureFunction.of(name, json("{\"bindings\": [" + bindings + "]}"), null);
    }

    static AzureFunction http(String more) {
        return function(
                "cart",
                "{\"type\": \"httpTrigger\", \"direction\": \"in\", \"name\": \"req\"" + more + "},"
                        + "{\"type\": \"http\", \"direction\": \"out\", \"name\": \"res\"}");
    }

    static AzureFunction triggered(String type, String more) {
        return function("order", "{\"type\": \"" + type + "\", \"name\": \"it\"" + more + "}");
    }
}
