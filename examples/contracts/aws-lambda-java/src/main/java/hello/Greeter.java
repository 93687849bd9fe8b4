// SPDX-License-Identifier: Apache-2.0
package hello;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Greets whoever is named by a request, or by an event. */
public final class Greeter implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private static final Gson JSON = new Gson();

    private record Named(String name) {}

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        // from a function URL or an HTTP API the event is a request, else it is whatever was sent
        if (!event.containsKey("requestContext")) {
            return Map.of("message", "hello " + event.getOrDefault("name", "world"));
        }
        return Map.of(
                "statusCode", 200,
                "headers", Map.of("content-type", "text/plain; charset=utf-8"),
                "body", "hello " + name(event) + "\n");
    }

    private static String name(Map<String, Object> event) {
        String body = (String) event.getOrDefault("body", "{}");
        if (Boolean.TRUE.equals(event.get("isBase64Encoded"))) {
            body = new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8);
        }
        try {
            Named named = JSON.fromJson(body, Named.class);
            if (named != null && named.name() != null) {
                return named.name();
            }
        } catch (JsonSyntaxException notJson) {
            // then the query may have it
        }
        return event.get("queryStringParameters") instanceof Map<?, ?> query && query.get("name") instanceof String name
                ? name
                : "world";
    }
}
