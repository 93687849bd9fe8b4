// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Errors of Code Engine's API: {@code {"errors": [{"code", "message"}], "trace": …}}. Pure. */
final class CodeEngineErrors implements RestErrors {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int WORDS_MAX = 500;

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String code = "";
        String words = "";
        String trace = answer.header("x-request-id");
        try {
            JsonNode all = JSON.readTree(answer.body());
            JsonNode first =
                    all.path("errors").isEmpty() ? all : all.path("errors").get(0);
            code = first.path("code").asString("");
            words = first.path("message").asString("");
            trace = all.path("trace").asString(trace);
        } catch (JacksonException notJson) {
            words = answer.body().length == 0 ? "" : "an answer that is not JSON";
        }
        if (words.length() > WORDS_MAX) {
            words = words.substring(0, WORDS_MAX);
        }
        CloudException.Kind kind = answer.status() == 412 || answer.status() == 409
                ? CloudException.Kind.INVALID
                : RestErrors.byStatus(answer.status());
        return new Said(kind, code, words, trace, advice(answer.status(), code));
    }

    private static @Nullable String advice(int status, String code) {
        return switch (status) {
            case 401 -> "check IBMCLOUD_API_KEY";
            case 403 ->
                code.contains("quota") || code.contains("limit")
                        ? "the project's quota is used up: ibmcloud ce project get shows it"
                        : "the key's owner needs the role Writer on the project";
            case 404 -> request404(code);
            case 409 -> "there is one of that name, or it is being changed: plan again";
            case 412 -> "somebody changed it at the same time: plan again";
            default -> null;
        };
    }

    private static @Nullable String request404(String code) {
        return code.contains("project") ? "check account.project and spec.region: a project is in one region" : null;
    }
}
