// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls of Code Engine's functions at their own addresses. Their code is an OpenWhisk action, told of an exchange as
 * {@code __ce_…}; so the parameters that OpenWhisk would make are sent by POST as the request's JSON, which Code Engine
 * unfolds beside its own. Path, query and header fields stay the exchange's. Whether an answer is the function's is told by a field. Sources: IBM's pages "Exchanging data with
 * functions" and "Working with functions". Pure.
 */
public final class FunctionDialect implements InvokeDialect {
    /** Bytes of parameters; the contract's limit, not Code Engine's. */
    static final int PARAMETERS_BYTES_MAX = OpenWhiskHost.PARAMETERS_BYTES_MAX;

    /** Bytes of an answer that must be understood. */
    static final int ANSWER_BYTES_MAX = 5 << 20;

    /** The field that stands in every answer that is the function's own: the status it set. */
    static final String OWN = "x-faas-actionstatus";

    /** Fields of the body that came, which is not the one that is sent. */
    private static final Set<String> OF_THE_BODY = Set.of(
            "content-type", "content-length", "content-encoding", "transfer-encoding", "expect", "te", "trailer");

    private static final String ACTIVATION = "x-faas-activation-id";
    private static final String WORDS = "x-faas-errormessage";
    private static final String RESULT = "x-faas-result";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** There is nothing to set up. */
    public FunctionDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(OpenWhiskHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        byte[] body = ActionDialect.whole(call.body());
        byte[] parameters =
                switch (call) {
                    case Call.Exchange exchange -> WebParameters.of(exchange, body);
                    case Call.Event _ -> ActionDialect.object(body);
                };
        if (parameters.length > PARAMETERS_BYTES_MAX) {
            throw new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "the parameters are %d bytes; contract openwhisk takes at most %d"
                            .formatted(parameters.length, PARAMETERS_BYTES_MAX),
                    null);
        }
        Headers.Builder headers = Headers.builder();
        String address = "/";
        if (call instanceof Call.Exchange exchange) {
            address = exchange.line().target();
            exchange.headers().forEach((name, value) -> {
                if (!OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) {
                    headers.add(name, value);
                }
            });
        }
        headers.set("host", target.endpoint().getRawAuthority()).set("content-type", "application/json");
        InvocationDialect.traced(headers, call)
                .set("weft-invocation-id", call.context().id())
                .set("weft-hops", Integer.toString(call.context().hops()));
        return new WireRequest(
                "POST", InvocationDialect.base(target.endpoint()) + address, headers.build(), Body.of(parameters));
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        if (!head.headers().has(OWN)) {
            return service(call, head);
        }
        return switch (call) {
            case Call.Exchange _ ->
                new Verdict.Streams(body -> new Outcome.Response(head.status(), head.headers(), body));
            case Call.Event _ -> new Verdict.NeedsWhole(ANSWER_BYTES_MAX, bytes -> event(head, bytes));
        };
    }

    /** An answer of Code Engine's own. */
    private static Verdict service(Call call, WireHead head) {
        return switch (head.status()) {
            case 299 -> failed(Reason.TIMEOUT, head, "the function exceeded its time limit and was ended");
            case 416 -> failed(Reason.TOO_LARGE, head, "the function answered more than Code Engine takes");
            case 400 -> failed(Reason.MALFORMED, head, "the function answered what Code Engine does not understand");
            case 422 -> failed(Reason.INIT, head, "the function's code could not be loaded, or its status is none");
            case 200, 202 ->
                call instanceof Call.Event
                        ? new Verdict.Streams(body -> {
                            body.discard();
                            return new Outcome.Accepted(
                                    String.valueOf(head.headers().first(ACTIVATION)));
                        })
                        : refused(head, CloudException.Kind.UNKNOWN);
            // what it needs could not be had: nothing ran
            case 409, 429, 507 -> refused(head, CloudException.Kind.BUSY);
            case 401, 403 -> refused(head, CloudException.Kind.DENIED);
            case 404 -> refused(head, CloudException.Kind.ABSENT);
            case 413, 414, 431 -> refused(head, CloudException.Kind.TOO_LARGE);
            default -> refused(head, CloudException.Kind.UNKNOWN);
        };
    }

    private static Verdict failed(Reason reason, WireHead head, String sentence) {
        return new Verdict.Streams(body -> {
            body.discard();
            return failure(reason, head, sentence, JSON.writeValueAsBytes(Map.of("error", sentence)));
        });
    }

    private static Outcome.Failure failure(Reason reason, WireHead head, String sentence, byte[] payload) {
        String words = head.headers().first(WORDS);
        String result = head.headers().first(RESULT);
        return new Outcome.Failure(
                reason,
                result == null ? "status " + head.status() : result,
                words == null ? sentence : sentence + ": " + words,
                payload,
                "");
    }

    private static Verdict refused(WireHead head, CloudException.Kind kind) {
        return new Verdict.CloudFailed(new CloudException(
                kind, "Code Engine answered the call with " + head.status(), null, InvocationDialect.retryAfter(head)));
    }

    /** An action's error is a field of its result; or it set a status that says so. */
    private static Outcome event(WireHead head, byte[] bytes) {
        String type = head.headers().first("content-type");
        if (head.status() >= 400) {
            return failure(Reason.ERROR, head, "the function answered with status " + head.status(), bytes);
        }
        try {
            JsonNode result = JSON.readTree(bytes);
            JsonNode error = result.isObject() ? result.get("error") : null;
            if (error != null) {
                return ActivationFailure.application(bytes, error);
            }
        } catch (JacksonException notJson) {
            // its own body, of its own type
        }
        String id = head.headers().first(ACTIVATION);
        return new Outcome.Result(type, id == null ? Headers.none() : Headers.of(ACTIVATION, id), Body.of(bytes));
    }
}
