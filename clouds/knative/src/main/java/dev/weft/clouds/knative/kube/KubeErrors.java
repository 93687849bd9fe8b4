// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Kubernetes' errors: a v1 Status with reason, code and message. Pure. */
public final class KubeErrors implements RestErrors {
    private static final int WORDS_MAX = 700;

    /** There is nothing to set up. */
    public KubeErrors() {}

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String reason = "";
        String words;
        boolean knative = request.uri().getPath().contains("/serving.knative.dev/");
        try {
            JsonNode said = JsonMapper.shared().readTree(answer.body());
            reason = said.path("reason").asString("");
            words = said.path("message").asString("");
        } catch (JacksonException notJson) {
            words = answer.text();
        }
        // a path that no API has is answered in plain text
        boolean missing = knative && answer.status() == 404 && words.contains("page not found");
        Kind kind = missing ? Kind.INVALID : kind(reason, answer.status());
        String advice = missing ? "Knative Serving is not installed in this cluster" : advice(reason, answer.status());
        String cut = words.strip();
        cut = cut.length() > WORDS_MAX ? cut.substring(0, WORDS_MAX) + "…" : cut;
        return new Said(kind, reason, cut, answer.header("audit-id"), advice);
    }

    private static Kind kind(String reason, int status) {
        return switch (reason) {
            case "Unauthorized", "Forbidden" -> Kind.DENIED;
            case "NotFound", "Gone" -> Kind.ABSENT;
            case "TooManyRequests", "ServerTimeout", "ServiceUnavailable" -> Kind.BUSY;
            case "AlreadyExists", "Conflict", "Invalid", "BadRequest" -> Kind.INVALID;
            case "RequestEntityTooLarge" -> Kind.TOO_LARGE;
            default -> RestErrors.byStatus(status);
        };
    }

    private static @Nullable String advice(String reason, int status) {
        return switch (status) {
            case 401 -> "the cluster does not know these credentials, or they have expired; log in again";
            case 403 -> "apply the Role that weft permissions prints, and bind it to this user";
            case 409 -> reason.equals("Conflict") ? "somebody changed it meanwhile; plan again" : null;
            default -> null;
        };
    }
}
