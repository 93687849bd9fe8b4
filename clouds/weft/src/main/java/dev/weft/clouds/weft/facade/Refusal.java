// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Said;
import dev.weft.clouds.weft.Wire;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is answered in place of what was asked for: {@code {"kind","message"}}, by the kinds of {@link CloudException}. Pure. */
record Refusal(int status, CloudException.Kind kind, String message, boolean late) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Some words are the client's own: only so much of them is said again. */
    Refusal {
        message = Said.message(message);
    }

    private Refusal(int status, CloudException.Kind kind, String message) {
        this(status, kind, message, false);
    }

    static Refusal unproved() {
        return new Refusal(
                401,
                CloudException.Kind.DENIED,
                "a key of this Weft's is needed, as " + Wire.KEY + " or Authorization: Bearer ID.SECRET");
    }

    static Refusal role(String action) {
        return new Refusal(
                403, CloudException.Kind.DENIED, "the key may call functions only; " + action + " needs role deploy");
    }

    static Refusal wrong(String message) {
        return new Refusal(400, CloudException.Kind.INVALID, message);
    }

    static Refusal conflict(String message) {
        return new Refusal(409, CloudException.Kind.INVALID, message);
    }

    static Refusal absent(String what) {
        return new Refusal(404, CloudException.Kind.ABSENT, "there is no " + what + " here");
    }

    static Refusal notDone(String what) {
        return new Refusal(501, CloudException.Kind.INVALID, what + " is not done by Weft's façade of Weft");
    }

    static Refusal of(Changed.Refused refused) {
        String message = refused.message();
        return switch (refused.reason()) {
            case ABSENT -> new Refusal(404, CloudException.Kind.ABSENT, message);
            case WRONG -> wrong(message);
            case DECLARED -> conflict(message);
            case FULL, UNABLE, FAILED -> new Refusal(409, CloudException.Kind.INVALID, message);
            case BUSY -> new Refusal(503, CloudException.Kind.BUSY, message);
        };
    }

    /** No cloud of this Weft's answered: what its caller may do next stays what it is, but for our own credentials, which are none of his. */
    static Refusal of(CloudException why) {
        boolean late = why.getCause() instanceof TimeoutException;
        String message = String.valueOf(why.getMessage());
        return switch (why.kind()) {
            case BUSY -> new Refusal(503, CloudException.Kind.BUSY, message);
            case UNREACHABLE, ABSENT, DENIED -> new Refusal(503, CloudException.Kind.UNREACHABLE, message);
            case UNKNOWN -> new Refusal(late ? 504 : 502, CloudException.Kind.UNKNOWN, message, late);
            case TOO_LARGE -> new Refusal(413, CloudException.Kind.TOO_LARGE, message);
            case INVALID -> wrong(message);
        };
    }

    static Refusal unread(long bytesMax, dev.weft.api.facade.Facade.Unread why) {
        return switch (why) {
            case TOO_LARGE ->
                new Refusal(413, CloudException.Kind.TOO_LARGE, "the body has more than " + bytesMax + " bytes");
            case STARTING ->
                new Refusal(503, CloudException.Kind.UNREACHABLE, "functions are not deployed yet on that Weft");
            case BUSY -> new Refusal(503, CloudException.Kind.BUSY, "that Weft has all that it can do");
            case BROKEN -> new Refusal(500, CloudException.Kind.UNKNOWN, "something in that Weft is broken");
        };
    }

    FacadeAnswer answer() {
        return answer(null);
    }

    /** The same, to come back after that time where it is one to come back for. */
    FacadeAnswer answer(@Nullable Duration retryAfter) {
        ObjectNode body = JSON.createObjectNode().put("kind", kind.name()).put("message", message);
        if (late) {
            body.put("late", true);
        }
        Headers.Builder fields =
                Headers.builder().add("Content-Type", "application/json").add(Wire.OUTCOME, Wire.NONE);
        if (kind == CloudException.Kind.BUSY) {
            long seconds = (retryAfter == null ? SOON : retryAfter).toSeconds();
            fields.add("Retry-After", Long.toString(Math.max(1, seconds)));
        }
        return new FacadeAnswer(status, fields.build(), JSON.writeValueAsBytes(body));
    }
}
