// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Fn server's management API in memory, after the real server's source: 200 for what is created, 204 for what is deleted, 409
 * for a name that is taken, an update that merges and takes an empty value for a removal, pages that begin after a name, an
 * application that goes with everything in it.
 */
final class FakeFnServer extends FakeServer {
    private final Map<String, ObjectNode> apps = new TreeMap<>();
    private final Map<String, ObjectNode> fns = new TreeMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** Things on a page at most; the real server's is 100. */
    int perPageMax = 100;

    /** Written on every function as the place where it is called; null for this server. */
    @org.jspecify.annotations.Nullable
    String invokeBase;

    @Override
    Answer answer(Asked request) {
        String path = request.path();
        if (path.equals("/version")) {
            return Answer.of(200, Map.of("version", "0.3.753"));
        }
        if (path.equals("/v2/apps")) {
            return request.method().equals("POST") ? createApp(request) : list(apps, request);
        }
        if (path.startsWith("/v2/apps/")) {
            return app(request, path.substring("/v2/apps/".length()));
        }
        if (path.equals("/v2/fns")) {
            return request.method().equals("POST") ? createFn(request) : fns(request);
        }
        if (path.startsWith("/v2/fns/")) {
            return fn(request, path.substring("/v2/fns/".length()));
        }
        throw new Refused(404, "", "Path not found");
    }

    @Override
    Answer refusal(Refused refused) {
        return Answer.of(refused.status, Map.of("message", String.valueOf(refused.getMessage())));
    }

    private Answer createApp(Asked request) {
        ObjectNode app = request.json().deepCopy().asObject();
        String name = app.path("name").asString("");
        if (!name.matches("[A-Za-z0-9_-]{1,30}")) {
            throw new Refused(400, "", "Invalid app name");
        }
        if (apps.values().stream().anyMatch(each -> each.path("name").asString().equals(name))) {
            throw new Refused(409, "", "App already exists");
        }
        annotations(app);
        return stored(apps, app);
    }

    private Answer stored(Map<String, ObjectNode> all, ObjectNode made) {
        String id = "01%024d".formatted(ids.incrementAndGet());
        String now = "2026-11-29T10:00:00.%03dZ".formatted(ids.incrementAndGet());
        made.put("id", id).put("created_at", now).put("updated_at", now);
        all.put(id, made);
        return Answer.of(200, shown(made));
    }

    private Answer app(Asked request, String id) {
        ObjectNode app = apps.get(id);
        if (app == null) {
            throw new Refused(404, "", "App not found");
        }
        if (request.method().equals("DELETE")) {
            apps.remove(id);
            fns.values().removeIf(each -> each.path("app_id").asString().equals(id));
            return Answer.of(204, null);
        }
        return Answer.of(200, app);
    }

    private Answer fns(Asked request) {
        String app = request.query().get("app_id");
        if (app == null) {
            throw new Refused(400, "", "Missing app_id");
        }
        Map<String, ObjectNode> inApp = new TreeMap<>(fns);
        inApp.values().removeIf(each -> !each.path("app_id").asString().equals(app));
        return list(inApp, request);
    }

    private Answer list(Map<String, ObjectNode> all, Asked request) {
        int perPage = Math.min(perPageMax, Integer.parseInt(request.query().getOrDefault("per_page", "30")));
        String name = request.query().get("name");
        String after = request.query().getOrDefault("cursor", "");
        ObjectNode page = JSON.createObjectNode();
        ArrayNode items = page.putArray("items");
        page.put("next_cursor", "");
        all.values().stream()
                .filter(each -> name == null || each.path("name").asString().equals(name))
                .sorted((one, other) ->
                        one.path("name").asString().compareTo(other.path("name").asString()))
                .filter(each -> each.path("name").asString().compareTo(after) > 0)
                .limit(perPage)
                .forEach(each -> items.add(shown(each)));
        if (items.size() == perPage) {
            page.put("next_cursor", items.get(perPage - 1).path("name").asString());
        }
        return Answer.of(200, page);
    }

    private ObjectNode shown(ObjectNode thing) {
        ObjectNode shown = thing.deepCopy();
        if (shown.has("image")) {
            String base = invokeBase == null ? uri().toString() : invokeBase;
            shown.withObject("/annotations")
                    .put(
                            "fnproject.io/fn/invokeEndpoint",
                            base + "/invoke/" + shown.path("id").asString());
        }
        return shown;
    }

    private Answer createFn(Asked request) {
        ObjectNode fn = request.json().deepCopy().asObject();
        if (!apps.containsKey(fn.path("app_id").asString(""))) {
            throw new Refused(404, "", "App not found");
        }
        if (fn.path("image").asString("").isEmpty()) {
            throw new Refused(400, "", "Missing image on Fn");
        }
        boolean taken = fns.values().stream()
                .anyMatch(each -> each.path("app_id").equals(fn.path("app_id"))
                        && each.path("name").equals(fn.path("name")));
        if (taken) {
            throw new Refused(409, "", "Fn with specified name already exists");
        }
        limits(fn);
        annotations(fn);
        return stored(fns, fn);
    }

    private static void limits(JsonNode fn) {
        if (fn.path("memory").asInt(128) > 8192) {
            throw new Refused(400, "", "memory value is out of range");
        }
        if (fn.path("timeout").asInt(30) > 300) {
            throw new Refused(400, "", "timeout value is out of range, must be between 0 and 300");
        }
        if (fn.path("idle_timeout").asInt(30) > 3600) {
            throw new Refused(400, "", "idle_timeout value is out of range, must be between 0 and 3600");
        }
    }

    private static void annotations(JsonNode thing) {
        thing.path("annotations").properties().forEach(each -> {
            if (!each.getKey().matches("[!-~]{1,128}")
                    || each.getValue().toString().length() > 512) {
                throw new Refused(400, "", "Invalid annotation");
            }
            if (each.getValue().isNull() || each.getValue().asString("x").isEmpty()) {
                throw new Refused(400, "", "Invalid annotation value");
            }
        });
    }

    private Answer fn(Asked request, String id) {
        ObjectNode fn = fns.get(id);
        if (fn == null) {
            throw new Refused(404, "", "Fn not found");
        }
        return switch (request.method()) {
            case "DELETE" -> {
                fns.remove(id);
                yield Answer.of(204, null);
            }
            case "PUT" -> {
                ObjectNode before = fn.deepCopy();
                JsonNode patch = request.json();
                limits(patch);
                patch.properties().forEach(each -> {
                    switch (each.getKey()) {
                        case "config", "annotations" -> merge(fn.withObject('/' + each.getKey()), each.getValue());
                        case "name", "id", "app_id" ->
                            throw new Refused(400, "", "Fn names and IDs cannot be modified");
                        default -> fn.set(each.getKey(), each.getValue());
                    }
                });
                annotations(fn);
                if (!fn.equals(before)) {
                    fn.put("updated_at", "2026-11-29T10:00:00.%03dZ".formatted(ids.incrementAndGet()));
                }
                // an update's answer has none of the server's own annotations
                yield Answer.of(200, fn);
            }
            default -> Answer.of(200, shown(fn));
        };
    }

    private static void merge(ObjectNode into, JsonNode patch) {
        patch.properties().forEach(each -> {
            if (each.getValue().asString("x").isEmpty()) {
                into.remove(each.getKey());
            } else {
                into.set(each.getKey(), each.getValue());
            }
        });
    }

    /** Another's function, made as their client would. */
    synchronized void foreign(String app, String name) {
        ObjectNode in = apps.values().stream()
                .filter(each -> each.path("name").asString().equals(app))
                .findFirst()
                .orElseGet(() -> {
                    ObjectNode made = JSON.createObjectNode().put("name", app);
                    stored(apps, made);
                    return made;
                });
        ObjectNode fn = JSON.createObjectNode()
                .put("app_id", in.path("id").asString())
                .put("name", name)
                .put("image", "registry.example/theirs:1")
                .put("memory", 128)
                .put("timeout", 30)
                .put("idle_timeout", 30);
        fn.putObject("config").put("THEIRS", "value");
        stored(fns, fn);
    }

    /** The image that a function runs. */
    synchronized String image(String name) {
        return fns.values().stream()
                .filter(each -> each.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow()
                .path("image")
                .asString();
    }

    /** Puts another image there, as an operator would. */
    synchronized void touch(String name, String image) {
        fns.values().stream()
                .filter(each -> each.path("name").asString().equals(name))
                .forEach(each -> each.put("image", image));
    }

    synchronized List<String> names() {
        return fns.values().stream().map(each -> each.path("name").asString()).toList();
    }

    synchronized int appCount() {
        return apps.size();
    }

    synchronized void clear() {
        apps.clear();
        fns.clear();
        perPageMax = 100;
        invokeBase = null;
    }
}
