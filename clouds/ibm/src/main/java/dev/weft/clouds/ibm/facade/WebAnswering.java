// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.BodyGatherer;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.InvocationDialect;
import dev.weft.clouds.ibm.WebAnswer;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A web action's result as its extension reads it: {@code http} the whole answer, {@code json} the result itself, the others the field
 * of their name. Source: OpenWhisk's document "Web Actions" and its controller {@code WebActions}. Pure.
 */
record WebAnswering(Transaction transaction, String extension) implements Wish.Answering, Wish.Late {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** What lets pages of any origin read answers. */
    static Headers.Builder open() {
        return Headers.builder()
                .add("access-control-allow-origin", "*")
                .add("access-control-allow-methods", "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH")
                .add(
                        "access-control-allow-headers",
                        "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent");
    }

    /** To who asks what may be asked. */
    static FacadeAnswer options(Transaction transaction) {
        return new FacadeAnswer(
                200, open().add(Transaction.FIELD, transaction.id()).build(), new byte[0]);
    }

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Result result -> said(came, ActivationResult.of(result.contentType(), came.body()));
            case Outcome.Failure failure -> said(came, ActivationResult.of(failure));
            case Outcome.Accepted _ -> after(came.invocation());
            case Outcome.Response _, Outcome.Upgraded _ -> transaction.error(500, Says.BROKEN); // of exchanges only
        };
    }

    private FacadeAnswer said(Wish.Came came, ActivationResult result) {
        String id = ActivationView.id(came.invocation());
        JsonNode json = JSON.readTree(result.json());
        return switch (result.state()) {
            case SUCCESS -> read(json, id);
            case APPLICATION -> read(json.path("error"), id);
            case DEVELOPER, WHISK -> transaction.error(400, "There was an error processing your request.", named(id));
        };
    }

    private static Headers.Builder named(String id) {
        return open().add(InvocationDialect.ACTIVATION, id);
    }

    private FacadeAnswer read(JsonNode result, String id) {
        return switch (extension) {
            case "http" -> http(result, id);
            case "json" ->
                result.isObject() || result.isArray()
                        ? answer("application/json", JSON.writeValueAsBytes(result), id)
                        : invalid(id);
            default -> field(result.path(extension), id);
        };
    }

    private FacadeAnswer http(JsonNode result, String id) {
        Outcome.Response response = WebAnswer.of(result, new WebAnswer.Activation(id, transaction.id()));
        byte[][] body = new byte[1][];
        BodyGatherer.gather(response.body(), Integer.MAX_VALUE, bytes -> body[0] = bytes, broken -> {
            throw new IllegalStateException("it is all there", broken);
        });
        Headers.Builder fields = open().add(Transaction.FIELD, transaction.id());
        response.headers().forEach((name, value) -> {
            if (name.regionMatches(true, 0, "access-control-", 0, 15)) {
                fields.set(name, value); // the action's own are meant
            } else {
                fields.add(name, value);
            }
        });
        return new FacadeAnswer(response.status(), fields.build(), body[0]);
    }

    private FacadeAnswer field(JsonNode value, String id) {
        if (value.isMissingNode()) {
            return transaction.error(404, Says.ABSENT, named(id));
        }
        String text = value.asString("");
        return switch (extension) {
            case "text" ->
                answer(
                        "text/plain; charset=UTF-8",
                        (value.isValueNode() ? text : value.toPrettyString()).getBytes(StandardCharsets.UTF_8),
                        id);
            case "html" ->
                value.isString()
                        ? answer("text/html; charset=UTF-8", text.getBytes(StandardCharsets.UTF_8), id)
                        : invalid(id);
            default -> value.isString() ? svg(text, id) : invalid(id);
        };
    }

    /** Text, or base64 of it. */
    private FacadeAnswer svg(String text, String id) {
        byte[] bytes;
        try {
            bytes = text.stripLeading().startsWith("<")
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException neither) {
            return invalid(id);
        }
        return answer("image/svg+xml", bytes, id);
    }

    private FacadeAnswer answer(String type, byte[] body, String id) {
        Headers.Builder fields = named(id).add("content-type", type).add(Transaction.FIELD, transaction.id());
        return new FacadeAnswer(200, fields.build(), body);
    }

    private FacadeAnswer invalid(String id) {
        return transaction.error(400, "Response is not valid '" + extension + "'.", named(id));
    }

    @Override
    public FacadeAnswer after(String invocation) {
        return transaction.error(202, "Response not yet ready.", named(ActivationView.id(invocation)));
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return switch (why.kind()) {
            case BUSY -> {
                Headers.Builder fields = open();
                Duration after = why.retryAfter();
                if (after != null) {
                    fields.add("retry-after", Long.toString(Math.max(1, after.toSeconds())));
                }
                yield transaction.error(429, Says.OVERLOADED, fields);
            }
            case TOO_LARGE, INVALID -> transaction.error(400, String.valueOf(why.getMessage()), open());
            case UNREACHABLE, ABSENT -> transaction.error(503, Says.UNAVAILABLE, open());
            case DENIED, UNKNOWN -> transaction.error(500, Says.BROKEN, open());
        };
    }

    @Override
    public FacadeAnswer absent() {
        return transaction.error(404, Says.ABSENT, open());
    }
}
