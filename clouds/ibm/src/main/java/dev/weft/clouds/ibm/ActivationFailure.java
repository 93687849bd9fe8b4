// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Outcome;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Failed activations in OpenWhisk's words: a result {@code {"error": …}} and one of its three states. Sources: OpenWhisk's
 * {@code ActivationResponse} and {@code Messages}. Pure.
 */
public final class ActivationFailure {
    /** The action ran and handled its error: it returned one. */
    public static final String APPLICATION = "application error";

    /** The action did not run to its end, or not as it must; the platform replaces its container. */
    public static final String DEVELOPER = "action developer error";

    private static final String NO_DICTIONARY = "The action did not return a dictionary";

    /** The same in Java. */
    private static final String NULL = "java.lang.NullPointerException: The action returned null";

    private static final JsonMapper JSON = JsonMapper.shared();

    private ActivationFailure() {}

    /** A result with an error in it. */
    static Outcome.Failure application(byte[] result, JsonNode error) {
        return new Outcome.Failure(Outcome.Failure.Reason.ERROR, APPLICATION, line(error), result, "");
    }

    /** What the proxy answered with another status than 200. */
    static Outcome.Failure developer(JsonNode error) {
        String line = line(error);
        Outcome.Failure.Reason reason = line.startsWith(NO_DICTIONARY) || line.endsWith(NULL)
                ? Outcome.Failure.Reason.MALFORMED
                : Outcome.Failure.Reason.ERROR;
        return new Outcome.Failure(reason, DEVELOPER, line, JSON.writeValueAsBytes(Map.of("error", error)), "");
    }

    /** What the proxy answered to an initialization that failed. */
    static Outcome.Failure initialization(JsonNode error) {
        return new Outcome.Failure(
                Outcome.Failure.Reason.INIT,
                DEVELOPER,
                line(error),
                JSON.writeValueAsBytes(Map.of("error", error)),
                "");
    }

    /** A failure of that sentence. */
    static Outcome.Failure of(Outcome.Failure.Reason reason, String sentence) {
        return of(reason, sentence, "", "");
    }

    /** A call that the engine ended; {@code how} is for the one who looks, not part of OpenWhisk's words. */
    static Outcome.Failure of(Outcome.Failure.Reason reason, String sentence, String how, String logTail) {
        return new Outcome.Failure(
                reason,
                DEVELOPER,
                how.isEmpty() ? sentence : sentence + " (" + how + ")",
                JSON.writeValueAsBytes(Map.of("error", sentence)),
                logTail);
    }

    /** What OpenWhisk says of an activation that ended for that reason. */
    public static String sentence(Outcome.Failure.Reason reason, Duration timeout) {
        return switch (reason) {
            case TIMEOUT -> "The action exceeded its time limits of " + timeout.toMillis() + " milliseconds.";
            case MEMORY -> "The action exhausted its memory and was aborted.";
            case INIT -> "The action did not initialize and exited unexpectedly.";
            case CRASH -> "The action did not produce a valid response and exited unexpectedly.";
            case TOO_LARGE -> "The action produced a response that exceeded the allowed length.";
            case MALFORMED -> "The action did not produce a valid JSON response.";
            case ERROR -> "An error has occurred.";
        };
    }

    /** A result of that many bytes. */
    static Outcome.Failure tooLarge(long bytes, long bytesMax) {
        return of(
                Outcome.Failure.Reason.TOO_LARGE,
                "The action produced a response that exceeded the allowed length: %d > %d bytes."
                        .formatted(bytes, bytesMax));
    }

    /** One line of an error that may be any JSON value. */
    static String line(JsonNode error) {
        String text =
                error.isString() ? error.asString() : error.path("message").asString(error.toString());
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
