// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OCI's errors: {@code {"code":…,"message":…}} and opc-request-id. Pure. Source: OCI documentation "API Errors". */
final class OciErrors implements RestErrors {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String code = "";
        String message = "";
        try {
            JsonNode said = JSON.readTree(answer.body());
            code = Json.text(said, "code");
            message = Json.text(said, "message");
        } catch (JacksonException notJson) {
            // then the status has to say it
        }
        return new Said(kind(code, answer.status()), code, message, answer.header("opc-request-id"), advice(code));
    }

    private static Kind kind(String code, int status) {
        return switch (code) {
            case "IncorrectState", "TooManyRequests" -> Kind.BUSY;
            case "NotAuthenticated", "SignUpRequired" -> Kind.DENIED;
            case "LimitExceeded", "QuotaExceeded", "InvalidParameter", "NoEtagMatch" -> Kind.INVALID;
            default -> RestErrors.byStatus(status);
        };
    }

    private static @Nullable String advice(String code) {
        return switch (code) {
            case "NotAuthenticated" ->
                "check tenancy, user and fingerprint of the profile, that the user has this API key, and this machine's clock";
            case "NotAuthorizedOrNotFound" ->
                "OCI says the same of what is not there and of what no policy lets you see: check the OCIDs in spec.account,"
                        + " and compare weft permissions with the policies of the compartment";
            case "LimitExceeded", "QuotaExceeded" -> "ask for a higher service limit, or lower what is asked for";
            case "NoEtagMatch" -> "somebody changed it meanwhile: plan again";
            default -> null;
        };
    }
}
