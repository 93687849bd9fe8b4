// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.clouds.ibm.RecordingServer;
import dev.weft.clouds.ibm.RecordingServer.Answer;
import dev.weft.clouds.ibm.RecordingServer.Asked;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenWhisk's API in memory, after its controller's source: statuses, merging of updates, versions, pages, errors. */
final class PlayedOpenWhisk implements AutoCloseable {
    static final String KEY =
            "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:123zO3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGV";
    private static final String ROOT = "/api/v1/namespaces";
    private static final JsonMapper JSON = JsonMapper.shared();

    final RecordingServer server;
    final Map<String, ObjectNode> actions = new ConcurrentSkipListMap<>();
    final Map<String, ObjectNode> packages = new ConcurrentSkipListMap<>();
    final ArrayNode activations = JSON.createArrayNode();
    private final AtomicLong clock = new AtomicLong(1_700_000_000_000L);

    PlayedOpenWhisk() throws IOException {
        server = new RecordingServer(this::answer);
    }

    /** One that is there. */
    ObjectNode action(String key) {
        return Objects.requireNonNull(actions.get(key));
    }

    private Answer answer(Asked asked) {
        String basic = "Basic " + Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8));
        if (!basic.equals(asked.headers().get("authorization"))) {
            return error(401, "The supplied authentication is invalid.");
        }
        if (asked.path().equals(ROOT)) {
            return Answer.of(200, "[\"guest\"]");
        }
        String[] path = asked.path().substring(ROOT.length() + 1).split("/", -1);
        if (!path[0].equals("_") && !path[0].equals("guest")) {
            return error(403, "The supplied authentication is not authorized to access this resource.");
        }
        return switch (path[1]) {
            case "actions" -> actions(asked, path);
            case "packages" -> packages(asked, decoded(path[2]));
            case "activations" -> activations(asked, path);
            default -> error(404, "The requested resource does not exist.");
        };
    }

    private Answer actions(Asked asked, String[] path) {
        Map<String, String> query = query(asked.query());
        boolean list = path.length == 2 || (path.length == 4 && path[3].isEmpty());
        if (list) {
            return list(path.length == 2 ? "" : decoded(path[2]) + '/', path.length == 2, query);
        }
        String pack = path.length == 4 ? decoded(path[2]) : "";
        if (!pack.isEmpty() && !packages.containsKey(pack)) {
            return error(403, "The supplied authentication is not authorized to access this resource.");
        }
        String name = decoded(path[path.length - 1]);
        String key = (pack.isEmpty() ? "" : pack + '/') + name;
        @Nullable ObjectNode there = actions.get(key);
        return switch (asked.method()) {
            case "GET" ->
                there == null
                        ? error(404, "The requested resource does not exist.")
                        : Answer.of(
                                200,
                                shown(there, !"false".equals(query.get("code"))).toString());
            case "PUT" -> put(asked, there, key, query);
            case "DELETE" -> {
                actions.remove(key);
                yield there == null
                        ? error(404, "The requested resource does not exist.")
                        : Answer.of(200, there.toString());
            }
            case "POST" -> invoke(there, query);
            default -> error(405, "HTTP method not allowed");
        };
    }

    private Answer put(Asked asked, @Nullable ObjectNode there, String key, Map<String, String> query) {
        JsonNode body = JSON.readTree(asked.body());
        if (there != null && !"true".equals(query.get("overwrite"))) {
            return error(409, "resource already exists");
        }
        if (there == null && !body.has("exec")) {
            return error(400, "exec undefined");
        }
        ObjectNode made = there == null ? JSON.createObjectNode() : there.deepCopy();
        int slash = key.indexOf('/');
        made.put("name", key.substring(slash + 1));
        made.put("namespace", slash < 0 ? "guest" : "guest/" + key.substring(0, slash));
        made.put(
                "version",
                body.path("version")
                        .asString(
                                there == null
                                        ? "0.0.1"
                                        : bumped(there.path("version").asString())));
        made.put("updated", clock.incrementAndGet());
        made.put("publish", false);
        for (String field : new String[] {"exec", "parameters", "annotations"}) {
            if (body.has(field)) {
                made.set(field, body.get(field));
            } else if (!made.has(field)) {
                made.putArray(field);
            }
        }
        ObjectNode limits = made.has("limits")
                ? (ObjectNode) made.get("limits")
                : JSON.createObjectNode()
                        .put("timeout", 60_000)
                        .put("memory", 256)
                        .put("logs", 10)
                        .put("concurrency", 1);
        body.path("limits").properties().forEach(each -> limits.set(each.getKey(), each.getValue()));
        made.set("limits", limits);
        ArrayNode annotations = JSON.createArrayNode();
        made.get("annotations").forEach(each -> {
            if (!each.path("key").asString("").equals("exec")) {
                annotations.add(each);
            }
        });
        annotations
                .addObject()
                .put("key", "exec")
                .set("value", made.path("exec").path("kind"));
        made.set("annotations", annotations);
        actions.put(key, made);
        return Answer.of(200, made.toString());
    }

    private static String bumped(String version) {
        int dot = version.lastIndexOf('.');
        return version.substring(0, dot + 1) + (Integer.parseInt(version.substring(dot + 1)) + 1);
    }

    private static ObjectNode shown(ObjectNode action, boolean code) {
        ObjectNode shown = action.deepCopy();
        if (!code) {
            ((ObjectNode) shown.get("exec")).remove("code");
        }
        return shown;
    }

    private Answer list(String pack, boolean all, Map<String, String> query) {
        if (!all && !packages.containsKey(pack.substring(0, pack.length() - 1))) {
            return error(403, "The supplied authentication is not authorized to access this resource.");
        }
        int limit = Integer.parseInt(query.getOrDefault("limit", "30"));
        if (limit > 200) {
            return error(400, "The value '" + limit + "' is not in the range of 0 to 200 for actions.");
        }
        ArrayNode page = JSON.createArrayNode();
        actions.entrySet().stream()
                .filter(each -> all || each.getKey().startsWith(pack))
                .skip(Integer.parseInt(query.getOrDefault("skip", "0")))
                .limit(limit)
                .forEach(each -> {
                    ObjectNode summary = each.getValue().deepCopy();
                    summary.remove("parameters");
                    summary.remove("exec");
                    page.add(summary);
                });
        return Answer.of(200, page.toString());
    }

    private Answer packages(Asked asked, String name) {
        if (asked.method().equals("PUT")) {
            if (packages.containsKey(name) && !asked.query().contains("overwrite=true")) {
                return error(409, "resource already exists");
            }
            packages.put(name, JSON.createObjectNode().put("name", name));
        }
        ObjectNode there = packages.get(name);
        return there == null ? error(404, "The requested resource does not exist.") : Answer.of(200, there.toString());
    }

    private static Answer invoke(@Nullable ObjectNode there, Map<String, String> query) {
        if (there == null) {
            return error(404, "The requested resource does not exist.");
        }
        return "true".equals(query.get("blocking"))
                ? Answer.of(200, """
                        {"activationId":"44794bd6aab74415b4e42a308d880e5b","response":{"status":"success","success":true,\
                        "statusCode":0,"result":{"hello":"ada"}},"logs":[]}""")
                : Answer.of(202, "{\"activationId\":\"44794bd6aab74415b4e42a308d880e5b\"}");
    }

    private Answer activations(Asked asked, String[] path) {
        if (path.length == 4) {
            for (JsonNode each : activations) {
                if (each.path("activationId").asString().equals(path[2])) {
                    return Answer.of(200, "{\"logs\":" + each.path("kept") + "}");
                }
            }
            return error(404, "The requested resource does not exist.");
        }
        Map<String, String> query = query(asked.query());
        ArrayNode page = JSON.createArrayNode();
        long since = Long.parseLong(query.getOrDefault("since", "0"));
        int skip = Integer.parseInt(query.getOrDefault("skip", "0"));
        for (JsonNode each : activations) {
            if (each.path("name").asString().equals(query.get("name"))
                    && each.path("start").asLong() >= since
                    && skip-- <= 0
                    && page.size() < Integer.parseInt(query.getOrDefault("limit", "30"))) {
                page.add(each);
            }
        }
        return Answer.of(200, page.toString());
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment, StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(String query) {
        Map<String, String> values = new TreeMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    private static Answer error(int status, String words) {
        return Answer.of(
                status,
                JSON.createObjectNode().put("error", words).put("code", "tid-7").toString());
    }

    @Override
    public void close() {
        server.close();
    }
}
