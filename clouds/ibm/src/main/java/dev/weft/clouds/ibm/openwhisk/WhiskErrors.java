// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Errors of OpenWhisk's API: {@code {"error": words, "code": transaction}}. Pure. */
final class WhiskErrors implements RestErrors {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int WORDS_MAX = 500;

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String words = "";
        String transaction = answer.header("x-request-id");
        try {
            JsonNode error = JSON.readTree(answer.body());
            words = error.path("error").asString("");
            // early versions said a number
            transaction = error.path("code").asString(transaction);
        } catch (JacksonException notJson) {
            words = answer.body().length == 0 ? "" : "an answer that is not JSON";
        }
        if (words.length() > WORDS_MAX) {
            words = words.substring(0, WORDS_MAX);
        }
        return new Said(RestErrors.byStatus(answer.status()), "", words, transaction, advice(answer.status(), words));
    }

    private static @Nullable String advice(int status, String words) {
        return switch (status) {
            case 401 -> "check the key: __OW_API_KEY, or AUTH in ~/.wskprops";
            case 403 -> "check account.namespace and account.package: this key has no right to them";
            case 404 -> null;
            case 409 ->
                words.contains("not in this collection")
                        ? "a trigger, rule or package has that name: use another, by placement.clouds[].as"
                        : "somebody changed it at the same time: plan again";
            case 413 -> "the code and the environment are too large for this OpenWhisk";
            case 429 -> "the namespace's limit of requests a minute is reached";
            case 400 ->
                words.contains("The requested kind") || words.contains("kind '")
                        ? "spec.runtime must be a kind that this OpenWhisk has: GET / of the API host lists them"
                        : null;
            default -> null;
        };
    }

    /** Whether this kind of failure says that nothing is there, or that a package is missing. */
    static boolean mayBeAbsent(Kind kind) {
        return kind == Kind.DENIED || kind == Kind.ABSENT;
    }
}
