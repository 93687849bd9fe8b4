// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How another Weft says that a request failed: {@code {"kind","message"}}. Pure. */
final class WeftErrors implements RestErrors {
    private static final String SAYS = "the other Weft says: ";
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        boolean weft = answer.header(Wire.OUTCOME) != null;
        JsonNode body = weft ? json(answer.body()) : JSON.missingNode();
        CloudException.Kind kind = kind(body, RestErrors.byStatus(answer.status()));
        return new Said(kind, "", body.path("message").asString(""), null, advice(answer.status(), weft));
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            return JSON.missingNode();
        }
    }

    private static CloudException.Kind kind(JsonNode body, CloudException.Kind otherwise) {
        String said = body.path("kind").asString("");
        for (CloudException.Kind each : CloudException.Kind.values()) {
            if (each.name().equals(said)) {
                return each;
            }
        }
        return otherwise;
    }

    private static @Nullable String advice(int status, boolean weft) {
        if (!weft) {
            return "is spec.endpoint where the other Weft's façade weft listens?";
        }
        return switch (status) {
            case 401 -> "make a key there: weft key create NAME --role deploy";
            case 403 -> "the key needs role deploy there; to call functions, role invoke is enough";
            default -> null;
        };
    }

    /** What an answer to a call says that is none of a function's; that a Weft behind that one said it is not told again. */
    static CloudException failure(byte[] body, @Nullable Duration retryAfter) {
        JsonNode said = json(body);
        String words = said.path("message").asString("nothing");
        String message = words.startsWith(SAYS) ? words : SAYS + words;
        Throwable late = said.path("late").asBoolean(false) ? new TimeoutException(message) : null;
        return new CloudException(kind(said, CloudException.Kind.UNKNOWN), message, late, retryAfter);
    }
}
