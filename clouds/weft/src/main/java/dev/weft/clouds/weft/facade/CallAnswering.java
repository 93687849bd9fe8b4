// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.weft.Wire;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What came of a call, so that the other Weft makes the same outcome of it again. */
final class CallAnswering implements Wish.Answering, Wish.Passing {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int FAILED = 500;

    private final String function;

    CallAnswering(String function) {
        this.function = function;
    }

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return switch (came.outcome()) {
            case Outcome.Response _, Outcome.Result _ ->
                begun(came.outcome(), Body.empty(), came.invocation()).whole(came.body());
            case Outcome.Failure failure -> failed(failure);
            // asked for by nobody: events that wait for their answer are neither upgraded nor put off
            case Outcome.Upgraded _, Outcome.Accepted _ ->
                failed(new Outcome.Failure(
                        Outcome.Failure.Reason.MALFORMED,
                        "NoAnswer",
                        "the function took the call for another one",
                        new byte[0],
                        ""));
        };
    }

    @Override
    public FacadeStream begun(Outcome outcome, Body body, String invocation) {
        FacadeStream answer = FacadeStream.of(outcome, body, null);
        if (!(outcome instanceof Outcome.Result result)) {
            return answer.with(Wire.OUTCOME, Wire.RESPONSE);
        }
        Map<String, String> attributes = new TreeMap<>();
        result.attributes().forEach((name, value) -> attributes.put(name.toLowerCase(Locale.ROOT), value));
        FacadeStream said = answer.with(Wire.OUTCOME, Wire.RESULT);
        return attributes.isEmpty() ? said : said.with(Wire.ATTRIBUTES, Wire.attributes(attributes));
    }

    private static FacadeAnswer failed(Outcome.Failure failure) {
        ObjectNode body = JSON.createObjectNode()
                .put("reason", failure.reason().name())
                .put("type", failure.type())
                .put("message", failure.message())
                .put("payload", Base64.getEncoder().encodeToString(failure.payload()));
        Headers fields = Headers.of("Content-Type", "application/json", Wire.OUTCOME, Wire.FAILURE);
        return new FacadeAnswer(FAILED, fields, JSON.writeValueAsBytes(body));
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return Refusal.of(why).answer(why.retryAfter());
    }

    @Override
    public FacadeAnswer absent() {
        return Refusal.absent("function " + function).answer();
    }
}
