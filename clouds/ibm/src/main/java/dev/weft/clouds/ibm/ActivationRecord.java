// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an activation record says. Sources: OpenWhisk's {@code WhiskActivation}, {@code ActivationResponse}, {@code Messages}. Pure. */
final class ActivationRecord {
    private static final String SUCCESS = "success";
    private static final int APPLICATION_ERROR = 1;

    /** Lines of the record's log that go along with a failure. */
    private static final int TAIL_LINES = 50;

    private static final JsonMapper JSON = JsonMapper.shared();

    private ActivationRecord() {}

    /** The outcome of a call that was waited for. */
    static Outcome outcome(Call call, byte[] bytes) {
        JsonNode record;
        try {
            record = JSON.readTree(bytes);
        } catch (JacksonException notJson) {
            return unreadable();
        }
        JsonNode response = record.path("response");
        if (!response.isObject()) {
            return unreadable();
        }
        String id = record.path("activationId").asString("");
        JsonNode result = response.path("result");
        JsonNode error = result.path("error");
        boolean applications = response.path("statusCode").asInt(-1) == APPLICATION_ERROR
                || ActivationFailure.APPLICATION.equals(response.path("status").asString(""));
        boolean succeeded = response.path("success")
                .asBoolean(SUCCESS.equals(response.path("status").asString("")));
        if (!succeeded && !applications) {
            return developer(record, result, error);
        }
        return switch (call) {
            case Call.Exchange exchange ->
                WebAnswer.of(
                        applications && !error.isMissingNode() ? error : result,
                        new WebAnswer.Activation(id, exchange.context().trace().traceId()));
            case Call.Event _ ->
                applications
                        ? new Outcome.Failure(
                                Reason.ERROR,
                                ActivationFailure.APPLICATION,
                                ActivationFailure.line(error),
                                JSON.writeValueAsBytes(result),
                                tail(record))
                        : new Outcome.Result(
                                "application/json",
                                id.isEmpty() ? Headers.none() : Headers.of(InvocationDialect.ACTIVATION, id),
                                Body.of(JSON.writeValueAsBytes(result)));
        };
    }

    private static Outcome.Failure developer(JsonNode record, JsonNode result, JsonNode error) {
        String line = ActivationFailure.line(error);
        return new Outcome.Failure(
                reason(line),
                record.path("response").path("status").asString(ActivationFailure.DEVELOPER),
                line,
                JSON.writeValueAsBytes(result.isMissingNode() ? Map.of("error", line) : result),
                tail(record));
    }

    /** OpenWhisk has one state for all of these; its sentences tell them apart. */
    static Reason reason(String sentence) {
        if (sentence.startsWith("The action exceeded its time limits")) {
            return sentence.contains("during initialization") ? Reason.INIT : Reason.TIMEOUT;
        }
        if (sentence.startsWith("The action did not initialize")
                || sentence.startsWith("The action failed during initialization")
                || sentence.startsWith("Initialization has failed")
                || sentence.startsWith("Failed to pull container image")) {
            return Reason.INIT;
        }
        if (sentence.startsWith("The action exhausted its memory")) {
            return Reason.MEMORY;
        }
        if (sentence.contains("exited unexpectedly")) {
            return Reason.CRASH;
        }
        if (sentence.startsWith("The action produced a response that exceeded the allowed length")) {
            return Reason.TOO_LARGE;
        }
        if (sentence.startsWith("The action did not produce a valid JSON response")
                || sentence.startsWith("The action did not return a dictionary")) {
            return Reason.MALFORMED;
        }
        return Reason.ERROR;
    }

    private static String tail(JsonNode record) {
        JsonNode logs = record.path("logs");
        StringBuilder tail = new StringBuilder();
        for (int i = Math.max(0, logs.size() - TAIL_LINES); i < logs.size(); i++) {
            tail.append(logs.get(i).asString("")).append('\n');
        }
        return tail.toString();
    }

    /** The answer to a call that is not waited for. */
    static Outcome accepted(byte[] bytes) {
        try {
            return new Outcome.Accepted(
                    JSON.readTree(bytes).path("activationId").asString(""));
        } catch (JacksonException notJson) {
            return new Outcome.Accepted("");
        }
    }

    private static Outcome unreadable() {
        return ActivationFailure.of(
                Reason.MALFORMED,
                ActivationFailure.sentence(Reason.MALFORMED, Duration.ZERO),
                "no activation record",
                "");
    }
}
