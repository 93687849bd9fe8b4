// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.clouds.oracle.FnHost;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What contract {@code fn} does beyond the common, in each of its languages. */
abstract class FnOnEngine extends ContractOnEngine {
    /** A function that answers what it knows of its call and of itself, as JSON. */
    protected abstract SampleFunction telling();

    /** A function that answers an exchange with status 418, field {@code x-made: tea} and the text {@code short}. */
    protected abstract SampleFunction teapot();

    @Test
    void aFunctionKnowsItsCallAndItself() {
        Call.Exchange call = new Call.Exchange(
                caller().context(Duration.ofSeconds(25)),
                new RequestLine("PUT", "/shop/a%20b", "q=1"),
                Headers.of("content-type", "application/json", "x-tenant", "seven", "host", "shop.example"),
                Body.of("{}".getBytes(StandardCharsets.UTF_8)));

        JsonNode known = json(call(telling().memory("128Mi"), Map.of("CURRENCY", "EUR", "FN_APP_ID", "mine"), call));

        assertThat(known.path("call").asString()).isEqualTo(call.context().id());
        assertThat(known.path("app").asString()).isEqualTo("default");
        assertThat(known.path("appId").asString()).matches("01[0-9A-HJKMNP-TV-Z]{24}");
        assertThat(known.path("name").asString()).isEqualTo("greeter");
        assertThat(known.path("id").asString()).matches("01[0-9A-HJKMNP-TV-Z]{24}");
        assertThat(known.path("memory").asString()).isEqualTo("128");
        assertThat(known.path("currency").asString()).isEqualTo("EUR");
        assertThat(known.path("method").asString()).isEqualTo("PUT");
        assertThat(known.path("url").asString()).isEqualTo("http://weft/shop/a%20b?q=1");
        assertThat(known.path("tenant").asString()).isEqualTo("seven");
        assertThat(known.path("tracing").asBoolean(true)).isFalse();
        assertThat(known.path("trace").asString())
                .isEqualTo(call.context().trace().traceId());
    }

    @Test
    void aFunctionSaysStatusAndFieldsToTheGateway() {
        Caller.Heard heard = call(teapot(), Map.of(), caller().exchange("/", "{}".getBytes(StandardCharsets.UTF_8)));

        assertThat(heard.status()).as("%s", heard).isEqualTo(418);
        assertThat(heard.text()).isEqualTo("short");
        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.headers().all("x-made")).containsExactly("tea");
            assertThat(response.headers().first("content-type")).startsWith("text/plain");
            assertThat(response.headers().has("fn-http-status")).isFalse();
            assertThat(response.headers().has("fn-http-h-x-made")).isFalse();
        });
    }

    @Test
    void theFdkNamesItselfInAnEventsResult() {
        Caller.Heard heard = call(
                function(Behaviour.HELLO),
                Map.of(),
                caller().event("{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8)));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.attributes().first("fn-fdk-version")).startsWith("fdk-");
            assertThat(result.attributes().has("fn-call-id")).isTrue();
        });
    }

    @Test
    void callsFromEveryLoopReachTheSameInstance() {
        SampleFunction counting = function(Behaviour.COUNTING).scale(1, 0, 1);

        for (int i = 1; i <= 6; i++) {
            // each call comes on another loop, so over another connection
            Caller.Heard heard =
                    call(counting, Map.of(), caller().exchange("/", "{}".getBytes(StandardCharsets.UTF_8)));
            assertThat(heard.text()).as("%s", heard).isEqualTo(Integer.toString(i));
        }
    }

    final Caller.Heard call(SampleFunction function, Map<String, String> env, Call call) {
        FunctionCloud.Deployed deployed = cloud().deploy(new FunctionCloud.Deployment(
                function.function(), under.code("greeter", ".weft-row", "fn"), env));
        return caller().call(((FunctionCloud.WithPlaces) cloud()).place(deployed.function()), call);
    }

    static JsonNode json(Caller.Heard heard) {
        assertThat(heard.status()).as("%s", heard).isEqualTo(200);
        return JsonMapper.shared().readTree(heard.body());
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(FnHost.PAYLOAD_BYTES_MAX);
    }
}
