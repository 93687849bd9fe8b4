// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Google's APIs as far as Weft and gcloud's deploy ask for them, in memory: Cloud Functions 2, the bucket behind its signed
 * URLs, Cloud Run's policies, revisions and traffic, Cloud Logging, tokens. It alone proves nothing: {@link RecordedIT} and
 * {@link GcloudIT} drive it by Google's own clients.
 */
final class FakeGoogle implements AutoCloseable {
    static final String PROJECT = "shop-12345";
    static final String REGION = "europe-west1";
    static final String TOKEN = "somebody-elses-token-of-some-length";
    static final JsonMapper JSON = JsonMapper.shared();

    /** One request as it came. */
    record Request(String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {
        JsonNode json() {
            return JSON.readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
        }

        @Override
        public String toString() {
            return method + ' ' + path + ' ' + new TreeMap<>(query);
        }
    }

    /** One answer. */
    record Answer(int status, String type, byte[] body) {
        static Answer json(JsonNode node) {
            return new Answer(200, "application/json", node.toString().getBytes(StandardCharsets.UTF_8));
        }

        static Answer error(int code, String status, String message) {
            ObjectNode body = JSON.createObjectNode();
            body.putObject("error").put("code", code).put("status", status).put("message", message);
            return new Answer(code, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    final FakeTokens tokens = new FakeTokens();
    final FakeFunctions functions = new FakeFunctions(this);
    final FakeRun run = new FakeRun(functions);
    final FakeSecrets secrets = new FakeSecrets();
    final List<ObjectNode> logEntries = new CopyOnWriteArrayList<>();

    /** What {@code testIamPermissions} does not grant. */
    volatile String denied = "";

    FakeGoogle() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    void forget() {
        requests.clear();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = read(exchange);
            requests.add(request);
            Answer answer;
            synchronized (this) {
                answer = answer(request);
            }
            exchange.getResponseHeaders().set("content-type", answer.type());
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            if (answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (RuntimeException broken) {
            broken.printStackTrace();
            throw broken;
        }
    }

    private static Request read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        Map<String, String> query = new TreeMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                if (parts.length == 2 && !parts[1].isEmpty()) {
                    query.put(decoded(parts[0]), decoded(parts[1]));
                }
            }
        }
        // Google's client for Java can't send PATCH, and says it so
        return new Request(
                headers.getOrDefault("x-http-method-override", exchange.getRequestMethod()),
                exchange.getRequestURI().getPath(),
                query,
                headers,
                exchange.getRequestBody().readAllBytes());
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private Answer answer(Request request) {
        String path = request.path();
        if (path.equals("/token")) {
            return tokens.answer(request);
        }
        if (path.startsWith("/bucket/")) {
            return functions.bucket(request);
        }
        if (!tokens.known(request.headers().get("authorization"))) {
            return Answer.error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        }
        Answer found = path.equals("/v2/entries:list") ? entries(request) : functions.answer(request);
        if (found == null) {
            found = run.answer(request);
        }
        if (found == null) {
            found = secrets.answer(request);
        }
        if (found == null) {
            found = others(request);
        }
        return found == null ? Answer.error(404, "NOT_FOUND", "Resource '" + path + "' was not found") : found;
    }

    private Answer entries(Request request) {
        String filter = request.json().path("filter").asString("");
        ObjectNode answer = JSON.createObjectNode();
        List<ObjectNode> found = logEntries.stream()
                .filter(each -> {
                    String service = each.path("resource")
                            .path("labels")
                            .path("service_name")
                            .asString("");
                    String since = filter.replaceAll("(?s).*timestamp>=\"([^\"]+)\".*", "$1");
                    return filter.contains("service_name=\"" + service + '"')
                            && each.path("timestamp").asString("").compareTo(since) >= 0;
                })
                .sorted((one, other) -> one.path("timestamp")
                        .asString("")
                        .compareTo(other.path("timestamp").asString("")))
                .toList();
        boolean newestFirst = request.json().path("orderBy").asString("").endsWith("desc");
        List<ObjectNode> ordered = newestFirst ? found.reversed() : found;
        int from = Integer.parseInt(request.json().path("pageToken").asString("0"));
        int size = Math.min(2, request.json().path("pageSize").asInt(50));
        ordered.stream().skip(from).limit(size).forEach(answer.withArray("entries")::add);
        if (from + size < ordered.size()) {
            answer.put("nextPageToken", Integer.toString(from + size));
        }
        return Answer.json(answer);
    }

    /** What {@code examine} and gcloud ask besides. */
    private @Nullable Answer others(Request request) {
        String path = request.path();
        if (path.endsWith(":testIamPermissions")) {
            ObjectNode answer = JSON.createObjectNode();
            request.json().path("permissions").forEach(each -> {
                if (!each.asString("").equals(denied)) {
                    answer.withArray("permissions").add(each);
                }
            });
            return Answer.json(answer);
        }
        if (path.matches("/v1/projects/[^/]+/services/[^/]+")) {
            return Answer.json(
                    JSON.createObjectNode().put("name", path.substring(4)).put("state", "ENABLED"));
        }
        if (path.endsWith("/defaultServiceAccount")) {
            return Answer.json(JSON.createObjectNode()
                    .put("name", path.substring(4))
                    .put(
                            "serviceAccountEmail",
                            "projects/" + PROJECT + "/serviceAccounts/123@cloudbuild.gserviceaccount.com"));
        }
        if (path.matches("/v1/projects/[^/:]+")) {
            return Answer.json(JSON.createObjectNode()
                    .put("projectId", PROJECT)
                    .put("projectNumber", "123")
                    .put("lifecycleState", "ACTIVE"));
        }
        return null;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
