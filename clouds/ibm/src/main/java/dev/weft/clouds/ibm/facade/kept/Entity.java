// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

import dev.weft.api.facade.Shelf;
import dev.weft.clouds.ibm.ActionName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A package, trigger, rule or sequence as it is kept: parameters and annotations as OpenWhisk writes them, the number of the version, and
 * what only its kind has. Pure.
 *
 * @param name of a sequence in a package with that package's
 * @param said not to be changed
 */
public record Entity(Kind kind, String name, ObjectNode said, Instant changed) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectReader EXACT = JSON.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    public static Entity of(Kind kind, Shelf.Item item) {
        return new Entity(kind, item.name(), (ObjectNode) EXACT.readTree(item.text()), item.changed());
    }

    /** Null where there is none. */
    public static @Nullable Entity find(Shelf shelf, String namespace, Kind kind, String name) {
        Shelf.Item item = shelf.find(namespace, kind.shelf(), name);
        return item == null ? null : of(kind, item);
    }

    /** The same while things are changed. */
    public static @Nullable Entity find(Shelf.Desk desk, Kind kind, String name) {
        Shelf.Item item = desk.find(kind.shelf(), name);
        return item == null ? null : of(kind, item);
    }

    /** What all kinds show. */
    public ObjectNode summary(String namespace) {
        ObjectNode shown = JSON.createObjectNode();
        shown.set("annotations", list("annotations"));
        return shown.put("name", ActionName.simple(name))
                .put("namespace", ActionName.path(namespace, name))
                .put("publish", false)
                .put("updated", changed.toEpochMilli())
                .put("version", "0.0." + said.path("version").asInt(1));
    }

    public ArrayNode list(String field) {
        return said.path(field) instanceof ArrayNode all ? all : JSON.createArrayNode();
    }

    public String text(String field) {
        return said.path(field).asString("");
    }

    /** Its parameters, by name. */
    public ObjectNode parameters() {
        ObjectNode all = JSON.createObjectNode();
        list("parameters").forEach(each -> all.set(each.path("key").asString(""), each.path("value")));
        return all;
    }

    /** {@code over} in the place of what {@code under} has of the same names. */
    public static ObjectNode merged(ObjectNode under, ObjectNode over) {
        ObjectNode merged = under.deepCopy();
        for (Map.Entry<String, JsonNode> each : over.properties()) {
            merged.set(each.getKey(), each.getValue());
        }
        return merged;
    }

    /** A JSON object, its numbers as they are; with one that is beyond all measure a {@link Refusal}. */
    public static ObjectNode object(byte[] json) {
        try {
            return (ObjectNode) EXACT.readTree(json);
        } catch (JacksonException | NumberFormatException beyond) {
            throw Refusal.content("a number or text is too long, or it is nested too deep");
        }
    }

    public static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
