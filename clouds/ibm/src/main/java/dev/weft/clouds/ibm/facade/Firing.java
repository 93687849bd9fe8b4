// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.event.Event;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Entity;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A trigger that is fired: the action of each of its active rules gets an event, all of them or none is kept. Its activation has what came
 * of each rule for its log. Source: OpenWhisk's {@code Triggers}.
 *
 * @param now when the request was read
 */
record Firing(Transaction transaction, Key key, Instant now) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int APPLICATION_ERROR = 1;

    /** What is wrong is a {@link Refusal}. */
    Wish wish(String trigger, FacadeRequest request, String action, String on) {
        byte[] payload = Calling.parameters(request);
        return new Wish.Send(
                key,
                action,
                on,
                (events, functions, origin) -> answered(trigger, payload, new Around(events, functions, origin)));
    }

    private record Around(Events events, Functions functions, Event.Origin origin) {}

    private FacadeAnswer answered(String name, byte[] payload, Around around) {
        try {
            return fired(name, payload, around);
        } catch (Refusal refusal) {
            return transaction.error(refusal.status(), refusal.words());
        }
    }

    private FacadeAnswer fired(String name, byte[] payload, Around around) {
        String namespace = key.namespace();
        Entity trigger = Entity.find(around.functions().shelf(), namespace, Kind.TRIGGER, name);
        if (trigger == null) {
            return transaction.error(404, Says.ABSENT);
        }
        List<Entity> rules = Entities.rules(around.functions().shelf().list(namespace, Kind.RULE.shelf()), name);
        if (rules.stream().noneMatch(each -> each.text("status").equals(Entities.ACTIVE))) {
            return transaction.empty(204);
        }
        byte[] parameters = trigger.parameters().isEmpty()
                ? payload
                : Entity.bytes(Entity.merged(trigger.parameters(), Entity.object(payload)));
        List<Event> events = new ArrayList<>();
        List<String> log = new ArrayList<>();
        for (Entity rule : rules) {
            log.add(followed(rule, parameters, around, events).toString());
        }
        Taken taken = events.isEmpty() ? new Taken.Kept("") : around.events().takeAll(events);
        return switch (taken) {
            case Taken.Refused refused -> new ActivationTaking(transaction).refused(refused);
            case Taken.Kept _ -> {
                Event fired = Calling.event(key, Kind.TRIGGER.event(name), payload, around.origin());
                around.events().note(Parts.of(fired, now, payload, String.join("\n", log)));
                yield Activation.accepted(transaction, fired.id());
            }
        };
    }

    /** What the trigger's activation says of a rule. */
    private ObjectNode followed(Entity rule, byte[] parameters, Around around, List<Event> events) {
        String action = rule.text("action");
        ObjectNode said = JSON.createObjectNode()
                .put("rule", key.namespace() + '/' + rule.name())
                .put("action", key.namespace() + '/' + action);
        if (!rule.text("status").equals(Entities.ACTIVE)) {
            return failed(
                    said,
                    "Rule '" + key.namespace() + '/' + rule.name() + "' is inactive, action '" + key.namespace() + '/'
                            + action + "' was not activated.");
        }
        Callee callee = Callee.find(around.functions(), key.namespace(), action);
        if (callee == null) {
            return failed(said, Says.ABSENT);
        }
        Event event = Calling.event(key, callee.target(), callee.carried(parameters), around.origin());
        events.add(event);
        return said.put("activationId", ActivationView.id(event.id()))
                .put("statusCode", 0)
                .put("success", true);
    }

    private static ObjectNode failed(ObjectNode said, String why) {
        return said.put("error", why).put("statusCode", APPLICATION_ERROR).put("success", false);
    }
}
