// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Said;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal in the shape of Google's APIs: {@code {"error":{"code","message","status"}}}. Statuses and their codes are those
 * of google.rpc.Code.
 *
 * @param status Google's word, by which its clients branch
 */
record GoogleError(int code, String status, String message) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Some words are the client's own: only so much of them is said again. */
    GoogleError {
        message = Said.message(message);
    }

    static GoogleError unproved() {
        return new GoogleError(
                401,
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials. Expected a key of Weft's as Authorization: Bearer"
                        + " ID.SECRET (gcloud: CLOUDSDK_AUTH_ACCESS_TOKEN_FILE)");
    }

    static GoogleError invalid(String message) {
        return new GoogleError(400, "INVALID_ARGUMENT", message);
    }

    static GoogleError denied(String message) {
        return new GoogleError(403, "PERMISSION_DENIED", message);
    }

    static GoogleError notFound(String resource) {
        return new GoogleError(404, "NOT_FOUND", "Resource '" + resource + "' was not found");
    }

    static GoogleError notDone(String what) {
        return new GoogleError(
                501,
                "UNIMPLEMENTED",
                what + " is not done by Weft's façade of Google Cloud Functions yet: it lists, shows, calls,"
                        + " makes, changes and deletes functions");
    }

    FacadeAnswer answer() {
        return answer(null);
    }

    /** With a word on when to come back. */
    FacadeAnswer answer(@Nullable Duration retryAfter) {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("error").put("code", code).put("message", message).put("status", status);
        Headers.Builder headers = Headers.builder().add("Content-Type", "application/json; charset=UTF-8");
        if (retryAfter != null) {
            headers.add("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        if (code == 401) {
            headers.add("WWW-Authenticate", "Bearer realm=\"weft\"");
        }
        return new FacadeAnswer(code, headers.build(), JSON.writeValueAsBytes(body));
    }
}
