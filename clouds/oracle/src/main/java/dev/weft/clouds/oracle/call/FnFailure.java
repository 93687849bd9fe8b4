// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import dev.weft.api.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the Fn server and OCI Functions say of a call that failed: the code is OCI's, the words are both's. Sources: Fn
 * server's error table, OCI documentation "Troubleshooting OCI Functions". Pure.
 */
public enum FnFailure {
    /** The FDK reported that the function threw. */
    FAILED("FunctionInvokeExecutionFailed", "function failed"),
    /** The container went away, or its connection did. */
    BROKE_OFF("FunctionInvokeExecutionError", "error receiving function response"),
    /** The FDK answered a status that its contract does not have. */
    INVALID("FunctionInvokeInvalidResponse", "invalid function response"),
    /** The answer is beyond the payload limit. */
    BODY_TOO_LARGE("FunctionInvokeResponseBodyTooLarge", "function response body too large"),
    /** The answer's fields are beyond the limit. */
    HEADER_TOO_LARGE("FunctionInvokeResponseHeaderTooLarge", "function response header too large"),
    /** The function took longer than its timeout. */
    TIMED_OUT("FunctionInvokeTimeout", "Timed out"),
    /** The container ended before it listened. */
    NO_INIT(
            "FunctionInvokeContainerInitFail",
            "Container failed to initialize, please ensure you are using the latest fdk and check the logs"),
    /** The container never listened. */
    LATE_INIT(
            "FunctionInvokeContainerInitTimeout",
            "Container initialization timed out, please ensure you are using the latest fdk and check the logs"),
    /** The image could not be fetched. */
    NO_IMAGE("FunctionInvokeImageNotAvailable", "Failed to pull image"),
    /** The image did not come in time. */
    LATE_IMAGE("FunctionInvokeImagePullTimeout", "Image pull timed out"),
    /** The application's network can't be used. */
    NO_SUBNET("FunctionInvokeSubnetNotAvailable", "The function's subnet is not available");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String code;
    private final String words;

    FnFailure(String code, String words) {
        this.code = code;
        this.words = words;
    }

    /** What a server's message means, which may say more than the words; null where it is none of these. */
    static @Nullable FnFailure worded(String message) {
        for (FnFailure each : values()) {
            // of the two long ones the servers change what follows the first comma
            String known = each.words.split(",", 2)[0];
            if (message.regionMatches(true, 0, known, 0, known.length())) {
                return each;
            }
        }
        // words of older servers
        return message.startsWith("function response too large") ? BODY_TOO_LARGE : null;
    }

    /** What OCI's code means; null where it is none of these. */
    static @Nullable FnFailure coded(String code) {
        for (FnFailure each : values()) {
            if (each.code.equals(code)) {
                return each;
            }
        }
        return null;
    }

    /** Whether {@code message} says nothing beyond the words. */
    boolean says(String message) {
        return message.isEmpty() || message.equalsIgnoreCase(words);
    }

    /** OCI's word for it. */
    public String code() {
        return code;
    }

    /** What the server writes. */
    public String words() {
        return words;
    }

    /** The status it answers with. */
    public int status() {
        return switch (this) {
            case TIMED_OUT, LATE_INIT, LATE_IMAGE -> 504;
            case NO_IMAGE -> 404;
            case FAILED, BROKE_OFF, INVALID, BODY_TOO_LARGE, HEADER_TOO_LARGE, NO_INIT, NO_SUBNET -> 502;
        };
    }

    /** How the function failed. */
    Outcome.Failure.Reason reason() {
        return switch (this) {
            case FAILED -> Outcome.Failure.Reason.ERROR;
            case BROKE_OFF -> Outcome.Failure.Reason.CRASH;
            case INVALID -> Outcome.Failure.Reason.MALFORMED;
            case BODY_TOO_LARGE, HEADER_TOO_LARGE -> Outcome.Failure.Reason.TOO_LARGE;
            case TIMED_OUT -> Outcome.Failure.Reason.TIMEOUT;
            case NO_INIT, LATE_INIT, NO_IMAGE, LATE_IMAGE, NO_SUBNET -> Outcome.Failure.Reason.INIT;
        };
    }

    /** What the engine's reason is called here. */
    public static FnFailure of(Outcome.Failure.Reason reason) {
        return switch (reason) {
            case ERROR -> FAILED;
            case TIMEOUT -> TIMED_OUT;
            case INIT -> NO_INIT;
            case CRASH, MEMORY -> BROKE_OFF;
            case TOO_LARGE -> BODY_TOO_LARGE;
            case MALFORMED -> INVALID;
        };
    }

    /** As an outcome; {@code more} tells a person what Fn keeps to itself. */
    public Outcome.Failure outcome(Outcome.Failure.Reason reason, String more, String logTail) {
        return new Outcome.Failure(reason, code, more.isEmpty() ? words : words + ": " + more, payload(null), logTail);
    }

    /** As the outcome of an answer by the FDK, which may name the function's own error. */
    public Outcome.Failure answered(Outcome.Failure.Reason reason, byte[] answer) {
        String detail = detail(answer);
        return new Outcome.Failure(reason, code, detail == null ? words : words + ": " + detail, payload(detail), "");
    }

    private byte[] payload(@Nullable String detail) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("code", code);
        fields.put("message", words);
        if (detail != null) {
            fields.put("detail", detail);
        }
        return JSON.writeValueAsBytes(fields);
    }

    /** The FDK for Node.js tells the error it caught; the one for Java writes it to the log only. */
    private static @Nullable String detail(byte[] answer) {
        if (answer.length == 0) {
            return null;
        }
        try {
            JsonNode detail = JSON.readTree(answer).path("detail");
            return detail.isString() ? detail.asString() : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
