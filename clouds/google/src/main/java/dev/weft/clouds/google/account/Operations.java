// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.Progress;
import dev.weft.api.rest.RestClient;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Waits for what Google does in the background. */
final class Operations {
    /** Between two questions at most. */
    static final Duration PAUSE = Duration.ofSeconds(2);

    /** Questions until Weft stops waiting, about half an hour, as gcloud does. */
    static final int QUESTIONS_MAX = 900;

    /** google.rpc.Code, by number. */
    private static final String[] CODES = {
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED"
    };

    private final RestClient.Pause pause;

    Operations(RestClient.Pause pause) {
        this.pause = pause;
    }

    /**
     * Waits until {@code operation} is done.
     *
     * @param what for a sentence, for example "creating checkout"
     * @param ask reads an operation by its name
     */
    void await(String what, JsonNode operation, Ask ask, Progress progress) {
        JsonNode now = operation;
        String stage = "";
        for (int questions = 0; !now.path("done").asBoolean(false); questions++) {
            if (questions == QUESTIONS_MAX) {
                throw tooLong(what);
            }
            if (questions > 0) {
                pause(what, questions - 1);
            }
            now = ask.apply(operation.path("name").asString(""));
            String reached = stage(now);
            if (!reached.equals(stage)) {
                stage = reached;
                progress.did(what + ": " + stage);
            }
        }
        if (now.has("error")) {
            throw failed(what, now.path("error"));
        }
    }

    /** Reads an operation by its name. */
    @FunctionalInterface
    interface Ask {
        JsonNode apply(String name);
    }

    private static String stage(JsonNode operation) {
        String reached = "";
        for (JsonNode stage : operation.path("metadata").path("stages")) {
            if (stage.path("state").asString("").equals("IN_PROGRESS")) {
                reached = stage.path("name")
                        .asString("")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', ' ');
            }
        }
        return reached.isEmpty() ? "waiting" : reached;
    }

    /** Waits until {@code function} is neither being deployed nor deleted; null once it is gone. */
    @Nullable
    JsonNode settled(String name, @Nullable JsonNode function, Supplier<@Nullable JsonNode> ask) {
        JsonNode now = function;
        for (int questions = 0; now != null && moving(now); questions++) {
            if (questions == QUESTIONS_MAX) {
                throw tooLong("what Google does with " + name);
            }
            if (questions > 0) {
                pause(name, questions - 1);
            }
            now = ask.get();
        }
        return now;
    }

    private static boolean moving(JsonNode function) {
        String state = function.path("state").asString("");
        return state.equals("DEPLOYING") || state.equals("DELETING");
    }

    private void pause(String what, int times) {
        try {
            pause.again(times, PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(
                    Kind.UNKNOWN, what + " was interrupted: Google goes on with it in the background", stopped);
        }
    }

    private static CloudException tooLong(String what) {
        return new CloudException(
                Kind.UNKNOWN,
                what + " takes longer than " + PAUSE.multipliedBy(QUESTIONS_MAX).toMinutes()
                        + " minutes; Google goes on with it, and the next weft apply waits for it",
                null);
    }

    private static CloudException failed(String what, JsonNode error) {
        int number = error.path("code").asInt(2);
        String code = number >= 0 && number < CODES.length ? CODES[number] : "UNKNOWN";
        Kind said = GoogleErrors.kind(code, 500);
        // something that a deployment needs is missing, not the function
        Kind kind = said == Kind.ABSENT ? Kind.INVALID : said;
        return new CloudException(
                kind,
                what + " failed: " + code + ": " + error.path("message").asString("Google gives no reason"),
                null);
    }
}
