// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect.Credentials;
import dev.weft.api.spi.InvokeDialect.Target;
import dev.weft.api.spi.InvokeDialect.Verdict;
import dev.weft.api.spi.InvokeDialect.WireHead;
import dev.weft.api.spi.InvokeDialect.WireRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An exchange with a web action at its own address, which the controller maps. Answers of the platform's own carry no
 * activation's id, or one of its two sentences. Source: OpenWhisk's controller. Pure.
 */
final class WebCall {
    /** Extension under which status, fields and body are the action's own. */
    private static final String EXTENSION = ".http";

    private static final String NOT_READY = "Response not yet ready.";
    private static final String WENT_WRONG = "There was an error processing your request.";
    private static final JsonMapper JSON = JsonMapper.shared();

    private WebCall() {}

    static WireRequest encode(Call.Exchange exchange, Target target, Credentials credentials) {
        String path = exchange.line().path();
        String query = exchange.line().query();
        String address = InvocationDialect.base(target.endpoint()) + "/api/v1/web/"
                + InvocationDialect.segment(InvocationDialect.part(target, InvocationDialect.NAMESPACE, "_")) + '/'
                + InvocationDialect.segment(InvocationDialect.part(target, InvocationDialect.PACKAGE, "default")) + '/'
                + InvocationDialect.segment(target.name()) + EXTENSION
                + (path.equals("/") ? "" : path)
                + (query == null ? "" : '?' + query);
        Headers.Builder headers = Headers.builder()
                .addAll(exchange.headers())
                .set("host", target.endpoint().getRawAuthority());
        String secret = credentials.parts().get(InvocationDialect.SECRET);
        String authorization = credentials.parts().get(InvocationDialect.AUTHORIZATION);
        if (secret != null) {
            headers.set("x-require-whisk-auth", secret);
        } else if (authorization != null && !exchange.headers().has("authorization")) {
            // what the caller sends is for the action: only where there is none does the gateway name itself
            headers.set("authorization", authorization);
        }
        return new WireRequest(
                exchange.line().method(),
                address,
                InvocationDialect.traced(headers, exchange).build(),
                exchange.body());
    }

    static Verdict decode(Call.Exchange exchange, WireHead head) {
        boolean ran = head.headers().has(InvocationDialect.ACTIVATION);
        if (!ran && head.status() >= 400) {
            return InvocationDialect.refused(head, InvocationDialect.kind(head.status()));
        }
        if (!ran && head.status() == 202) {
            return late();
        }
        if (head.status() == 202 && json(head)) {
            // the platform's, and not an action's own 202, by its sentence: the answer is lost either way
            return new Verdict.NeedsWhole(
                    OpenWhiskHost.RESULT_BYTES_MAX,
                    bytes -> says(bytes, NOT_READY)
                            ? ActivationFailure.of(
                                    Outcome.Failure.Reason.TIMEOUT,
                                    "the action was not ready after the 60 s that OpenWhisk waits; it goes on")
                            : response(head, bytes));
        }
        if (head.status() == 400 && json(head)) {
            return new Verdict.NeedsWhole(
                    OpenWhiskHost.RESULT_BYTES_MAX,
                    bytes -> says(bytes, WENT_WRONG)
                            ? ActivationFailure.of(
                                    Outcome.Failure.Reason.ERROR,
                                    "The action did not run to its end",
                                    "activation " + head.headers().first(InvocationDialect.ACTIVATION) + " says why",
                                    "")
                            : response(head, bytes));
        }
        return new Verdict.Streams(body -> new Outcome.Response(head.status(), head.headers(), body));
    }

    private static Verdict late() {
        return new Verdict.CloudFailed(new CloudException(
                CloudException.Kind.UNKNOWN,
                "OpenWhisk did not wait longer for the web action: its answer is lost",
                null));
    }

    private static boolean json(WireHead head) {
        String type = head.headers().first("content-type");
        return type != null && MediaType.json(MediaType.of(type));
    }

    private static boolean says(byte[] bytes, String sentence) {
        try {
            JsonNode answer = JSON.readTree(bytes);
            return answer.isObject()
                    && answer.has("code")
                    && sentence.equals(answer.path("error").asString(""));
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private static Outcome response(WireHead head, byte[] bytes) {
        return new Outcome.Response(head.status(), head.headers(), dev.weft.api.Body.of(bytes));
    }
}
