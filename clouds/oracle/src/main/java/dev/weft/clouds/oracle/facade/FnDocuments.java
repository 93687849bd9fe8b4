// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Weft's functions as documents of a Fn server. What Weft does not know is left out; so are the variables' values.
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
        List<Functions.Served> left = functions.list(namespace).stream()
                .filter(each ->
                        name.isEmpty() || each.function().metadata().name().equals(name))
                .filter(each -> each.function().metadata().name().compareTo(after) > 0)
                .limit(most + 1L)
                .toList();
        List<ObjectNode> page = left.stream().limit(most).map(this::document).toList();
        String next =
                left.size() > most ? left.get(most - 1).function().metadata().name() : "";
        return listed(page, next);
    }

    /** Read as the server reads it: what is no number is the usual one. */
    private static int perPage(String said) {
        int number = NUMBER.matcher(said).matches() ? Integer.parseInt(said) : 0;
        return number == 0 ? USUAL : Math.min(number, MOST);
    }

    FacadeAnswer function(Functions functions, String id) {
        String name = FnNames.name(namespace, id);
        Functions.Served served = name == null ? null : functions.find(namespace, name);
        return served == null ? FnRefusal.noFunction().answer() : answer(document(served));
    }

    /** There are none: Weft's routes are its own. */
    FacadeAnswer noTriggers(Map<String, String> query) {
        return namespace.equals(query.get("app_id"))
                ? listed(List.of(), "")
                : FnRefusal.noApp().answer();
    }

    private ObjectNode document(Functions.Served served) {
        Function function = served.function();
        Function.Spec spec = function.spec();
        String id = FnNames.function(namespace, function.metadata().name());
        ObjectNode document = JSON.createObjectNode()
                .put("id", id)
                .put("name", function.metadata().name())
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
        ObjectNode annotations = document.putObject("annotations");
        new TreeMap<>(function.metadata().labels()).forEach((name, value) -> {
            if (!name.startsWith("fnproject.io/") && !name.startsWith("weft.dev/") && !value.isEmpty()) {
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

    private static FacadeAnswer answer(ObjectNode document) {
        return new FacadeAnswer(
                200, Headers.of("Content-Type", "application/json; charset=utf-8"), JSON.writeValueAsBytes(document));
    }
}
