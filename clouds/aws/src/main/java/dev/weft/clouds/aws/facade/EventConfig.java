// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Lambda's operations on what becomes of events that a function can't take: they are {@code spec.events} in Weft. Source: AWS
 * Lambda API reference, "PutFunctionEventInvokeConfig" and its kin.
 */
record EventConfig(Editing editing, FacadeRequest request, Instant now) {
    private static final String SETTING = "event-invoke-config";
    private static final String SPEC = "events";
    private static final String RETRIES = "MaximumRetryAttempts";
    private static final String AGE = "MaximumEventAgeInSeconds";
    private static final String DESTINATIONS = "DestinationConfig";
    private static final String FAILURE = "OnFailure";
    private static final String SUCCESS = "OnSuccess";
    private static final Set<String> TAKEN = Set.of(RETRIES, AGE, DESTINATIONS);
    private static final int RETRIES_MAX = 2;
    private static final int AGE_MIN = 60;
    private static final int AGE_MAX = 21_600;

    Wish wish(LambdaName name) throws Described.Wrong {
        return switch (editing.operation().action()) {
            case "PutFunctionEventInvokeConfig" -> put(name, true);
            case "UpdateFunctionEventInvokeConfig" -> put(name, false);
            case "DeleteFunctionEventInvokeConfig" ->
                editing.change(
                        name,
                        before -> Settings.read(before.annotations(), SETTING) == null
                                ? new Edited.Leave(absent(name))
                                : new Edited.Put(
                                        before.with(Settings.annotation(SETTING), null)
                                                .withSpec(SPEC, null),
                                        null),
                        (_, _) -> Editing.nothing());
            case "GetFunctionEventInvokeConfig" -> Settings.show(editing, name, (_, served) -> shown(name, served));
            default ->
                Settings.show(editing, name, (_, served) -> {
                    JsonNode kept = kept(served);
                    List<Object> all = kept == null ? List.of() : List.of(fields(name, kept));
                    return Answers.json(200, Map.of("FunctionEventInvokeConfigs", all));
                });
        };
    }

    private Wish put(LambdaName name, boolean anew) throws Described.Wrong {
        JsonNode said = Settings.checked(request.body(), TAKEN);
        Map<String, Object> wanted = new TreeMap<>();
        number(said, RETRIES, 0, RETRIES_MAX, wanted);
        number(said, AGE, AGE_MIN, AGE_MAX, wanted);
        JsonNode destinations = said.path(DESTINATIONS);
        if (destinations.isObject()) {
            Map<String, Object> both = new TreeMap<>();
            destination(destinations, SUCCESS, both);
            destination(destinations, FAILURE, both);
            wanted.put(DESTINATIONS, both);
        }
        return editing.change(
                name,
                before -> {
                    Map<String, Object> all = new TreeMap<>();
                    JsonNode was = anew ? null : Settings.read(before.annotations(), SETTING);
                    if (was != null) {
                        was.properties().forEach(each -> all.put(each.getKey(), each.getValue()));
                    }
                    all.putAll(wanted);
                    all.put("LastModified", now.getEpochSecond());
                    Draft changed = before.with(Settings.annotation(SETTING), Settings.json(all));
                    return new Edited.Put(changed.withSpec(SPEC, events(changed)), null);
                },
                (_, served) -> shown(name, served));
    }

    /** What the document says of it. */
    private static Map<String, Object> events(Draft draft) {
        Map<String, Object> events = new TreeMap<>();
        JsonNode kept = Settings.read(draft.annotations(), SETTING);
        if (kept == null) {
            return events;
        }
        if (kept.has(RETRIES)) {
            events.put("retries", kept.path(RETRIES).asInt());
        }
        if (kept.has(AGE)) {
            events.put("maxAge", kept.path(AGE).asInt() + "s");
        }
        to(kept, FAILURE, "onFailure", events);
        to(kept, SUCCESS, "onSuccess", events);
        return events;
    }

    private static void to(JsonNode kept, String which, String field, Map<String, Object> events) {
        String arn = kept.path(DESTINATIONS).path(which).path("Destination").asString("");
        if (!arn.isEmpty()) {
            events.put(field, Names.weft(arn.substring(arn.lastIndexOf(':') + 1)));
        }
    }

    private static void number(JsonNode said, String field, int least, int most, Map<String, Object> wanted)
            throws Described.Wrong {
        JsonNode value = said.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
            throw Described.wrong(
                    field + " must be from " + least + " to " + most + ", got " + Said.value(value.toString()));
        }
        wanted.put(field, value.asInt());
    }

    private void destination(JsonNode destinations, String which, Map<String, Object> both) throws Described.Wrong {
        JsonNode value = destinations.path(which).path("Destination");
        String arn = value.asString("");
        if (arn.isEmpty()) {
            both.put(which, Map.of());
            return;
        }
        LambdaName function = arn.startsWith("arn:aws:lambda:") ? LambdaName.of(arn, null, editing.key()) : null;
        if (function == null || function.qualifier() != null) {
            throw Described.wrong(DESTINATIONS + '.' + which + ".Destination '" + Said.value(arn)
                    + "' must be the ARN of a function of this account, without a qualifier: events go to functions"
                    + " only here");
        }
        both.put(which, Map.of("Destination", arn));
    }

    private static @Nullable JsonNode kept(Served served) {
        return Settings.read(served.function().metadata().annotations(), SETTING);
    }

    private FacadeAnswer shown(LambdaName name, Served served) {
        JsonNode kept = kept(served);
        return kept == null ? absent(name) : Answers.json(200, fields(name, kept));
    }

    private Map<String, Object> fields(LambdaName name, JsonNode kept) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("FunctionArn", editing.arn(name) + ':' + LambdaName.LATEST);
        kept.properties().forEach(each -> fields.put(each.getKey(), each.getValue()));
        fields.putIfAbsent(DESTINATIONS, Map.of(SUCCESS, Map.of(), FAILURE, Map.of()));
        return fields;
    }

    private FacadeAnswer absent(LambdaName name) {
        return Answers.error(
                404,
                "ResourceNotFoundException",
                "The function " + editing.arn(name) + ':' + LambdaName.LATEST + " doesn't have an EventInvokeConfig");
    }
}
