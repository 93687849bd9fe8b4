// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What both clouds' error answers have in common. Pure. */
final class Answers {
    /** Bytes of an error answer. */
    static final int ERROR_BYTES_MAX = 64 << 10;

    private static final long RETRY_SECONDS_MAX = 86_400;
    private static final JsonMapper JSON = JsonMapper.shared();

    private Answers() {}

    /** A text of the error's JSON object; empty where there is none. */
    static String text(byte[] answer, String name) {
        try {
            JsonNode value = JSON.readTree(answer).path(name);
            return value.isString() ? value.asString() : "";
        } catch (JacksonException notJson) {
            return "";
        }
    }

    /** When to come back; null where the cloud did not say it in seconds. */
    static @Nullable Duration retryAfter(Headers headers) {
        String value = headers.first("retry-after");
        try {
            return value == null
                    ? null
                    : Duration.ofSeconds(Math.clamp(Long.parseLong(value.strip()), 0, RETRY_SECONDS_MAX));
        } catch (NumberFormatException | DateTimeException notSeconds) {
            return null;
        }
    }

    /** How the cloud failed, where the status alone says it. */
    static CloudException failed(String cloud, String name, int status, @Nullable String id, Headers headers) {
        CloudException.Kind kind =
                switch (status) {
                    case 400, 405, 415, 422 -> CloudException.Kind.INVALID;
                    case 401, 403 -> CloudException.Kind.DENIED;
                    case 404, 410 -> CloudException.Kind.ABSENT;
                    case 409, 429, 503 -> CloudException.Kind.BUSY;
                    case 413 -> CloudException.Kind.TOO_LARGE;
                    default -> CloudException.Kind.UNKNOWN;
                };
        String request = id == null ? "" : " (request " + id + ')';
        return new CloudException(
                kind, cloud + " answered " + status + " to a call of " + name + request, null, retryAfter(headers));
    }
}
