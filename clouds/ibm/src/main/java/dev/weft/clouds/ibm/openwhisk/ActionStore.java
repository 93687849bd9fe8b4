// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

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

/** OpenWhisk's API as far as an account needs it: each method is one request, lists are all of their pages. */
final class ActionStore {
    /** Entities of a page: as many as OpenWhisk gives. */
    static final int PAGE = 200;

    /** Pages of a list; more is an error and not a part. */
    static final int PAGES_MAX = 50;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final RestClient client;
    private final String base;
    private final String namespace;
    private final @Nullable String pack;

    /** Of {@code namespace} at {@code endpoint}; {@code pack} is null for the package without a name. */
    ActionStore(RestClient client, URI endpoint, String namespace, @Nullable String pack) {
        String root = endpoint.toString();
        this.client = client;
        this.base = (root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + "/api/v1/namespaces";
        this.namespace = namespace;
        this.pack = pack;
    }

    /** One action; null where it is not there. */
    @Nullable
    JsonNode get(String name, boolean code) {
        // the API's own fallback is code=true
        RestRequest request = RestRequest.of("get action", "GET", action(name, code ? "" : "?code=false"));
        try {
            RestResponse answer = client.find(request);
            return answer == null ? null : json(request, answer);
        } catch (CloudException failed) {
            // of an action in a package that is not there OpenWhisk says that we may not see it
            if (pack != null && failed.kind() == CloudException.Kind.DENIED && !packageIsThere()) {
                return null;
            }
            throw failed;
        }
    }

    /** Creates; a CloudException of kind INVALID where there is one of that name. */
    JsonNode create(String name, JsonNode body) {
        return send(RestRequest.of("create action", "PUT", action(name, "")).json(body.toString()));
    }

    /** Changes what {@code body} names. */
    JsonNode update(String name, JsonNode body) {
        return send(RestRequest.of("update action", "PUT", action(name, "?overwrite=true"))
                .json(body.toString()));
    }

    void delete(String name) {
        client.find(RestRequest.of("delete action", "DELETE", action(name, "")));
    }

    boolean packageIsThere() {
        return pack == null || client.find(RestRequest.of("get package", "GET", packageUri())) != null;
    }

    void createPackage() {
        client.send(RestRequest.of("create package", "PUT", packageUri()).json("{}"));
    }

    /** The actions of the package, in short; empty where the package is not there. */
    List<JsonNode> list() {
        List<JsonNode> all = new ArrayList<>();
        for (int page = 0; page < PAGES_MAX; page++) {
            URI uri = uri("/actions" + (pack == null ? "" : '/' + segment(pack) + '/') + "?limit=" + PAGE + "&skip="
                    + page * PAGE);
            RestRequest request = RestRequest.of("list actions", "GET", uri);
            RestResponse answer;
            try {
                answer = client.find(request);
            } catch (CloudException failed) {
                if (pack == null || failed.kind() != CloudException.Kind.DENIED || packageIsThere()) {
                    throw failed;
                }
                answer = null;
            }
            if (answer == null) {
                return all;
            }
            JsonNode found = json(request, answer);
            // a list of the namespace has the actions of its packages, too
            found.forEach(each -> {
                if (pack != null || each.path("namespace").asString("").indexOf('/') < 0) {
                    all.add(each);
                }
            });
            if (found.size() < PAGE) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                "more than " + PAGES_MAX * PAGE + " actions in one package are not listed: use more packages",
                null);
    }

    /** Activations of an action with their logs, newest first. */
    List<JsonNode> activations(String name, long sinceMillis, int max) {
        List<JsonNode> all = new ArrayList<>();
        String filter = pack == null ? name : pack + '/' + name;
        for (int page = 0; page < PAGES_MAX && all.size() < max; page++) {
            int limit = Math.min(PAGE, max - all.size());
            JsonNode found = send(RestRequest.of(
                    "list activations",
                    "GET",
                    uri("/activations?name=" + segment(filter) + "&limit=" + limit + "&skip=" + page * PAGE + "&since="
                            + sinceMillis + "&docs=true")));
            found.forEach(all::add);
            if (found.size() < limit) {
                break;
            }
        }
        return all;
    }

    /** An activation's lines, where the list did not bring them; null where it is gone or not yet stored. */
    @Nullable
    JsonNode logs(String activation) {
        RestRequest request =
                RestRequest.of("get activation logs", "GET", uri("/activations/" + segment(activation) + "/logs"));
        RestResponse answer = client.find(request);
        return answer == null ? null : json(request, answer).path("logs");
    }

    /** The namespaces that the key is of. */
    List<String> namespaces() {
        RestRequest request = RestRequest.of("list namespaces", "GET", URI.create(base));
        List<String> names = new ArrayList<>();
        json(request, client.send(request)).forEach(each -> names.add(each.asString("")));
        return names;
    }

    private JsonNode send(RestRequest request) {
        return json(request, client.send(request));
    }

    private static JsonNode json(RestRequest request, RestResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException notJson) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, request + " was answered with something else than JSON", null);
        }
    }

    private URI action(String name, String query) {
        return uri("/actions/" + (pack == null ? "" : segment(pack) + '/') + segment(name) + query);
    }

    private URI packageUri() {
        return uri("/packages/" + segment(String.valueOf(pack)));
    }

    private URI uri(String rest) {
        return URI.create(base + '/' + segment(namespace) + rest);
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
