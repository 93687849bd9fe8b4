// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What another Weft's façade {@code weft} answers to, version 1. */
final class WeftApi {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RestClient client;
    private final String base;

    WeftApi(RestClient client, URI endpoint) {
        this.client = client;
        this.base = base(endpoint);
    }

    /** An address without its last slash. */
    static String base(URI endpoint) {
        String text = endpoint.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    JsonNode about() {
        return json(client.send(request("About", "GET", "about")));
    }

    List<JsonNode> functions() {
        return all(
                json(client.send(request("ListFunctions", "GET", "functions"))).path("functions"));
    }

    @Nullable
    JsonNode function(String name) {
        RestResponse answer = client.find(request("GetFunction", "GET", "functions/" + name));
        return answer == null ? null : json(answer);
    }

    void stage(String hash, byte[] zip) {
        client.send(request("PutCode", "PUT", "code/" + hash).body("application/zip", zip));
    }

    /** Makes it what {@code body} says; of the revision that {@code body} names, else refused. */
    JsonNode put(String name, ObjectNode body) {
        // not sent again when its answer is lost: the second would be of a revision that is none any more
        RestRequest request = request("PutFunction", "PUT", "functions/" + name).json(body.toString());
        return json(client.send(once(request)));
    }

    private static RestRequest once(RestRequest request) {
        return new RestRequest(
                request.tried(), request.method(), request.uri(), request.headers(), request.body(), false);
    }

    JsonNode annotate(String name, ObjectNode body) {
        return json(client.send(request("AnnotateFunction", "POST", "functions/" + name + "/annotations")
                .json(body.toString())));
    }

    JsonNode rollBack(String name, ObjectNode body) {
        return json(client.send(
                request("RollBack", "POST", "functions/" + name + "/rollback").json(body.toString())));
    }

    void delete(String name) {
        RestResponse ignored = client.find(request("DeleteFunction", "DELETE", "functions/" + name));
    }

    List<JsonNode> versions(String name) {
        RestResponse answer = client.find(request("ListVersions", "GET", "functions/" + name + "/versions"));
        return answer == null ? List.of() : all(json(answer).path("versions"));
    }

    void deleteVersion(String name, String version) {
        RestResponse ignored =
                client.find(request("DeleteVersion", "DELETE", "functions/" + name + "/versions/" + version));
    }

    byte[] code(String name) {
        return client.send(request("GetCode", "GET", "functions/" + name + "/code"))
                .body();
    }

    List<JsonNode> logs(String name, int lines) {
        RestResponse answer = client.find(request("GetLogs", "GET", "functions/" + name + "/logs?lines=" + lines));
        return answer == null ? List.of() : all(json(answer).path("lines"));
    }

    private RestRequest request(String tried, String method, String path) {
        return RestRequest.of(tried, method, URI.create(base + Wire.ROOT + path));
    }

    private static List<JsonNode> all(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all;
    }

    private static JsonNode json(RestResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException other) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "what answered is no Weft's façade weft: is spec.endpoint where it listens?",
                    null);
        }
    }
}
