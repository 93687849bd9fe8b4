// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Shelf;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Triggers of a Fn server: an HTTP path of the application below {@value #BELOW} that leads to a function. They are kept on the shelf, and one
 * whose function is gone is not there. Source: {@code swagger_v2.yml} of Fn server 0.3.753 and its {@code models/trigger.go}.
 *
 * @param base scheme and authority by which the client came
 * @param namespace whose: the one application
 */
record FnTriggers(String base, String namespace) {
    /** Before the application's name in the path of a call. */
    static final String BELOW = "/t/";

    /** Triggers of a namespace. */
    static final int TRIGGERS_MAX = 500;

    /** Characters of a path. */
    static final int SOURCE_CHARS_MAX = 1024;

    private static final String KIND = "fn/trigger";
    private static final String ENDPOINT = "fnproject.io/trigger/httpEndpoint";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.~-]{1," + FnPut.NAME_MAX + '}');
    private static final Pattern SOURCE = Pattern.compile("/[!-~&&[^?#]]*");
    private static final Set<String> FIELDS =
            Set.of("id", "name", "app_id", "fn_id", "type", "source", "annotations", "created_at", "updated_at");
    private static final JsonMapper JSON = JsonMapper.shared();

    private static FnRefusal notFound() {
        return new FnRefusal(404, "Trigger not found");
    }

    /** One that is kept. */
    private record Trigger(String id, String name, String function, String source, String updated) {
        static Trigger of(Shelf.Item item) {
            JsonNode text = JSON.readTree(item.text());
            return new Trigger(
                    item.name(),
                    text.path("name").asString(""),
                    text.path("function").asString(""),
                    text.path("source").asString(""),
                    item.changed().truncatedTo(ChronoUnit.MILLIS).toString());
        }

        String text() {
            return JSON.createObjectNode()
                    .put("name", name)
                    .put("function", function)
                    .put("source", source)
                    .toString();
        }
    }

    private ObjectNode document(Trigger trigger) {
        ObjectNode document = JSON.createObjectNode()
                .put("id", trigger.id())
                .put("name", trigger.name())
                .put("app_id", namespace)
                .put("fn_id", FnNames.function(namespace, trigger.function()))
                .put("type", "http")
                .put("source", trigger.source());
        document.putObject("annotations").put(ENDPOINT, base + BELOW + namespace + trigger.source());
        return document.put("updated_at", trigger.updated());
    }

    private boolean there(Functions functions, Trigger trigger) {
        return functions.find(namespace, trigger.function()) != null;
    }

    /** Those whose functions are there, by id. */
    private List<Trigger> all(Functions functions) {
        return functions.shelf().list(namespace, KIND).stream()
                .map(Trigger::of)
                .filter(each -> there(functions, each))
                .toList();
    }

    private @Nullable Trigger find(Functions functions, String id) {
        Shelf.Item item = functions.shelf().find(namespace, KIND, id);
        Trigger trigger = item == null ? null : Trigger.of(item);
        return trigger != null && there(functions, trigger) ? trigger : null;
    }

    /** The one of that path: of the others it is not asked whether their functions are there, for this is done with every call. */
    private @Nullable Trigger at(Functions functions, String source) {
        return functions.shelf().list(namespace, KIND).stream()
                .map(Trigger::of)
                .filter(each -> each.source().equals(source))
                .filter(each -> there(functions, each))
                .findFirst()
                .orElse(null);
    }

    FacadeAnswer list(Functions functions, Map<String, String> query) {
        if (!namespace.equals(query.get("app_id"))) {
            return FnRefusal.noApp().answer();
        }
        String name = query.getOrDefault("name", "");
        String function = query.getOrDefault("fn_id", "");
        String after = query.getOrDefault("cursor", "");
        int most = FnDocuments.perPage(query.getOrDefault("per_page", ""));
        List<Trigger> left = all(functions).stream()
                .filter(each -> name.isEmpty() || each.name().equals(name))
                .filter(each -> function.isEmpty()
                        || FnNames.function(namespace, each.function()).equals(function))
                .filter(each -> each.id().compareTo(after) > 0)
                .limit(most + 1L)
                .toList();
        ObjectNode page = JSON.createObjectNode();
        ArrayNode items = page.putArray("items");
        left.stream().limit(most).map(this::document).forEach(items::add);
        return FnDocuments.answer(
                page.put("next_cursor", left.size() > most ? left.get(most - 1).id() : ""));
    }

    FacadeAnswer get(Functions functions, String id) {
        Trigger trigger = find(functions, id);
        return trigger == null ? notFound().answer() : FnDocuments.answer(document(trigger));
    }

    FacadeAnswer delete(Functions functions, String id) {
        if (find(functions, id) == null) {
            return notFound().answer();
        }
        return functions.shelf().change(namespace, desk -> {
            desk.remove(KIND, id);
            return new FacadeAnswer(204, Headers.none(), new byte[0]);
        });
    }

    /** Those of a function that is deleted go with it. */
    void functionGone(Functions functions, String function) {
        Shelf shelf = functions.shelf();
        if (shelf.list(namespace, KIND).stream()
                .anyMatch(each -> Trigger.of(each).function().equals(function))) {
            int ignored = shelf.change(namespace, desk -> {
                List<Shelf.Item> its = desk.list(KIND).stream()
                        .filter(each -> Trigger.of(each).function().equals(function))
                        .toList();
                its.forEach(each -> desk.remove(KIND, each.name()));
                return its.size();
            });
        }
    }

    /** The JSON object that a client sends, whose fields are known and texts. */
    static JsonNode read(byte[] body) throws FnRefusal.Wrong {
        JsonNode said = FnPut.json(body);
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            boolean annotations = each.getKey().equals("annotations");
            boolean own = annotations
                    && each.getValue().propertyStream().anyMatch(one -> !one.getKey()
                            .startsWith("fnproject.io/"));
            if (own || (!FIELDS.contains(each.getKey()) && !each.getValue().isNull())) {
                throw new FnRefusal.Wrong(new FnRefusal(
                        501,
                        Said.value(each.getKey()) + " is not done by Weft's façade of Fn for triggers; leave it out"));
            }
            if (!annotations && !each.getValue().isString() && !each.getValue().isNull()) {
                throw wrong("Invalid " + Said.value(each.getKey()) + ": it must be a string, got "
                        + Said.value(each.getValue().toString()));
            }
        }
        return said;
    }

    private static FnRefusal.Wrong wrong(String message) {
        return new FnRefusal.Wrong(new FnRefusal(400, message));
    }

    private static String source(JsonNode said) throws FnRefusal.Wrong {
        String source = said.path("source").asString("");
        if (source.isEmpty()) {
            throw wrong("Missing Trigger Source: source is required, a path such as /hello");
        }
        if (source.length() > SOURCE_CHARS_MAX || !SOURCE.matcher(source).matches()) {
            throw wrong("Invalid Trigger Source '" + Said.value(source) + "': it must begin with '/', and have at most "
                    + SOURCE_CHARS_MAX + " characters, none of them ?, # or a space");
        }
        return source;
    }

    FacadeAnswer create(Functions functions, JsonNode said) {
        try {
            String name = said.path("name").asString("");
            if (!NAME.matcher(name).matches()) {
                throw wrong("Invalid Trigger name '" + Said.value(name)
                        + "': letters, digits, '_', '.', '~' and '-' are taken, 1 to " + FnPut.NAME_MAX);
            }
            if (!namespace.equals(said.path("app_id").asString(""))) {
                throw new FnRefusal.Wrong(FnRefusal.noApp());
            }
            if (!said.path("type").asString("").equals("http")) {
                throw wrong(
                        "Invalid Trigger Type '" + Said.value(said.path("type").asString("")) + "': it must be http");
            }
            String function = FnNames.name(namespace, said.path("fn_id").asString(""));
            if (function == null || functions.find(namespace, function) == null) {
                throw new FnRefusal.Wrong(FnRefusal.noFunction());
            }
            String id = Sha256.hex((namespace + '\0' + name).getBytes(StandardCharsets.UTF_8))
                    .substring(0, 26)
                    .toUpperCase(Locale.ROOT);
            return put(functions, new Trigger(id, name, function, source(said), ""), true);
        } catch (FnRefusal.Wrong wrong) {
            return wrong.refusal().answer();
        }
    }

    FacadeAnswer update(Functions functions, String id, JsonNode said) {
        Trigger there = find(functions, id);
        if (there == null) {
            return notFound().answer();
        }
        try {
            String name = said.path("name").asString(there.name());
            String function = said.path("fn_id").asString(FnNames.function(namespace, there.function()));
            if (!name.equals(there.name()) || !function.equals(FnNames.function(namespace, there.function()))) {
                throw wrong("Trigger name and fn_id can't be changed");
            }
            return said.has("source")
                    ? put(functions, new Trigger(id, name, there.function(), source(said), ""), false)
                    : FnDocuments.answer(document(there));
        } catch (FnRefusal.Wrong wrong) {
            return wrong.refusal().answer();
        }
    }

    private FacadeAnswer put(Functions functions, Trigger trigger, boolean fresh) {
        List<Trigger> others = all(functions);
        try {
            return functions.shelf().change(namespace, desk -> {
                for (Trigger each : others) {
                    if (fresh && each.id().equals(trigger.id())) {
                        return new FnRefusal(409, "Trigger with specified name already exists").answer();
                    }
                    if (!each.id().equals(trigger.id()) && each.source().equals(trigger.source())) {
                        return new FnRefusal(
                                        409, "Trigger with the same type and source exists on this app: " + each.name())
                                .answer();
                    }
                }
                if (fresh && desk.list(KIND).size() >= TRIGGERS_MAX) {
                    return new FnRefusal(400, "there are " + TRIGGERS_MAX + " triggers; delete one first").answer();
                }
                return FnDocuments.answer(document(Trigger.of(desk.put(KIND, trigger.id(), trigger.text()))));
            });
        } catch (Shelf.FullException full) {
            return new FnRefusal(400, String.valueOf(full.getMessage())).answer();
        }
    }

    /** A request to a trigger's path; the function gets it as it is, but for what proves who sends it. */
    static Wish call(FacadeRequest request, Key key) {
        RequestLine line = request.line();
        String rest = line.path().substring(BELOW.length());
        int slash = rest.indexOf('/');
        String app = slash < 0 ? rest : rest.substring(0, slash);
        String source = slash < 0 ? "/" : rest.substring(slash);
        FnTriggers triggers = new FnTriggers("", key.namespace());
        return new Wish.Consult(key, functions -> {
            Trigger found = app.equals(key.namespace()) ? triggers.at(functions, source) : null;
            return found == null
                    ? new Wish.Refused(
                            "CallTrigger",
                            key.id(),
                            true,
                            "no such trigger",
                            notFound().answer())
                    : new Wish.Exchange(
                            key,
                            found.function(),
                            line,
                            SpokenFields.passed(request.headers()),
                            request.body(),
                            new TriggerAnswering());
        });
    }
}
