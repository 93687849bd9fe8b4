// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

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
enum FnFailure {
    /** The FDK reported that the function threw. */
    FAILED("FunctionInvokeExecutionFailed", "function failed"),
    /** The container went away, or its connection did. */
    BROKE_OFF("FunctionInvokeExecutionError", "error receiving function response"),
    /** The FDK answered a status that its contract does not have. */
    INVALID("FunctionInvokeInvalidResponse", "invalid function response"),
    /** The answer is beyond the payload limit. */
    BODY_TOO_LARGE("FunctionInvokeResponseBodyTooLarge", "function response body too large"),
    /** The function took longer than its timeout. */
    TIMED_OUT("FunctionInvokeTimeout", "Timed out"),
    /** The container ended before it listened. */
    NO_INIT(
            "FunctionInvokeContainerInitFail",
            "Container failed to initialize, please ensure you are using the latest fdk and check the logs"),
    /** The container never listened. */
    LATE_INIT(
            "FunctionInvokeContainerInitTimeout",
            "Container initialization timed out, please ensure you are using the latest fdk and check the logs");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String code;
    private final String words;

    FnFailure(String code, String words) {
        this.code = code;
        this.words = words;
    }

    /** What the engine's reason is called here. */
    static FnFailure of(Outcome.Failure.Reason reason) {
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
    Outcome.Failure outcome(Outcome.Failure.Reason reason, String more, String logTail) {
        return new Outcome.Failure(reason, code, more.isEmpty() ? words : words + ": " + more, payload(null), logTail);
    }

    /** As the outcome of an answer by the FDK, which may name the function's own error. */
    Outcome.Failure answered(Outcome.Failure.Reason reason, byte[] answer) {
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
