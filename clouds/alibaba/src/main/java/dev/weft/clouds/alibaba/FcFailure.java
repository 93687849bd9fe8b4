// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Failures in Function Compute's shape and words: {@code {"errorMessage": …, "errorType": …, "stackTrace": …}}. Pure. */
final class FcFailure {
    /** The function's own error; the cloud answers an invoke with status 200 and this in {@code x-fc-error-type}. */
    static final String UNHANDLED = "UnhandledInvocationError";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern MILLIS = Pattern.compile("timeout of ([0-9]+) ms");
    private static final Pattern PORT_TAKEN = Pattern.compile("EADDRINUSE|[Aa]ddress already in use");

    private FcFailure() {}

    /** What the function reported, in its own words; {@code type} where it names none. */
    static Outcome.Failure reported(Outcome.Failure.Reason reason, byte[] payload, String type, String message) {
        String saidType = type;
        String saidMessage = message;
        try {
            JsonNode said = JSON.readTree(payload);
            saidType = said.path("errorType").asString(type);
            saidMessage = said.path("errorMessage").asString(message);
        } catch (JacksonException notJson) {
            // a custom runtime may report its error in any form; the payload goes on as it is
            saidMessage = message;
        }
        return new Outcome.Failure(reason, saidType, saidMessage, payload, "");
    }

    /** What Weft states for the function. */
    static Outcome.Failure stated(Outcome.Failure.Reason reason, String type, String message, String logTail) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("errorMessage", message);
        words.put("errorType", type);
        return new Outcome.Failure(reason, type, message, JSON.writeValueAsBytes(words), logTail);
    }

    /** An answer that is more than the contract allows. */
    static Outcome.Failure tooLarge(String what, int most) {
        return stated(
                Outcome.Failure.Reason.TOO_LARGE,
                "BadResponse",
                "the function's answer is too large: its %s may take %d bytes".formatted(what, most),
                "");
    }

    /** What the platform says of a call that the engine ended. */
    static Outcome.Failure ended(Outcome.Failure.Reason reason, String message, String logTail) {
        return switch (reason) {
            case TIMEOUT -> stated(reason, "FunctionTimeoutError", timeout(message), logTail);
            case CRASH ->
                stated(reason, UNHANDLED, "Process exited unexpectedly before completing request: " + message, logTail);
            case MEMORY ->
                stated(
                        reason,
                        "FunctionOOMError",
                        "Process exited unexpectedly before completing request, out of memory: " + message,
                        logTail);
            case INIT -> stated(reason, "FunctionNotStarted", notStarted(message, logTail), logTail);
            case TOO_LARGE -> stated(reason, "BadResponse", message, logTail);
            case ERROR, MALFORMED -> stated(reason, UNHANDLED, message, logTail);
        };
    }

    private static String timeout(String message) {
        Matcher millis = MILLIS.matcher(message);
        return millis.find()
                ? "Function timed out after %s seconds (%s)".formatted(seconds(millis.group(1)), message)
                : "Function timed out (" + message + ")";
    }

    private static String seconds(String millis) {
        long value = Long.parseLong(millis);
        return value % 1000 == 0 ? Long.toString(value / 1000) : Double.toString(value / 1000.0);
    }

    private static String notStarted(String message, String logTail) {
        return PORT_TAKEN.matcher(logTail).find()
                ? message
                        + "; the port it wants is taken: every instance here shares one network, so a program that always"
                        + " listens on one port can have a single instance at a time (and must be stopped before it is"
                        + " replaced); let it read its port from FC_SERVER_PORT"
                : message;
    }
}
