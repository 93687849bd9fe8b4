// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Said;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal in the shape of Azure's resource manager: {@code {"error":{"code","message"}}}.
 *
 * @param code Azure's word, by which its clients branch
 */
record AzureError(int status, String code, String message) {
    /** When to come back who is told so without a time. */
    static final Duration SOON = Duration.ofSeconds(1);

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Some words are the client's own: only so much of them is said again. */
    AzureError {
        message = Said.message(message);
    }

    static AzureError unproved() {
        return new AzureError(
                401,
                "InvalidAuthenticationToken",
                "The access token is missing or invalid. Expected a token that this endpoint gave for a key of Weft's (az login"
                        + " --service-principal -u ID -p SECRET), or Bearer ID.SECRET");
    }

    static AzureError invalid(String message) {
        return new AzureError(400, "BadRequest", message);
    }

    static AzureError denied(String message) {
        return new AzureError(403, "AuthorizationFailed", message);
    }

    static AzureError conflict(String message) {
        return new AzureError(409, "Conflict", message);
    }

    static AzureError noApp(String group, String name) {
        return new AzureError(
                404,
                "ResourceNotFound",
                "The Resource 'Microsoft.Web/sites/" + name + "' under resource group '" + group + "' was not found.");
    }

    static AzureError notDone(String what) {
        return new AzureError(
                501,
                "NotImplemented",
                what
                        + " is not done by Weft's façade of Azure Functions: it lists, shows, calls, makes, changes and deletes"
                        + " function apps");
    }

    FacadeAnswer answer() {
        return answer(null);
    }

    /** With a word on when to come back. */
    FacadeAnswer answer(@Nullable Duration retryAfter) {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("error").put("code", code).put("message", message);
        Headers.Builder headers = Headers.builder().add("Content-Type", "application/json; charset=utf-8");
        if (retryAfter != null) {
            headers.add("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        if (status == 401) {
            headers.add("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        }
        return new FacadeAnswer(status, headers.build(), JSON.writeValueAsBytes(body));
    }
}
