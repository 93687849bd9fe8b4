// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Function Compute's operations on triggers. There are none: what calls a function here is told by Weft's routes and events, which no
 * trigger could say honestly. So the list is empty, each one is absent, and making one is refused by its type.
 */
record FcTriggers(FcEditing editing, Map<String, String> query, byte[] body) {
    /** What makes calls in the place of a trigger of that type. */
    private static final Map<String, String> INSTEAD = Map.of(
            "http", "give the function an HTTPRoute of Weft's gateway",
            "timer", "have a scheduler invoke the function with x-fc-invocation-type Async",
            "eventbridge", "have the source invoke the function with x-fc-invocation-type Async",
            "oss", "have the source invoke the function with x-fc-invocation-type Async",
            "log", "have the source invoke the function with x-fc-invocation-type Async",
            "mns_topic", "have the source invoke the function with x-fc-invocation-type Async",
            "tablestore", "have the source invoke the function with x-fc-invocation-type Async",
            "cdn_events", "have the source invoke the function with x-fc-invocation-type Async");

    Wish wish() throws FcPut.Wrong {
        return switch (editing.action()) {
            case "ListTriggers" -> {
                FcPage.Of _ = FcPage.wanted(query); // what is wrong is told
                yield FcSettings.noTriggers(editing);
            }
            case "CreateTrigger" -> throw new FcPut.Wrong(refused());
            default -> editing.show((_, _) -> absent().answer());
        };
    }

    private FcError refused() throws FcPut.Wrong {
        JsonNode said = FcPut.json(body);
        String type = said.path("triggerType").asString("");
        String instead = INSTEAD.get(type);
        return instead == null
                ? FcError.invalid("triggerType must be one of "
                        + INSTEAD.keySet().stream().sorted().toList() + ", got '" + Said.value(type) + "'")
                : FcError.notDone("CreateTrigger with triggerType " + type
                        + " is not done by Weft's façade of Function Compute: " + instead);
    }

    private FcError absent() {
        return new FcError(
                404,
                "TriggerNotFound",
                "trigger '" + Said.value(editing.names().get(1)) + "' of function '" + editing.name()
                        + "' does not exist");
    }
}
