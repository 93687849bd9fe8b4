// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.testkit.Archives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays Function Compute's management API in memory. What is known of the real one is in its vendor's SDK and documentation;
 * every request is checked against a signature that Alibaba's own library computes, unless a test checks in another way.
 */
final class FakeFc implements AutoCloseable {
    static final String KEY = "LTAI5tFakeKeyOfATest";
    static final String SECRET = "secret-of-the-fake-0123456789";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int PAGE = 2;
    private static final String ROOT = "/2023-03-30";

    /** Says what is wrong with a request's signature; null where nothing is. */
    interface SignatureCheck {
        @Nullable
        String wrong(Came request);
    }

    /** Where packages lie that do not come with the request. */
    interface Bucket {
        byte[] get(String bucket, String key);
    }

    /** A request as it came. */
    record Came(String method, String path, Map<String, String> query, Map<String, String> fields, byte[] body) {
        static Came of(HttpExchange exchange) throws IOException {
            Map<String, String> fields = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> fields.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            return new Came(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    Signatures.query(exchange.getRequestURI().getRawQuery()),
                    fields,
                    exchange.getRequestBody().readAllBytes());
        }

        String action() {
            return fields.getOrDefault("x-acs-action", "");
        }
    }

    private static final class Stored {
        final ObjectNode document = JSON.createObjectNode();
        final Map<String, String> tags = new TreeMap<>();
        final Map<String, ObjectNode> versions = new LinkedHashMap<>();
        final Map<String, ObjectNode> frozen = new LinkedHashMap<>();
        final Map<String, ObjectNode> aliases = new TreeMap<>();
        final Map<String, ObjectNode> triggers = new TreeMap<>();
        byte[] code = {};
        boolean changed = true;
        int settling;
    }

    private final HttpServer server;
    private final SignatureCheck check;
    private final Map<String, Stored> functions = new TreeMap<>();
    private final List<Came> came = new CopyOnWriteArrayList<>();
    private int clock;
    volatile Bucket bucket = (name, key) -> new byte[0];
    private int requests;

    FakeFc() throws IOException {
        this(request -> Signatures.wrong(request, SECRET));
    }

    FakeFc(SignatureCheck check) throws IOException {
        this.check = check;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI endpoint() {
        return URI.create("http://" + authority());
    }

    String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    List<Came> came() {
        return List.copyOf(came);
    }

    synchronized List<String> names() {
        return List.copyOf(functions.keySet());
    }

    /** A function that somebody made. */
    synchronized void foreign(String name) throws Exception {
        ObjectNode body = JSON.createObjectNode()
                .put("functionName", name)
                .put("memorySize", 128)
                .put("cpu", 0.1)
                .put("diskSize", 512)
                .put("timeout", 60);
        body.put("runtime", "python3.10").put("handler", "index.handler");
        body.putObject("code")
                .put(
                        "zipFile",
                        Base64.getEncoder().encodeToString(Archives.zip("index.py", "def handler(e, c): return 1")));
        ObjectNode ignored = create(body);
    }

    /** Gives a function another memory, and lets calls reach it so, as somebody would. */
    synchronized void touch(String name, int mebibytes) throws Exception {
        Stored stored = stored(name);
        merge(stored, JSON.createObjectNode().put("memorySize", mebibytes));
        String version =
                publish(stored, JSON.createObjectNode()).path("versionId").asString();
        stored.aliases.values().forEach(each -> each.put("versionId", version));
    }

    synchronized void forget() {
        came.clear();
        functions.clear();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        Came request = Came.of(exchange);
        byte[] answer;
        int status = 200;
        String id = "fake-" + ++requests;
        try {
            if (request.path().startsWith("/code/")) {
                answer = stored(request.path().substring(6)).code;
            } else {
                came.add(request);
                String wrong = check.wrong(request);
                if (wrong != null) {
                    throw new FcRefusal(403, "SignatureNotMatch", wrong);
                }
                JsonNode said = answer(request);
                answer = said == null ? new byte[0] : JSON.writeValueAsBytes(said);
                status = said == null ? 204 : 200;
            }
        } catch (FcRefusal refused) {
            status = refused.status;
            answer = JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("RequestId", id)
                    .put("Code", refused.code)
                    .put("Message", refused.getMessage()));
        }
        exchange.getResponseHeaders().add("x-fc-request-id", id);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, status == 204 ? -1 : answer.length);
        if (status != 204) {
            exchange.getResponseBody().write(answer);
        }
        exchange.close();
    }

    private Stored stored(String name) throws FcRefusal {
        Stored stored = functions.get(name);
        if (stored == null) {
            throw new FcRefusal(404, "FunctionNotFound", "function '" + name + "' does not exist");
        }
        return stored;
    }

    private synchronized @Nullable JsonNode answer(Came request) throws FcRefusal {
        String[] path = request.path().substring(ROOT.length() + 1).split("/", -1);
        JsonNode body = request.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(request.body());
        if (path[0].equals("tags-v2")) {
            return tags(request, body);
        }
        if (path.length == 1) {
            return request.method().equals("POST") ? create(body) : list(request);
        }
        Stored stored = stored(path[1]);
        if (path.length == 2) {
            return function(request, path[1], stored, body);
        }
        return switch (path[2]) {
            case "code" -> JSON.createObjectNode().put("url", endpoint() + "/code/" + path[1]);
            case "versions" -> versions(request, path, stored, body);
            case "aliases" -> aliases(request, path, stored, body);
            case "triggers" -> triggers(request, path, stored, body);
            case "invocations" -> JSON.createObjectNode().put("echo", path[1]);
            default -> throw new FcRefusal(404, "PathNotSupported", request.path());
        };
    }

    private String now() {
        return Instant.ofEpochSecond(1_800_000_000L + ++clock).toString();
    }

    private ObjectNode create(JsonNode body) throws FcRefusal {
        String name = body.path("functionName").asString("");
        if (functions.containsKey(name)) {
            throw new FcRefusal(409, "FunctionAlreadyExists", "function '" + name + "' already exists");
        }
        Stored stored = new Stored();
        stored.document
                .put("functionName", name)
                .put("functionArn", "acs:fc:eu-central-1:1234567890123456:functions/" + name)
                .put("createdTime", now())
                .put("instanceConcurrency", 1);
        functions.put(name, stored);
        merge(stored, body);
        body.path("tags")
                .forEach(each -> stored.tags.put(
                        each.path("Key").asString(), each.path("Value").asString()));
        stored.settling = 1;
        return view(stored, stored.document);
    }

    private void merge(Stored stored, JsonNode body) {
        body.properties().forEach(each -> {
            if (!each.getKey().equals("code") && !each.getKey().equals("tags")) {
                stored.document.set(each.getKey(), each.getValue());
            }
        });
        if (body.has("code")) {
            JsonNode code = body.path("code");
            stored.code = code.has("ossObjectName")
                    ? bucket.get(
                            code.path("ossBucketName").asString(),
                            code.path("ossObjectName").asString())
                    : Base64.getDecoder().decode(code.path("zipFile").asString());
            CRC32 sum = new CRC32();
            sum.update(stored.code);
            stored.document.put("codeChecksum", Long.toString(sum.getValue())).put("codeSize", stored.code.length);
        }
        stored.document.put("lastModifiedTime", now());
        stored.changed = true;
    }

    private ObjectNode view(Stored stored, ObjectNode document) {
        ObjectNode view = document.deepCopy();
        boolean settled = stored.settling-- <= 0;
        view.put("state", "Active").put("lastUpdateStatus", settled ? "Successful" : "InProgress");
        stored.tags.forEach((key, value) ->
                view.withArray("tags").addObject().put("Key", key).put("Value", value));
        return view;
    }

    private JsonNode list(Came request) {
        List<String> names = new ArrayList<>(functions.keySet());
        int from = Integer.parseInt(request.query().getOrDefault("nextToken", "0"));
        int limit = Math.min(PAGE, Integer.parseInt(request.query().getOrDefault("limit", "20")));
        int to = Math.min(names.size(), from + limit);
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("functions");
        for (String name : names.subList(from, to)) {
            Stored stored = functions.getOrDefault(name, new Stored());
            answer.withArray("functions").add(view(stored, stored.document));
        }
        return to < names.size() ? answer.put("nextToken", Integer.toString(to)) : answer;
    }

    private @Nullable JsonNode function(Came request, String name, Stored stored, JsonNode body) throws FcRefusal {
        if (request.method().equals("PUT")) {
            merge(stored, body);
            stored.settling = 1;
            return view(stored, stored.document);
        }
        if (request.method().equals("DELETE")) {
            if (!stored.triggers.isEmpty()) {
                throw new FcRefusal(412, "FunctionNotEmpty", "function '" + name + "' has active triggers");
            }
            functions.remove(name);
            return null;
        }
        String qualifier = request.query().getOrDefault("qualifier", "LATEST");
        if (qualifier.equals("LATEST")) {
            return view(stored, stored.document);
        }
        ObjectNode alias = stored.aliases.get(qualifier);
        String version = alias == null ? qualifier : alias.path("versionId").asString();
        ObjectNode frozen = stored.frozen.get(version);
        if (frozen == null) {
            throw new FcRefusal(404, "VersionNotFound", "version '" + version + "' does not exist");
        }
        return frozen;
    }

    private @Nullable JsonNode versions(Came request, String[] path, Stored stored, JsonNode body) throws FcRefusal {
        if (request.method().equals("GET")) {
            ObjectNode answer = JSON.createObjectNode();
            List<ObjectNode> newest = new ArrayList<>(stored.versions.values()).reversed();
            newest.forEach(answer.putArray("versions")::add);
            return answer;
        }
        if (request.method().equals("DELETE")) {
            stored.versions.remove(path[3]);
            stored.frozen.remove(path[3]);
            return null;
        }
        return publish(stored, body);
    }

    private ObjectNode publish(Stored stored, JsonNode body) throws FcRefusal {
        if (!stored.changed) {
            throw new FcRefusal(409, "VersionPublishError", "nothing changed since the last version");
        }
        stored.changed = false;
        String id = Integer.toString(1 + stored.versions.size());
        ObjectNode version = JSON.createObjectNode()
                .put("versionId", id)
                .put("description", body.path("description").asString(""))
                .put("createdTime", now());
        stored.versions.put(id, version);
        stored.frozen.put(id, stored.document.deepCopy());
        return version;
    }

    private @Nullable JsonNode aliases(Came request, String[] path, Stored stored, JsonNode body) throws FcRefusal {
        String name = path.length > 3 ? path[3] : body.path("aliasName").asString();
        if (request.method().equals("DELETE")) {
            stored.aliases.remove(name);
            return null;
        }
        ObjectNode there = stored.aliases.get(name);
        if (there == null && path.length > 3) {
            throw new FcRefusal(404, "AliasNotFound", "alias '" + name + "' does not exist");
        }
        if (request.method().equals("GET") && there != null) {
            return there;
        }
        if (there != null && path.length == 3) {
            throw new FcRefusal(409, "AliasAlreadyExists", name);
        }
        if (!stored.versions.containsKey(body.path("versionId").asString())) {
            throw new FcRefusal(404, "VersionNotFound", body.path("versionId").asString());
        }
        ObjectNode alias = (ObjectNode) body.deepCopy();
        stored.aliases.put(name, alias.put("aliasName", name));
        return alias;
    }

    private @Nullable JsonNode triggers(Came request, String[] path, Stored stored, JsonNode body) throws FcRefusal {
        String name = path.length > 3 ? path[3] : body.path("triggerName").asString();
        if (request.method().equals("POST")) {
            ObjectNode trigger = (ObjectNode) body.deepCopy();
            trigger.putObject("httpTrigger").put("urlInternet", endpoint().toString());
            stored.triggers.put(name, trigger);
        }
        ObjectNode there = stored.triggers.get(name);
        if (there == null) {
            throw new FcRefusal(404, "TriggerNotFound", "trigger '" + name + "' does not exist");
        }
        if (request.method().equals("DELETE")) {
            stored.triggers.remove(name);
            return null;
        }
        return there;
    }

    private @Nullable JsonNode tags(Came request, JsonNode body) throws FcRefusal {
        if (request.method().equals("POST")) {
            for (JsonNode arn : body.path("ResourceId")) {
                Stored stored = stored(arn.asString().substring(arn.asString().lastIndexOf('/') + 1));
                body.path("Tag")
                        .forEach(each -> stored.tags.put(
                                each.path("Key").asString(), each.path("Value").asString()));
            }
            return null;
        }
        JsonNode arns = JSON.readTree(request.query().getOrDefault("ResourceId", "[]"));
        for (JsonNode arn : arns) {
            Stored stored = stored(arn.asString().substring(arn.asString().lastIndexOf('/') + 1));
            JSON.readTree(request.query().getOrDefault("TagKey", "[]"))
                    .forEach(key -> stored.tags.remove(key.asString()));
        }
        return null;
    }
}
