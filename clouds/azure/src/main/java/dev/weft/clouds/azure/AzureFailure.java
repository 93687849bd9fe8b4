// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Outcome;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Failures in the shape in which Azure's workers report an exception to its host: message, source, stack trace, type. On
 * Azure an HTTP caller sees none of it, only an empty 500.
 */
final class AzureFailure {
    private AzureFailure() {}

    /** A failure of a function's code, or of what it answered. */
    static Outcome.Failure of(Outcome.Failure.Reason reason, String type, String message, String stackTrace) {
        return of(reason, type, message, stackTrace, "");
    }

    /** A failure that Weft states for the function. */
    static Outcome.Failure ended(Outcome.Failure.Reason reason, String invocation, String message, String logTail) {
        String type =
                switch (reason) {
                    case TIMEOUT -> "FunctionTimeoutException";
                    case CRASH, MEMORY -> "WorkerProcessExitException";
                    case INIT -> "HostInitializationException";
                    case ERROR, TOO_LARGE, MALFORMED -> "FunctionInvocationException";
                };
        String said = reason == Outcome.Failure.Reason.INIT
                ? "The function app could not start: " + message
                : "Exception while executing function (Id: %s): %s".formatted(invocation, message);
        return of(reason, type, said, "", logTail);
    }

    private static Outcome.Failure of(
            Outcome.Failure.Reason reason, String type, String message, String stackTrace, String logTail) {
        ObjectNode payload = JsonMapper.shared().createObjectNode();
        payload.put("message", message);
        payload.put("source", "");
        payload.put("stackTrace", stackTrace);
        payload.put("type", type);
        return new Outcome.Failure(reason, type, message, JsonMapper.shared().writeValueAsBytes(payload), logTail);
    }
}
