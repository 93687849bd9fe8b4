// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The function as an OpenWhisk action: a web action's call is an exchange, any other an event of its parameters. */
public final class OpenWhiskFront {
    private static final String METHOD = "__ow_method";
    private static final String BODY = "__ow_body";
    private static final String QUERY = "__ow_query";
    private static final String TYPE = "content-type";
    private static final Code CODE = open();

    private OpenWhiskFront() {}

    private static Code open() {
        try {
            return Front.open(Settings.read());
        } catch (Failure failure) {
            throw new IllegalStateException(failure.type() + ": " + failure.getMessage(), failure);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", stopped);
        }
    }

    /** What the platform calls. */
    public static JsonObject main(JsonObject parameters) throws InterruptedException {
        String id = System.getenv("__OW_ACTIVATION_ID");
        String deadline = System.getenv("__OW_DEADLINE");
        Code.About about = new Code.About(
                id == null || id.isEmpty() ? UUID.randomUUID().toString() : id,
                null,
                deadline != null && deadline.matches("[0-9]{1,18}") ? Long.parseLong(deadline) : 0);
        boolean web = word(parameters, METHOD) != null;
        try {
            if (web) {
                return answer(CODE.exchange(exchange(parameters, about)));
            }
            byte[] body = parameters.toString().getBytes(StandardCharsets.UTF_8);
            return result(CODE.event(new Code.Event(about, "application/json", Fields.of(), body)));
        } catch (Failure failure) {
            return error(failure, web);
        }
    }

    private static Code.Exchange exchange(JsonObject parameters, Code.About about) {
        List<Fields.Field> all = new ArrayList<>();
        if (parameters.get("__ow_headers") instanceof JsonObject headers) {
            headers.entrySet().forEach(each -> all.add(new Fields.Field(each.getKey(), text(each.getValue()))));
        }
        Fields fields = new Fields(all);
        String media = WebAction.media(fields.first(TYPE));
        JsonObject own = new JsonObject();
        parameters.entrySet().stream()
                .filter(each -> !WebAction.RESERVED.contains(each.getKey()))
                .forEach(each -> own.add(each.getKey(), each.getValue()));
        // without a body of named fields, all parameters came in the query
        boolean named = WebAction.json(media) || media.equals(WebAction.FORM);
        String raw = word(parameters, QUERY);
        String query = raw != null ? raw : named ? "" : form(own);
        String path = word(parameters, "__ow_path");
        String forwarded = fields.first("x-forwarded-for");
        return new Code.Exchange(
                new Code.About(about.id(), fields.first("traceparent"), about.deadlineMillis()),
                String.valueOf(word(parameters, METHOD)).toUpperCase(Locale.ROOT),
                path == null || path.isEmpty() ? "/" : path,
                query.isEmpty() ? null : query,
                fields,
                body(parameters, own, media),
                fields.first("host"),
                forwarded == null ? "" : forwarded.split(",", 2)[0].strip());
    }

    /** The body as near to what was sent as the platform lets it be: JSON and forms come as parameters. */
    private static byte[] body(JsonObject parameters, JsonObject own, String media) {
        JsonElement raw = parameters.get(BODY);
        if (raw == null) {
            String text = media.equals(WebAction.FORM) ? form(own) : WebAction.json(media) ? own.toString() : "";
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (WebAction.json(media)) {
            boolean whole = raw.isJsonPrimitive() && parameters.has(QUERY); // a raw web action's
            return whole
                    ? Base64.getDecoder().decode(raw.getAsString())
                    : raw.toString().getBytes(StandardCharsets.UTF_8);
        }
        return WebAction.text(media)
                ? text(raw).getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(text(raw));
    }

    private static String form(JsonObject fields) {
        return fields.entrySet().stream()
                .map(each -> encoded(each.getKey()) + '=' + encoded(text(each.getValue())))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String text(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    private static @Nullable String word(JsonObject object, String name) {
        return object.get(name) instanceof JsonPrimitive said && said.isString() ? said.getAsString() : null;
    }

    private static JsonObject answer(Code.Answer answer) {
        JsonObject fields = new JsonObject();
        for (Fields.Field each : answer.fields()) {
            JsonElement before = fields.get(each.key());
            if (before == null) {
                fields.addProperty(each.key(), each.value());
            } else if (before instanceof JsonArray several) {
                several.add(each.value());
            } else {
                JsonArray several = new JsonArray();
                several.add(before);
                several.add(each.value());
                fields.add(each.key(), several);
            }
        }
        JsonObject said = new JsonObject();
        said.addProperty("statusCode", answer.status());
        said.add("headers", fields);
        byte[] body = answer.body();
        if (body.length == 0) {
            return said;
        }
        if (!fields.has(TYPE)) {
            fields.addProperty(TYPE, "application/octet-stream"); // the platform would take it for HTML
        }
        String media = WebAction.media(answer.fields().first(TYPE));
        JsonElement json = WebAction.json(media) ? parsed(body) : null;
        if (json != null && !json.isJsonPrimitive() && !json.isJsonNull()) {
            said.add("body", json);
        } else {
            said.addProperty(
                    "body",
                    WebAction.text(media)
                            ? new String(body, StandardCharsets.UTF_8)
                            : Base64.getEncoder().encodeToString(body));
        }
        return said;
    }

    /** An action's result is an object; any other value stands under {@code result}. */
    private static JsonObject result(Code.Result result) {
        byte[] body = result.body();
        if (body.length == 0) {
            return new JsonObject();
        }
        JsonElement json = parsed(body);
        if (json instanceof JsonObject object) {
            return object;
        }
        JsonObject said = new JsonObject();
        if (json != null) {
            said.add("result", json);
            return said;
        }
        String media = WebAction.media(result.contentType());
        said.addProperty("contentType", result.contentType());
        said.addProperty(
                "result",
                WebAction.text(media)
                        ? new String(body, StandardCharsets.UTF_8)
                        : Base64.getEncoder().encodeToString(body));
        return said;
    }

    /** Null for what is not JSON. Gson alone takes much for JSON that is not. */
    private static @Nullable JsonElement parsed(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            Object ignored = Json.read(text);
            return JsonParser.parseString(text);
        } catch (IllegalArgumentException | JsonParseException notJson) {
            return null;
        }
    }

    private static JsonObject error(Failure failure, boolean web) {
        JsonElement words = parsed(failure.payload());
        if (words == null || words.isJsonNull()) {
            words = JsonParser.parseString(Json.text(Map.of(
                    "errorType",
                    failure.type(),
                    "errorMessage",
                    failure.getMessage() + ": " + new String(failure.payload(), StandardCharsets.UTF_8))));
        }
        JsonObject said = new JsonObject();
        if (!web) {
            said.add("error", words);
            return said;
        }
        JsonObject fields = new JsonObject();
        fields.addProperty(TYPE, "application/json");
        JsonObject http = new JsonObject();
        http.addProperty("statusCode", 500);
        http.add("headers", fields);
        http.add("body", words);
        said.add("error", http);
        return said;
    }
}
