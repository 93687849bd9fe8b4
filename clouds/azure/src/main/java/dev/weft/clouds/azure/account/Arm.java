// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.clouds.azure.credentials.AzureCredentials;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Azure Resource Manager: requests with a bearer token, pages, operations that take their time. The token goes to no other host. */
final class Arm {
    /** Version of Microsoft.Web. */
    static final String WEB = "2025-03-01";
    /** Version of Microsoft.Storage. */
    static final String STORAGE = "2023-05-01";
    /** Version of Microsoft.Resources' tags. */
    static final String TAGS = "2021-04-01";

    /** Pages of one list. */
    static final int PAGES_MAX = 200;

    /** Times that a long operation is asked after. */
    static final int POLLS_MAX = 200;

    private static final Duration POLL = Duration.ofSeconds(2);

    private final AzureOptions options;
    private final RestClient rest;
    private final RestClient.Pause pause;

    Arm(AzureOptions options, CloudVendor.Around around, AzureCredentials credentials, RestClient.Pause pause) {
        this.options = options;
        this.pause = pause;
        this.rest = client(options, around, credentials, pause);
    }

    /** What sends with our token for Resource Manager, there and to apps' deployment hosts. */
    static RestClient client(
            AzureOptions options, CloudVendor.Around around, AzureCredentials credentials, RestClient.Pause pause) {
        String audience = options.arm().getScheme() + "://" + options.arm().getRawAuthority();
        return new RestClient(
                around.transport(),
                (request, now) -> request.header(
                        "authorization", "Bearer " + credentials.token(audience).value()),
                AzureErrors::read,
                around.clock(),
                pause);
    }

    /** A site's path. */
    String site(String name) {
        return options.group() + "/providers/Microsoft.Web/sites/" + name;
    }

    /** A plan's path. */
    String plan(String name) {
        return options.group() + "/providers/Microsoft.Web/serverfarms/" + name;
    }

    /** The storage account's path. */
    String storage() {
        return options.group() + "/providers/Microsoft.Storage/storageAccounts/" + options.storageAccount();
    }

    RestRequest request(String tried, String method, String path, String version) {
        return RestRequest.of(tried, method, uri(path + "?api-version=" + version))
                .header("accept", "application/json");
    }

    private URI uri(String target) {
        return URI.create(options.arm() + target.replace("(", "%28").replace(")", "%29"));
    }

    JsonNode get(String tried, String path, String version) {
        return json(rest.send(request(tried, "GET", path, version)));
    }

    @Nullable
    JsonNode find(String tried, String path, String version) {
        RestResponse answer = rest.find(request(tried, "GET", path, version));
        return answer == null ? null : json(answer);
    }

    /** A question that Azure wants as POST: changes nothing. */
    JsonNode ask(String tried, String path, String version) {
        return json(rest.send(request(tried, "POST", path, version).harmlessTwice()));
    }

    /** Sends a change and waits for its end. */
    JsonNode change(RestRequest request) {
        return settle(rest.send(request), request.tried());
    }

    /** Every page of a list. */
    List<JsonNode> list(String tried, String path, String version) {
        List<JsonNode> all = new ArrayList<>();
        RestRequest request = request(tried, "GET", path, version);
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            JsonNode page = json(rest.send(request));
            page.path("value").forEach(all::add);
            String next = page.path("nextLink").asString("");
            if (next.isEmpty()) {
                return all;
            }
            request = RestRequest.of(tried, "GET", own(next, tried)).header("accept", "application/json");
        }
        throw new CloudException(Kind.INVALID, tried + " has more than " + PAGES_MAX + " pages", null);
    }

    /** Waits for an operation that was begun: by the address of its state, else by that of its result. */
    private JsonNode settle(RestResponse begun, String tried) {
        String state = begun.header("azure-asyncoperation");
        String result = begun.header("location");
        if ((begun.status() != 201 && begun.status() != 202) || (state == null && result == null)) {
            return json(begun);
        }
        URI where = own(String.valueOf(state == null ? result : state), tried);
        RestResponse last = begun;
        for (int polls = 0; polls < POLLS_MAX; polls++) {
            wait(tried, polls);
            last = rest.send(RestRequest.of(tried, "GET", where).header("accept", "application/json"));
            String word = json(last).path("status").asString("");
            if (state == null ? last.status() != 202 : ended(word)) {
                if (word.equals("Failed") || word.equals("Canceled")) {
                    JsonNode error = json(last).path("error");
                    throw new CloudException(
                            Kind.INVALID,
                            "%s ended as %s: %s %s"
                                    .formatted(
                                            tried,
                                            word,
                                            error.path("code").asString(""),
                                            error.path("message").asString("")),
                            null);
                }
                return json(last);
            }
        }
        throw new CloudException(Kind.UNKNOWN, tried + " is not done after " + POLLS_MAX + " questions", null);
    }

    private static boolean ended(String word) {
        return word.equals("Succeeded") || word.equals("Failed") || word.equals("Canceled");
    }

    /** @param times how often it was waited for before */
    void wait(String tried, int times) {
        try {
            pause.again(times, POLL);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(Kind.UNKNOWN, "interrupted while waiting for " + tried, stopped);
        }
    }

    private URI own(String address, String tried) {
        URI where = URI.create(address.replace(" ", "%20"));
        if (!String.valueOf(where.getRawAuthority())
                .equalsIgnoreCase(options.arm().getRawAuthority())) {
            throw new CloudException(
                    Kind.INVALID,
                    tried + " points to another host, " + where.getRawAuthority() + ": our token does not go there",
                    null);
        }
        return where;
    }

    private static JsonNode json(RestResponse answer) {
        if (answer.body().length == 0) {
            return JsonMapper.shared().createObjectNode();
        }
        try {
            return JsonMapper.shared().readTree(answer.body());
        } catch (JacksonException notJson) {
            throw new CloudException(Kind.UNKNOWN, "Azure answered what is not JSON", null);
        }
    }
}
