// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays a Kubernetes API server with Knative Serving, in memory: resource versions, generations, conflicts, preconditions,
 * selectors, pages, and a controller that makes a revision of each template and is ready a moment later. kubectl works with it.
 */
final class FakeKube implements AutoCloseable {
    static final String TOKEN = "token-of-the-fake-cluster-0123";

    static final String OLD = "2020-01-01T12:00:00Z";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SERVICES = "/apis/serving.knative.dev/v1/namespaces/";
    /** Log of a container that has not begun. */
    static final String WAITING = "waiting";

    private static final int PAGE = 2;

    /** A request as it came. */
    record Came(String method, String path, Map<String, String> query, Map<String, String> fields, JsonNode body) {}

    private static final class Refusal extends Exception {
        final int status;
        final String reason;

        Refusal(int status, String reason, String message) {
            super(message, null, false, false);
            this.status = status;
            this.reason = reason;
        }
    }

    private final HttpServer server;
    private final boolean open;
    private final Map<String, Map<String, ObjectNode>> stored = new TreeMap<>();
    private final Map<String, String> logs = new TreeMap<>();
    private final List<Came> came = new CopyOnWriteArrayList<>();
    private final List<String> failing = new CopyOnWriteArrayList<>();
    private long version = 100;

    /** When what is made now was made. */
    volatile String now = OLD;

    FakeKube() throws IOException {
        this(false);
    }

    /** An {@code open} one asks for no token: kubectl sends none without TLS. */
    FakeKube(boolean open) throws IOException {
        this.open = open;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Came> came() {
        return List.copyOf(came);
    }

    synchronized void forget() {
        came.clear();
        stored.clear();
        logs.clear();
        failing.clear();
    }

    /** Revisions with this image never become ready. */
    void fails(String image) {
        failing.add(image);
    }

    /** A pod of {@code service} that wrote that. */
    synchronized void pod(String service, String name, String log) {
        ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata")
                .put("name", name)
                .put("namespace", "default")
                .putObject("labels")
                .put("serving.knative.dev/service", service);
        pod.putObject("status").put("phase", "Running");
        of("/api/v1/namespaces/default/pods").put(name, pod);
        logs.put(name, log);
    }

    synchronized void wrote(String pod, String log) {
        logs.merge(pod, log, String::concat);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private Map<String, ObjectNode> of(String collection) {
        return stored.computeIfAbsent(collection, absent -> new LinkedHashMap<>());
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        Map<String, String> fields = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> fields.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        Came request = new Came(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                query(exchange.getRequestURI().getRawQuery()),
                fields,
                bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes));
        int status = request.method().equals("POST") ? 201 : 200;
        byte[] answer;
        String type = "application/json";
        try {
            if (!open && !("Bearer " + TOKEN).equals(fields.get("authorization"))) {
                throw new Refusal(401, "Unauthorized", "Unauthorized");
            }
            came.add(request);
            Object said = answer(request);
            answer = said instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : JSON.writeValueAsBytes(said);
            type = said instanceof String ? "text/plain" : type;
        } catch (Refusal refused) {
            status = refused.status;
            answer = JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("apiVersion", "v1")
                    .put("kind", "Status")
                    .put("status", "Failure")
                    .put("reason", refused.reason)
                    .put("message", refused.getMessage())
                    .put("code", refused.status));
        }
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.getResponseHeaders().add("Audit-Id", "audit-1");
        exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private synchronized Object answer(Came request) throws Refusal {
        JsonNode discovered = Discovery.answer(request.path());
        if (discovered != null) {
            return discovered;
        }
        String[] parts = request.path().split("/", -1);
        int namespaces = List.of(parts).indexOf("namespaces");
        if (namespaces < 0 || parts.length < namespaces + 3) {
            throw new Refusal(404, "NotFound", "the server could not find the requested resource");
        }
        String collection = String.join("/", List.of(parts).subList(0, namespaces + 3));
        String name = parts.length > namespaces + 3 ? parts[namespaces + 3] : "";
        if (parts.length > namespaces + 4 && parts[namespaces + 4].equals("log")) {
            String log = logs.getOrDefault(name, "");
            if (log.equals(WAITING)) {
                throw new Refusal(400, "BadRequest", "container \"user-container\" is waiting to start");
            }
            return log;
        }
        if (name.isEmpty()) {
            return request.method().equals("POST") ? create(collection, request.body()) : list(collection, request);
        }
        ObjectNode there = of(collection).get(name);
        if (there == null) {
            throw new Refusal(404, "NotFound", parts[namespaces + 2] + " \"" + name + "\" not found");
        }
        return switch (request.method()) {
            case "GET" -> {
                ObjectNode seen = there.deepCopy();
                reconcile(collection, there);
                yield seen;
            }
            case "PUT" -> replaced(collection, there, request.body());
            case "PATCH" -> replaced(collection, there, merged(there, request.body()));
            default -> deleted(collection, name, there, request.body());
        };
    }

    private ObjectNode create(String collection, JsonNode body) throws Refusal {
        ObjectNode made = (ObjectNode) body.deepCopy();
        ObjectNode metadata = (ObjectNode) made.path("metadata");
        String name = metadata.path("name").asString("");
        if (of(collection).containsKey(name)) {
            throw new Refusal(409, "AlreadyExists", name + " already exists");
        }
        String[] parts = collection.split("/", -1);
        metadata.put("namespace", parts[parts.length - 2])
                .put("uid", UUID.randomUUID().toString())
                .put("generation", 1)
                .put("creationTimestamp", now)
                .put("resourceVersion", Long.toString(++version));
        of(collection).put(name, made);
        return made.deepCopy();
    }

    private ObjectNode list(String collection, Came request) {
        String selector = request.query().getOrDefault("labelSelector", "");
        String field = request.query().getOrDefault("fieldSelector", "").replace("metadata.name=", "");
        List<ObjectNode> all = of(collection).values().stream()
                .filter(each -> selected(each, selector))
                .filter(each -> field.isEmpty()
                        || field.equals(each.path("metadata").path("name").asString()))
                .toList();
        int from = Integer.parseInt(request.query().getOrDefault("continue", "0"));
        boolean paged = request.query().containsKey("limit");
        int to = paged ? Math.min(all.size(), from + PAGE) : all.size();
        ObjectNode answer = JSON.createObjectNode()
                .put("apiVersion", collection.startsWith(SERVICES) ? "serving.knative.dev/v1" : "v1")
                .put("kind", collection.endsWith("/services") ? "ServiceList" : "List");
        ObjectNode metadata = answer.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (to < all.size()) {
            metadata.put("continue", Integer.toString(to));
        }
        all.subList(from, to).forEach(answer.putArray("items")::add);
        return answer;
    }

    private static boolean selected(JsonNode thing, String selector) {
        for (String each : selector.isEmpty() ? new String[0] : selector.split(",", -1)) {
            String[] parts = each.split("=", 2);
            JsonNode value = thing.path("metadata").path("labels").path(parts[0]);
            if (parts.length == 1 ? value.isMissingNode() : !parts[1].equals(value.asString(""))) {
                return false;
            }
        }
        return true;
    }

    /** RFC 7386. */
    static ObjectNode merged(ObjectNode there, JsonNode patch) {
        ObjectNode result = there.deepCopy();
        patch.properties().forEach(each -> {
            if (each.getValue().isNull()) {
                result.remove(each.getKey());
            } else if (each.getValue().isObject() && result.path(each.getKey()) instanceof ObjectNode inner) {
                result.set(each.getKey(), merged(inner, each.getValue()));
            } else {
                result.set(each.getKey(), each.getValue());
            }
        });
        return result;
    }

    private ObjectNode replaced(String collection, ObjectNode there, JsonNode body) throws Refusal {
        ObjectNode next = (ObjectNode) body.deepCopy();
        ObjectNode metadata = (ObjectNode) next.path("metadata");
        JsonNode old = there.path("metadata");
        String asked = metadata.path("resourceVersion").asString("");
        if (!asked.isEmpty() && !asked.equals(old.path("resourceVersion").asString())) {
            throw new Refusal(
                    409,
                    "Conflict",
                    "the object has been modified; please apply your changes to the latest" + " version and try again");
        }
        if (there.path("immutable").asBoolean(false)) {
            throw new Refusal(422, "Invalid", "field is immutable when `immutable` is set");
        }
        boolean changed = !next.path("spec").equals(there.path("spec"));
        long generation = old.path("generation").asLong(1) + (changed ? 1 : 0);
        metadata.put("uid", old.path("uid").asString()).put("generation", generation);
        metadata.put("creationTimestamp", old.path("creationTimestamp").asString());
        metadata.put("namespace", old.path("namespace").asString());
        metadata.put("resourceVersion", Long.toString(++version));
        next.set("status", there.path("status").isMissingNode() ? JSON.createObjectNode() : there.path("status"));
        of(collection).put(metadata.path("name").asString(), next);
        return next.deepCopy();
    }

    private ObjectNode deleted(String collection, String name, ObjectNode there, JsonNode options) throws Refusal {
        String uid = options.path("preconditions").path("uid").asString("");
        if (!uid.isEmpty() && !uid.equals(there.path("metadata").path("uid").asString())) {
            throw new Refusal(409, "Conflict", "the UID in the precondition does not match");
        }
        of(collection).remove(name);
        if (collection.endsWith("/services")) {
            of(collection.replace("/services", "/revisions")).values().removeIf(each -> each.path("metadata")
                    .path("labels")
                    .path("serving.knative.dev/service")
                    .asString()
                    .equals(name));
        }
        return JSON.createObjectNode()
                .put("apiVersion", "v1")
                .put("kind", "Status")
                .put("status", "Success");
    }

    /** What Knative's controller does between two looks. */
    private void reconcile(String collection, ObjectNode service) {
        if (!collection.endsWith("/services") || !collection.startsWith(SERVICES)) {
            return;
        }
        JsonNode metadata = service.path("metadata");
        String name = metadata.path("name").asString();
        long generation = metadata.path("generation").asLong();
        ObjectNode status = service.path("status") instanceof ObjectNode there ? there : service.putObject("status");
        if (status.path("observedGeneration").asLong(0) == generation) {
            return;
        }
        Map<String, ObjectNode> revisions = of(collection.replace("/services", "/revisions"));
        JsonNode template = service.path("spec").path("template");
        ObjectNode newest = null;
        for (ObjectNode each : revisions.values()) {
            newest = each.path("metadata")
                            .path("labels")
                            .path("serving.knative.dev/service")
                            .asString("")
                            .equals(name)
                    ? each
                    : newest;
        }
        if (newest == null
                || !newest.path("spec").equals(template.path("spec"))
                || !newest.path("metadata")
                        .path("annotations")
                        .equals(template.path("metadata").path("annotations"))) {
            newest = JSON.createObjectNode()
                    .put("apiVersion", "serving.knative.dev/v1")
                    .put("kind", "Revision");
            String revision = "%s-%05d".formatted(name, generation);
            ObjectNode own = newest.putObject("metadata").put("name", revision);
            own.put("creationTimestamp", "2026-11-29T12:00:0" + generation % 10 + "Z")
                    .put("uid", UUID.randomUUID().toString())
                    .putObject("labels")
                    .put("serving.knative.dev/service", name)
                    .put("serving.knative.dev/configurationGeneration", Long.toString(generation));
            own.set("annotations", template.path("metadata").path("annotations").deepCopy());
            newest.set("spec", template.path("spec").deepCopy());
            revisions.put(revision, newest);
        }
        boolean fails = failing.contains(
                template.path("spec").path("containers").path(0).path("image").asString(""));
        status.put("observedGeneration", generation).put("url", "http://" + name + ".default.example.com");
        if (!fails) {
            status.put(
                    "latestReadyRevisionName",
                    newest.path("metadata").path("name").asString());
        }
        status.putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", fails ? "False" : "True")
                .put("reason", fails ? "RevisionFailed" : "")
                .put("message", fails ? "Unable to fetch image" : "");
        ((ObjectNode) metadata).put("resourceVersion", Long.toString(++version));
    }

    /** Everything of a kind. */
    synchronized List<ObjectNode> all(String plural) {
        return stored.entrySet().stream()
                .filter(each -> each.getKey().endsWith("/" + plural))
                .flatMap(each -> each.getValue().values().stream())
                .toList();
    }

    /** Their names. */
    List<String> names(String plural) {
        return all(plural).stream()
                .map(each -> each.path("metadata").path("name").asString())
                .toList();
    }

    /** Takes everything of a kind away. */
    synchronized void lacks(String plural) {
        stored.keySet().removeIf(each -> each.endsWith("/" + plural));
    }
}
