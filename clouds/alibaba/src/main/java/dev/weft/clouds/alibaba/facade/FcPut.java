// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.resource.Cloud;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A function as CreateFunction and UpdateFunction describe it. What Weft does not do is refused by its name. Pure. Source: Alibaba's
 * SDK 4.6.4, {@code CreateFunctionInput}; what is meant where nothing is said (3 s, 512 MB, one call an instance) is from memory.
 */
final class FcPut {
    /** Bytes of a zip file that is sent with the request. */
    static final int ZIP_BYTES_MAX = 50 << 20;

    /** Before the names of annotations with what is only shown again. */
    static final String KEPT = "alibaba.weft.dev/";

    private static final String HOOKS = "instanceLifecycleConfig";

    /** Where custom runtimes listen unless they say otherwise. */
    private static final int PORT = 9000;

    private static final int TIMEOUT = 3;
    private static final int MEMORY = 512;

    /** Fields that mean nothing here and are shown again as they came. */
    private static final Set<String> SHOWN_AGAIN = Set.of("description", "role", "cpu", "diskSize", "internetAccess");

    private static final Set<String> DONE = Set.of(
            "functionName",
            "runtime",
            "handler",
            "code",
            "memorySize",
            "timeout",
            "environmentVariables",
            "instanceConcurrency",
            "customRuntimeConfig",
            "tags",
            "idleTimeout",
            HOOKS);

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(100 << 20)
                            .build())
                    .build())
            .build();

    private final JsonNode said;

    private FcPut(JsonNode said) {
        this.said = said;
    }

    /** What is wrong with it. */
    static final class Wrong extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final transient FcError error;

        Wrong(FcError error) {
            super(error.message());
            this.error = error;
        }

        FcError error() {
            return error;
        }
    }

    static FcPut of(byte[] body) throws Wrong {
        JsonNode said = json(body);
        Set<String> known = new HashSet<>(DONE);
        known.addAll(SHOWN_AGAIN);
        onlyThese(said, known);
        for (Map.Entry<String, JsonNode> each : said.path(HOOKS).properties()) {
            // a client that sets hooks names all that there are, without a handler where it wants none
            if (!each.getValue().path("handler").asString("").isEmpty()) {
                throw new Wrong(FcError.notDone(HOOKS + '.' + Said.value(each.getKey())
                        + " is not done by Weft's façade of Function Compute; leave its handler out"));
            }
        }
        return new FcPut(said);
    }

    /** The one JSON object that {@code body} must be. */
    static JsonNode json(byte[] body) throws Wrong {
        try {
            JsonNode said = JSON.readTree(body);
            if (said != null && said.isObject()) {
                return said;
            }
        } catch (JacksonException noJson) {
            throw wrong("the body must be one JSON object, and is no JSON");
        }
        throw wrong("the body must be one JSON object");
    }

    /** Refuses what asks for something that is none of {@code done}. */
    static void onlyThese(JsonNode said, Set<String> done) throws Wrong {
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            boolean nothing = each.getValue().isNull()
                    || (each.getValue().isEmpty() && each.getValue().isContainer());
            if (!done.contains(each.getKey()) && !nothing) {
                throw new Wrong(FcError.notDone(
                        Said.value(each.getKey()) + " is not done by Weft's façade of Function Compute; leave it out"));
            }
        }
    }

    /** The name that the client gives it; empty where it gives none. */
    String name() throws Wrong {
        String name = text(said, "functionName");
        return name == null ? "" : name;
    }

    /** What it is to become, from nothing. */
    Draft draft(String theirs) throws Wrong {
        String name = Names.weft(theirs);
        Map<String, String> annotations = theirs.equals(name) ? Map.of() : Map.of(Draft.NAME, theirs);
        Map<String, Object> spec =
                Map.of("contract", "alibaba-fc", "timeout", TIMEOUT + "s", "memory", MEMORY + "Mi", "concurrency", 1);
        return changed(new Draft(name, Map.of(), annotations, spec, Map.of(), Cloud.Type.ALIBABA));
    }

    /** The same with all that is said. */
    Draft changed(Draft before) throws Wrong {
        Map<String, Object> spec = new TreeMap<>(before.spec());
        put(spec, "runtime", text(said, "runtime"));
        put(spec, "handler", text(said, "handler"));
        Integer timeout = number("timeout", 1, 3600);
        put(spec, "timeout", timeout == null ? null : timeout + "s");
        Integer memory = number("memorySize", 128, 32_768);
        put(spec, "memory", memory == null ? null : memory + "Mi");
        put(spec, "concurrency", number("instanceConcurrency", 1, 200));
        Integer idle = number("idleTimeout", 1, 86_400);
        put(spec, "idleTimeout", idle == null ? null : idle + "s");
        if (said.path("customRuntimeConfig").isObject()) {
            spec.put("command", command(said.path("customRuntimeConfig")));
        }
        boolean own = String.valueOf(spec.get("runtime")).startsWith("custom");
        if (own) {
            spec.remove("handler"); // clients have to name one there, and it means nothing
        }
        Map<String, String> env = said.path("environmentVariables").isObject()
                ? strings(said.path("environmentVariables"), "environmentVariables")
                : before.env();
        Map<String, String> labels = said.path("tags").isArray() ? tags() : before.labels();
        Draft changed = new Draft(before.name(), labels, before.annotations(), spec, env, before.home());
        for (String each : SHOWN_AGAIN) {
            if (said.has(each)) {
                changed = changed.with(
                        KEPT + each,
                        said.path(each).isNull() ? null : said.path(each).toString());
            }
        }
        return changed;
    }

    private static void put(Map<String, Object> spec, String name, @Nullable Object value) {
        if (value != null) {
            spec.put(name, value);
        }
    }

    private static List<String> command(JsonNode config) throws Wrong {
        List<String> command = new ArrayList<>();
        for (String part : List.of("command", "args")) {
            for (JsonNode each : config.path(part)) {
                if (!each.isString()) {
                    throw wrong("customRuntimeConfig." + part + " must be a list of strings");
                }
                command.add(each.asString());
            }
        }
        int port = config.path("port").asInt(PORT);
        if (port != PORT) {
            throw wrong("customRuntimeConfig.port must be " + PORT + ": a server reads its port from FC_SERVER_PORT");
        }
        return command;
    }

    private Map<String, String> tags() throws Wrong {
        Map<String, String> tags = new TreeMap<>();
        for (JsonNode each : said.path("tags")) {
            // the SDK writes both spellings
            String key = each.path("key").asString(each.path("Key").asString(""));
            if (key.isEmpty()) {
                throw wrong("tags must be a list of keys and values");
            }
            tags.put(key, each.path("value").asString(each.path("Value").asString("")));
        }
        return tags;
    }

    /** The zip file of its code; null where none is sent. */
    byte @Nullable [] zip() throws Wrong {
        JsonNode code = said.path("code");
        if (code.isMissingNode() || code.isNull()) {
            return null;
        }
        String zip = text(code, "zipFile");
        if (zip == null) {
            throw wrong("code.zipFile is required, base64 of a zip file: code from OSS is not done by Weft's façade");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(zip);
        } catch (IllegalArgumentException notBase64) {
            throw wrong("code.zipFile must be base64");
        }
        if (bytes.length > ZIP_BYTES_MAX) {
            throw new Wrong(new FcError(
                    413,
                    "EntityTooLarge",
                    "the zip file has " + bytes.length + " bytes; at most " + ZIP_BYTES_MAX + " are taken"));
        }
        return bytes;
    }

    static @Nullable String text(JsonNode object, String name) throws Wrong {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw wrong(name + " must be a string, got " + Said.value(value.toString()));
        }
        return value.asString();
    }

    private @Nullable Integer number(String name, int least, int most) throws Wrong {
        JsonNode value = said.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
            throw wrong(name + " must be from " + least + " to " + most + ", got " + Said.value(value.toString()));
        }
        return value.asInt();
    }

    private static Map<String, String> strings(JsonNode object, String name) throws Wrong {
        Map<String, String> strings = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (!each.getValue().isString()) {
                throw wrong(name + '.' + Said.value(each.getKey()) + " must be a string");
            }
            strings.put(each.getKey(), each.getValue().asString());
        }
        return strings;
    }

    private static Wrong wrong(String message) {
        return new Wrong(FcError.invalid(message));
    }
}
