// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Function Compute's errors: {@code {"RequestId", "Code", "Message"}}. Pure. */
public final class FcErrors implements RestErrors {
    private static final int WORDS_MAX = 500;

    /** There is nothing to set up. */
    public FcErrors() {}

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String code = "";
        String words = "";
        String id = answer.header("x-fc-request-id");
        try {
            JsonNode said = JsonMapper.shared().readTree(answer.body());
            code = said.path("Code").asString(said.path("ErrorCode").asString(""));
            words = said.path("Message").asString(said.path("ErrorMessage").asString(""));
            id = said.path("RequestId").asString(id);
        } catch (JacksonException notJson) {
            words = answer.text();
        }
        String cut = words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + "…" : words;
        return new Said(kind(code, answer.status()), code, cut, id, advice(code));
    }

    private static Kind kind(String code, int status) {
        return switch (code) {
            case "ResourceThrottled", "ResourceExhausted", "ConcurrentUpdateError", "TooManyRequests" -> Kind.BUSY;
            case "AccessDenied", "SignatureNotMatch", "SignatureDoesNotMatch", "Forbidden" -> Kind.DENIED;
            case "EntityTooLarge" -> Kind.TOO_LARGE;
            case "InternalServerError" -> Kind.UNKNOWN;
            default -> {
                if (code.startsWith("Throttling")) {
                    yield Kind.BUSY;
                }
                if (code.startsWith("InvalidAccessKey") || code.contains("SecurityToken")) {
                    yield Kind.DENIED;
                }
                yield code.endsWith("NotFound") && !code.equals("CAFileNotFound")
                        ? Kind.ABSENT
                        : RestErrors.byStatus(status);
            }
        };
    }

    private static @Nullable String advice(String code) {
        return switch (code) {
            case "AccessDenied", "Forbidden" ->
                "attach the policy that weft permissions prints to the user or role of this access key";
            case "SignatureNotMatch", "SignatureDoesNotMatch" ->
                "the access key's secret is not the one of this access key, or the machine's clock is wrong";
            case "InvalidAccessKeyID", "InvalidAccessKeyId.NotFound" ->
                "this access key does not exist or is disabled; see RAM, Users, AccessKey";
            case "InvalidSecurityToken", "SecurityTokenExpired" -> "the temporary credentials have expired; renew them";
            case "EntityTooLarge" -> "the package is too large for one upload; leave files out";
            case "ResourceThrottled", "ResourceExhausted" ->
                "the account's quota is used up; see Function Compute, Quotas";
            default -> null;
        };
    }
}
