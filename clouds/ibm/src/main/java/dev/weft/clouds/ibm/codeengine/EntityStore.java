// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One kind of a project's entities, functions, apps or secrets, by Code Engine's API: each method is one request, a list all pages. */
final class EntityStore {
    /** Entities of a page. */
    static final int PAGE = 100;

    /** Pages of a list; more is an error and not a part. */
    static final int PAGES_MAX = 50;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final RestClient client;
    private final String project;
    private final String kind;

    EntityStore(RestClient client, String base, String project, String kind) {
        this.client = client;
        this.project = base + "/projects/" + segment(project);
        this.kind = kind;
    }

    @Nullable
    JsonNode get(String name) {
        RestRequest request = request("get", "GET", '/' + segment(name), "");
        RestResponse answer = client.find(request);
        return answer == null ? null : json(request, answer);
    }

    JsonNode create(JsonNode body) {
        RestRequest request = request("create", "POST", "", "").json(body.toString());
        return json(request, client.send(request));
    }

    /** Merges {@code patch} into the entity if it is still the one with {@code tag}. */
    JsonNode patch(String name, String tag, JsonNode patch) {
        RestRequest request = request("update", "PATCH", '/' + segment(name), "")
                .header("if-match", tag)
                .body("application/merge-patch+json", patch.toString().getBytes(StandardCharsets.UTF_8));
        return json(request, client.send(request));
    }

    void delete(String name) {
        client.find(request("delete", "DELETE", '/' + segment(name), ""));
    }

    List<JsonNode> list() {
        List<JsonNode> all = new ArrayList<>();
        String start = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            RestRequest request =
                    request("list", "GET", "", "&limit=" + PAGE + (start.isEmpty() ? "" : "&start=" + segment(start)));
            JsonNode found = json(request, client.send(request));
            found.path(kind).forEach(all::add);
            start = found.path("next").path("start").asString("");
            if (start.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID, "more than " + PAGES_MAX * PAGE + ' ' + kind + " are not listed", null);
    }

    /** The project itself. */
    JsonNode project() {
        RestRequest request =
                RestRequest.of("get project", "GET", URI.create(project + "?version=" + CodeEngineSetup.API_VERSION));
        return json(request, client.send(request));
    }

    private RestRequest request(String verb, String method, String path, String query) {
        String one = kind.substring(0, kind.length() - 1);
        return RestRequest.of(
                        verb + ' ' + (verb.equals("list") ? kind : one),
                        method,
                        URI.create(project + '/' + kind + path + "?version=" + CodeEngineSetup.API_VERSION + query))
                .header("accept", "application/json");
    }

    private static JsonNode json(RestRequest request, RestResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException notJson) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, request + " was answered with something else than JSON", null);
        }
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
