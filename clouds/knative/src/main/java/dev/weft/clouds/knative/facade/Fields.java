// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.Said;
import dev.weft.clouds.knative.facade.KubeStatus.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads fields of a document and collects what is wrong with them, each by its path. For one document. */
final class Fields {
    /** Mistakes that are told. */
    static final int CAUSES_MAX = 20;

    /** Labels, annotations. */
    static final int STRINGS_MAX = 1000;

    /** To a client of the façade. */
    static final String NOT_DONE = "is not done by Weft's façade of Knative; leave it out";

    /** To the reader of a user's document. */
    static final String NO_WORD = "a Function has no word for it; leave it out";

    private final List<Cause> causes = new ArrayList<>();
    private final String notDone;

    /** @param notDone what is said of a field that asks for what is not done */
    Fields(String notDone) {
        this.notDone = notDone;
    }

    List<Cause> causes() {
        return causes;
    }

    void wrong(Cause cause) {
        if (causes.size() < CAUSES_MAX) {
            causes.add(cause);
        }
    }

    void value(String path, JsonNode value, String why) {
        wrong(Cause.value(path, value.isString() ? value.asString() : value.toString(), why));
    }

    void notDone(String path) {
        wrong(Cause.forbidden(path, notDone));
    }

    /** Whether it says nothing. */
    static boolean empty(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isContainer() && value.isEmpty())
                || (value.isString() && value.asString().isEmpty())
                || (value.isBoolean() && !value.asBoolean());
    }

    /** Every field of {@code object} but {@code done} is refused that says something. */
    void only(JsonNode object, String path, Set<String> done) {
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (!done.contains(each.getKey()) && !empty(each.getValue())) {
                notDone(path + '.' + Said.value(each.getKey()));
            }
        }
    }

    /** An object; one without fields where it is not there, or no object. */
    JsonNode object(JsonNode parent, String path, String name) {
        JsonNode value = parent.path(name);
        if (!value.isObject() && !empty(value)) {
            value(path + '.' + name, value, "must be an object");
        }
        return value.isObject() ? value : parent.path("\u0000");
    }

    /** Elements of a list; none where it is not there, or no list. */
    List<JsonNode> list(JsonNode parent, String path, String name) {
        JsonNode value = parent.path(name);
        if (!value.isArray() && !empty(value)) {
            value(path + '.' + name, value, "must be a list");
        }
        return value.isArray() ? value.valueStream().toList() : List.of();
    }

    /** Empty where it is not there. */
    String text(JsonNode parent, String path, String name) {
        JsonNode value = parent.path(name);
        if (!value.isString() && !empty(value)) {
            value(path + '.' + name, value, "must be a string");
        }
        return value.isString() ? value.asString() : "";
    }

    /** Null where it is not there, or wrong. */
    @Nullable
    Integer number(JsonNode parent, String path, String name, int most) {
        JsonNode value = parent.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        boolean right = value.isIntegralNumber() && value.canConvertToInt();
        if (!right || value.asInt() < 0 || value.asInt() > most) {
            value(path + '.' + name, value, "must be a number from 0 to " + most);
            return null;
        }
        return value.asInt();
    }

    List<String> words(JsonNode parent, String path, String name) {
        List<String> words = new ArrayList<>();
        for (JsonNode each : list(parent, path, name)) {
            if (!each.isString()) {
                value(path + '.' + name, each, "must be a list of strings");
            }
            words.add(each.asString(""));
        }
        return words;
    }

    Map<String, String> strings(JsonNode parent, String path, String name) {
        Map<String, String> strings = new TreeMap<>();
        JsonNode object = object(parent, path, name);
        if (object.size() > STRINGS_MAX) {
            wrong(Cause.forbidden(path + '.' + name, "at most " + STRINGS_MAX + " are allowed"));
            return strings;
        }
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (!each.getValue().isString()) {
                value(path + '.' + name + '[' + Said.value(each.getKey()) + ']', each.getValue(), "must be a string");
            }
            strings.put(each.getKey(), each.getValue().asString(""));
        }
        return strings;
    }
}
