// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A Fn server's management API, version 2. Source: Fn server, api/server. */
final class FnApi {
    /** Things on one page of a list. */
    static final int PER_PAGE = 100;

    /** Pages of one list. */
    static final int PAGES_MAX = 1_000;

    private static final int CONFLICT = 409;

    private final RestClient client;
    private final URI base;

    FnApi(RestClient client, URI base) {
        this.client = client;
        this.base = base;
    }

    /** An application of the server's; functions are in one. */
    record App(String id, String name, Map<String, String> annotations) {
        static App of(JsonNode json) {
            return new App(Json.text(json, "id"), Json.text(json, "name"), Json.texts(json.path("annotations")));
        }
    }

    /** The server's version. */
    String version() {
        RestRequest request = RestRequest.of("GET /version", "GET", uri("/version"));
        return Json.text(Json.read(request, client.send(request)), "version");
    }

    @Nullable
    App app(String name) {
        return list("list apps", "/v2/apps", "name", name).stream()
                .map(App::of)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** A new application, or null where somebody has just made one of that name. */
    @Nullable
    App create(String app, Map<String, String> annotations) {
        ObjectNode body = Json.object().put("name", app);
        body.set("annotations", Json.object(annotations));
        JsonNode created = createUnlessThere("create app " + app, "/v2/apps", body);
        return created == null ? null : App.of(created);
    }

    void deleteApp(App app) {
        client.find(RestRequest.of("delete app " + app.name(), "DELETE", uri("/v2/apps/" + app.id())));
    }

    List<FnFunction> functions(App app) {
        return list("list functions", "/v2/fns", "app_id", app.id()).stream()
                .map(FnFunction::of)
                .toList();
    }

    @Nullable
    FnFunction function(App app, String name) {
        return list("find function " + name, "/v2/fns", "app_id", app.id(), "name", name).stream()
                .map(FnFunction::of)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** A new function, or null where there is one of that name already. */
    @Nullable
    FnFunction createFunction(String name, ObjectNode body) {
        JsonNode created = createUnlessThere("create function " + name, "/v2/fns", body);
        return created == null ? null : FnFunction.of(created);
    }

    /** Changes what {@code body} names; of maps only the entries that it names, and those that it leaves empty are removed. */
    void update(FnFunction function, ObjectNode body) {
        client.send(RestRequest.of("update function " + function.name(), "PUT", uri("/v2/fns/" + function.id()))
                .json(body.toString()));
    }

    void delete(FnFunction function) {
        client.find(RestRequest.of("delete function " + function.name(), "DELETE", uri("/v2/fns/" + function.id())));
    }

    private @Nullable JsonNode createUnlessThere(String tried, String path, ObjectNode body) {
        // a second one of the same name is refused, so sending it twice is harmless
        RestRequest request =
                RestRequest.of(tried, "POST", uri(path)).json(body.toString()).harmlessTwice();
        try {
            return Json.read(request, client.send(request));
        } catch (CloudException failed) {
            if (failed.getCause() instanceof RestFailure said && said.status() == CONFLICT) {
                return null;
            }
            throw failed;
        }
    }

    private List<JsonNode> list(String tried, String path, String... query) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            List<String> parts = new ArrayList<>(List.of(query));
            parts.addAll(List.of("per_page", Integer.toString(PER_PAGE), "cursor", cursor));
            RestRequest request = RestRequest.of(tried, "GET", Json.uri(base, path, parts.toArray(new String[0])));
            RestResponse answer = client.send(request);
            JsonNode json = Json.read(request, answer);
            json.path("items").forEach(all::add);
            cursor = Json.text(json, "next_cursor");
            if (cursor.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                tried + ": the server has more than " + PAGES_MAX * PER_PAGE + " of them",
                null);
    }

    private URI uri(String path) {
        return Json.uri(base, path);
    }
}
