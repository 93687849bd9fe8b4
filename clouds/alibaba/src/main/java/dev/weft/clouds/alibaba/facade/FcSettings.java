// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Reserved;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Function Compute's operations on a function's concurrency, triggers and tags. Source: Alibaba's SDK 4.6.4. */
final class FcSettings {
    private static final Set<String> IN_CONCURRENCY = Set.of("reservedConcurrency");
    private static final Set<String> IN_TAGS = Set.of("ResourceId", "ResourceType", "Tag");
    private static final Pattern RESOURCE =
            Pattern.compile("(?:acs:fc:[a-z0-9-]{0,64}:[0-9]{0,32}:functions/)?([A-Za-z0-9_-]{1,128})");

    private FcSettings() {}

    /** PutConcurrencyConfig. */
    static Wish reserve(FcEditing editing, byte[] body) throws FcPut.Wrong {
        JsonNode said = FcPut.json(body);
        FcPut.onlyThese(said, IN_CONCURRENCY);
        JsonNode number = said.path("reservedConcurrency");
        if (!number.isInt() || number.asInt() < 1 || number.asInt() > Reserved.MOST) {
            throw new FcPut.Wrong(FcError.invalid("reservedConcurrency must be from 1 to " + Reserved.MOST + ", got "
                    + Said.value(number.toString())
                    + "; 0, which would keep every call out, is not done by Weft's façade of Function Compute"));
        }
        return editing.change(
                before -> new Edited.Put(Reserved.put(before, number.asInt()), null), (_, now) -> reserved(now));
    }

    /** GetConcurrencyConfig. */
    static Wish reserved(FcEditing editing) {
        return editing.show((_, found) -> reserved(found));
    }

    private static FacadeAnswer reserved(Served function) {
        ObjectNode config = FcFunctions.object().put("functionArn", FcFunctions.ARN + function.shownName());
        Integer number = Reserved.of(function.function());
        return FcFunctions.answer(number == null ? config : config.put("reservedConcurrency", number));
    }

    /** DeleteConcurrencyConfig. */
    static Wish lift(FcEditing editing) {
        return editing.change(before -> new Edited.Put(Reserved.lifted(before), null), (_, _) -> FcFunctions.nothing());
    }

    /** ListTriggers. There are none: Weft's routes and events are its own. */
    static Wish noTriggers(FcEditing editing) {
        return editing.show((_, _) -> {
            ObjectNode none = FcFunctions.object();
            none.putArray("triggers");
            return FcFunctions.answer(none);
        });
    }

    /** TagResources. */
    static Wish tag(Key key, String action, byte[] body) throws FcPut.Wrong {
        JsonNode said = FcPut.json(body);
        FcPut.onlyThese(said, IN_TAGS);
        Map<String, String> tags = new TreeMap<>();
        for (JsonNode each : said.path("Tag")) {
            String name = each.path("Key").asString("");
            if (name.isEmpty()) {
                throw invalid("Tag must be a list of Key and Value");
            }
            tags.put(name, each.path("Value").asString(""));
        }
        if (tags.isEmpty()) {
            throw invalid("Tag is required");
        }
        String type = said.path("ResourceType").asString("");
        FcEditing editing = of(key, action, said.path("ResourceId"), type);
        return editing.change(before -> tagged(before, tags, List.of()), (_, _) -> FcFunctions.nothing());
    }

    /** UntagResources. */
    static Wish untag(Key key, String action, Map<String, String> query) throws FcPut.Wrong {
        FcEditing editing = of(key, action, list(query, "ResourceId"), query.getOrDefault("ResourceType", ""));
        boolean all = query.getOrDefault("All", "").equalsIgnoreCase("true");
        List<String> names = new ArrayList<>();
        list(query, "TagKey").forEach(each -> names.add(each.asString("")));
        if (names.isEmpty() && !all) {
            throw invalid("TagKey is required, or All");
        }
        return editing.change(
                before -> tagged(
                        before, Map.of(), all ? List.copyOf(before.labels().keySet()) : names),
                (_, _) -> FcFunctions.nothing());
    }

    private static Edited tagged(Draft before, Map<String, String> more, List<String> without) {
        Map<String, String> tags = new TreeMap<>(before.labels());
        tags.keySet().removeAll(without);
        tags.putAll(more);
        return new Edited.Put(before.withLabels(tags), null);
    }

    /** ListTagResources, of one function. */
    static Wish tags(Key key, String action, Map<String, String> query) throws FcPut.Wrong {
        for (String filter : List.of("Tag", "NextToken")) {
            if (!query.getOrDefault(filter, "").isEmpty()) {
                throw new FcPut.Wrong(FcError.notDone("ListTagResources with " + filter
                        + " is not done by Weft's façade of Function Compute yet: it tells all tags of one function"));
            }
        }
        String type = query.getOrDefault("ResourceType", "");
        return of(key, action, list(query, "ResourceId"), type).show((_, found) -> {
            ObjectNode answer = FcFunctions.object().put("RequestId", RequestIds.next());
            ArrayNode all = answer.putArray("TagResources");
            new TreeMap<>(found.function().metadata().labels()).forEach((name, value) -> all.addObject()
                    .put("ResourceId", FcFunctions.ARN + found.shownName())
                    .put("ResourceType", type)
                    .put("TagKey", name)
                    .put("TagValue", value));
            return FcFunctions.answer(answer);
        });
    }

    /** The one function that is named: several could not be changed as one. */
    private static FcEditing of(Key key, String action, JsonNode resources, String type) throws FcPut.Wrong {
        Matcher named =
                RESOURCE.matcher(resources.size() == 1 ? resources.path(0).asString("") : "");
        if (!type.toLowerCase(Locale.ROOT).endsWith("function") || !named.matches()) {
            throw invalid(
                    "ResourceType must be ALIYUN::FC:FUNCTION, and ResourceId a list of one function's ARN or name");
        }
        return new FcEditing(key, action, named.group(1), List.of());
    }

    /** A parameter that is a list in JSON; an empty one where it is not there. */
    private static JsonNode list(Map<String, String> query, String name) throws FcPut.Wrong {
        try {
            JsonNode list = FcFunctions.read(query.getOrDefault(name, "[]"));
            if (list.isArray()) {
                return list;
            }
        } catch (JacksonException noJson) {
            // then it is no list either
        }
        throw invalid(name + " must be a list in JSON");
    }

    private static FcPut.Wrong invalid(String message) {
        return new FcPut.Wrong(FcError.invalid(message));
    }
}
