// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every language of contract {@code openwhisk} must do; a subclass is one language. */
abstract class OpenWhiskContract extends ContractOnEngine {
    private static final int CALLS = 20;

    /** The file that holds an action, and a name for one that is all there is. */
    record Names(String file, String lonelyFile) {}

    abstract Names names();

    /** The greeter, its function called {@code handler}. */
    abstract SampleFunction named(String handler);

    /** An action that returns its parameters, environment and working folder. */
    abstract String printsItsContext();

    /** An action that returns that JSON value, and counts its calls in {@code count} of it where it is asked to. */
    abstract String returns(String json);

    /** An action that prints {@code who}, without an end of line. */
    abstract String printsWithoutEnd();

    /** An action whose function is called {@code greet}, as small as the language lets it be, deployed. */
    abstract Place greets();

    /** The same action, what it returned in the body of a web action's answer. */
    String inTheBodyOf(String action) {
        return action.replace("return {", "return { 'body': {").replaceFirst("}(?=[^}]*$)", "}}");
    }

    /** What is said of a result that is no JSON object. */
    String noDictionary() {
        return "The action did not return a dictionary or array.";
    }

    /** What is said of code that is none. */
    String unloadable() {
        return "SyntaxError";
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(OpenWhiskHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    protected int binaryBytesMax() {
        return 750_000; // base64 makes a third more of it
    }

    @Test
    void anActionSeesItsWholeContext() {
        Place place = deployed(printsItsContext());
        var call = caller().event(bytes("{\"who\":\"ada\"}"));

        JsonNode seen = json(caller().call(place, call));
        JsonNode env = seen.path("env");

        assertThat(seen.path("parameters").toString()).isEqualTo("{\"who\":\"ada\"}");
        assertThat(seen.path("cwd").asString()).isEqualTo("/var/task");
        assertThat(env.path("__OW_ACTIVATION_ID").asString())
                .isEqualTo(call.context().id().replace("-", ""))
                .hasSize(32);
        assertThat(env.path("__OW_NAMESPACE").asString()).isEqualTo("default");
        assertThat(env.path("__OW_ACTION_NAME").asString()).isEqualTo("/default/greeter");
        assertThat(env.path("__OW_ACTION_VERSION").asString()).isEqualTo("0.0.1");
        assertThat(env.path("__OW_TRANSACTION_ID").asString())
                .isEqualTo(call.context().trace().traceId());
        assertThat(env.path("__OW_ALLOW_CONCURRENT").asString()).isEqualTo("false");
        assertThat(env.path("__OW_API_HOST").asString())
                .isEqualTo(env.path("WEFT_URL").asString("none"));
        assertThat(Long.parseLong(env.path("__OW_DEADLINE").asString()))
                .isBetween(
                        now().minusSeconds(1).toEpochMilli(),
                        now().plusSeconds(10).toEpochMilli());
        assertThat(env.propertyNames()).doesNotContain("__OW_API_KEY", "WEFT_ACTION_PORT", "WEFT_ACTION_CODE");
    }

    @Test
    void aWebActionSeesTheRequestAsParameters() {
        Place place = deployed(inTheBodyOf(printsItsContext()));

        Caller.Heard heard = caller().call(place, caller().exchange("/greet", bytes("{\"who\":\"ada\"}")));
        JsonNode parameters = json(heard).path("parameters");

        assertThat(heard.status()).isEqualTo(200);
        assertThat(parameters.path("__ow_method").asString()).isEqualTo("post");
        assertThat(parameters.path("__ow_path").asString()).isEqualTo("/greet");
        assertThat(parameters.path("__ow_headers").path("host").asString()).isEqualTo("shop.example");
        assertThat(parameters.path("who").asString()).isEqualTo("ada");
    }

    @Test
    void anErrorInTheResultIsAnApplicationErrorAndTheInstanceGoesOn() {
        Place place = deployed(returns("{\"error\": {\"statusCode\": 409, \"body\": \"sold out\"}, \"count\": COUNT}"));

        Outcome.Failure first = failure(caller().call(place, caller().event(bytes("{}"))));
        Caller.Heard web = caller().call(place, caller().exchange("/", bytes("{}")));
        Outcome.Failure third = failure(caller().call(place, caller().event(bytes("{}"))));

        assertThat(first.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
        assertThat(first.type()).isEqualTo("application error");
        assertThat(web.status()).isEqualTo(409);
        assertThat(web.text()).isEqualTo("sold out");
        assertThat(payload(third).path("count").asInt()).isEqualTo(3);
    }

    @Test
    void aResultThatIsNoDictionaryIsADeveloperErrorAndTheInstanceIsReplaced() {
        Place place = deployed(returns("COUNT"));

        for (int i = 0; i < 2; i++) {
            Outcome.Failure failure = failure(caller().call(place, caller().event(bytes("{}"))));
            assertThat(failure.reason()).as("%s", failure).isEqualTo(Outcome.Failure.Reason.MALFORMED);
            assertThat(failure.type()).isEqualTo("action developer error");
            assertThat(payload(failure).path("error").asString()).isEqualTo(noDictionary());
        }
        assertThat(under.cloud.instances())
                .allSatisfy(each -> assertThat(each.calls()).isLessThan(2));
    }

    @Test
    void aPayloadThatIsNoObjectIsInvalid() {
        Caller.Heard heard = caller().call(deployed(printsItsContext()), caller().event(bytes("[1]")));

        CloudException why = heard.failure();
        assertThat(why == null ? null : why.kind()).isEqualTo(CloudException.Kind.INVALID);
        assertThat(why).hasMessageContaining("JSON object");
    }

    @Test
    void whatTheEngineEndsIsToldInOpenWhisksWords() {
        Fixture slow = fixture(Behaviour.SLOW);
        Outcome.Failure late = failure(caller().call(deployed(slow.function()), caller().event(bytes("{}"))));
        Fixture crashing = fixture(Behaviour.CRASHING);
        Outcome.Failure gone = failure(caller().call(deployed(crashing.function()), caller().event(bytes("{}"))));

        assertThat(payload(late).path("error").asString())
                .isEqualTo("The action exceeded its time limits of 500 milliseconds.");
        assertThat(payload(gone).path("error").asString())
                .isEqualTo("The action did not produce a valid response and exited unexpectedly.");
    }

    @Test
    void aResultBeyondTheLimitIsToldWithBothNumbers() {
        Fixture large = fixture(Behaviour.LARGE);

        Outcome.Failure failure = failure(caller().call(deployed(large.function()), caller().event(bytes("{}"))));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.TOO_LARGE);
        assertThat(payload(failure).path("error").asString())
                .matches(".* allowed length: 209[0-9]{4} > 1048576 bytes.");
    }

    @Test
    void everyLineOfTheLogBelongsToItsActivationAndMarkersAreNone() {
        Place place = deployed(printsWithoutEnd());
        for (int i = 0; i < CALLS; i++) {
            var call = caller().event(bytes("{\"who\":\"line" + i + "\"}"));

            caller().call(place, call);

            // complete when the answer is there: nothing to wait for
            LogLine last = logs().getLast();
            assertThat(last.text()).isEqualTo("line" + i);
            assertThat(last.invocation()).isEqualTo(call.context().id());
        }
        assertThat(logs()).hasSize(CALLS).noneMatch(line -> line.text().contains("WHISK"));
    }

    @Test
    void codeThatCantBeLoadedIsToldInItsOwnWords() {
        under.code("greeter", names().file(), "no such code (");

        Outcome.Failure failure = failure(caller().call(deployed(named("main")), caller().event(bytes("{}"))));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(payload(failure).path("error").asString()).contains(unloadable());
        assertThat(failure.logTail()).contains(unloadable()).doesNotContain("WHISK");
    }

    @Test
    void aSingleFileIsAnActionByItself() {
        JsonNode said = json(caller().call(greets(), caller().event(bytes("{\"name\":\"ada\"}"))));

        assertThat(said.path("greeting").asString()).isEqualTo("hello ada");
    }

    private List<LogLine> logs() {
        return under.cloud.logs("greeter", 1000);
    }

    Place deployed(String action) {
        under.code("greeter", names().file(), action);
        return deployed(named("main"));
    }

    Place deployed(SampleFunction function) {
        FunctionCloud.Deployed deployed = under.cloud.deploy(new FunctionCloud.Deployment(
                function.scale(1, 0, 1).idle(Duration.ofMinutes(5)).function(),
                under.code("greeter", ".weft-row", getClass().getSimpleName()),
                Map.of()));
        return under.cloud.place(deployed.function());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode json(Caller.Heard heard) {
        assertThat(heard.outcome()).as("%s", heard).isNotInstanceOf(Outcome.Failure.class);
        return JsonMapper.shared().readTree(heard.body());
    }

    static JsonNode payload(Outcome.Failure failure) {
        return JsonMapper.shared().readTree(failure.payload());
    }

    static Outcome.Failure failure(Caller.Heard heard) {
        if (heard.outcome() instanceof Outcome.Failure failure) {
            return failure;
        }
        throw new AssertionError("no failure: " + heard);
    }
}
