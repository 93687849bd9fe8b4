// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a custom handler's answer means. Azure reads its field names without case. Pure. */
final class CustomAnswer {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";

    private CustomAnswer() {}

    /** The field of that name, whatever its case; null if there is none. */
    static @Nullable JsonNode field(JsonNode object, String name) {
        JsonNode exact = object.get(name);
        if (exact != null) {
            return exact;
        }
        return object.properties().stream()
                .filter(each -> each.getKey().equalsIgnoreCase(name))
                .map(each -> each.getValue())
                .findFirst()
                .orElse(null);
    }

    /** An event's outcome: what the function returned. */
    static Outcome.Result result(@Nullable JsonNode returned, List<Undelivered> undelivered) {
        return new Outcome.Result(type(returned), Undelivered.attributes(undelivered), Body.of(bytes(returned)));
    }

    /** An HTTP caller's answer: the http output of that name, or the return value. */
    static Outcome response(AzureFunction function, @Nullable JsonNode outputs, @Nullable JsonNode returned) {
        Binding http = function.bindings().stream()
                .filter(each -> each.out() && each.is("http"))
                .findFirst()
                .orElse(null);
        if (http == null) {
            return new Outcome.Response(204, Headers.none(), Body.empty());
        }
        boolean byReturn = http.name().equals(Binding.RETURN);
        JsonNode said = byReturn ? returned : outputs == null ? null : field(outputs, http.name());
        if (said == null || said.isNull()) {
            return new Outcome.Response(byReturn ? 204 : 200, Headers.none(), Body.empty());
        }
        if (said.isString()) {
            JsonNode parsed = EventData.parsed(said.asString("").getBytes(StandardCharsets.UTF_8));
            said = parsed != null && parsed.isObject() ? parsed : said;
        }
        boolean shaped = said.isObject()
                && (field(said, "body") != null || field(said, "statusCode") != null || field(said, "status") != null);
        return shaped ? shaped(said) : plain(200, Headers.builder(), said);
    }

    private static Outcome shaped(JsonNode said) {
        JsonNode code = field(said, "statusCode");
        JsonNode status = code == null || code.isNull() ? field(said, "status") : code;
        int number = status == null || status.isNull() ? 200 : status.asInt(0);
        if (number < 200 || number > 599) {
            return AzureFailure.of(
                    Outcome.Failure.Reason.MALFORMED,
                    "HttpOutputDeserializationException",
                    "statusCode: %s: a number from 200 to 599".formatted(status),
                    "");
        }
        Headers.Builder headers = Headers.builder();
        JsonNode fields = field(said, "headers");
        if (fields != null) {
            fields.properties().forEach(each -> {
                if (each.getValue().isArray()) {
                    each.getValue().forEach(value -> headers.add(each.getKey(), value.asString("")));
                } else if (!each.getValue().isNull()) {
                    headers.add(each.getKey(), each.getValue().asString(""));
                }
            });
        }
        return plain(number, headers, field(said, "body"));
    }

    private static Outcome plain(int status, Headers.Builder headers, @Nullable JsonNode body) {
        String type = type(body);
        if (type != null && !headers.build().has("content-type")) {
            headers.add("content-type", type);
        }
        return new Outcome.Response(status, headers.build(), Body.of(bytes(body)));
    }

    private static @Nullable String type(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        return value.isString() ? TEXT : JSON;
    }

    private static byte[] bytes(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return new byte[0];
        }
        return (value.isString() ? value.asString("") : value.toString()).getBytes(StandardCharsets.UTF_8);
    }
}
