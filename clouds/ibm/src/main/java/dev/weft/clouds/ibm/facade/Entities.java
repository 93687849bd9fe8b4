// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Shelf;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Entity;
import dev.weft.clouds.ibm.facade.kept.EntityPut;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Reference;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Packages, triggers and rules: shows, makes, changes and deletes them. Sources: OpenWhisk's {@code Packages}, {@code Triggers},
 * {@code Rules}.
 */
record Entities(Transaction transaction, Key key) {
    /** Rules that one trigger may have. */
    static final int RULES_OF_TRIGGER_MAX = 50;

    static final String ACTIVE = "active";
    static final String INACTIVE = "inactive";
    private static final JsonMapper JSON = JsonMapper.shared();

    FacadeAnswer list(Kind kind, Query query, Functions functions) {
        List<Entity> all = functions.shelf().list(key.namespace(), kind.shelf()).stream()
                .map(each -> Entity.of(kind, each))
                .sorted(Comparator.comparing(Entity::changed).reversed().thenComparing(Entity::name))
                .toList();
        if (query.flag("count")) {
            return transaction.json(
                    200, JSON.createObjectNode().put(kind.collection(), Math.max(0, all.size() - query.skip())));
        }
        ArrayNode page = JSON.createArrayNode();
        all.stream().skip(query.skip()).limit(query.limit()).forEach(each -> page.add(listed(each)));
        return transaction.json(200, page);
    }

    private ObjectNode listed(Entity entity) {
        ObjectNode summary = entity.summary(key.namespace());
        return switch (entity.kind()) {
            case PACKAGE -> summary.put("binding", false);
            case RULE -> rule(entity, null);
            case TRIGGER, SEQUENCE -> summary;
        };
    }

    FacadeAnswer show(Kind kind, String name, Functions functions) {
        Entity found = Entity.find(functions.shelf(), key.namespace(), kind, name);
        return found == null ? transaction.error(404, Says.ABSENT) : transaction.json(200, document(found, functions));
    }

    private ObjectNode document(Entity entity, Functions functions) {
        Shelf shelf = functions.shelf();
        return switch (entity.kind()) {
            case PACKAGE -> {
                ObjectNode document = entity.summary(key.namespace());
                document.set("parameters", entity.list("parameters"));
                document.putObject("binding");
                ArrayNode actions = document.putArray("actions");
                within(entity.name(), functions).forEach(actions::add);
                document.putArray("feeds");
                yield document;
            }
            case TRIGGER -> trigger(entity, rules(shelf.list(key.namespace(), Kind.RULE.shelf()), entity.name()));
            case RULE -> rule(entity, status(entity, shelf));
            case SEQUENCE -> entity.summary(key.namespace());
        };
    }

    /** What there is in a package. */
    private List<ObjectNode> within(String pack, Functions functions) {
        return Stream.concat(
                        functions.list(key.namespace()).stream()
                                .filter(each -> ActionName.of(each.function()).startsWith(pack + '/'))
                                .map(Entities::inPackage),
                        functions.shelf().list(key.namespace(), Kind.SEQUENCE.shelf()).stream()
                                .filter(each -> each.name().startsWith(pack + '/'))
                                .map(each -> Entity.of(Kind.SEQUENCE, each))
                                .map(each -> {
                                    ObjectNode shown = each.summary(key.namespace());
                                    shown.remove(List.of("namespace", "publish", "updated"));
                                    return shown;
                                }))
                .sorted(Comparator.comparing(each -> each.path("name").asString("")))
                .toList();
    }

    private static ObjectNode inPackage(Served served) {
        ObjectNode document = ActionView.document(served);
        ObjectNode shown = JSON.createObjectNode();
        for (String field : new String[] {"annotations", "name", "parameters", "version"}) {
            shown.set(field, document.path(field));
        }
        return shown;
    }

    private ObjectNode trigger(Entity trigger, List<Entity> its) {
        ObjectNode document = trigger.summary(key.namespace());
        document.set("parameters", trigger.list("parameters"));
        document.putObject("limits");
        ObjectNode rules = document.putObject("rules");
        for (Entity each : its) {
            ObjectNode rule = rules.putObject(key.namespace() + '/' + each.name());
            rule.set("action", Reference.shown(key.namespace(), each.text("action")));
            rule.put("status", each.text("status"));
        }
        return document;
    }

    /** Those of a trigger, by name. */
    static List<Entity> rules(List<Shelf.Item> all, String trigger) {
        return all.stream()
                .map(each -> Entity.of(Kind.RULE, each))
                .filter(each -> each.text("trigger").equals(trigger))
                .toList();
    }

    private ObjectNode rule(Entity rule, @Nullable String status) {
        ObjectNode document = rule.summary(key.namespace());
        document.set("action", Reference.shown(key.namespace(), rule.text("action")));
        document.set("trigger", Reference.shown(key.namespace(), rule.text("trigger")));
        return document.put("status", status == null ? rule.text("status") : status);
    }

    /** Without its trigger no rule is active. */
    private String status(Entity rule, Shelf shelf) {
        return shelf.find(key.namespace(), Kind.TRIGGER.shelf(), rule.text("trigger")) == null
                ? INACTIVE
                : rule.text("status");
    }

    FacadeAnswer put(String name, EntityPut put, boolean overwrite, Functions functions) {
        RuleEnds ends = put.kind() == Kind.RULE ? ends(name, put, functions) : null;
        return changed(functions, desk -> {
            Entity before = Entity.find(desk, put.kind(), name);
            if (before != null && !overwrite) {
                return transaction.error(409, Says.EXISTS);
            }
            if (before == null) {
                room(put.kind(), desk);
            }
            ObjectNode kept = put.kept(before);
            if (ends != null) {
                joined(kept, ends, before, desk);
            }
            Entity now = Entity.of(put.kind(), desk.put(put.kind().shelf(), name, kept.toString()));
            return transaction.json(
                    200,
                    switch (put.kind()) {
                        case TRIGGER -> trigger(now, rules(desk.list(Kind.RULE.shelf()), name));
                        case RULE -> rule(now, null);
                        case PACKAGE, SEQUENCE -> {
                            ObjectNode document = now.summary(key.namespace());
                            document.set("parameters", now.list("parameters"));
                            document.putObject("binding");
                            yield document;
                        }
                    });
        });
    }

    /** Where there is no room for one more. */
    static void room(Kind kind, Shelf.Desk desk) {
        if (desk.list(kind.shelf()).size() >= kind.most()) {
            throw new Refusal(413, "there are " + kind.most() + ' ' + kind.word() + "s already; delete one first");
        }
    }

    /** A rule's trigger and action, as far as they are said. */
    private record RuleEnds(
            @Nullable String trigger, @Nullable String action) {}

    private RuleEnds ends(String name, EntityPut put, Functions functions) {
        if (put.said().has("status")) {
            throw Refusal.content("status of a rule is set by POST to it, not by PUT");
        }
        String trigger = end("trigger", put);
        String action = end("action", put);
        Entity before = Entity.find(functions.shelf(), key.namespace(), Kind.RULE, name);
        if (before == null && (trigger == null || action == null)) {
            throw new Refusal(400, "rule requires a valid trigger and a valid action");
        }
        String meant = action == null ? Objects.requireNonNull(before).text("action") : action;
        if (Callee.find(functions, key.namespace(), meant) == null) {
            throw new Refusal(400, "action /" + key.namespace() + '/' + meant + " does not exist");
        }
        return new RuleEnds(trigger, action);
    }

    private @Nullable String end(String field, EntityPut put) {
        return put.said().hasNonNull(field) ? Reference.name(field, put.said().path(field), key) : null;
    }

    private void joined(ObjectNode kept, RuleEnds ends, @Nullable Entity before, Shelf.Desk desk) {
        String trigger = ends.trigger() != null ? ends.trigger() : before == null ? "" : before.text("trigger");
        String action = ends.action() != null ? ends.action() : before == null ? "" : before.text("action");
        if (trigger.isEmpty() || action.isEmpty()) {
            throw new Refusal(400, "rule requires a valid trigger and a valid action");
        }
        if (desk.find(Kind.TRIGGER.shelf(), trigger) == null) {
            throw new Refusal(400, "trigger /" + key.namespace() + '/' + trigger + " does not exist");
        }
        boolean its = before != null && before.text("trigger").equals(trigger);
        if (!its && rules(desk.list(Kind.RULE.shelf()), trigger).size() >= RULES_OF_TRIGGER_MAX) {
            throw new Refusal(
                    413, "trigger " + trigger + " has " + RULES_OF_TRIGGER_MAX + " rules already; delete one first");
        }
        kept.put("trigger", trigger).put("action", action);
        kept.put("status", before == null ? ACTIVE : before.text("status"));
    }

    /** Enables a rule, or disables it. */
    FacadeAnswer set(String rule, String status, Functions functions) {
        return changed(functions, desk -> {
            Entity before = Entity.find(desk, Kind.RULE, rule);
            if (before == null) {
                return transaction.error(404, Says.ABSENT);
            }
            if (desk.find(Kind.TRIGGER.shelf(), before.text("trigger")) == null) {
                return transaction.error(404, "Only rules with existing triggers can be activated");
            }
            ObjectNode kept = before.said().deepCopy();
            Shelf.Item ignored =
                    desk.put(Kind.RULE.shelf(), rule, kept.put("status", status).toString());
            return transaction.empty(200);
        });
    }

    FacadeAnswer delete(Kind kind, String name, Functions functions) {
        int inside = kind == Kind.PACKAGE ? within(name, functions).size() : 0;
        if (inside > 0) {
            return transaction.error(409, Says.notEmpty(inside));
        }
        return changed(functions, desk -> {
            Entity found = Entity.find(desk, kind, name);
            if (found == null) {
                return transaction.error(404, Says.ABSENT);
            }
            ObjectNode document =
                    switch (kind) {
                        case RULE -> rule(found, INACTIVE);
                        case TRIGGER -> trigger(found, rules(desk.list(Kind.RULE.shelf()), name));
                        case PACKAGE, SEQUENCE -> found.summary(key.namespace());
                    };
            if (kind == Kind.TRIGGER) {
                for (Entity each : rules(desk.list(Kind.RULE.shelf()), name)) {
                    ObjectNode kept = each.said().deepCopy();
                    Shelf.Item ignored = desk.put(
                            Kind.RULE.shelf(),
                            each.name(),
                            kept.put("status", INACTIVE).toString());
                }
            }
            desk.remove(kind.shelf(), name);
            return transaction.json(200, document);
        });
    }

    /** What a change answers; where it is refused nothing was changed. */
    FacadeAnswer changed(Functions functions, Shelf.Change<FacadeAnswer> change) {
        try {
            return functions.shelf().change(key.namespace(), change);
        } catch (Shelf.FullException full) {
            return transaction.error(413, String.valueOf(full.getMessage()));
        }
    }
}
