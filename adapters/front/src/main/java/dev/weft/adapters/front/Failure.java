// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The function failed; the payload is in its own contract's words. */
final class Failure extends Exception {
    private final String type;
    private final transient byte[] payload;

    Failure(String type, String message, byte[] payload) {
        super(message);
        this.type = type;
        this.payload = payload;
    }

    Failure(String type, String message) {
        this(
                type,
                message,
                Json.text(Map.of("errorType", type, "errorMessage", message)).getBytes(StandardCharsets.UTF_8));
    }

    /** An error of the code that opens the function, or the function's own. */
    static Failure of(Throwable error) {
        return error instanceof Failure failure
                ? failure
                : new Failure(error.getClass().getSimpleName(), String.valueOf(error.getMessage()));
    }

    String type() {
        return type;
    }

    byte[] payload() {
        return payload;
    }
}
