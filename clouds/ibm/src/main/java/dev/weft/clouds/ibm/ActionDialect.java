// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.InvokeDialect;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One action's calls on the action interface, {@code POST /run}: parameters in, a result out. An exchange is a web action's
 * call, an event brings the parameters themselves. Source: OpenWhisk's document "Adding action language runtimes".
 */
final class ActionDialect implements InvokeDialect {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Function function;
    private final String name;
    private final BoundParameters bound;

    ActionDialect(Function function) {
        this.function = function;
        this.name = '/' + function.metadata().namespace() + '/' + ActionName.of(function);
        this.bound = BoundParameters.of(function);
    }

    /** The action's whole name, as it is told to itself. */
    String name() {
        return name;
    }

    /** An invocation's id in OpenWhisk's notation: 32 hex digits. */
    static String activation(CallContext context) {
        return context.id().replace("-", "");
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(OpenWhiskHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        byte[] body = whole(call.body());
        byte[] parameters = bound.with(
                switch (call) {
                    case Call.Exchange exchange -> WebParameters.of(exchange, body);
                    case Call.Event _ -> object(body);
                });
        if (parameters.length > OpenWhiskHost.PARAMETERS_BYTES_MAX) {
            throw new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "the parameters are %d bytes; contract openwhisk takes at most %d"
                            .formatted(parameters.length, OpenWhiskHost.PARAMETERS_BYTES_MAX),
                    null);
        }
        return new WireRequest(
                "POST", "/run", Headers.of("content-type", "application/json"), Body.of(run(call, parameters, now)));
    }

    /** A body that is asked for whole is in memory, and so delivered before this returns. */
    static byte[] whole(Body body) {
        byte[][] bytes = new byte[1][];
        BodyGatherer.gather(body, OpenWhiskHost.PAYLOAD_BYTES_MAX, all -> bytes[0] = all, broken -> {});
        return Objects.requireNonNull(bytes[0], "a body that was asked for whole came in parts");
    }

    /** An event's bytes, which are the parameters. */
    static byte[] object(byte[] body) {
        try {
            if (body.length == 0) {
                return new byte[] {'{', '}'};
            }
            if (JSON.readTree(body).isObject()) {
                return body;
            }
        } catch (JacksonException notJson) {
            throw noObject(notJson);
        }
        throw noObject(null);
    }

    private static CloudException noObject(@Nullable Throwable cause) {
        return new CloudException(
                CloudException.Kind.INVALID,
                "the payload must be a JSON object: its fields are the action's parameters",
                cause);
    }

    private byte[] run(Call call, byte[] parameters, Instant now) {
        CallContext context = call.context();
        Instant latest = now.plus(function.spec().timeout());
        Instant deadline = latest.isBefore(context.deadline()) ? latest : context.deadline();
        byte[] rest = JSON.writeValueAsBytes(Map.of(
                "namespace", function.metadata().namespace(),
                "action_name", name,
                "action_version", OpenWhiskHost.ACTION_VERSION,
                "activation_id", activation(context),
                "transaction_id", context.trace().traceId(),
                "deadline", Long.toString(deadline.toEpochMilli())));
        ByteArrayOutputStream whole = new ByteArrayOutputStream(parameters.length + rest.length + 16);
        whole.writeBytes(new byte[] {'{', '"', 'v', 'a', 'l', 'u', 'e', '"', ':'});
        whole.writeBytes(parameters);
        whole.write(',');
        whole.write(rest, 1, rest.length - 1); // without its opening brace
        return whole.toByteArray();
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        long declared = declared(head);
        if (declared > OpenWhiskHost.RESULT_BYTES_MAX) {
            return new Verdict.Streams(body -> {
                body.discard();
                return ActivationFailure.tooLarge(declared, OpenWhiskHost.RESULT_BYTES_MAX);
            });
        }
        return new Verdict.NeedsWhole(OpenWhiskHost.RESULT_BYTES_MAX, bytes -> outcome(call, head.status(), bytes));
    }

    private static long declared(WireHead head) {
        List<String> lengths = head.headers().all("content-length");
        try {
            return lengths.isEmpty() ? -1 : Long.parseLong(lengths.getFirst().strip());
        } catch (NumberFormatException unreadable) {
            return -1;
        }
    }

    private static Outcome outcome(Call call, int status, byte[] bytes) {
        JsonNode result;
        try {
            result = JSON.readTree(bytes);
        } catch (JacksonException notJson) {
            return noResult();
        }
        JsonNode error = result.get("error");
        if (status != 200) {
            return error == null ? noResult() : ActivationFailure.developer(error);
        }
        if (!result.isObject() && !result.isArray()) {
            return noResult();
        }
        return switch (call) {
            case Call.Exchange exchange ->
                WebAnswer.of(
                        error == null ? result : error,
                        new WebAnswer.Activation(
                                activation(exchange.context()),
                                exchange.context().trace().traceId()));
            case Call.Event event ->
                error == null
                        ? new Outcome.Result(
                                "application/json",
                                Headers.of("x-openwhisk-activation-id", activation(event.context())),
                                Body.of(bytes))
                        : ActivationFailure.application(bytes, error);
        };
    }

    private static Outcome noResult() {
        return ActivationFailure.of(
                Outcome.Failure.Reason.MALFORMED,
                ActivationFailure.sentence(Outcome.Failure.Reason.MALFORMED, Duration.ZERO));
    }
}
