// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.clouds.aws.credentials.SigV4;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lambda's REST API of 2015-03-31, as far as it is needed here. Blocking. Source: AWS Lambda API reference. */
final class LambdaApi {
    /** Pages of one list. */
    static final int PAGES_MAX = 1_000;

    /** Functions or versions on a page: what Lambda gives at most. */
    private static final int PAGE_ITEMS = 50;

    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RestClient rest;
    private final String endpoint;

    LambdaApi(RestClient rest, URI endpoint) {
        this.rest = rest;
        this.endpoint = endpoint.toString().replaceAll("/+$", "");
    }

    /** Names of all functions. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        pages("ListFunctions", FUNCTIONS, "Functions")
                .forEach(each -> names.add(each.path("FunctionName").asString()));
        return names;
    }

    /** The first page alone: whether listing works. */
    int some() {
        return body(rest.send(RestRequest.of("ListFunctions", "GET", uri(FUNCTIONS + "?MaxItems=" + PAGE_ITEMS))))
                .path("Functions")
                .size();
    }

    /** Configuration, tags, concurrency and where the code is; null where there is no such function. */
    @Nullable
    JsonNode function(String name) {
        return find(RestRequest.of("GetFunction", "GET", uri(path(name, ""))));
    }

    /** What {@code qualifier} stands for; null where it stands for nothing. */
    @Nullable
    JsonNode configuration(String name, @Nullable String qualifier) {
        String query = qualifier == null ? "" : "?Qualifier=" + SigV4.encoded(qualifier);
        return find(RestRequest.of("GetFunctionConfiguration", "GET", uri(path(name, "/configuration") + query)));
    }

    JsonNode create(Map<String, Object> function) {
        return send("CreateFunction", "POST", FUNCTIONS, function);
    }

    JsonNode updateCode(String name, Map<String, Object> code) {
        return send("UpdateFunctionCode", "PUT", path(name, "/code"), code);
    }

    JsonNode updateConfiguration(String name, Map<String, Object> configuration) {
        return send("UpdateFunctionConfiguration", "PUT", path(name, "/configuration"), configuration);
    }

    /** The version; where nothing has changed since the last one, it is that one. */
    JsonNode publish(String name, Map<String, Object> version) {
        RestRequest request = RestRequest.of("PublishVersion", "POST", uri(path(name, "/versions")))
                .json(JSON.writeValueAsString(version))
                .harmlessTwice();
        return body(rest.send(request));
    }

    List<JsonNode> versions(String name) {
        return pages("ListVersionsByFunction", path(name, "/versions"), "Versions");
    }

    void createAlias(String name, Map<String, Object> alias) {
        send("CreateAlias", "POST", path(name, "/aliases"), alias);
    }

    void updateAlias(String name, String alias, Map<String, Object> to) {
        send("UpdateAlias", "PUT", path(name, "/aliases/" + SigV4.encoded(alias)), to);
    }

    void concurrency(String name, int reserved) {
        String path = "/2017-10-31/functions/" + SigV4.encoded(name) + "/concurrency";
        send("PutFunctionConcurrency", "PUT", path, Map.of("ReservedConcurrentExecutions", reserved));
    }

    void shareConcurrency(String name) {
        String path = "/2017-10-31/functions/" + SigV4.encoded(name) + "/concurrency";
        RestResponse ignored = rest.send(RestRequest.of("DeleteFunctionConcurrency", "DELETE", uri(path)));
    }

    void tag(String arn, Map<String, String> tags) {
        RestRequest request = RestRequest.of("TagResource", "POST", uri("/2017-03-31/tags/" + SigV4.encoded(arn)))
                .json(JSON.writeValueAsString(Map.of("Tags", tags)))
                .harmlessTwice();
        RestResponse ignored = rest.send(request);
    }

    void untag(String arn, List<String> names) {
        List<String> query =
                names.stream().map(each -> "tagKeys=" + SigV4.encoded(each)).toList();
        String path = "/2017-03-31/tags/" + SigV4.encoded(arn) + '?' + String.join("&", query);
        RestResponse ignored = rest.send(RestRequest.of("UntagResource", "DELETE", uri(path)));
    }

    /** Absent is fine. */
    void delete(String name) {
        RestResponse ignored = rest.find(RestRequest.of("DeleteFunction", "DELETE", uri(path(name, ""))));
    }

    private JsonNode send(String tried, String method, String path, Map<String, Object> json) {
        return body(rest.send(RestRequest.of(tried, method, uri(path)).json(JSON.writeValueAsString(json))));
    }

    private @Nullable JsonNode find(RestRequest request) {
        RestResponse answer = rest.find(request);
        return answer == null ? null : body(answer);
    }

    private List<JsonNode> pages(String tried, String path, String items) {
        List<JsonNode> all = new ArrayList<>();
        String marker = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("MaxItems", Integer.toString(PAGE_ITEMS));
            if (!marker.isEmpty()) {
                query.put("Marker", SigV4.encoded(marker));
            }
            List<String> pairs = new ArrayList<>();
            query.forEach((name, value) -> pairs.add(name + '=' + value));
            JsonNode answer = body(rest.send(RestRequest.of(tried, "GET", uri(path + '?' + String.join("&", pairs)))));
            answer.path(items).forEach(all::add);
            marker = answer.path("NextMarker").asString("");
            if (marker.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                tried + " has more than " + PAGES_MAX + " pages; Weft reads no more",
                null);
    }

    private static String path(String name, String rest) {
        return FUNCTIONS + '/' + SigV4.encoded(name) + rest;
    }

    private URI uri(String pathAndQuery) {
        return URI.create(endpoint + pathAndQuery);
    }

    private static JsonNode body(RestResponse answer) {
        try {
            return answer.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(answer.body());
        } catch (JacksonException notJson) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "Lambda answered with something that is not JSON", notJson);
        }
    }
}
