// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A Fn server's errors: a status and {@code {"message":…}}, without codes and ids. Pure. */
final class FnErrors implements RestErrors {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        return new Said(
                RestErrors.byStatus(answer.status()), "", message(answer), null, advice(request, answer.status()));
    }

    private static String message(RestResponse answer) {
        try {
            return Json.text(JSON.readTree(answer.body()), "message");
        } catch (JacksonException notJson) {
            return "";
        }
    }

    private static @Nullable String advice(RestRequest request, int status) {
        return switch (status) {
            case 401, 403 -> "what stands before the Fn server wants to know who calls: set FN_TOKEN to a bearer token";
            case 404 ->
                request.method().equals("POST")
                        ? "is spec.endpoint the address of a Fn server's API, for example http://fn.example:8080?"
                        : null;
            default -> null;
        };
    }
}
