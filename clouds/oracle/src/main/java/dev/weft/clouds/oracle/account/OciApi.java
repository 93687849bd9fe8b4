// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.SideBySide;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OCI Functions' management API, version 20181201. */
final class OciApi {
    static final String VERSION = "/20181201";

    /** Things on one page of a list: the most that OCI gives. */
    static final int PER_PAGE = 50;

    /** Pages of one list. */
    static final int PAGES_MAX = 1_000;

    private static final int CONFLICT = 409;
    private static final Set<String> GOING = Set.of("DELETING", "DELETED");

    private final RestClient client;
    private final URI base;

    OciApi(RestClient client, URI base) {
        this.client = client;
        this.base = Json.uri(base, VERSION);
    }

    /** An application: what has the network and the processors of its functions. */
    record App(String id, String name, String shape, Map<String, String> tags, String etag) {
        static App of(JsonNode json, String etag) {
            return new App(
                    Json.text(json, "id"),
                    Json.text(json, "displayName"),
                    Json.text(json, "shape"),
                    Json.texts(json.path("freeformTags")),
                    etag);
        }
    }

    /** The application of that OCID. */
    @Nullable
    App app(String id) {
        RestRequest request = RestRequest.of("GetApplication", "GET", uri("/applications/" + id));
        RestResponse answer = client.find(request);
        return answer == null ? null : App.of(Json.read(request, answer), etag(answer));
    }

    /** The application of that name. */
    @Nullable
    App app(String compartment, String name) {
        return list("ListApplications", "/applications", "compartmentId", compartment, "displayName", name).stream()
                .filter(each -> Json.text(each, "displayName").equals(name) && stays(each))
                .findFirst()
                .map(each -> app(Json.text(each, "id")))
                .orElse(null);
    }

    /** A new application, or null where there is one of that name already. */
    @Nullable
    App createApp(ObjectNode body) {
        JsonNode created = createUnlessThere("CreateApplication", "/applications", body);
        return created == null ? null : App.of(created, "");
    }

    void deleteApp(App app) {
        client.find(RestRequest.of("DeleteApplication", "DELETE", uri("/applications/" + app.id()))
                .header("if-match", app.etag()));
    }

    /** Whole: a list leaves out the configuration. */
    List<OciFunction> functions(App app) {
        List<JsonNode> some = list("ListFunctions", "/functions", "applicationId", app.id()).stream()
                .filter(OciApi::stays)
                .toList();
        return SideBySide.map(some, each -> java.util.Optional.ofNullable(function(Json.text(each, "id")))).stream()
                .flatMap(java.util.Optional::stream)
                .toList();
    }

    /** Whether nothing is in the application, not even something that is about to go. */
    boolean empty(App app) {
        return list("ListFunctions", "/functions", "applicationId", app.id()).stream()
                .allMatch(each -> Json.text(each, "lifecycleState").equals("DELETED"));
    }

    @Nullable
    OciFunction function(App app, String name) {
        return list("ListFunctions", "/functions", "applicationId", app.id(), "displayName", name).stream()
                .filter(each -> Json.text(each, "displayName").equals(name) && stays(each))
                .findFirst()
                .map(each -> function(Json.text(each, "id")))
                .orElse(null);
    }

    @Nullable
    OciFunction function(String id) {
        RestRequest request = RestRequest.of("GetFunction", "GET", uri("/functions/" + id));
        RestResponse answer = client.find(request);
        if (answer == null) {
            return null;
        }
        OciFunction function = OciFunction.of(Json.read(request, answer), etag(answer));
        return GOING.contains(function.state()) ? null : function;
    }

    /** A new function's OCID, or null where there is one of that name already. */
    @Nullable
    String createFunction(ObjectNode body) {
        JsonNode created = createUnlessThere("CreateFunction", "/functions", body);
        return created == null ? null : Json.text(created, "id");
    }

    /** Changes what {@code body} names, each as a whole, if nobody was faster. */
    void update(OciFunction function, ObjectNode body) {
        client.send(RestRequest.of("UpdateFunction", "PUT", uri("/functions/" + function.id()))
                .header("if-match", function.etag())
                .json(body.toString()));
    }

    void delete(OciFunction function) {
        client.find(RestRequest.of("DeleteFunction", "DELETE", uri("/functions/" + function.id()))
                .header("if-match", function.etag()));
    }

    /** This API has no retry tokens; but a second one of the same name is refused, so sending it twice is harmless. */
    private @Nullable JsonNode createUnlessThere(String tried, String path, ObjectNode body) {
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

    private static boolean stays(JsonNode summary) {
        return !GOING.contains(Json.text(summary, "lifecycleState"));
    }

    private static String etag(RestResponse answer) {
        return Objects.requireNonNullElse(answer.header("etag"), "");
    }

    private List<JsonNode> list(String tried, String path, String... query) {
        List<JsonNode> all = new ArrayList<>();
        String next = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            List<String> parts = new ArrayList<>(List.of(query));
            parts.addAll(List.of("limit", Integer.toString(PER_PAGE), "page", next));
            RestRequest request = RestRequest.of(tried, "GET", Json.uri(base, path, parts.toArray(new String[0])));
            RestResponse answer = client.send(request);
            Json.read(request, answer).forEach(all::add);
            next = Objects.requireNonNullElse(answer.header("opc-next-page"), "");
            if (next.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID, tried + ": there are more than " + PAGES_MAX * PER_PAGE, null);
    }

    private URI uri(String path) {
        return Json.uri(base, path);
    }
}
