// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.Redaction;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Secret Manager API, version 1: each method is one request, a list all pages. A version's value never changes, so it is
 * named by its number. Source: its reference; google-cloud-secretmanager's requests.
 */
final class SecretsApi {
    /** Entries of one page. */
    static final int PAGE_SIZE = 250;

    /** Pages of one list; more is an error and not a part. */
    static final int PAGES_MAX = 40;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final GoogleProject project;
    private final RestClient client;

    SecretsApi(GoogleProject project, RestClient client) {
        this.project = project;
        this.client = client;
    }

    /** The secret without its value; null where there is none. */
    @Nullable
    JsonNode find(String id) {
        RestResponse answer = client.find(RestRequest.of("GetSecret", "GET", uri("/" + id)));
        return answer == null ? null : JSON.readTree(answer.text());
    }

    /** Those whose names hold {@code part}. */
    List<JsonNode> list(String part) {
        return pages("ListSecrets", "", "&filter=" + GoogleProject.query("name:" + part), "secrets");
    }

    /** Makes one without a value, kept in the project's region and nowhere else. */
    void create(String id, Map<String, String> labels) {
        ObjectNode secret = JSON.createObjectNode();
        secret.putObject("replication")
                .putObject("userManaged")
                .putArray("replicas")
                .addObject()
                .put("location", project.region());
        new TreeMap<>(labels).forEach(secret.putObject("labels")::put);
        RestResponse ignored =
                client.send(RestRequest.of("CreateSecret", "POST", uri("?secretId=" + GoogleProject.query(id)))
                        .json(secret.toString()));
    }

    /** Adds a version with {@code value} and says its number. */
    String add(String id, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        ObjectNode body = JSON.createObjectNode();
        body.putObject("payload")
                .put("data", Base64.getEncoder().encodeToString(bytes))
                .put("dataCrc32c", Long.toString(sum.getValue()));
        RestResponse answer = Redaction.sent(
                List.of(value),
                () -> client.send(RestRequest.of("AddSecretVersion", "POST", uri("/" + id + ":addVersion"))
                        .json(body.toString())));
        return RunApi.last(JSON.readTree(answer.text()).path("name").asString(""));
    }

    /**
     * One version's value.
     *
     * @param version its number
     */
    record Value(String version, String value) {
        @Override
        public String toString() {
            return "Value[version " + version + ", value redacted]";
        }
    }

    /** What {@code version}, a number or {@code latest}, holds; null where it is not there, disabled or destroyed. */
    @Nullable
    Value access(String id, String version) {
        try {
            RestResponse answer = client.find(RestRequest.of(
                    "AccessSecretVersion",
                    "GET",
                    uri("/" + id + "/versions/" + GoogleProject.query(version) + ":access")));
            if (answer == null) {
                return null;
            }
            JsonNode said = JSON.readTree(answer.text());
            String data = said.path("payload").path("data").asString("");
            return new Value(
                    RunApi.last(said.path("name").asString("")),
                    new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
        } catch (CloudException refused) {
            if (refused.kind() == CloudException.Kind.INVALID) {
                return null;
            }
            throw refused;
        }
    }

    /** The versions that hold a value. */
    List<JsonNode> versions(String id) {
        return pages("ListSecretVersions", "/" + id + "/versions", "&filter=state%3AENABLED", "versions");
    }

    /** Takes a version's value away for good; one that is gone is fine. */
    void destroy(String id, String version) {
        client.find(RestRequest.of("DestroySecretVersion", "POST", uri("/" + id + "/versions/" + version + ":destroy"))
                .json("{}")
                .harmlessTwice());
    }

    /** Removes it with all of its versions; absent is fine. */
    void delete(String id) {
        client.find(RestRequest.of("DeleteSecret", "DELETE", uri("/" + id)));
    }

    private List<JsonNode> pages(String tried, String path, String query, String what) {
        List<JsonNode> all = new ArrayList<>();
        String page = "";
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            String token = page.isEmpty() ? "" : "&pageToken=" + GoogleProject.query(page);
            JsonNode answer = JSON.readTree(
                    client.send(RestRequest.of(tried, "GET", uri(path + "?pageSize=" + PAGE_SIZE + query + token)))
                            .text());
            answer.path(what).forEach(all::add);
            page = answer.path("nextPageToken").asString("");
            if (page.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                tried + " has more than " + PAGE_SIZE * PAGES_MAX + " entries, which is more than Weft reads",
                null);
    }

    private URI uri(String rest) {
        return project.secrets("/v1/projects/" + project.project() + "/secrets" + rest);
    }
}
