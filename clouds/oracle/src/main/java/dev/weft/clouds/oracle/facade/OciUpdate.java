// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Said;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What UpdateFunction says a function is to be. What Weft does not do is refused by its name. Pure. Source: OCI's SDK 3.77.2,
 * {@code UpdateFunctionDetails}.
 */
final class OciUpdate {
    /** Megabytes that a function of OCI's may have. */
    static final List<Integer> MEMORIES = List.of(128, 256, 512, 1024, 2048, 3072);

    /** Seconds that a call may take. */
    static final int TIMEOUT_MAX = 300;

    /** Bytes of names and values of a configuration. */
    static final int CONFIG_BYTES_MAX = 4096;

    private static final Set<String> DONE = Set.of("memoryInMBs", "timeoutInSeconds", "config", "freeformTags");

    /** Fields that ask for nothing where they say this. */
    private static final Map<String, String> WITHOUT_EFFECT = Map.of(
            "provisionedConcurrencyConfig", "{\"strategy\":\"NONE\"}",
            "successDestination", "{\"kind\":\"NONE\"}",
            "failureDestination", "{\"kind\":\"NONE\"}",
            "traceConfig", "{\"isEnabled\":false}",
            "definedTags", "{}");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JsonNode said;

    private OciUpdate(JsonNode said) {
        this.said = said;
    }

    /** The one JSON object that {@code body} must be. */
    static JsonNode json(byte[] body) throws OciRefusal.Wrong {
        try {
            JsonNode json = JSON.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JacksonException noJson) {
            throw new OciRefusal.Wrong(new OciRefusal(400, "CannotParseRequest", "the body is no JSON"));
        }
        throw new OciRefusal.Wrong(new OciRefusal(400, "CannotParseRequest", "the body must be one JSON object"));
    }

    static OciUpdate of(byte[] body) throws OciRefusal.Wrong {
        JsonNode said = json(body);
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            String name = each.getKey();
            String nothing = WITHOUT_EFFECT.get(name);
            boolean asks =
                    !each.getValue().isNull() && !each.getValue().toString().equals(nothing);
            if (asks && !DONE.contains(name)) {
                String instead = name.equals("image") || name.equals("imageDigest")
                        ? ": images can't be made into functions here; change the code through the façade that brought it"
                        : nothing == null ? "; leave it out" : "; leave it out, or say " + nothing;
                throw new OciRefusal.Wrong(OciRefusal.notDone(
                        Said.value(name) + " is not done by Weft's façade of OCI Functions" + instead));
            }
        }
        return new OciUpdate(said).checked();
    }

    /** The same, whose numbers and texts are right in themselves. */
    private OciUpdate checked() throws OciRefusal.Wrong {
        Integer memory = number("memoryInMBs");
        if (memory != null && !MEMORIES.contains(memory)) {
            throw wrong("memoryInMBs must be one of " + MEMORIES + ", got " + memory);
        }
        Integer timeout = number("timeoutInSeconds");
        if (timeout != null && (timeout < 1 || timeout > TIMEOUT_MAX)) {
            throw wrong("timeoutInSeconds must be from 1 to " + TIMEOUT_MAX + ", got " + timeout);
        }
        Map<String, String> config = strings("config");
        int bytes = config == null
                ? 0
                : config.entrySet().stream()
                        .mapToInt(each -> (each.getKey() + each.getValue()).getBytes(StandardCharsets.UTF_8).length)
                        .sum();
        if (bytes > CONFIG_BYTES_MAX) {
            throw wrong("config has " + bytes + " bytes; at most " + CONFIG_BYTES_MAX + " are taken");
        }
        Map<String, String> ignored = strings("freeformTags");
        return this;
    }

    /** The same function with all that is said. */
    Draft changed(Draft before) throws OciRefusal.Wrong {
        Integer memory = number("memoryInMBs");
        Integer timeout = number("timeoutInSeconds");
        Map<String, String> config = strings("config");
        Map<String, String> tags = strings("freeformTags");
        Draft changed = new Draft(
                before.name(),
                tags == null ? before.labels() : tags,
                before.annotations(),
                before.spec(),
                config == null ? before.env() : config,
                before.home());
        changed = memory == null ? changed : changed.withSpec("memory", memory + "Mi");
        return timeout == null ? changed : changed.withSpec("timeout", timeout + "s");
    }

    private @Nullable Integer number(String name) throws OciRefusal.Wrong {
        JsonNode value = said.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isInt()) {
            throw wrong(name + " must be a whole number, got " + Said.value(value.toString()));
        }
        return value.asInt();
    }

    private @Nullable Map<String, String> strings(String name) throws OciRefusal.Wrong {
        JsonNode object = said.path(name);
        if (object.isMissingNode() || object.isNull()) {
            return null;
        }
        if (!object.isObject()) {
            throw wrong(name + " must be an object of strings");
        }
        Map<String, String> strings = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (!each.getValue().isString()) {
                throw wrong(name + '.' + Said.value(each.getKey()) + " must be a string");
            }
            strings.put(each.getKey(), each.getValue().asString());
        }
        return strings;
    }

    private static OciRefusal.Wrong wrong(String message) {
        return new OciRefusal.Wrong(OciRefusal.invalid(message));
    }
}
