// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays the parts of Azure that Weft asks: Resource Manager's sites, plans, tags and storage account, the token endpoint, and,
 * in {@link FakeBlobs}, Blob Storage. Every client is treated alike, the vendor's own too.
 */
final class FakeAzure implements AutoCloseable {
    static final String SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";
    static final String TENANT = "99999999-8888-7777-6666-555555555555";
    static final String CLIENT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
    static final String SECRET = "a-secret-that-nobody-may-ever-see";
    static final String GROUP = "shop";
    static final String STORAGE = "shopstore";
    static final String KEY = "c3RvcmFnZS1rZXktdGhhdC1ub2JvZHktbWF5LWV2ZXItc2Vl";

    private static final int PAGE = 2;
    private static final Pattern SITE = Pattern.compile("/sites/([^/]+)(/.*)?$", Pattern.CASE_INSENSITIVE);

    /** A request as it came. */
    record Came(String method, String path, String query, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    /** An answer. */
    record Answer(int status, String body, Map<String, String> headers) {
        static Answer of(int status, JsonNode json) {
            return new Answer(status, json.toString(), Map.of());
        }

        static Answer error(int status, String code, String message) {
            ObjectNode json = JsonMapper.shared().createObjectNode();
            json.putObject("error").put("code", code).put("message", message);
            return of(status, json);
        }
    }

    final FakeBlobs blobs;
    final Map<String, ObjectNode> plans = new TreeMap<>();
    final List<Came> came = new CopyOnWriteArrayList<>();
    private final Map<String, FakeSite> sites = new TreeMap<>();
    private final HttpServer server;
    private int polls;
    final FakeFlex flex = new FakeFlex(this);
    /** Whether changes of sites and plans are begun and asked after. */
    boolean slow;
    /** An answer in place of every other, for one request. */
    @Nullable
    Answer next;

    /** Azure whose storage makes every signature again by the vendor's own library. */
    FakeAzure() throws IOException {
        this(new VendorSharedKey(STORAGE, KEY));
    }

    FakeAzure(FakeBlobs.SignatureCheck check) throws IOException {
        blobs = new FakeBlobs(STORAGE, check);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    String group() {
        return "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/" + GROUP;
    }

    Map<String, String> environment() {
        return Map.of(
                "AZURE_TENANT_ID", TENANT,
                "AZURE_CLIENT_ID", CLIENT,
                "AZURE_CLIENT_SECRET", SECRET,
                "AZURE_AUTHORITY_HOST", uri().toString());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    synchronized void clear() {
        sites.clear();
        plans.clear();
        blobs.clear();
        came.clear();
        slow = false;
        next = null;
        flex.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        URI uri = exchange.getRequestURI();
        Came request = new Came(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                headers,
                exchange.getRequestBody().readAllBytes());
        came.add(request);
        FakeBlobs.Reply reply = reply(request);
        exchange.getResponseHeaders().set("x-ms-request-id", "req-" + came.size());
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        boolean bare = request.method().equals("HEAD") || reply.body().length == 0;
        exchange.sendResponseHeaders(reply.status(), bare ? -1 : reply.body().length);
        if (!bare) {
            exchange.getResponseBody().write(reply.body());
        }
        exchange.close();
    }

    private synchronized FakeBlobs.Reply reply(Came request) {
        if (request.path().startsWith("/" + STORAGE + "/")) {
            return blobs.reply(request, uri());
        }
        Answer answer = answer(request);
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        headers.put("content-type", "application/json; charset=utf-8");
        return new FakeBlobs.Reply(answer.status(), answer.body().getBytes(StandardCharsets.UTF_8), headers);
    }

    private Answer answer(Came request) {
        Answer instead = next;
        if (instead != null) {
            next = null;
            return instead;
        }
        if (request.path().equals('/' + TENANT + "/oauth2/v2.0/token")) {
            return FakeSite.token(request);
        }
        if (!request.headers().getOrDefault("authorization", "").startsWith("Bearer token-for-")) {
            return Answer.error(401, "AuthenticationFailed", "Authentication failed.");
        }
        if (request.path().startsWith(FakeFlex.HOSTS)) {
            return flex.host(request);
        }
        if (request.path().startsWith("/v1/workspaces/")) {
            return FakeSite.logs();
        }
        if (request.path().equals("/operations/1")) {
            ObjectNode state = json();
            return Answer.of(200, state.put("status", ++polls % 2 == 0 ? "Succeeded" : "InProgress"));
        }
        if (!request.query().contains("api-version=")) {
            return Answer.error(400, "MissingApiVersionParameter", "The api-version query parameter is required.");
        }
        return arm(request, request.path().substring(request.path().indexOf("/resourceGroups/")));
    }

    private Answer arm(Came request, String path) {
        if (!path.startsWith("/resourceGroups/" + GROUP)) {
            return Answer.error(404, "ResourceGroupNotFound", "Resource group could not be found.");
        }
        String rest = path.substring(("/resourceGroups/" + GROUP).length());
        if (rest.isEmpty()) {
            return Answer.of(200, json().put("name", GROUP).put("location", "westeurope"));
        }
        if (rest.equals("/providers/Microsoft.Web/sites")) {
            return page(request);
        }
        if (rest.startsWith("/providers/Microsoft.Web/serverfarms/")) {
            return plan(request, rest.substring(rest.lastIndexOf('/') + 1));
        }
        if (rest.startsWith("/providers/Microsoft.Storage/storageAccounts/" + STORAGE)) {
            return storage(rest.endsWith("/listKeys"));
        }
        Matcher site = SITE.matcher(rest);
        return site.find()
                ? site(request, site.group(1), site.group(2) == null ? "" : site.group(2))
                : Answer.error(404, "NotFound", rest);
    }

    private Answer page(Came request) {
        Matcher skip = Pattern.compile("skipToken=(\\d+)").matcher(request.query());
        int from = skip.find() ? Integer.parseInt(skip.group(1)) : 0;
        List<FakeSite> all = new ArrayList<>(sites.values());
        ObjectNode page = json();
        ArrayNode value = page.putArray("value");
        all.subList(from, Math.min(all.size(), from + PAGE)).forEach(each -> value.add(FakeFlex.listed(each.json)));
        if (from + PAGE < all.size()) {
            page.put("nextLink", uri() + request.path() + "?api-version=1&$skipToken=" + (from + PAGE));
        }
        return Answer.of(200, page);
    }

    private Answer plan(Came request, String name) {
        if (request.method().equals("PUT")) {
            ObjectNode plan = (ObjectNode) request.json();
            plan.put("id", group() + "/providers/Microsoft.Web/serverfarms/" + name)
                    .put("name", name);
            plans.put(name, plan);
            return slow
                    ? new Answer(202, plan.toString(), Map.of("azure-asyncoperation", uri() + "/operations/1"))
                    : Answer.of(200, plan);
        }
        ObjectNode plan = request.method().equals("DELETE") ? plans.remove(name) : plans.get(name);
        return plan == null
                ? Answer.error(
                        404, "ResourceNotFound", "The Resource 'Microsoft.Web/serverfarms/" + name + "' was not found.")
                : Answer.of(200, plan);
    }

    private Answer storage(boolean keys) {
        ObjectNode json = json();
        if (keys) {
            json.putArray("keys").addObject().put("keyName", "key1").put("value", KEY);
            return Answer.of(200, json);
        }
        json.put("name", STORAGE).put("location", "westeurope");
        ObjectNode endpoints = json.putObject("properties").putObject("primaryEndpoints");
        for (String each : List.of("blob", "queue", "table")) {
            endpoints.put(each, uri() + "/" + STORAGE + "/");
        }
        return Answer.of(200, json);
    }

    private Answer site(Came request, String name, String below) {
        if (below.isEmpty() && request.method().equals("PUT")) {
            return put(request, name);
        }
        FakeSite site = sites.get(name);
        if (site == null) {
            return Answer.error(
                    404, "ResourceNotFound", "The Resource 'Microsoft.Web/sites/" + name + "' was not found.");
        }
        return switch (request.method() + ' ' + below) {
            case "GET " -> Answer.of(200, site.json);
            case "DELETE " -> {
                sites.remove(name);
                if (!request.query().contains("deleteEmptyServerFarm=false") && sites.isEmpty()) {
                    plans.clear();
                }
                yield new Answer(200, "", Map.of());
            }
            case "POST /config/appsettings/list" -> Answer.of(200, site.list());
            case "PUT /config/appsettings" -> flex.settings(site, request.json().path("properties"));
            case "GET /config/web" -> {
                ObjectNode web = json();
                web.set("properties", site.web);
                yield Answer.of(200, web);
            }
            case "GET /config/logs" -> Answer.of(200, json());
            case "PATCH /config/web" -> {
                site.web.setAll((ObjectNode) request.json().path("properties"));
                yield Answer.of(200, json());
            }
            case "PATCH /providers/Microsoft.Resources/tags/default" -> site.tags(request);
            case "POST /syncfunctiontriggers" -> {
                site.sync(name, blobs);
                yield new Answer(204, "", Map.of());
            }
            case "POST /start" -> {
                ((ObjectNode) site.json.path("properties")).put("state", "Running");
                yield new Answer(200, "", Map.of());
            }
            case "GET /functions" -> {
                ObjectNode list = json();
                ArrayNode value = list.putArray("value");
                site.functions.forEach(value::add);
                yield Answer.of(200, list);
            }
            case "POST /host/default/listkeys" -> Answer.of(200, json().put("masterKey", "master-of-" + name));
            default ->
                below.matches("/functions/[^/]+/listkeys")
                        ? Answer.of(200, json().put("default", "key-of-" + below.split("/", -1)[2]))
                        : Answer.error(404, "NotFound", below);
        };
    }

    private Answer put(Came request, String name) {
        ObjectNode json = (ObjectNode) request.json();
        if (name.startsWith("taken")) {
            ObjectNode old = json();
            return Answer.of(
                    409,
                    old.put("Code", "Conflict").put("Message", "Website with given name " + name + " already exists."));
        }
        boolean flat = json.path("properties").path("serverFarmId").asString("").isEmpty();
        String plan = json.path("properties").path("serverFarmId").asString("");
        ObjectNode farm = plans.get(plan.substring(plan.lastIndexOf('/') + 1));
        if (!flat && farm == null) {
            return Answer.error(404, "ResourceNotFound", "Cannot find serverFarm");
        }
        Answer refused = farm == null ? null : flex.refuse(farm, name, json);
        if (refused != null) {
            return refused;
        }
        FakeSite site = new FakeSite(json);
        FakeSite before = sites.get(name);
        if (before != null) {
            site.settings.putAll(before.settings);
            site.functions = before.functions;
            site.web.setAll(before.web);
        }
        JsonNode config = json.path("properties").path("siteConfig");
        config.properties().forEach(each -> site.web.set(each.getKey(), each.getValue()));
        config.path("appSettings")
                .forEach(each -> site.settings.put(
                        each.path("name").asString(""), each.path("value").asString("")));
        ((ObjectNode) json.path("properties")).remove("siteConfig");
        json.put("id", group() + "/providers/Microsoft.Web/sites/" + name)
                .put("name", name)
                .put("location", "West Europe");
        ObjectNode properties = (ObjectNode) json.path("properties");
        properties.put("state", "Running").put("enabled", true).put("defaultHostName", name + ".azurewebsites.net");
        properties
                .putArray("hostNameSslStates")
                .addObject()
                .put("name", name + ".scm.azurewebsites.net")
                .put("hostType", "Repository");
        sites.put(name, site);
        return slow
                ? new Answer(
                        202,
                        "",
                        Map.of(
                                "location",
                                uri() + group() + "/providers/Microsoft.Web/sites/" + name + "?api-version=1"))
                : Answer.of(200, json);
    }

    /** An app that somebody made by other means, with a variable of theirs. */
    synchronized void foreign(String name) {
        ObjectNode json = json().put("kind", "functionapp,linux");
        json.putObject("tags").put("team", "theirs");
        ObjectNode config = json.putObject("properties").putObject("siteConfig").put("linuxFxVersion", "NODE|22");
        ArrayNode settings = config.putArray("appSettings");
        settings.addObject().put("name", "FUNCTIONS_WORKER_RUNTIME").put("value", "node");
        settings.addObject().put("name", "THEIRS").put("value", "a-value-of-theirs");
        put(name, json);
    }

    /** A site as others would make it. */
    synchronized void put(String name, ObjectNode json) {
        put(new Came("PUT", "", "", Map.of(), json.toString().getBytes(StandardCharsets.UTF_8)), name);
    }

    Map<String, FakeSite> sites() {
        return sites;
    }

    synchronized Map<String, String> settingsOf(String name) {
        return Objects.requireNonNull(sites.get(name)).settings;
    }

    synchronized ObjectNode siteOf(String name) {
        return Objects.requireNonNull(sites.get(name)).json;
    }

    synchronized List<String> names() {
        return List.copyOf(sites.keySet());
    }

    static ObjectNode json() {
        return JsonMapper.shared().createObjectNode();
    }
}
