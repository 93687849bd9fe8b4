// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Outcome;
import java.nio.charset.StandardCharsets;

/**
 * What Google says of a request that never got its function's answer: a sentence in the log, which people search for, and
 * a few plain words to the caller. Source: Cloud Run documentation, "Troubleshoot Cloud Run issues".
 */
public final class GoogleFailure {
    private GoogleFailure() {}

    /** Google's sentence, then {@code message}, which says it more exactly. */
    static Outcome.Failure of(Outcome.Failure.Reason reason, String message, String logTail) {
        Words words = words(reason);
        return new Outcome.Failure(
                reason,
                "http " + words.status(),
                words.sentence() + ". " + message,
                words.answer().getBytes(StandardCharsets.UTF_8),
                logTail);
    }

    /** The status that the caller gets. */
    public static int status(Outcome.Failure.Reason reason) {
        return words(reason).status();
    }

    /** The body that the caller gets. */
    public static String answer(Outcome.Failure.Reason reason) {
        return words(reason).answer();
    }

    private static Words words(Outcome.Failure.Reason reason) {
        return switch (reason) {
            case TIMEOUT ->
                new Words(
                        504,
                        "The request has been terminated because it has reached the maximum request timeout",
                        "upstream request timeout");
            case INIT ->
                new Words(
                        503,
                        "Container failed to start. Failed to start and then listen on the port defined by the PORT"
                                + " environment variable",
                        "Service Unavailable");
            case MEMORY ->
                new Words(
                        503,
                        "While handling this request, the container instance was found to be using too much memory and"
                                + " was terminated",
                        "Service Unavailable");
            case CRASH, MALFORMED ->
                new Words(
                        503,
                        "The request failed because either the HTTP response was malformed or connection to the"
                                + " instance had an error",
                        "Service Unavailable");
            case TOO_LARGE ->
                new Words(
                        500,
                        "Response size was too large. Please consider reducing response size",
                        "Internal Server Error");
            case ERROR -> new Words(500, "The function failed", "Internal Server Error");
        };
    }

    /**
     * Google's own.
     *
     * @param answer the body that the caller gets
     */
    private record Words(int status, String sentence, String answer) {}
}
