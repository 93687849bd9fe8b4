// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OCI Logging: which logs there are, version 20200531, and what is in them, version 20190909. Blocking. */
final class OciLogApi {
    /** Entry of spec.account with another address of OCI Logging. */
    static final String ENDPOINT = "logsEndpoint";

    /** Things on one page of a list. */
    static final int PER_PAGE = 100;

    /** Pages of one list. */
    static final int PAGES_MAX = 100;

    private static final String MANAGEMENT = "/20200531";
    private static final String SEARCH = "/20190909/search";
    private static final String FUNCTIONS_HOST = "functions.";
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Cloud cloud;
    private final RestClient client;

    OciLogApi(Cloud cloud, RestClient client) {
        this.cloud = cloud;
        this.client = client;
    }

    /** One page of a search, and where the next one begins; empty where OCI names none. */
    record Found(List<JsonNode> results, String next) {}

    /** What is looked for. */
    record Query(String text, Instant from, Instant to, int limit) {}

    /** Where OCI Logging is; null where the document's own address of Functions does not tell. */
    static @Nullable URI base(Cloud cloud) {
        String said = cloud.spec().account().get(ENDPOINT);
        if (said != null) {
            return URI.create(said);
        }
        URI endpoint = cloud.spec().endpoint();
        if (endpoint == null) {
            return URI.create("https://logging." + cloud.spec().region() + ".oci.oraclecloud.com");
        }
        String authority = endpoint.getRawAuthority();
        return authority != null && authority.startsWith(FUNCTIONS_HOST)
                ? URI.create(endpoint.getScheme() + "://logging." + authority.substring(FUNCTIONS_HOST.length()))
                : null;
    }

    /** OCIDs of the log groups of {@code compartment}. */
    List<String> groups(String compartment) {
        return list("ListLogGroups", "/logGroups", "compartmentId", compartment).stream()
                .map(each -> Json.text(each, "id"))
                .toList();
    }

    /** The logs of {@code group} that the invocations of the application {@code app} are written to. */
    List<JsonNode> logs(String group, String app) {
        return list("ListLogs", "/logGroups/" + group + "/logs", "sourceService", "functions", "sourceResource", app);
    }

    /** One page. */
    Found search(Query query, String page) {
        RestRequest request = RestRequest.of(
                        "SearchLogs",
                        "POST",
                        Json.uri(base(), SEARCH, "limit", Integer.toString(query.limit()), "page", page))
                .json(Json.object()
                        .put("timeStart", MILLIS.format(query.from()))
                        .put("timeEnd", MILLIS.format(query.to()))
                        .put("searchQuery", query.text())
                        .toString())
                .harmlessTwice();
        RestResponse answer = client.send(request);
        List<JsonNode> results = new ArrayList<>();
        Json.read(request, answer).path("results").forEach(results::add);
        return new Found(results, next(answer));
    }

    private List<JsonNode> list(String tried, String path, String... query) {
        List<JsonNode> all = new ArrayList<>();
        String next = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            List<String> parts = new ArrayList<>(List.of(query));
            parts.addAll(List.of("limit", Integer.toString(PER_PAGE), "page", next));
            RestRequest request =
                    RestRequest.of(tried, "GET", Json.uri(base(), MANAGEMENT + path, parts.toArray(new String[0])));
            RestResponse answer = client.send(request);
            Json.read(request, answer).forEach(all::add);
            next = next(answer);
            if (next.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID, tried + ": there are more than " + PAGES_MAX * PER_PAGE, null);
    }

    private static String next(RestResponse answer) {
        return Objects.requireNonNullElse(answer.header("opc-next-page"), "");
    }

    private URI base() {
        URI base = base(cloud);
        if (base == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "logs of cloud " + cloud.name() + " need spec.account." + ENDPOINT
                            + ", the address of OCI Logging: spec.endpoint "
                            + cloud.spec().endpoint()
                            + " is the one of Functions, and doesn't begin with functions.",
                    null);
        }
        return base;
    }
}
