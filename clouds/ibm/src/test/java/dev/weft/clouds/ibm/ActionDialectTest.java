// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.testkit.SampleFunction;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ActionDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final CallContext CONTEXT = new CallContext(
            "0b3f5a62-1c1e-4a8e-9d54-0e6f1f2a3b4c",
            Trace.start(),
            0,
            NOW.plus(Duration.ofSeconds(25)),
            CallContext.Caller.WEFT);

    private final ActionDialect dialect =
            new ActionDialect(SampleFunction.handler("greeter", Function.Contract.OPENWHISK, "nodejs:20", null)
                    .function());

    @Test
    void anEventsFieldsAreTheParametersAndTheContextStandsBeside() {
        InvokeDialect.WireRequest request = encode(event("{\"who\":\"ada\"}"));
        JsonNode run = JsonMapper.shared().readTree(bytes(request.body()));

        assertThat(request.method() + ' ' + request.target()).isEqualTo("POST /run");
        assertThat(run.path("value").toString()).isEqualTo("{\"who\":\"ada\"}");
        assertThat(run.path("namespace").asString()).isEqualTo("default");
        assertThat(run.path("action_name").asString()).isEqualTo("/default/greeter");
        assertThat(run.path("action_version").asString()).isEqualTo("0.0.1");
        assertThat(run.path("activation_id").asString()).isEqualTo("0b3f5a621c1e4a8e9d540e6f1f2a3b4c");
        assertThat(run.path("transaction_id").asString())
                .isEqualTo(CONTEXT.trace().traceId());
        assertThat(run.path("deadline").asString())
                .isEqualTo(Long.toString(NOW.plus(Duration.ofSeconds(10)).toEpochMilli()));
        assertThat(run.has("api_key")).isFalse();
    }

    @Test
    void aDeadlineIsNeverLaterThanTheCallers() {
        CallContext hurried = CONTEXT.before(NOW.plusSeconds(2));

        JsonNode run = JsonMapper.shared()
                .readTree(bytes(encode(new Call.Event(hurried, null, Map.of(), Body.empty()))
                        .body()));

        assertThat(run.path("deadline").asString())
                .isEqualTo(Long.toString(NOW.plusSeconds(2).toEpochMilli()));
        assertThat(run.path("value").toString()).isEqualTo("{}");
    }

    @Test
    void anEventThatIsNoObjectIsInvalid() {
        for (String body : new String[] {"[1]", "7", "hello", "{"}) {
            assertThatThrownBy(() -> encode(event(body)))
                    .as(body)
                    .isInstanceOfSatisfying(
                            CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.INVALID))
                    .hasMessageContaining("JSON object");
        }
    }

    @Test
    void parametersBeyondTheLimitAreRefusedWithItsNumber() {
        Call.Exchange large = new Call.Exchange(
                CONTEXT, new RequestLine("POST", "/", null), Headers.none(), Body.of(new byte[900_000]));

        assertThat(dialect.bodyNeed(large))
                .isEqualTo(new InvokeDialect.BodyNeed.Whole(OpenWhiskHost.PAYLOAD_BYTES_MAX));
        assertThatThrownBy(() -> encode(large)) // base64 makes a third more of it
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.TOO_LARGE))
                .hasMessageContaining("1048576");
    }

    @Test
    void aResultIsTheEventsAnswer() {
        Outcome outcome = decode(event("{}"), 200, "{\"greeting\":\"hello\"}");

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.contentType()).isEqualTo("application/json");
            assertThat(new String(bytes(result.body()), StandardCharsets.UTF_8)).isEqualTo("{\"greeting\":\"hello\"}");
        });
        assertThat(decode(event("{}"), 200, "[1]")).isInstanceOf(Outcome.Result.class);
    }

    @Test
    void aResultWithAnErrorIsAnApplicationError() {
        Outcome.Failure failure = failure(decode(event("{}"), 200, "{\"error\":\"out of stock\",\"left\":0}"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
        assertThat(failure.type()).isEqualTo(ActivationFailure.APPLICATION);
        assertThat(failure.message()).isEqualTo("out of stock");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":\"out of stock\",\"left\":0}");
    }

    @Test
    void anyOtherStatusIsADeveloperError() {
        Outcome.Failure thrown = failure(decode(event("{}"), 502, "{\"error\":\"An error has occurred: Error: no\"}"));
        Outcome.Failure none =
                failure(decode(exchange(), 502, "{\"error\":\"The action did not return a dictionary or array.\"}"));
        Outcome.Failure silent = failure(decode(event("{}"), 500, "oops"));

        assertThat(thrown.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
        assertThat(thrown.type()).isEqualTo(ActivationFailure.DEVELOPER);
        assertThat(new String(thrown.payload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":\"An error has occurred: Error: no\"}");
        assertThat(none.reason()).isEqualTo(Outcome.Failure.Reason.MALFORMED);
        assertThat(silent.reason()).isEqualTo(Outcome.Failure.Reason.MALFORMED);
        assertThat(silent.message()).isEqualTo("The action did not produce a valid JSON response.");
    }

    @Test
    void aWebActionsErrorIsAnsweredAsTheControllerDoes() {
        Outcome told = decode(exchange(), 200, "{\"error\":{\"statusCode\":409,\"body\":\"sold out\"}}");
        Outcome text = decode(exchange(), 200, "{\"error\":\"sold out\"}");

        assertThat(told).isInstanceOfSatisfying(Outcome.Response.class, response -> assertThat(response.status())
                .isEqualTo(409));
        assertThat(text).isInstanceOfSatisfying(Outcome.Response.class, response -> assertThat(response.status())
                .isEqualTo(400));
    }

    @Test
    void aResultBeyondTheLimitSaysBothNumbers() {
        InvokeDialect.Verdict verdict =
                dialect.decode(event("{}"), new InvokeDialect.WireHead(200, Headers.of("content-length", "1048577")));

        assertThat(verdict).isInstanceOfSatisfying(InvokeDialect.Verdict.Streams.class, streams -> {
            Outcome.Failure failure = failure(streams.outcome().apply(Body.of(new byte[8])));
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.TOO_LARGE);
            assertThat(failure.message())
                    .isEqualTo("The action produced a response that exceeded the allowed length:"
                            + " 1048577 > 1048576 bytes.");
        });
    }

    private static Call.Event event(String body) {
        return new Call.Event(CONTEXT, "application/json", Map.of(), Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Call.Exchange exchange() {
        return new Call.Exchange(CONTEXT, new RequestLine("GET", "/", null), Headers.none(), Body.empty());
    }

    private InvokeDialect.WireRequest encode(Call call) {
        return dialect.encode(
                call,
                new InvokeDialect.Target(URI.create("http://127.0.0.1:1"), "greeter", "", Map.of()),
                InvokeDialect.Credentials.NONE,
                NOW);
    }

    private Outcome decode(Call call, int status, String body) {
        InvokeDialect.Verdict verdict = dialect.decode(call, new InvokeDialect.WireHead(status, Headers.none()));
        if (verdict instanceof InvokeDialect.Verdict.NeedsWhole whole) {
            return whole.outcome().apply(body.getBytes(StandardCharsets.UTF_8));
        }
        throw new AssertionError("asked for another body: " + verdict);
    }

    private static Outcome.Failure failure(Outcome outcome) {
        if (outcome instanceof Outcome.Failure failure) {
            return failure;
        }
        throw new AssertionError("no failure: " + outcome);
    }

    private static byte[] bytes(Body body) {
        byte[][] whole = new byte[1][];
        BodyGatherer.gather(body, 4 << 20, bytes -> whole[0] = bytes, broken -> {});
        return whole[0];
    }
}
