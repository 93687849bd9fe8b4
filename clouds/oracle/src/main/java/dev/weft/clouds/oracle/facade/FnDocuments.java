// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Weft's functions as documents of a Fn server. What Weft does not know is left out; so are variables of functions that no client made.
 *
 * @param base scheme and authority by which the client came
 * @param namespace whose functions, and the one app's id and name
 */
record FnDocuments(String base, String namespace) {
    /** The version of the Fn server whose API this is. */
    static final String VERSION = "0.3.753+weft";

    private static final String INVOKE_ENDPOINT = "fnproject.io/fn/invokeEndpoint";
    private static final int USUAL = 30;
    private static final int MOST = 100;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final JsonMapper JSON = JsonMapper.shared();

    static FacadeAnswer version() {
        return answer(JSON.createObjectNode().put("version", VERSION));
    }

    FacadeAnswer apps(Map<String, String> query) {
        String name = query.getOrDefault("name", "");
        boolean there = (name.isEmpty() || name.equals(namespace))
                && query.getOrDefault("cursor", "").compareTo(namespace) < 0;
        return listed(there ? List.of(document()) : List.of(), "");
    }

    FacadeAnswer app(String id) {
        return id.equals(namespace) ? answer(document()) : FnRefusal.noApp().answer();
    }

    private ObjectNode document() {
        return JSON.createObjectNode().put("id", namespace).put("name", namespace);
    }

    FacadeAnswer functions(Functions functions, Map<String, String> query) {
        if (!namespace.equals(query.get("app_id"))) {
            return FnRefusal.noApp().answer();
        }
        String name = query.getOrDefault("name", "");
        String after = query.getOrDefault("cursor", "");
        int most = perPage(query.getOrDefault("per_page", ""));
        List<Served> left = functions.list(namespace).stream()
                .filter(each -> name.isEmpty() || each.shownName().equals(name))
                .filter(each -> each.function().metadata().name().compareTo(after) > 0)
                .limit(most + 1L)
                .toList();
        List<ObjectNode> page = left.stream().limit(most).map(this::document).toList();
        String next =
                left.size() > most ? left.get(most - 1).function().metadata().name() : "";
        return listed(page, next);
    }

    /** Read as the server reads it: what is no number is the usual one. */
    static int perPage(String said) {
        int number = NUMBER.matcher(said).matches() ? Integer.parseInt(said) : 0;
        return number == 0 ? USUAL : Math.min(number, MOST);
    }

    FacadeAnswer function(Functions functions, String id) {
        Served served = find(functions, id);
        return served == null ? FnRefusal.noFunction().answer() : answer(document(served));
    }

    /** There is one application, and that is there. */
    FacadeAnswer noOtherApp(String name) {
        return (name.equals(namespace)
                        ? new FnRefusal(409, "App already exists")
                        : new FnRefusal(
                                501,
                                "CreateApp is not done by Weft's façade of Fn: a key's namespace is its one application,"
                                        + " here " + namespace + "; another needs a key of another namespace"))
                .answer();
    }

    /** Makes one. */
    FacadeAnswer create(Functions functions, FnPut put) throws InterruptedException {
        Draft draft;
        try {
            if (!put.app().equals(namespace)) {
                return (put.app().isEmpty()
                                ? new FnRefusal(400, "Missing AppID on Fn: app_id is required")
                                : FnRefusal.noApp())
                        .answer();
            }
            draft = put.draft();
        } catch (FnRefusal.Wrong wrong) {
            return wrong.refusal().answer();
        }
        FacadeAnswer already = new FnRefusal(409, "Fn with specified name already exists").answer();
        return functions.find(namespace, draft.name()) != null
                ? already
                : told(functions.put(
                        namespace,
                        draft.name(),
                        before -> before == null ? new Edited.Put(draft, null) : new Edited.Leave(already)));
    }

    /** Changes one. */
    FacadeAnswer update(Functions functions, String id, FnPut put) throws InterruptedException {
        Served there = find(functions, id);
        if (there == null) {
            return FnRefusal.noFunction().answer();
        }
        return told(functions.put(namespace, there.function().metadata().name(), before -> {
            try {
                if (before == null) {
                    return new Edited.Leave(FnRefusal.noFunction().answer());
                }
                if (!put.name().isEmpty() && !put.name().equals(there.shownName())) {
                    return new Edited.Leave(
                            new FnRefusal(400, "Fn name can't be changed: it is " + there.shownName()).answer());
                }
                if (!put.app().isEmpty() && !put.app().equals(namespace)) {
                    return new Edited.Leave(new FnRefusal(400, "Fn app_id can't be changed").answer());
                }
                return new Edited.Put(put.changed(before), null);
            } catch (FnRefusal.Wrong wrong) {
                return new Edited.Leave(wrong.refusal().answer());
            }
        }));
    }

    /** Deletes one. */
    FacadeAnswer delete(Functions functions, String id) throws InterruptedException {
        Served there = find(functions, id);
        if (there == null) {
            return FnRefusal.noFunction().answer();
        }
        return switch (functions.delete(namespace, there.function().metadata().name())) {
            case Changed.Done _ -> {
                new FnTriggers(base, namespace)
                        .functionGone(functions, there.function().metadata().name());
                yield new FacadeAnswer(204, Headers.none(), new byte[0]);
            }
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> FnRefusal.of(refused).answer();
        };
    }

    private FacadeAnswer told(Changed changed) {
        return switch (changed) {
            case Changed.Done(Served now) -> answer(document(now));
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> FnRefusal.of(refused).answer();
        };
    }

    private @Nullable Served find(Functions functions, String id) {
        String name = FnNames.name(namespace, id);
        return name == null ? null : functions.find(namespace, name);
    }

    private ObjectNode document(Served served) {
        Function function = served.function();
        Function.Spec spec = function.spec();
        String id = FnNames.function(namespace, function.metadata().name());
        ObjectNode document = JSON.createObjectNode()
                .put("id", id)
                .put("name", served.shownName())
                .put("app_id", namespace);
        String image = spec.code().image();
        if (image != null) {
            document.put("image", image);
        }
        if (!spec.open().contains(Open.MEMORY)) {
            document.put("memory", spec.memory().mebibytes());
        }
        document.put("timeout", seconds(spec.timeout()));
        if (!spec.open().contains(Open.IDLE_TIMEOUT)) {
            document.put("idle_timeout", seconds(spec.idleTimeout()));
        }
        Map<String, String> env = served.env();
        if (!env.isEmpty()) {
            ObjectNode config = document.putObject("config");
            env.forEach(config::put);
        }
        ObjectNode annotations = document.putObject("annotations");
        new TreeMap<>(function.metadata().labels()).forEach((name, value) -> {
            if (!name.startsWith("fnproject.io/") && !value.isEmpty()) {
                annotations.put(name, value);
            }
        });
        annotations.put(INVOKE_ENDPOINT, base + "/invoke/" + id);
        return document.put(
                "updated_at", served.changed().truncatedTo(ChronoUnit.MILLIS).toString());
    }

    private static long seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
    }

    private static FacadeAnswer listed(List<ObjectNode> items, String next) {
        ObjectNode page = JSON.createObjectNode();
        ArrayNode all = page.putArray("items");
        items.forEach(all::add);
        return answer(page.put("next_cursor", next));
    }

    static FacadeAnswer answer(ObjectNode document) {
        return new FacadeAnswer(
                200, Headers.of("Content-Type", "application/json; charset=utf-8"), JSON.writeValueAsBytes(document));
    }
}
