// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Shelf;
import dev.weft.clouds.ibm.facade.kept.ActionLimit;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Entity;
import dev.weft.clouds.ibm.facade.kept.EntityPut;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Reference;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Actions of kind {@code sequence}: shows, makes, changes and deletes them. Source: OpenWhisk's {@code Actions}. */
record Sequences(Transaction transaction, Key key) {
    /** Actions of a sequence, and of all that are in it; OpenWhisk's own limit. */
    static final int COMPONENTS_MAX = 50;

    private static final JsonMapper JSON = JsonMapper.shared();

    /** A sequence as its client puts it. */
    record Put(EntityPut put, List<String> components) {}

    /** What a client says of the sequence that it calls {@code name}; components are null where it says nothing of them. */
    Put read(byte[] body) {
        EntityPut put = EntityPut.of(Kind.SEQUENCE, body);
        if (put.annotation("web-export").asBoolean(false)) {
            throw new Refusal(
                    501,
                    Says.notDone("web actions that are sequences", "export an action, and let it call the sequence"));
        }
        JsonNode exec = put.said().path("exec");
        exec.propertyNames().forEach(each -> {
            if (!each.equals("kind") && !each.equals("components")) {
                throw Refusal.content("exec." + Said.value(each) + " is no field of a sequence");
            }
        });
        JsonNode limits = put.said().path("limits");
        if (!limits.isMissingNode() && !limits.isObject()) {
            throw Refusal.content("limits must be an object");
        }
        for (Map.Entry<String, JsonNode> each : limits.properties()) {
            ActionLimit.check(each.getKey(), each.getValue());
        }
        if (!(exec.path("components") instanceof ArrayNode all) || all.isEmpty()) {
            throw new Refusal(400, Says.malformedContent("No component specified for the sequence."));
        }
        if (all.size() > COMPONENTS_MAX) {
            throw new Refusal(400, Says.TOO_LONG);
        }
        List<String> components = new ArrayList<>();
        all.forEach(each -> components.add(Reference.name("exec.components", each, key)));
        return new Put(put, components);
    }

    FacadeAnswer put(String name, Put wanted, boolean overwrite, Functions functions) {
        String namespace = key.namespace();
        if (Callee.homeless(functions, namespace, name)) {
            return transaction.error(404, Says.ABSENT);
        }
        if (Callee.function(functions, namespace, name) != null) {
            return transaction.error(
                    409, overwrite ? "action " + name + " has code; delete it to make a sequence of it" : Says.EXISTS);
        }
        Map<String, Boolean> isFunction = new LinkedHashMap<>();
        wanted.components().forEach(each -> isFunction.put(each, Callee.function(functions, namespace, each) != null));
        return new Entities(transaction, key).changed(functions, desk -> {
            Entity before = Entity.find(desk, Kind.SEQUENCE, name);
            if (before != null && !overwrite) {
                return transaction.error(409, Says.EXISTS);
            }
            if (before == null) {
                Entities.room(Kind.SEQUENCE, desk);
            }
            int length = 0;
            for (String each : wanted.components()) {
                length += Boolean.TRUE.equals(isFunction.get(each)) ? 1 : length(each, name, desk, 0);
            }
            if (length > COMPONENTS_MAX) {
                throw new Refusal(400, Says.TOO_LONG);
            }
            ObjectNode kept = wanted.put().kept(before);
            ArrayNode components = kept.putArray("components");
            wanted.components().forEach(components::add);
            JsonNode limits = wanted.put().said().path("limits");
            if (limits.isObject()) {
                kept.set("limits", limits);
            } else if (before != null && before.said().has("limits")) {
                kept.set("limits", before.said().path("limits"));
            }
            Entity now = Entity.of(Kind.SEQUENCE, desk.put(Kind.SEQUENCE.shelf(), name, kept.toString()));
            return transaction.json(200, document(now, namespace));
        });
    }

    /** How many actions a sequence of sequences calls; one that leads to {@code outermost} would never end. */
    private static int length(String component, String outermost, Shelf.Desk desk, int depth) {
        if (component.equals(outermost)) {
            throw new Refusal(400, "Sequence may not refer to itself.");
        }
        Entity inner = Entity.find(desk, Kind.SEQUENCE, component);
        if (inner == null) {
            // of sequences that were made before, a component may be a function, or gone
            if (depth == 0) {
                throw new Refusal(400, "Sequence component does not exist.");
            }
            return 1;
        }
        int length = 0;
        for (JsonNode each : inner.list("components")) {
            length += length(each.asString(""), outermost, desk, depth + 1);
            if (length > COMPONENTS_MAX) {
                throw new Refusal(400, Says.TOO_LONG);
            }
        }
        return length;
    }

    /** All that is told. */
    static ObjectNode document(Entity sequence, String namespace) {
        ObjectNode document = summary(sequence, namespace);
        ObjectNode exec = document.putObject("exec").put("kind", "sequence");
        ArrayNode components = exec.putArray("components");
        sequence.list("components").forEach(each -> components.add('/' + namespace + '/' + each.asString("")));
        document.set("parameters", sequence.list("parameters"));
        return document;
    }

    /** What a list says of it. */
    static ObjectNode summary(Entity sequence, String namespace) {
        ObjectNode summary = sequence.summary(namespace);
        ArrayNode annotations = JSON.createArrayNode().addAll(sequence.list("annotations"));
        annotations.addObject().put("key", "exec").put("value", "sequence");
        summary.set("annotations", annotations);
        ObjectNode limits = ActionLimit.usual();
        for (Map.Entry<String, JsonNode> each : sequence.said().path("limits").properties()) {
            limits.set(each.getKey(), each.getValue());
        }
        summary.set("limits", limits);
        summary.putObject("exec").put("binary", false);
        return summary;
    }

    FacadeAnswer delete(Entity sequence, Functions functions) {
        return new Entities(transaction, key).changed(functions, desk -> {
            desk.remove(Kind.SEQUENCE.shelf(), sequence.name());
            return transaction.json(200, document(sequence, key.namespace()));
        });
    }

    /** Of that name; null where there is none. */
    @Nullable
    Entity find(String name, Functions functions) {
        return Entity.find(functions.shelf(), key.namespace(), Kind.SEQUENCE, name);
    }
}
