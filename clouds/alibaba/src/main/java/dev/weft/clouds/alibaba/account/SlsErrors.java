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

/** Simple Log Service's errors: {@code {"errorCode", "errorMessage"}} and x-log-requestid. Pure. */
public final class SlsErrors implements RestErrors {
    private static final int WORDS_MAX = 500;

    /** There is nothing to set up. */
    public SlsErrors() {}

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String code = "";
        String words;
        try {
            JsonNode said = JsonMapper.shared().readTree(answer.body());
            code = said.path("errorCode").asString("");
            words = said.path("errorMessage").asString("");
        } catch (JacksonException notJson) {
            words = answer.text();
        }
        String cut = words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + "…" : words;
        return new Said(kind(code, answer.status()), code, cut, answer.header("x-log-requestid"), advice(code));
    }

    private static Kind kind(String code, int status) {
        return switch (code) {
            case "ReadQuotaExceed", "ProjectQuotaExceed", "ShardReadQuotaExceed", "ServerBusy" -> Kind.BUSY;
            case "Unauthorized", "SignatureNotMatch", "RequestTimeTooSkewed", "ProjectForbidden" -> Kind.DENIED;
            case "IndexConfigNotExist" -> Kind.INVALID;
            case "InternalServerError" -> Kind.UNKNOWN;
            default -> code.endsWith("NotExist") ? Kind.ABSENT : RestErrors.byStatus(status);
        };
    }

    private static @Nullable String advice(String code) {
        return switch (code) {
            case "ProjectNotExist", "LogStoreNotExist" ->
                "make the project and its logstore in Simple Log Service, in the functions' region, or name others as"
                        + " spec.account.log";
            case "IndexConfigNotExist" ->
                "switch on the logstore's full-text index: without it nothing can be searched";
            case "Unauthorized", "ProjectForbidden" ->
                "attach the policy that weft permissions prints to the user or role of this access key";
            case "SignatureNotMatch" -> "the access key's secret is not the one of this access key";
            case "RequestTimeTooSkewed" -> "set this machine's clock";
            default -> null;
        };
    }
}
