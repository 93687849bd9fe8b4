// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function that failed: how, by the type and the words that Lambda and its runtimes use. Pure. */
final class FunctionFailure {
    private static final String KILLED = "signal: killed";

    private static final Map<String, Reason> BY_TYPE = Map.ofEntries(
            Map.entry("Sandbox.Timedout", Reason.TIMEOUT),
            Map.entry("Runtime.OutOfMemory", Reason.MEMORY),
            Map.entry("MemoryError", Reason.MEMORY),
            Map.entry("java.lang.OutOfMemoryError", Reason.MEMORY),
            Map.entry("Runtime.ExitError", Reason.CRASH),
            Map.entry("Runtime.TruncatedResponse", Reason.CRASH),
            Map.entry("Extension.Crash", Reason.CRASH),
            Map.entry("Runtime.BadFunctionCode", Reason.INIT),
            Map.entry("Runtime.HandlerNotFound", Reason.INIT),
            Map.entry("Runtime.ImportModuleError", Reason.INIT),
            Map.entry("Runtime.InitError", Reason.INIT),
            Map.entry("Runtime.InvalidEntrypoint", Reason.INIT),
            Map.entry("Runtime.InvalidTaskConfig", Reason.INIT),
            Map.entry("Runtime.InvalidWorkingDir", Reason.INIT),
            Map.entry("Runtime.MalformedHandlerName", Reason.INIT),
            Map.entry("Runtime.UserCodeSyntaxError", Reason.INIT),
            Map.entry("Extension.InitError", Reason.INIT),
            Map.entry("Runtime.InvalidResponse", Reason.MALFORMED),
            Map.entry("Runtime.MarshalError", Reason.MALFORMED),
            Map.entry("Runtime.UnmarshalError", Reason.MALFORMED),
            Map.entry("Function.ResponseSizeTooLarge", Reason.TOO_LARGE));

    private FunctionFailure() {}

    /** The failure that {@code payload} tells of. */
    static Outcome.Failure of(byte[] payload, String logTail) {
        Outcome.Failure said = LambdaPayload.failure(Reason.ERROR, payload, null);
        return new Outcome.Failure(reason(said), said.type(), said.message(), payload, logTail);
    }

    /** The failure that ends a stream: by {@code details} where they are what a runtime reports, else in the code's words. */
    static Outcome.Failure streamed(String code, String details, String logTail) {
        byte[] payload = details.getBytes(StandardCharsets.UTF_8);
        Outcome.Failure said = details.startsWith("{") && LambdaPayload.isJson(payload)
                ? LambdaPayload.failure(Reason.ERROR, payload, code)
                : LambdaPayload.failure(Reason.ERROR, code, details, logTail);
        return new Outcome.Failure(reason(said), said.type(), said.message(), said.payload(), logTail);
    }

    private static Reason reason(Outcome.Failure said) {
        if (said.message().contains("Task timed out after")) {
            return Reason.TIMEOUT;
        }
        Reason reason = BY_TYPE.getOrDefault(said.type(), Reason.ERROR);
        return reason == Reason.CRASH && said.message().contains(KILLED) ? Reason.MEMORY : reason;
    }

    /** The last lines that the function wrote, where they were asked for. */
    static String tail(@Nullable String field) {
        if (field == null) {
            return "";
        }
        try {
            return new String(Base64.getDecoder().decode(field), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}
