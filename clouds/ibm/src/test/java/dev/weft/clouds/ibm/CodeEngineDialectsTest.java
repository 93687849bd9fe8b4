// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static dev.weft.clouds.ibm.InvocationDialectTest.CONTEXT;
import static dev.weft.clouds.ibm.InvocationDialectTest.NOW;
import static dev.weft.clouds.ibm.InvocationDialectTest.event;
import static dev.weft.clouds.ibm.InvocationDialectTest.exchange;
import static dev.weft.clouds.ibm.InvocationDialectTest.head;
import static dev.weft.clouds.ibm.InvocationDialectTest.outcome;
import static dev.weft.clouds.ibm.InvocationDialectTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CodeEngineDialectsTest {
    private static final InvokeDialect.Target TARGET = new InvokeDialect.Target(
            URI.create("https://one.1abc.eu-de.codeengine.appdomain.cloud"), "one", "eu-de", Map.of());
    private static final Call GET = exchange("GET", "/cart", "who=ada", Headers.of("accept", "text/html"), "");

    private final FunctionDialect functions = new FunctionDialect();
    private final AppDialect apps = new AppDialect();

    @Test
    void aFunctionGetsOpenWhisksParameters() {
        InvokeDialect.WireRequest request = functions.encode(GET, TARGET, InvokeDialect.Credentials.NONE, NOW);
        assertThat(request.method() + ' ' + request.target()).isEqualTo("POST /cart?who=ada");
        assertThat(request.headers().first("host")).isEqualTo("one.1abc.eu-de.codeengine.appdomain.cloud");
        assertThat(request.headers().first("accept")).isEqualTo("text/html");
        assertThat(request.headers().first("content-type")).isEqualTo("application/json");
        assertThat(request.headers().first("traceparent"))
                .isEqualTo(CONTEXT.trace().traceparent());
        assertThat(request.headers().first("weft-hops")).isEqualTo("2");
        JsonNode parameters = JsonMapper.shared().readTree(Commands.bytes(request.body()));
        assertThat(parameters.path("__ow_method").asString()).isEqualTo("get");
        assertThat(parameters.path("__ow_path").asString()).isEqualTo("/cart");
        assertThat(parameters.path("who").asString()).isEqualTo("ada");
    }

    @ParameterizedTest
    @CsvSource({"200", "299", "400", "404", "409", "422", "429", "500", "503"})
    void aStatusThatTheFunctionSetIsItsOwnAnswer(int status) {
        Outcome.Response response = (Outcome.Response)
                outcome(functions.decode(GET, head(status, "x-faas-actionstatus", Integer.toString(status))), "own");
        assertThat(response.status()).isEqualTo(status);
        assertThat(Commands.text(response.body())).isEqualTo("own");
    }

    @ParameterizedTest
    @CsvSource({"299,TIMEOUT", "416,TOO_LARGE", "400,MALFORMED", "422,INIT"})
    void whatTheServiceSaysOfTheFunctionIsTheFunctionsFailure(int status, Reason reason) {
        Outcome.Failure failure =
                (Outcome.Failure) outcome(functions.decode(GET, head(status, "x-faas-errormessage", "why it did")), "");
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.message()).contains("why it did");
    }

    @ParameterizedTest
    @CsvSource({
        "401,DENIED",
        "403,DENIED",
        "404,ABSENT",
        "409,BUSY",
        "413,TOO_LARGE",
        "414,TOO_LARGE",
        "429,BUSY",
        "431,TOO_LARGE",
        "500,UNKNOWN",
        "502,UNKNOWN",
        "503,UNKNOWN",
        "504,UNKNOWN",
        "507,BUSY"
    })
    void whatTheServiceSaysOfItselfIsTheCloudsFailure(int status, CloudException.Kind kind) {
        assertThat(refused(functions.decode(GET, head(status)))).isEqualTo(kind);
    }

    @Test
    void anEventsErrorIsAFieldOrAStatus() {
        Call event = event("{}", Map.of());
        String[] fields = {
            "x-faas-actionstatus", "200", "x-faas-activation-id", "aa", "content-type", "application/json"
        };
        Outcome.Result result = (Outcome.Result) outcome(functions.decode(event, head(200, fields)), "{\"n\":1}");
        assertThat(result.contentType()).isEqualTo("application/json");
        assertThat(Commands.text(result.body())).isEqualTo("{\"n\":1}");
        assertThat(result.attributes().first("x-faas-activation-id")).isEqualTo("aa");
        Outcome.Failure error =
                (Outcome.Failure) outcome(functions.decode(event, head(200, fields)), "{\"error\":\"no cart\"}");
        assertThat(error.message()).isEqualTo("no cart");
        Outcome.Failure status =
                (Outcome.Failure) outcome(functions.decode(event, head(500, "x-faas-actionstatus", "500")), "broken");
        assertThat(status.reason()).isEqualTo(Reason.ERROR);
        assertThat(outcome(functions.decode(event, head(202, "x-faas-activation-id", "aa")), ""))
                .isEqualTo(new Outcome.Accepted("aa"));
    }

    @Test
    void anAppGetsAnExchangeAsItIs() {
        InvokeDialect.WireRequest request = apps.encode(
                exchange("PUT", "/a%20b", "c=d", Headers.of("host", "shop.example", "x-a", "b"), "body"),
                TARGET,
                InvokeDialect.Credentials.NONE,
                NOW);
        assertThat(request.method() + ' ' + request.target()).isEqualTo("PUT /a%20b?c=d");
        assertThat(request.headers().all("host")).containsExactly("one.1abc.eu-de.codeengine.appdomain.cloud");
        assertThat(request.headers().first("x-a")).isEqualTo("b");
        assertThat(Commands.text(request.body())).isEqualTo("body");
        assertThat(apps.bodyNeed(GET)).isEqualTo(new InvokeDialect.BodyNeed.Stream());
    }

    @Test
    void anAppGetsAnEventAlsoAsACloudEvent() {
        InvokeDialect.WireRequest request = apps.encode(
                event("{}", Map.of("type", "shop.paid", "subject", "pear \"ü\"")),
                TARGET,
                InvokeDialect.Credentials.NONE,
                NOW);
        assertThat(request.method() + ' ' + request.target()).isEqualTo("POST /");
        assertThat(request.headers().first("ce-type")).isEqualTo("shop.paid");
        assertThat(request.headers().first("ce-subject")).isEqualTo("pear%20%22%C3%BC%22");
        assertThat(request.headers().first("ce-id")).isEqualTo(CONTEXT.id());
        assertThat(request.headers().first("ce-specversion")).isEqualTo("1.0");
    }

    @ParameterizedTest
    @CsvSource({"429", "502", "503", "504"})
    void whatMayBeTheAppsOwnIsUnknown(int status) {
        assertThat(refused(apps.decode(GET, head(status)))).isEqualTo(CloudException.Kind.UNKNOWN);
    }

    @Test
    void anAppsOtherAnswersAreItsOwn() {
        for (int status : new int[] {200, 404, 500}) {
            assertThat(((Outcome.Response) outcome(apps.decode(GET, head(status)), "")).status())
                    .isEqualTo(status);
        }
        Call event = event("{}", Map.of());
        assertThat(outcome(apps.decode(event, head(200)), "")).isInstanceOf(Outcome.Result.class);
        assertThat(((Outcome.Failure) outcome(apps.decode(event, head(500)), "broken")).reason())
                .isEqualTo(Reason.ERROR);
    }
}
