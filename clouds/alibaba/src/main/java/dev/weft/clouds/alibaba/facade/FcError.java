// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Said;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A refusal in Function Compute's shape: {@code {"RequestId", "Code", "Message"}}. Codes and statuses are those of its
 * documentation, "Error codes", but for {@link #NOT_DONE}, which the real one has no use for.
 *
 * @param code Alibaba's word, by which its clients' users branch
 */
record FcError(int status, String code, String message) {
    /** What the real service does and this façade does not. */
    static final String NOT_DONE = "NotImplemented";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Some words are the client's own: only so much of them is said again. */
    FcError {
        message = Said.message(message);
    }

    /** Who asked is not who he says. The same for a key that there is not. */
    static FcError signature() {
        return new FcError(
                403,
                "SignatureNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your access key"
                        + " and signing method.");
    }

    static FcError missing(String field) {
        return new FcError(400, "MissingRequiredHeader", "required HTTP header " + field + " was not specified");
    }

    static FcError invalid(String message) {
        return new FcError(400, "InvalidArgument", message);
    }

    static FcError denied(String message) {
        return new FcError(403, "AccessDenied", message);
    }

    static FcError noFunction(String name) {
        return new FcError(404, "FunctionNotFound", "function '" + name + "' does not exist");
    }

    static FcError noVersion(String name, String version) {
        return new FcError(
                404, "VersionNotFound", "version '" + version + "' of function '" + name + "' does not exist");
    }

    static FcError noAlias(String name, String alias) {
        return new FcError(404, "AliasNotFound", "alias '" + alias + "' of function '" + name + "' does not exist");
    }

    static FcError exists(String name) {
        return new FcError(409, "FunctionAlreadyExists", "function '" + name + "' already exists");
    }

    /** What keeps a function from being changed. */
    static FcError of(Changed.Refused refused, String name) {
        String message = refused.message();
        return switch (refused.reason()) {
            case ABSENT -> noFunction(name);
            case DECLARED -> denied(message);
            case FAILED -> new FcError(409, "ConcurrentUpdateError", message);
            case WRONG -> invalid(message);
            case FULL -> new FcError(400, "FunctionQuotaExceeded", message);
            case UNABLE -> notDone(message);
            case BUSY -> new FcError(429, "ResourceThrottled", message);
        };
    }

    static FcError notDone(String what) {
        return new FcError(501, NOT_DONE, what);
    }

    FacadeAnswer answer() {
        return answer(RequestIds.next(), null);
    }

    FacadeAnswer answer(String requestId, @Nullable Duration retryAfter) {
        Headers.Builder headers =
                Headers.builder().add("content-type", "application/json").add(AlibabaFacade.REQUEST_ID, requestId);
        if (retryAfter != null) {
            headers.add("retry-after", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        byte[] body = JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("RequestId", requestId)
                .put("Code", code)
                .put("Message", message));
        return new FacadeAnswer(status, headers.build(), body);
    }
}
