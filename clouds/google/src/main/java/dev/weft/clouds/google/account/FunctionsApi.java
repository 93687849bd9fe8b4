// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The Cloud Functions API, version 2. Source: its discovery document, as gcloud 528 has it; names are its own. */
final class FunctionsApi {
    /** Functions of one page, and pages at most: Google allows 1,000 functions a region. */
    static final int PAGE_SIZE = 200;

    static final int PAGES_MAX = 50;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ZIP = "application/zip";

    private final GoogleProject project;
    private final RestClient client;
    private final RestClient storage;

    /**
     * Asks for {@code project}.
     *
     * @param client signs
     * @param storage does not: URLs for uploads and downloads are signed already, and refuse a bearer
     */
    FunctionsApi(GoogleProject project, RestClient client, RestClient storage) {
        this.project = project;
        this.client = client;
        this.storage = storage;
    }

    /** A signed URL's refusal: shortly after a project's first upload the right to it has not got around yet, so it is waited for. */
    static RestErrors storageErrors() {
        GoogleErrors errors = new GoogleErrors();
        return (request, answer) -> {
            RestErrors.Said said = errors.read(request, answer);
            return said.kind() == CloudException.Kind.DENIED
                    ? new RestErrors.Said(
                            CloudException.Kind.BUSY, said.code(), said.words(), said.requestId(), said.advice())
                    : said;
        };
    }

    /** One function; null where there is none of that name. */
    @Nullable
    JsonNode find(String id) {
        RestResponse answer = client.find(RestRequest.of("GetFunction", "GET", uri("/v2/" + project.function(id))));
        return answer == null ? null : JSON.readTree(answer.text());
    }

    /** Every function of the region, of both generations. */
    List<JsonNode> list() {
        List<JsonNode> functions = new ArrayList<>();
        String page = "";
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            String query = "?pageSize=" + PAGE_SIZE + (page.isEmpty() ? "" : "&pageToken=" + GoogleProject.query(page));
            JsonNode answer =
                    JSON.readTree(client.send(RestRequest.of("ListFunctions", "GET", uri(functions() + query)))
                            .text());
            if (!answer.path("unreachable").isEmpty()) {
                throw new CloudException(
                        CloudException.Kind.UNKNOWN,
                        "Google could not reach all of " + project.region() + ", so its list of functions is not whole;"
                                + " try again later",
                        null);
            }
            answer.path("functions").forEach(functions::add);
            page = answer.path("nextPageToken").asString("");
            if (page.isEmpty()) {
                return functions;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                "there are more than " + (PAGE_SIZE * PAGES_MAX) + " functions in " + project.location(),
                null);
    }

    /** Uploads {@code zip} and says where it is, as a function's source. */
    JsonNode upload(byte[] zip) {
        JsonNode place = JSON.readTree(
                client.send(RestRequest.of("GenerateUploadUrl", "POST", uri(functions() + ":generateUploadUrl"))
                                .json("{}")
                                .harmlessTwice())
                        .text());
        URI url = URI.create(place.path("uploadUrl").asString(""));
        RestResponse ignored =
                storage.send(RestRequest.of("UploadSource", "PUT", url).body(ZIP, zip));
        return place.path("storageSource");
    }

    /** Starts to make a function. */
    JsonNode create(String id, ObjectNode function) {
        return JSON.readTree(client.send(RestRequest.of(
                                "CreateFunction", "POST", uri(functions() + "?functionId=" + GoogleProject.query(id)))
                        .json(function.toString()))
                .text());
    }

    /** Starts to change the fields in {@code mask}. */
    JsonNode patch(String id, ObjectNode function, Set<String> mask) {
        String paths = mask.stream().sorted().collect(Collectors.joining(","));
        return JSON.readTree(client.send(RestRequest.of(
                                "UpdateFunction",
                                "PATCH",
                                uri("/v2/" + project.function(id) + "?updateMask=" + GoogleProject.query(paths)))
                        .json(function.toString()))
                .text());
    }

    /** Starts to remove one; null where it is gone already. */
    @Nullable
    JsonNode delete(String id) {
        RestResponse answer =
                client.find(RestRequest.of("DeleteFunction", "DELETE", uri("/v2/" + project.function(id))));
        return answer == null ? null : JSON.readTree(answer.text());
    }

    /** The state of an operation. */
    JsonNode operation(String name) {
        return JSON.readTree(client.send(RestRequest.of("GetOperation", "GET", uri("/v2/" + name)))
                .text());
    }

    /** The source that {@code id} was built from, as a zip file. */
    byte[] source(String id) {
        JsonNode place = JSON.readTree(client.send(RestRequest.of(
                                "GenerateDownloadUrl",
                                "POST",
                                uri("/v2/" + project.function(id) + ":generateDownloadUrl"))
                        .json("{}")
                        .harmlessTwice())
                .text());
        return storage.send(RestRequest.of(
                        "DownloadSource",
                        "GET",
                        URI.create(place.path("downloadUrl").asString(""))))
                .body();
    }

    private String functions() {
        return "/v2/" + project.location() + "/functions";
    }

    private URI uri(String pathAndQuery) {
        return project.functions(pathAndQuery);
    }
}
