// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The requests of Function Compute 3.0 that Weft makes, by the vendor's names of them. Blocking. */
public final class FcApi {
    /** Entries of one page. */
    static final int PAGE = 100;

    /** Pages of one list: 20,000 functions. */
    static final int PAGES_MAX = 200;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROOT = "/" + Acs3.VERSION;

    private final URI endpoint;
    private final RestClient client;

    /** Sends to {@code endpoint} by {@code client}, whose signer is {@link #signed}. */
    public FcApi(URI endpoint, RestClient client) {
        this.endpoint = endpoint;
        this.client = client;
    }

    /** {@code request} with its action's fields and the signature. */
    public static RestRequest signed(RestRequest request, AcsKeys keys, Instant now) {
        Map<String, String> fields = new TreeMap<>(request.headers());
        fields.put("host", request.uri().getRawAuthority());
        fields.put("x-acs-action", request.tried());
        fields.put("x-acs-version", Acs3.VERSION);
        fields.put("x-acs-date", now.truncatedTo(ChronoUnit.SECONDS).toString());
        fields.put("x-acs-signature-nonce", UUID.randomUUID().toString());
        String payload = Sha256.hex(request.body());
        fields.put("x-acs-content-sha256", payload);
        String token = keys.token();
        if (token != null) {
            fields.put("x-acs-security-token", token);
        }
        Acs3.Signed what = new Acs3.Signed(
                request.method(), request.uri().getRawPath(), request.uri().getRawQuery(), fields, payload);
        fields.put("authorization", Acs3.authorization(what, keys));
        return new RestRequest(
                request.tried(), request.method(), request.uri(), fields, request.body(), request.idempotent());
    }

    /** Where a function's requests go. */
    static String function(String name) {
        return ROOT + "/functions/" + Acs3.encoded(name);
    }

    /** The draft, or what {@code qualifier} names; null where it is not there. */
    public @Nullable JsonNode function(String name, @Nullable String qualifier) {
        return found(
                "GetFunction", function(name) + (qualifier == null ? "" : "?qualifier=" + Acs3.encoded(qualifier)));
    }

    /** Every function. */
    public List<JsonNode> functions() {
        return pages("ListFunctions", ROOT + "/functions?limit=" + PAGE, "functions");
    }

    /** One entry: whether the list may be read. */
    public void glance() {
        client.send(RestRequest.of("ListFunctions", "GET", uri(ROOT + "/functions?limit=1")));
    }

    /** Makes a function. */
    public JsonNode create(ObjectNode body) {
        return sent("CreateFunction", "POST", ROOT + "/functions", body);
    }

    /** Changes the draft; what {@code body} leaves out stays. */
    public JsonNode update(String name, ObjectNode body) {
        return sent("UpdateFunction", "PUT", function(name), body);
    }

    /** Absent is fine. */
    public void delete(String action, String path) {
        client.find(RestRequest.of(action, "DELETE", uri(path)));
    }

    /** Absent is fine; aliases, versions and triggers must have gone before. */
    public void deleteFunction(String name) {
        delete("DeleteFunction", function(name));
    }

    /** Newest first. */
    public List<JsonNode> versions(String name) {
        return pages("ListFunctionVersions", function(name) + "/versions?direction=BACKWARD&limit=" + PAGE, "versions");
    }

    /** Freezes the draft. */
    public JsonNode publish(String name, String description) {
        return sent(
                "PublishFunctionVersion",
                "POST",
                function(name) + "/versions",
                JSON.createObjectNode().put("description", description));
    }

    /** Absent is fine. */
    public void deleteVersion(String name, String version) {
        delete("DeleteFunctionVersion", function(name) + "/versions/" + Acs3.encoded(version));
    }

    /** Null where there is none. */
    public @Nullable JsonNode alias(String name, String alias) {
        return found("GetAlias", function(name) + "/aliases/" + alias);
    }

    /** Lets {@code alias} name {@code version}, all of it. */
    public void alias(String name, String alias, String version, boolean there) {
        ObjectNode body = JSON.createObjectNode().put("versionId", version);
        if (there) {
            body.putObject("additionalVersionWeight");
            sent("UpdateAlias", "PUT", function(name) + "/aliases/" + alias, body);
        } else {
            sent("CreateAlias", "POST", function(name) + "/aliases", body.put("aliasName", alias));
        }
    }

    /** Absent is fine. */
    public void deleteAlias(String name, String alias) {
        delete("DeleteAlias", function(name) + "/aliases/" + alias);
    }

    /** Null where there is none. */
    public @Nullable JsonNode trigger(String name, String trigger) {
        return found("GetTrigger", function(name) + "/triggers/" + trigger);
    }

    /** An HTTP trigger that asks for a signature and calls what {@code qualifier} names. */
    public JsonNode createTrigger(String name, String trigger, String qualifier) {
        ObjectNode config = JSON.createObjectNode().put("authType", "function").put("disableURLInternet", false);
        config.putArray("methods")
                .add("GET")
                .add("POST")
                .add("PUT")
                .add("DELETE")
                .add("HEAD")
                .add("PATCH")
                .add("OPTIONS");
        ObjectNode body = JSON.createObjectNode()
                .put("triggerName", trigger)
                .put("triggerType", "http")
                .put("qualifier", qualifier)
                .put("triggerConfig", JSON.writeValueAsString(config));
        return sent("CreateTrigger", "POST", function(name) + "/triggers", body);
    }

    /** Absent is fine. */
    public void deleteTrigger(String name, String trigger) {
        delete("DeleteTrigger", function(name) + "/triggers/" + trigger);
    }

    /** Writes tags beside those that are there. */
    public void tag(String arn, Map<String, String> tags) {
        ObjectNode body = JSON.createObjectNode().put("ResourceType", "function");
        body.putArray("ResourceId").add(arn);
        tags.forEach((key, value) ->
                body.withArray("Tag").addObject().put("Key", key).put("Value", value));
        client.send(RestRequest.of("TagResources", "POST", uri(ROOT + "/tags-v2"))
                .json(JSON.writeValueAsString(body))
                .harmlessTwice());
    }

    /** Removes tags; absent ones are fine. */
    public void untag(String arn, List<String> keys) {
        String query = "?ResourceId=" + Acs3.encoded(JSON.writeValueAsString(List.of(arn))) + "&ResourceType=function"
                + "&TagKey=" + Acs3.encoded(JSON.writeValueAsString(keys));
        client.send(RestRequest.of("UntagResources", "DELETE", uri(ROOT + "/tags-v2" + query)));
    }

    /** Where a function's code can be fetched for some minutes. */
    public URI code(String name, @Nullable String qualifier) {
        RestResponse answer = client.send(RestRequest.of(
                "GetFunctionCode",
                "GET",
                uri(function(name) + "/code" + (qualifier == null ? "" : "?qualifier=" + Acs3.encoded(qualifier)))));
        JsonNode said = json("GetFunctionCode", answer);
        return URI.create(said.path("url").asString(said.path("location").asString("")));
    }

    private URI uri(String target) {
        String base = endpoint.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + target);
    }

    private @Nullable JsonNode found(String action, String target) {
        RestResponse answer = client.find(RestRequest.of(action, "GET", uri(target)));
        return answer == null ? null : json(action, answer);
    }

    private JsonNode sent(String action, String method, String target, ObjectNode body) {
        RestRequest request = RestRequest.of(action, method, uri(target)).json(JSON.writeValueAsString(body));
        return json(action, client.send(request));
    }

    private List<JsonNode> pages(String action, String target, String entries) {
        List<JsonNode> all = new ArrayList<>();
        String next = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            String more = next.isEmpty() ? "" : "&nextToken=" + Acs3.encoded(next);
            JsonNode answer = json(action, client.send(RestRequest.of(action, "GET", uri(target + more))));
            answer.path(entries).forEach(all::add);
            next = answer.path("nextToken").asString("");
            if (next.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                action + " has more than " + PAGES_MAX + " pages of " + PAGE + ", which is more than Weft reads",
                null);
    }

    private static JsonNode json(String action, RestResponse answer) {
        try {
            return answer.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(answer.body());
        } catch (JacksonException notJson) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN,
                    action + " was answered with " + answer.status() + " and a body that is no JSON",
                    notJson);
        }
    }
}
