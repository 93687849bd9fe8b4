// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call as it came from Weft.
 *
 * @param bytes an HTTP request's body, or the trigger's data
 */
record Invocation(JsonObject head, byte[] bytes) {
    String id() {
        return head.get("invocationId").getAsString();
    }

    String function() {
        return head.get("functionName").getAsString();
    }

    String text(String name) {
        JsonElement value = head.get(name);
        return value == null || value.isJsonNull() ? "" : value.getAsString();
    }

    @Nullable
    JsonObject http() {
        return head.getAsJsonObject("http");
    }

    @Nullable
    JsonObject retryContext() {
        return head.getAsJsonObject("retryContext");
    }

    /** Metadata of that name, which Azure compares without case; null if there is none. */
    @Nullable
    JsonElement metadata(String name) {
        return head.getAsJsonObject("metadata").entrySet().stream()
                .filter(each -> each.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    String body() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A map of texts within the HTTP part. */
    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonObject http = http();
        if (http != null) {
            http.getAsJsonObject(name)
                    .entrySet()
                    .forEach(each -> texts.put(each.getKey(), each.getValue().getAsString()));
        }
        return texts;
    }
}
