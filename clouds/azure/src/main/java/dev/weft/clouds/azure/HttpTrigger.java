// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An HTTP exchange as Azure's host sees it before it hands it to a function: fields, URL, query, route parameters. Pure. */
final class HttpTrigger {
    private HttpTrigger() {}

    /** The caller's fields, and those that Azure's front end and Weft add. */
    static Headers headers(Call.Exchange exchange, String function) {
        CallContext context = exchange.context();
        Headers.Builder headers = Headers.builder().addAll(exchange.headers());
        if (!exchange.headers().has("host")) {
            headers.add("host", context.caller().authority());
        }
        if (!exchange.headers().has("x-forwarded-for")) {
            headers.add("x-forwarded-for", context.caller().address());
        }
        headers.set("x-forwarded-proto", context.caller().scheme());
        headers.set("x-original-url", exchange.line().target());
        headers.set("disguised-host", context.caller().authority());
        headers.set("x-site-deployment-id", function);
        headers.set("traceparent", context.trace().traceparent());
        String state = context.trace().state();
        if (state != null) {
            headers.set("tracestate", state);
        }
        headers.set("weft-invocation-id", context.id());
        headers.set("weft-hops", Integer.toString(context.hops()));
        return headers.build();
    }

    /** The whole URL that the caller asked for. */
    static String url(Call.Exchange exchange) {
        CallContext.Caller caller = exchange.context().caller();
        return caller.scheme() + "://" + caller.authority() + exchange.line().target();
    }

    /** Query parameters; several values of one are joined by commas, as Azure does. */
    static Map<String, String> query(Call.Exchange exchange) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String query = exchange.line().query();
        for (String pair : (query == null ? "" : query).split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.merge(decoded(name), decoded(value), (before, after) -> before + "," + after);
            }
        }
        return parameters;
    }

    /** Fields by lower-case name, several values joined, as Azure hands them to its language workers. */
    static Map<String, String> joined(Headers headers) {
        Map<String, String> joined = new LinkedHashMap<>();
        headers.forEach((name, value) ->
                joined.merge(name.toLowerCase(Locale.ROOT), value, (before, after) -> before + "," + after));
        return joined;
    }

    /** Fields by name as written, each with its values, as a custom handler gets them. */
    static Map<String, List<String>> listed(Headers headers) {
        Map<String, List<String>> listed = new LinkedHashMap<>();
        Map<String, String> written = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            String first = written.computeIfAbsent(name.toLowerCase(Locale.ROOT), lower -> name);
            listed.computeIfAbsent(first, key -> new ArrayList<>()).add(value);
        });
        return listed;
    }

    /** What Azure knows of an HTTP call beside the call: values of its JSON body, query, route, and the two maps. */
    static ObjectNode metadata(Call.Exchange exchange, byte[] body, Map<String, String> params) {
        ObjectNode metadata = JsonMapper.shared().createObjectNode();
        String type = exchange.headers().first("content-type");
        if (body.length > 0 && type != null && type.toLowerCase(Locale.ROOT).contains("json")) {
            try {
                JsonNode json = JsonMapper.shared().readTree(body);
                json.properties().stream()
                        .filter(each -> each.getValue().isValueNode())
                        .forEach(each ->
                                metadata.put(each.getKey(), each.getValue().asString("")));
            } catch (JacksonException malformed) {
                // a caller may name any type; the body reaches the function as it is
                metadata.removeAll();
            }
        }
        query(exchange).forEach(metadata::put);
        params.forEach(metadata::put);
        ObjectNode query = metadata.putObject("Query");
        query(exchange).forEach(query::put);
        ObjectNode headers = metadata.putObject("Headers");
        joined(exchange.headers()).forEach(headers::put);
        return metadata;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }
}
