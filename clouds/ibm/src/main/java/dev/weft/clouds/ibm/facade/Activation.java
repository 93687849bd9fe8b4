// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.InvocationDialect;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers a call that was waited for: with its activation record, or only its result. Sources: OpenWhisk's {@code Actions},
 * {@code WhiskActivation} and {@code ContainerProxy}. Pure.
 *
 * @param start when the request was read
 * @param resultOnly whether the client asked for the result alone
 * @param sequence whether its log is the ids of its parts
 */
record Activation(
        Transaction transaction, Key key, String function, Instant start, boolean resultOnly, boolean sequence)
        implements Wish.Answering {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Of a function. */
    Activation(Transaction transaction, Key key, String function, Instant start, boolean resultOnly) {
        this(transaction, key, function, start, resultOnly, false);
    }

    /** The same of a sequence. */
    Activation ofSequence() {
        return new Activation(transaction, key, function, start, resultOnly, true);
    }

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Result result -> said(came, ActivationResult.of(result.contentType(), came.body()));
            case Outcome.Failure failure -> said(came, ActivationResult.of(failure));
            case Outcome.Accepted _ -> accepted(transaction, came.invocation());
            case Outcome.Response _, Outcome.Upgraded _ -> transaction.error(500, Says.BROKEN); // of exchanges only
        };
    }

    /** To who does not wait, or not longer: what the activation is called. */
    static FacadeAnswer accepted(Transaction transaction, String invocation) {
        String id = ActivationView.id(invocation);
        return transaction.answer(
                202,
                Headers.builder().add(InvocationDialect.ACTIVATION, id),
                JSON.writeValueAsBytes(JSON.createObjectNode().put("activationId", id)));
    }

    private FacadeAnswer said(Wish.Came came, ActivationResult result) {
        int status = result.state() == ActivationResult.State.SUCCESS ? 200 : 502;
        byte[] body = resultOnly
                ? result.json().getBytes(StandardCharsets.UTF_8)
                : JSON.writeValueAsBytes(written(came, result));
        return transaction.answer(status, named(came), body);
    }

    private static Headers.Builder named(Wish.Came came) {
        return Headers.builder().add(InvocationDialect.ACTIVATION, id(came));
    }

    private static String id(Wish.Came came) {
        return ActivationView.id(came.invocation());
    }

    private ObjectNode written(Wish.Came came, ActivationResult result) {
        return ActivationView.document(
                new ActivationView.Ran(
                        came.invocation(),
                        key.namespace(),
                        function,
                        key.name(),
                        start,
                        came.took(),
                        logs(came),
                        kind()),
                result);
    }

    private ActivationView.Kept kind() {
        return sequence ? ActivationView.Kept.SEQUENCE : ActivationView.Kept.FUNCTION;
    }

    /** What a function wrote before it failed is for those who may see it; all that it wrote is in its record. */
    private List<String> logs(Wish.Came came) {
        if (sequence) {
            return came.logTail().lines().toList();
        }
        return key.may(Key.Role.DEPLOY) && came.outcome() instanceof Outcome.Failure failure
                ? failure.logTail().lines().toList()
                : List.of();
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY -> {
                Headers.Builder fields = Headers.builder();
                Duration after = why.retryAfter();
                if (after != null) {
                    fields.add("retry-after", Long.toString(Math.max(1, after.toSeconds())));
                }
                yield transaction.error(429, Says.OVERLOADED, fields);
            }
            case TOO_LARGE -> transaction.error(413, Says.tooLarge(OpenWhiskHost.PAYLOAD_BYTES_MAX));
            case INVALID -> transaction.error(400, String.valueOf(why.getMessage()));
            case UNREACHABLE, ABSENT -> transaction.error(503, Says.UNAVAILABLE);
            case DENIED, UNKNOWN -> transaction.error(500, Says.BROKEN);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return transaction.error(404, Says.ABSENT);
    }
}
