// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.resource.Cloud;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What CreateFn and UpdateFn say a function is to be. Bounds are those of the Fn server's models; what Weft does not do is refused by
 * its name. Pure. Source: {@code swagger_v2.yml} of Fn server 0.3.753 and its {@code models/fn.go}.
 */
final class FnPut {
    /** Megabytes of memory. */
    static final int MEMORY_MAX = 8192;

    /** Seconds that a call may take. */
    static final int TIMEOUT_MAX = 300;

    /** Seconds after which an idle instance goes. */
    static final int IDLE_TIMEOUT_MAX = 3600;

    /** Characters of a name. */
    static final int NAME_MAX = 255;

    /** Annotations of a function. */
    static final int ANNOTATIONS_MAX = 100;

    /** Bytes of an annotation's value. */
    static final int ANNOTATION_BYTES_MAX = 512;

    /** Bytes of an annotation's name. */
    static final int ANNOTATION_NAME_BYTES_MAX = 128;

    /** Bytes of names and values of its configuration. */
    static final int CONFIG_BYTES_MAX = 64 * 1024;

    private static final int MEMORY = 128;
    private static final int TIMEOUT = 30;
    private static final int IDLE_TIMEOUT = 30;
    private static final String SERVERS = "fnproject.io/";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.~-]+");
    private static final Set<String> DONE =
            Set.of("app_id", "id", "name", "image", "memory", "timeout", "idle_timeout", "config", "annotations");

    /** Fields that the server writes: a client that changes what it got sends them back. */
    private static final Set<String> SERVERS_OWN = Set.of("created_at", "updated_at");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JsonNode said;

    private FnPut(JsonNode said) {
        this.said = said;
    }

    /** The one JSON object that {@code body} must be. */
    static JsonNode json(byte[] body) throws FnRefusal.Wrong {
        try {
            JsonNode said = JSON.readTree(body);
            if (said != null && said.isObject()) {
                return said;
            }
        } catch (JacksonException noJson) {
            throw wrong("Invalid JSON: the body must be one JSON object");
        }
        throw wrong("Invalid JSON: the body must be one JSON object");
    }

    static FnPut of(byte[] body) throws FnRefusal.Wrong {
        JsonNode said = json(body);
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            boolean known = DONE.contains(each.getKey()) || SERVERS_OWN.contains(each.getKey());
            if (!known && !each.getValue().isNull()) {
                throw new FnRefusal.Wrong(new FnRefusal(
                        501,
                        Said.value(each.getKey()) + " is not done by Weft's façade of Fn; leave it out: it knows "
                                + String.join(", ", new TreeSet<>(DONE))));
            }
        }
        return new FnPut(said);
    }

    /** The application that it is to be in; empty where it says none. */
    String app() throws FnRefusal.Wrong {
        return text("app_id");
    }

    /** The name that the client gives it; empty where it gives none. */
    String name() throws FnRefusal.Wrong {
        String name = text("name");
        if (name.length() > NAME_MAX) {
            throw wrong("Fn name must be " + NAME_MAX + " characters or less");
        }
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            throw wrong("Invalid Fn name '" + Said.value(name) + "': letters, digits, '_', '.', '~' and '-' are taken");
        }
        return name;
    }

    /** What it is to become, from nothing. */
    Draft draft() throws FnRefusal.Wrong {
        String theirs = name();
        if (theirs.isEmpty()) {
            throw wrong("Missing Fn name: name is required");
        }
        if (text("image").isEmpty()) {
            throw wrong("Missing image on Fn: image is required, the name of a container image in a registry");
        }
        String name = Names.weft(theirs);
        Map<String, String> annotations = theirs.equals(name) ? Map.of() : Map.of(Draft.NAME, theirs);
        Map<String, Object> spec = Map.of(
                "contract", "fn", "memory", MEMORY + "Mi", "timeout", TIMEOUT + "s", "idleTimeout", IDLE_TIMEOUT + "s");
        return changed(new Draft(name, Map.of(), annotations, spec, Map.of(), Cloud.Type.FN));
    }

    /** The same with all that is said. Of config and annotations what is not named stays, and what is named empty goes. */
    Draft changed(Draft before) throws FnRefusal.Wrong {
        Map<String, String> config = merged(before.env(), strings("config"));
        if (bytes(config) > CONFIG_BYTES_MAX) {
            throw wrong("config has " + bytes(config) + " bytes; at most " + CONFIG_BYTES_MAX + " are taken");
        }
        Map<String, String> said = new HashMap<>(strings("annotations"));
        said.keySet().removeIf(each -> each.startsWith(SERVERS)); // a client sends back what the server wrote
        Map<String, String> labels = merged(before.labels(), said);
        annotated(labels);
        Draft changed = new Draft(before.name(), labels, before.annotations(), before.spec(), config, before.home());
        String image = text("image");
        changed = image.isEmpty() ? changed : running(changed, image);
        Integer memory = number("memory", MEMORY_MAX);
        changed = memory == null ? changed : changed.withSpec("memory", memory + "Mi");
        Integer timeout = number("timeout", TIMEOUT_MAX);
        changed = timeout == null ? changed : changed.withSpec("timeout", timeout + "s");
        Integer idle = number("idle_timeout", IDLE_TIMEOUT_MAX);
        return idle == null ? changed : changed.withSpec("idleTimeout", idle + "s");
    }

    /** The same that runs {@code image}, as Fn does whatever ran before. */
    static Draft running(Draft draft, String image) {
        return draft.image() != null
                ? draft.withImage(image)
                : draft.withImage(image)
                        .withSpec("contract", "fn")
                        .withSpec("runtime", null)
                        .withSpec("handler", null)
                        .withSpec("command", null);
    }

    private static void annotated(Map<String, String> labels) throws FnRefusal.Wrong {
        if (labels.size() > ANNOTATIONS_MAX) {
            throw wrong("there would be " + labels.size() + " annotations; at most " + ANNOTATIONS_MAX + " are taken");
        }
        for (Map.Entry<String, String> each : labels.entrySet()) {
            if (each.getKey().getBytes(StandardCharsets.UTF_8).length > ANNOTATION_NAME_BYTES_MAX
                    || each.getValue().getBytes(StandardCharsets.UTF_8).length > ANNOTATION_BYTES_MAX) {
                throw wrong("annotation " + Said.value(each.getKey()) + " is too long: a name has at most "
                        + ANNOTATION_NAME_BYTES_MAX + " bytes, a value " + ANNOTATION_BYTES_MAX);
            }
        }
    }

    private static Map<String, String> merged(Map<String, String> before, Map<String, String> said) {
        Map<String, String> merged = new TreeMap<>(before);
        merged.putAll(said);
        merged.values().removeIf(String::isEmpty);
        return merged;
    }

    private static int bytes(Map<String, String> all) {
        return all.entrySet().stream()
                .mapToInt(each -> (each.getKey() + each.getValue()).getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    /** A number, where 0 is none, as the server has it. */
    private @Nullable Integer number(String field, int most) throws FnRefusal.Wrong {
        JsonNode value = said.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0 || value.asInt() > most) {
            throw wrong("Invalid " + field + ": it must be a whole number from 1 to " + most + ", got "
                    + Said.value(value.toString()));
        }
        return value.asInt() == 0 ? null : value.asInt();
    }

    private String text(String field) throws FnRefusal.Wrong {
        JsonNode value = said.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString()) {
            throw wrong("Invalid " + field + ": it must be a string, got " + Said.value(value.toString()));
        }
        return value.asString();
    }

    private Map<String, String> strings(String field) throws FnRefusal.Wrong {
        JsonNode object = said.path(field);
        if (object.isMissingNode() || object.isNull()) {
            return Map.of();
        }
        if (!object.isObject()) {
            throw wrong("Invalid " + field + ": it must be an object of strings");
        }
        Map<String, String> strings = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            boolean servers = each.getKey().startsWith(SERVERS);
            if (!each.getValue().isString() && !servers) {
                throw wrong("Invalid " + field + ": " + Said.value(each.getKey()) + " must be a string");
            }
            strings.put(each.getKey(), each.getValue().asString(""));
        }
        return strings;
    }

    private static FnRefusal.Wrong wrong(String message) {
        return new FnRefusal.Wrong(new FnRefusal(400, message));
    }
}
