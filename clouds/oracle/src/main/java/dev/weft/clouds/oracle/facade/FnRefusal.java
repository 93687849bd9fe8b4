// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Said;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A refusal in a Fn server's shape: {@code {"message"}}. Words that it has are its own: api/models of its source. */
record FnRefusal(int status, String message) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Some words are the client's own: only so much of them is said again. */
    FnRefusal {
        message = Said.message(message);
    }

    /** That refuses what is being read. */
    static final class Wrong extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final transient FnRefusal refusal;

        Wrong(FnRefusal refusal) {
            super(refusal.message());
            this.refusal = refusal;
        }

        FnRefusal refusal() {
            return refusal;
        }
    }

    static FnRefusal noFunction() {
        return new FnRefusal(404, "Fn not found");
    }

    static FnRefusal noApp() {
        return new FnRefusal(404, "App not found");
    }

    static FnRefusal busy() {
        return new FnRefusal(503, "Timed out - server too busy");
    }

    static FnRefusal notDone(String what) {
        return new FnRefusal(
                501,
                what
                        + " is not done by Weft's façade of Fn: it lists, shows, calls, makes, changes and deletes functions");
    }

    static FnRefusal declared() {
        return new FnRefusal(403, "the function stands in this Weft's documents; change it there");
    }

    /** What keeps a function from being changed. */
    static FnRefusal of(Changed.Refused refused) {
        return switch (refused.reason()) {
            case ABSENT -> noFunction();
            case DECLARED -> declared();
            case FAILED -> new FnRefusal(500, refused.message());
            case WRONG, FULL -> new FnRefusal(400, refused.message());
            case UNABLE -> new FnRefusal(501, refused.message());
            case BUSY -> new FnRefusal(503, refused.message());
        };
    }

    FacadeAnswer answer() {
        return answer(null);
    }

    /** With a word on when to come back. */
    FacadeAnswer answer(@Nullable Duration retryAfter) {
        Headers.Builder headers = Headers.builder().add("Content-Type", "application/json");
        if (retryAfter != null) {
            headers.add("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        if (status == 401) {
            headers.add("WWW-Authenticate", "Bearer");
        }
        byte[] body = JSON.writeValueAsBytes(JSON.createObjectNode().put("message", message));
        return new FacadeAnswer(status, headers.build(), body);
    }
}
