// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.Said;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A change of a document: JSON Merge Patch (RFC 7386) or JSON Patch (RFC 6902). For one use. */
final class Patch {
    /** Operations of one JSON Patch. */
    static final int OPERATIONS_MAX = 1000;

    private static final String MERGE = "application/merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Characters of all that one JSON Patch copies. */
    static final int COPIED_MAX = 1 << 20;

    private final boolean merge;
    private final JsonNode said;
    private int copied;

    private Patch(boolean merge, JsonNode said) {
        this.merge = merge;
        this.said = said;
    }

    /** One that a client sends as {@code contentType}. */
    static Patch read(String contentType, byte[] body) throws Wrong {
        String type = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (type.startsWith("application/apply-patch")) {
            throw new Wrong(
                    KubeStatus.mediaType("server-side apply is not done by Weft's façade of Knative: who manages which"
                            + " field is not kept; kubectl apply without --server-side works"));
        }
        if (!type.equals(MERGE) && !type.equals(JSON_PATCH)) {
            throw new Wrong(KubeStatus.mediaType(
                    "the body of the request was in an unknown format - accepted media types include: " + JSON_PATCH
                            + ", " + MERGE));
        }
        try {
            JsonNode said = JSON.readTree(body);
            boolean merge = type.equals(MERGE);
            if (merge ? said.isObject() : said.isArray() && said.size() <= OPERATIONS_MAX) {
                return new Patch(merge, said);
            }
        } catch (JacksonException notJson) {
            // told below
        }
        throw Wrong.request("error decoding patch: it must be one JSON object (merge patch), or a list of at most "
                + OPERATIONS_MAX + " operations (JSON patch)");
    }

    /** {@code document} changed; it stays as it is itself. */
    ObjectNode apply(ObjectNode document) throws Wrong {
        if (merge) {
            ObjectNode changed = document.deepCopy();
            merge(changed, (ObjectNode) said);
            return changed;
        }
        JsonNode changed = document.deepCopy();
        for (JsonNode each : said) {
            changed = operation(changed, each);
        }
        if (changed instanceof ObjectNode object) {
            return object;
        }
        throw Wrong.request("the patch leaves no object");
    }

    private static void merge(ObjectNode into, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> each : patch.properties()) {
            JsonNode value = each.getValue();
            if (value.isNull()) {
                into.remove(each.getKey());
            } else if (value instanceof ObjectNode inner) {
                ObjectNode there =
                        into.path(each.getKey()) instanceof ObjectNode object ? object : into.putObject(each.getKey());
                merge(there, inner);
            } else {
                into.set(each.getKey(), value.deepCopy());
            }
        }
    }

    private JsonNode operation(JsonNode document, JsonNode operation) throws Wrong {
        JsonPointer path = pointer(operation, "path");
        JsonNode value = operation.path("value");
        return switch (operation.path("op").asString("")) {
            case "add" -> add(document, path, value.deepCopy());
            case "remove" -> remove(document, path);
            case "replace" -> {
                JsonNode ignored = there(document, path);
                yield path.matches() ? value.deepCopy() : set(document, path, value.deepCopy());
            }
            case "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonNode moved = there(document, from);
                yield add(remove(document, from), path, moved);
            }
            case "copy" -> add(document, path, copy(there(document, pointer(operation, "from"))));
            case "test" -> {
                if (!there(document, path).equals(value)) {
                    throw new Wrong(KubeStatus.invalid(
                            "",
                            "the server rejected our request: testing value " + Said.value(path.toString())
                                    + " failed"));
                }
                yield document;
            }
            default -> throw Wrong.request("a patch's op must be add, remove, replace, move, copy or test");
        };
    }

    /** Copies of copies would double what is there each time. */
    private JsonNode copy(JsonNode from) throws Wrong {
        copied += from.toString().length();
        if (copied > COPIED_MAX) {
            throw Wrong.request("a patch may copy at most " + COPIED_MAX + " bytes");
        }
        return from.deepCopy();
    }

    private static JsonPointer pointer(JsonNode operation, String name) throws Wrong {
        try {
            return JsonPointer.compile(operation.path(name).asString(""));
        } catch (IllegalArgumentException noPointer) {
            throw Wrong.request("a patch's " + name + " must be a JSON pointer");
        }
    }

    private static JsonNode there(JsonNode document, JsonPointer path) throws Wrong {
        JsonNode there = document.at(path);
        if (there.isMissingNode()) {
            throw missing(path);
        }
        return there;
    }

    private static Wrong missing(JsonPointer path) {
        return new Wrong(KubeStatus.invalid(
                "",
                "the server rejected our request due to an error in our request: there is no "
                        + Said.value(path.toString())));
    }

    private static JsonNode add(JsonNode document, JsonPointer path, JsonNode value) throws Wrong {
        if (path.matches()) {
            return value;
        }
        if (document.at(path.head()) instanceof ArrayNode array) {
            String last = path.last().getMatchingProperty();
            int index = last.equals("-") ? array.size() : path.last().getMatchingIndex();
            if (index < 0 || index > array.size()) {
                throw missing(path);
            }
            array.insert(index, value);
            return document;
        }
        return set(document, path, value);
    }

    private static JsonNode set(JsonNode document, JsonPointer path, JsonNode value) throws Wrong {
        JsonNode parent = document.at(path.head());
        if (parent instanceof ObjectNode object) {
            object.set(path.last().getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array
                && path.last().getMatchingIndex() >= 0
                && path.last().getMatchingIndex() < array.size()) {
            array.set(path.last().getMatchingIndex(), value);
        } else {
            throw missing(path);
        }
        return document;
    }

    private static JsonNode remove(JsonNode document, JsonPointer path) throws Wrong {
        JsonNode ignored = there(document, path);
        if (path.matches()) {
            throw Wrong.request("a patch can't remove the whole document");
        }
        if (document.at(path.head()) instanceof ObjectNode object) {
            object.remove(List.of(path.last().getMatchingProperty()));
        } else if (document.at(path.head()) instanceof ArrayNode array) {
            array.remove(path.last().getMatchingIndex());
        }
        return document;
    }
}
