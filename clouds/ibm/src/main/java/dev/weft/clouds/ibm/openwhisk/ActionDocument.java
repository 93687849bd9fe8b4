// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An action's document, both ways. Environment variables are parameters marked {@code init}, which OpenWhisk hands to a
 * container's start only; tags are annotations. Source: OpenWhisk's entities. Pure.
 */
final class ActionDocument {
    /** Annotation: the digest of the code that Weft put there. */
    static final String DIGEST = "weft.dev/digest";

    /** Annotation: the version of the action that Weft wrote; another one there means that somebody else wrote since. */
    static final String VERSION = "weft.dev/version";

    static final String WEB = "web-export";
    static final String WEB_AUTH = "require-whisk-auth";

    /** Annotations that are OpenWhisk's own words: none is a tag. */
    static final Set<String> RESERVED = Set.of(
            "exec",
            WEB,
            WEB_AUTH,
            "raw-http",
            "final",
            "web-custom-options",
            "provide-api-key",
            "description",
            "parameters",
            "sampleInput",
            "sampleOutput",
            "conductor",
            "feed");

    private static final JsonMapper JSON = JsonMapper.shared();

    private ActionDocument() {}

    /** What {@code wanted} comes to in OpenWhisk's words. */
    static Map<String, String> settings(Wanted wanted, Packing packing, boolean web) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> settings = new TreeMap<>();
        settings.put("runtime", packing.runtime());
        settings.put("handler", packing.handler());
        settings.put("memory", Long.toString(spec.memory().mebibytes()));
        settings.put("timeout", Long.toString(spec.timeout().toMillis()));
        settings.put("web", Boolean.toString(web));
        env(wanted, packing)
                .forEach((name, value) -> settings.put("env." + name, Ownership.sealed(wanted.name(), name, value)));
        wanted.function().metadata().labels().forEach((name, value) -> settings.put("tag." + name, value));
        return settings;
    }

    /** The function's own variables, and its adapter's. */
    static Map<String, String> env(Wanted wanted, Packing packing) {
        Map<String, String> env = new TreeMap<>(packing.env());
        env.putAll(wanted.env());
        return env;
    }

    /** What is there, in the same words. */
    static Map<String, String> settings(JsonNode action) {
        String name = action.path("name").asString("");
        Map<String, String> settings = new TreeMap<>();
        settings.put("runtime", action.path("exec").path("kind").asString(""));
        settings.put("handler", action.path("exec").path("main").asString("main"));
        settings.put("memory", action.path("limits").path("memory").asString(""));
        settings.put("timeout", action.path("limits").path("timeout").asString(""));
        settings.put("web", "false");
        annotations(action).forEach((key, value) -> {
            if (key.equals(WEB)) {
                settings.put("web", value.asString(""));
            } else if (!RESERVED.contains(key) && !key.startsWith("weft.dev/")) {
                settings.put("tag." + key, text(value));
            }
        });
        for (JsonNode parameter : action.path("parameters")) {
            String key = parameter.path("key").asString("");
            boolean env = parameter.path("init").asBoolean(false);
            settings.put(
                    (env ? "env." : "parameter.") + key, Ownership.sealed(name, key, text(parameter.path("value"))));
        }
        return settings;
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.asString() : value.toString();
    }

    /** The variables' values. */
    static Map<String, String> variables(JsonNode action) {
        Map<String, String> env = new TreeMap<>();
        for (JsonNode parameter : action.path("parameters")) {
            if (parameter.path("init").asBoolean(false)) {
                env.put(parameter.path("key").asString(""), text(parameter.path("value")));
            }
        }
        return env;
    }

    /** By name. */
    static Map<String, JsonNode> annotations(JsonNode action) {
        Map<String, JsonNode> annotations = new LinkedHashMap<>();
        for (JsonNode annotation : action.path("annotations")) {
            annotations.put(annotation.path("key").asString(""), annotation.path("value"));
        }
        return annotations;
    }

    static @Nullable Ownership owner(JsonNode action) {
        Map<String, JsonNode> all = annotations(action);
        String application = tag(all, Ownership.APPLICATION);
        String function = tag(all, Ownership.FUNCTION);
        return application == null || function == null
                ? null
                : new Ownership(
                        application,
                        function,
                        orEmpty(tag(all, Ownership.CODE)),
                        orEmpty(tag(all, Ownership.SETTINGS)));
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    static @Nullable String tag(Map<String, JsonNode> annotations, String name) {
        JsonNode value = annotations.get(name);
        return value == null || !value.isString() ? null : value.asString();
    }

    /** The version that the next change makes. */
    static String next(String version) {
        int dot = version.lastIndexOf('.');
        try {
            return version.substring(0, dot + 1) + (Integer.parseInt(version.substring(dot + 1)) + 1);
        } catch (NumberFormatException unusual) {
            return "";
        }
    }

    /** The body that makes {@code wanted} of what is there; OpenWhisk keeps what it does not name. */
    static ObjectNode change(Wanted wanted, Packing packing, boolean web, @Nullable JsonNode before) {
        ObjectNode body = JSON.createObjectNode();
        Function.Spec spec = wanted.function().spec();
        ArrayNode parameters = body.putArray("parameters");
        env(wanted, packing).forEach((name, value) -> parameters
                .addObject()
                .put("key", name)
                .put("value", value)
                .put("init", true));
        ObjectNode limits = body.putObject("limits");
        limits.put("timeout", spec.timeout().toMillis());
        limits.put("memory", spec.memory().mebibytes());
        Map<String, JsonNode> annotations = new LinkedHashMap<>();
        if (before != null) {
            annotations(before).forEach((key, value) -> {
                if (RESERVED.contains(key) && !key.equals("exec")) {
                    annotations.put(key, value);
                }
            });
        }
        annotations.put(WEB, JSON.valueToTree(web));
        if (web) {
            annotations.putIfAbsent(WEB_AUTH, JSON.valueToTree(true));
        }
        wanted.function().metadata().labels().forEach((key, value) -> annotations.put(key, JSON.valueToTree(value)));
        put(body, annotations);
        return body;
    }

    /** Adds Weft's own annotations to those of {@code body}, and the version that they are written with. */
    static void own(ObjectNode body, Ownership owner, String digest, String version) {
        Map<String, JsonNode> annotations = annotations(body);
        owner.tags().forEach((key, value) -> annotations.put(key, JSON.valueToTree(value)));
        annotations.put(DIGEST, JSON.valueToTree(digest));
        if (version.isEmpty()) {
            annotations.remove(VERSION);
        } else {
            annotations.put(VERSION, JSON.valueToTree(version));
            body.put("version", version);
        }
        put(body, annotations);
    }

    /** With all of {@code annotations} and no other. */
    static void put(ObjectNode body, Map<String, JsonNode> annotations) {
        ArrayNode list = body.putArray("annotations");
        annotations.forEach((key, value) -> {
            ObjectNode annotation = list.addObject();
            annotation.put("key", key);
            annotation.set("value", value);
        });
    }
}
