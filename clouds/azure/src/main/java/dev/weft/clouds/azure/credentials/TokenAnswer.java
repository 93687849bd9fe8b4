// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What token endpoints are asked and how they answer, by OAuth 2.0 and by Azure's managed identities. Pure. */
final class TokenAnswer {
    /** A token that says nothing of its end. */
    private static final Duration UNSAID = Duration.ofMinutes(10);

    private static final Map<String, String> ADVICE = Map.of(
            "AADSTS7000215",
            "the secret is wrong, or its id was taken for it: set AZURE_CLIENT_SECRET to the secret's value",
            "AADSTS7000222",
            "the client secret has expired: make a new one with az ad app credential reset",
            "AADSTS700016",
            "AZURE_CLIENT_ID names no application of this tenant: see AZURE_TENANT_ID",
            "AADSTS90002",
            "there is no such tenant: see AZURE_TENANT_ID and spec.account.tenant",
            "AADSTS700024",
            "the federated token has expired, or this machine's clock is wrong");

    private TokenAnswer() {}

    static AccessToken read(RestResponse answer, Instant now) {
        JsonNode json = parsed(answer.text());
        String token = json.path("access_token").asString("");
        if (token.isEmpty()) {
            throw TokenSources.denied("the token endpoint answered without an access token", null);
        }
        JsonNode until = json.path("expires_on");
        long end = number(until);
        if (end == 0) {
            long seconds = number(json.path("expires_in"));
            end = now.getEpochSecond() + (seconds == 0 ? UNSAID.toSeconds() : seconds);
        }
        return new AccessToken(token, Instant.ofEpochSecond(end));
    }

    private static long number(JsonNode value) {
        try {
            return Long.parseLong(value.asString(""));
        } catch (NumberFormatException notOne) {
            return 0;
        }
    }

    /** Errors of a token endpoint: {@code {"error", "error_description"}}, or what the metadata service says. */
    static RestErrors.Said error(RestRequest request, RestResponse answer) {
        JsonNode json = parsed(answer.text());
        String description =
                json.path("error_description").asString(json.path("Message").asString(""));
        String line = description.lines().findFirst().orElse("").strip();
        String code = json.path("error").asString("");
        String advice = ADVICE.entrySet().stream()
                .filter(each -> description.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        CloudException.Kind kind = answer.status() == 400 || answer.status() == 404
                ? CloudException.Kind.DENIED
                : RestErrors.byStatus(answer.status());
        return new RestErrors.Said(kind, code, line, text(json, "trace_id"), advice);
    }

    private static @Nullable String text(JsonNode json, String name) {
        String value = json.path(name).asString("");
        return value.isEmpty() ? null : value;
    }

    static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(each -> each.getKey() + '=' + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static JsonNode parsed(String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException notJson) {
            return JsonMapper.shared().createObjectNode();
        }
    }
}
