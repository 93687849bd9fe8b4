// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Said;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A refusal in OCI's shape: {@code {"code", "message"}} and {@code opc-request-id}. Codes and statuses are those of OCI's
 * documentation "API Errors"; that of what is too large is from memory.
 *
 * @param code OCI's word, by which its clients' users branch
 */
record OciRefusal(int status, String code, String message) {
    /** Names a request in an answer. */
    static final String REQUEST_ID = "opc-request-id";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Some words are the client's own: only so much of them is said again. */
    OciRefusal {
        message = Said.message(message);
    }

    /** What is wrong with a request, found before anything is done. */
    static final class Wrong extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final transient OciRefusal refusal;

        Wrong(OciRefusal refusal) {
            super(refusal.message());
            this.refusal = refusal;
        }

        OciRefusal refusal() {
            return refusal;
        }
    }

    /** Who asks has not proved who it is. */
    static OciRefusal unproved(String why) {
        return new OciRefusal(401, "NotAuthenticated", why);
    }

    /** OCI says the same of what is not there and of what one may not see. */
    static OciRefusal absent() {
        return absent("Authorization failed or requested resource not found");
    }

    static OciRefusal absent(String why) {
        return new OciRefusal(404, "NotAuthorizedOrNotFound", why);
    }

    static OciRefusal invalid(String message) {
        return new OciRefusal(400, "InvalidParameter", message);
    }

    static OciRefusal missing(String message) {
        return new OciRefusal(400, "MissingParameter", message);
    }

    static OciRefusal notDone(String what) {
        return new OciRefusal(501, "MethodNotImplemented", what);
    }

    static OciRefusal busy(String message) {
        return new OciRefusal(429, "TooManyRequests", message);
    }

    static OciRefusal unavailable(String message) {
        return new OciRefusal(503, "ServiceUnavailable", message);
    }

    static OciRefusal tooLarge(String message) {
        return new OciRefusal(413, "RequestEntityTooLarge", message);
    }

    /** What keeps a function from being changed. */
    static OciRefusal of(Changed.Refused refused) {
        String message = refused.message();
        return switch (refused.reason()) {
            case ABSENT -> absent();
            case DECLARED -> new OciRefusal(403, "NotAllowed", message);
            case FAILED ->
                new OciRefusal(422, "UnprocessableEntity", message); // a 409 would be tried again by its clients
            case WRONG -> invalid(message);
            case FULL -> new OciRefusal(400, "LimitExceeded", message);
            case UNABLE -> notDone(message);
            case BUSY -> busy(message);
        };
    }

    FacadeAnswer answer() {
        return answer(RequestIds.next(), null);
    }

    /** With a word on when to come back. */
    FacadeAnswer answer(Duration retryAfter) {
        return answer(RequestIds.next(), retryAfter);
    }

    FacadeAnswer answer(String requestId, @Nullable Duration retryAfter) {
        Headers.Builder headers =
                Headers.builder().add("Content-Type", "application/json").add(REQUEST_ID, requestId);
        if (retryAfter != null) {
            headers.add("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        byte[] body =
                JSON.writeValueAsBytes(JSON.createObjectNode().put("code", code).put("message", message));
        return new FacadeAnswer(status, headers.build(), body);
    }
}
