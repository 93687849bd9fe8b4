// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A function as a Fn server tells it. Its text holds no value of its configuration.
 *
 * @param annotations with the server's own
 * @param updated when it was changed last, as the server writes it
 */
record FnFunction(
        String id,
        String name,
        String image,
        long memory,
        long timeout,
        long idleTimeout,
        Map<String, String> config,
        Map<String, String> annotations,
        String updated) {
    private static final String INVOKE = "fnproject.io/fn/invokeEndpoint";

    FnFunction {
        config = Map.copyOf(config);
        annotations = Map.copyOf(annotations);
    }

    static FnFunction of(JsonNode json) {
        return new FnFunction(
                Json.text(json, "id"),
                Json.text(json, "name"),
                Json.text(json, "image"),
                json.path("memory").asLong(0),
                json.path("timeout").asLong(0),
                json.path("idle_timeout").asLong(0),
                Json.texts(json.path("config")),
                Json.texts(json.path("annotations")),
                Json.text(json, "updated_at"));
    }

    /** Where the server says that it is called; empty where it does not say it. */
    String invokeEndpoint() {
        return annotations.getOrDefault(INVOKE, "");
    }

    /** What it is compared by: the server has no tag for that, but a time. */
    String revision() {
        return id + ' ' + updated;
    }

    Map<String, String> settings() {
        Map<String, String> settings = Words.of(name, memory, timeout, config, Tags.ANNOTATIONS.users(annotations));
        settings.put("idleTimeout", Long.toString(idleTimeout));
        return settings;
    }

    @Override
    public String toString() {
        return "FnFunction[" + name + ", config redacted]";
    }
}
