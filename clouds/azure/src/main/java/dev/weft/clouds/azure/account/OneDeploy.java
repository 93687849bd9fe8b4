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
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One Deploy, the only way that code reaches an app on a Flex plan: a zip file to the app's deployment host, and its end awaited. */
final class OneDeploy {
    /** Questions after one deployment, one every two seconds. */
    static final int QUESTIONS_MAX = 450;

    /** Questions by a deployment's id that a host may leave unanswered before it is asked for its latest one. */
    static final int UNKNOWN_MAX = 12;

    /** What it is called in errors; a conflict means that another deployment is under way. */
    static final String PUBLISH = "Publish";

    private static final String LATEST = "latest";
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Pattern ID = Pattern.compile("[-0-9A-Za-z]{1,64}");

    private static final int SUCCEEDED = 4;
    private static final int FAILED = 3;
    private static final int CANCELLED = -1;
    private static final int OVERTAKEN = 5;
    private static final int IN_PART = 6;

    private final RestClient rest;
    private final RestClient.Pause pause;

    OneDeploy(AzureOptions options, CloudVendor.Around around, AzureCredentials credentials, RestClient.Pause pause) {
        this.pause = pause;
        this.rest = Arm.client(options, around, credentials, pause);
    }

    /** Publishes {@code zip} and returns once the app was told to run it. */
    void publish(Snapshot app, byte[] zip) {
        URI base = app.deployments();
        // the code is built already; the same package twice is one deployment more, and no harm
        RestResponse begun =
                rest.send(RestRequest.of(PUBLISH, "POST", base.resolve("/api/publish?remoteBuild=false&deployer=weft"))
                        .body("application/zip", zip)
                        .harmlessTwice());
        await(app.name(), base.resolve("/api/deployments/"), begun);
    }

    private static String id(RestResponse begun) {
        String header = begun.header("scm-deployment-id");
        String said = header == null ? begun.text().strip().replace("\"", "") : header;
        return ID.matcher(said).matches() ? said : LATEST;
    }

    private void await(String app, URI deployments, RestResponse begun) {
        String id = id(begun);
        boolean known = begun.status() != 202; // else it is done already, unless the host says otherwise
        for (int questions = 0; questions < QUESTIONS_MAX; questions++) {
            rest(app, questions);
            URI deployment = deployments.resolve(known || questions < UNKNOWN_MAX ? id : LATEST);
            RestResponse answer = rest.find(
                    RestRequest.of("Get deployment", "GET", deployment).header("accept", "application/json"));
            if (answer == null && known) {
                // the host restarted with the new code and has forgotten; the vendor's command line ends here too
                return;
            }
            if (answer != null && ended(app, json(answer))) {
                return;
            }
            if (answer != null && !known) {
                known = true;
                id = questions < UNKNOWN_MAX ? id : LATEST;
            }
        }
        throw new CloudException(
                Kind.UNKNOWN,
                "the deployment of %s is not done after %d questions".formatted(app, QUESTIONS_MAX),
                null);
    }

    private static boolean ended(String app, JsonNode said) {
        int status = said.path("status").asInt(0);
        return switch (status) {
            case SUCCEEDED -> true;
            case FAILED, IN_PART ->
                throw new CloudException(
                        Kind.INVALID, "Azure could not deploy %s: %s".formatted(app, words(said)), null);
            case CANCELLED, OVERTAKEN ->
                throw new CloudException(
                        Kind.INVALID,
                        "the deployment of %s was given up for another one: somebody was faster; plan again"
                                .formatted(app),
                        null);
            default -> false;
        };
    }

    private static String words(JsonNode said) {
        for (String each : new String[] {"status_text", "message"}) {
            String words = said.path(each).asString("").strip();
            if (!words.isEmpty()) {
                return words.lines().findFirst().orElse(words);
            }
        }
        return "it says no more than status " + said.path("status").asInt(0);
    }

    private static JsonNode json(RestResponse answer) {
        try {
            return JsonMapper.shared().readTree(answer.body());
        } catch (JacksonException notYet) {
            return JsonMapper.shared().createObjectNode();
        }
    }

    private void rest(String app, int times) {
        try {
            pause.again(times, EVERY);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(Kind.UNKNOWN, "interrupted while waiting for " + app, stopped);
        }
    }
}
