// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.oracle.account.OciImage;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What CreateFunction and UpdateFunction say a function is to be. What Weft does not do is refused by its name. Pure. Source: OCI's
 * SDK 3.77.2, {@code CreateFunctionDetails} and {@code UpdateFunctionDetails}.
 */
final class OciPut {
    /** Megabytes that a function of OCI's may have. */
    static final List<Integer> MEMORIES = List.of(128, 256, 512, 1024, 2048, 3072);

    /** Seconds that a call may take. */
    static final int TIMEOUT_MAX = 300;

    /** Bytes of names and values of a configuration. */
    static final int CONFIG_BYTES_MAX = 4096;

    /** Characters of a function's name. */
    static final int NAME_MAX = 255;

    private static final int TIMEOUT = 30;
    private static final String DIGEST = "sha256:[0-9a-f]{64}";
    private static final Set<String> DONE =
            Set.of("image", "imageDigest", "memoryInMBs", "timeoutInSeconds", "config", "freeformTags");

    /** What only CreateFunction says. */
    private static final Set<String> OF_NEW = Set.of("displayName", "applicationId");

    /** Fields that ask for nothing where they say this. */
    private static final Map<String, String> WITHOUT_EFFECT = Map.of(
            "provisionedConcurrencyConfig", "{\"strategy\":\"NONE\"}",
            "successDestination", "{\"kind\":\"NONE\"}",
            "failureDestination", "{\"kind\":\"NONE\"}",
            "traceConfig", "{\"isEnabled\":false}",
            "definedTags", "{}");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JsonNode said;

    private OciPut(JsonNode said) {
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

    /** Of a function that is there. */
    static OciPut update(byte[] body) throws OciRefusal.Wrong {
        return of(body, DONE);
    }

    /** Of a new one. */
    static OciPut create(byte[] body) throws OciRefusal.Wrong {
        Set<String> done = new HashSet<>(DONE);
        done.addAll(OF_NEW);
        OciPut create = of(body, done);
        for (String each : List.of("displayName", "applicationId", "image", "memoryInMBs")) {
            if (create.said.path(each).isMissingNode() || create.said.path(each).isNull()) {
                throw new OciRefusal.Wrong(OciRefusal.missing(each + " is required"));
            }
        }
        return create;
    }

    private static OciPut of(byte[] body, Set<String> done) throws OciRefusal.Wrong {
        JsonNode said = json(body);
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            String name = each.getKey();
            String nothing = WITHOUT_EFFECT.get(name);
            boolean asks =
                    !each.getValue().isNull() && !each.getValue().toString().equals(nothing);
            if (asks && !done.contains(name)) {
                String instead = nothing == null ? "; leave it out" : "; leave it out, or say " + nothing;
                throw new OciRefusal.Wrong(OciRefusal.notDone(
                        Said.value(name) + " is not done by Weft's façade of OCI Functions" + instead));
            }
        }
        return new OciPut(said).checked();
    }

    /** The same, whose numbers and texts are right in themselves. */
    private OciPut checked() throws OciRefusal.Wrong {
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
        String name = text("displayName");
        if (name != null && (name.isEmpty() || name.length() > NAME_MAX)) {
            throw wrong("displayName must have 1 to " + NAME_MAX + " characters, got " + name.length());
        }
        String image = text("image");
        if (image != null && (image.isEmpty() || image.contains("@"))) {
            throw wrong("image must be a registry's name for an image, its digest apart as imageDigest, got '"
                    + Said.value(image) + "'");
        }
        String digest = text("imageDigest");
        if (digest != null && !digest.matches(DIGEST)) {
            throw wrong("imageDigest must be sha256: and 64 hexadecimal digits, got '" + Said.value(digest) + "'");
        }
        if (digest != null && image == null) {
            throw wrong("imageDigest is of an image: say image too");
        }
        return this;
    }

    /** The application that a new one is to be in. */
    String application() throws OciRefusal.Wrong {
        return String.valueOf(text("applicationId"));
    }

    /** What a new one is to become. */
    Draft draft() throws OciRefusal.Wrong {
        String theirs = String.valueOf(text("displayName"));
        String name = Names.weft(theirs);
        Map<String, String> annotations = theirs.equals(name) ? Map.of() : Map.of(Draft.NAME, theirs);
        Map<String, Object> spec = Map.of("contract", "fn", "timeout", TIMEOUT + "s");
        return changed(new Draft(name, Map.of(), annotations, spec, Map.of(), Cloud.Type.OCI));
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
        String image = text("image");
        if (image != null) {
            String digest = text("imageDigest");
            changed = FnPut.running(changed, new OciImage(image, digest == null ? "" : digest).reference());
        }
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

    private @Nullable String text(String name) throws OciRefusal.Wrong {
        JsonNode value = said.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw wrong(name + " must be a string, got " + Said.value(value.toString()));
        }
        return value.asString();
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
