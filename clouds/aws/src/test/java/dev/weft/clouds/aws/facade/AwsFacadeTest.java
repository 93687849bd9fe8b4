// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AwsFacadeTest {
    private static final Facade FACADE = new AwsFacade();

    /** Three functions of one namespace. */
    private static final Functions FUNCTIONS = new Functions() {
        @Override
        public List<Served> list(String namespace) {
            return namespace.equals("default")
                    ? List.of("checkout", "fraud", "notify").stream()
                            .map(each -> new Served(
                                    SampleFunction.http(each, "node", "server.js")
                                            .function(),
                                    Signed.NOW,
                                    "ab".repeat(32),
                                    12))
                            .toList()
                    : List.of();
        }

        @Override
        public @Nullable Served find(String namespace, String name) {
            return list(namespace).stream()
                    .filter(each -> each.function().metadata().name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public String logTail(String namespace, String function, String invocation) {
            return "";
        }
    };

    private static Wish read(Signed signed) {
        return FACADE.read(signed.request(), Signed.KEYS, Signed.NOW);
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String type(FacadeAnswer answer) {
        return String.valueOf(answer.headers().first("x-amzn-errortype"));
    }

    private static Wish.Refused refused(Wish wish) {
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return (Wish.Refused) wish;
    }

    private static FacadeAnswer worked(Wish wish) throws InterruptedException {
        assertThat(wish).isInstanceOf(Wish.Control.class);
        return ((Wish.Control) wish).work().run(FUNCTIONS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "checkout",
                "checkout:$LATEST",
                "function:checkout",
                "000000000000:function:checkout",
                "arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Acheckout",
                "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Acheckout%3A%24LATEST"
            })
    void aFunctionIsCalledByAnyOfItsNames(String name) {
        Wish.Invoke invoke = (Wish.Invoke) read(Signed.invoke(name, "{\"a\":1}", Signed.CALLER));
        assertThat(invoke.function()).isEqualTo("checkout");
        assertThat(invoke.payload()).asString().isEqualTo("{\"a\":1}");
        assertThat(invoke.key()).isEqualTo(Signed.CALLER);
        assertThat(invoke.tail()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "arn%3Aaws%3Alambda%3Aeu-west-1%3A999999999999%3Afunction%3Acheckout",
        "che..ckout",
        "checkout%2F..%2Ffraud"
    })
    void anotherAccountAnotherVersionAndNoNameAreNotThere(String name) {
        Wish.Refused refused = refused(read(Signed.invoke(name, "{}", Signed.CALLER)));
        assertThat(refused.answer().status()).isEqualTo(404);
        assertThat(type(refused.answer())).isEqualTo("ResourceNotFoundException");
        assertThat(refused.proved()).isTrue();
    }

    @Test
    void aVersionIsLookedUpFirst() {
        Wish.Look look = (Wish.Look) read(Signed.invoke("checkout:7", "{}", Signed.CALLER));
        assertThat(look.function()).isEqualTo("checkout");
        assertThat(type(refused(look.then().of(null)).answer())).isEqualTo("ResourceNotFoundException");
        Function checkout = SampleFunction.http("checkout", "node", "server.js").function();
        Wish.Invoke invoke = (Wish.Invoke) look.then().of(checkout);
        assertThat(invoke.function()).isEqualTo("checkout--v7");
        Wish.Look alias = (Wish.Look) read(Signed.invoke("checkout:live", "{}", Signed.CALLER));
        assertThat(type(refused(alias.then().of(checkout)).answer())).isEqualTo("ResourceNotFoundException");
    }

    @Test
    void anEmptyPayloadIsAnEmptyObjectAndAnyOtherHasToBeJson() {
        Wish.Invoke invoke = (Wish.Invoke) read(Signed.invoke("checkout", "", Signed.CALLER));
        assertThat(invoke.payload()).asString().isEqualTo("{}");
        Wish.Refused refused = refused(read(Signed.invoke("checkout", "{\"a\":", Signed.CALLER)));
        assertThat(refused.answer().status()).isEqualTo(400);
        assertThat(type(refused.answer())).isEqualTo("InvalidRequestContentException");
    }

    @Test
    void theClientContextGoesAlongWhereItIsOne() {
        String context =
                Base64.getEncoder().encodeToString("{\"custom\":{\"a\":\"ü\"}}".getBytes(StandardCharsets.UTF_8));
        Wish.Invoke invoke = (Wish.Invoke)
                read(Signed.invoke("checkout", "{}", Signed.CALLER).with("x-amz-client-context", context));
        assertThat(invoke.attributes()).containsEntry("client-context", "{\"custom\":{\"a\":\"\\u00FC\"}}");
        for (String wrong : List.of("no base64!", "W10=", "A".repeat(AwsFacade.CLIENT_CONTEXT_MAX + 1))) {
            Wish.Refused refused =
                    refused(read(Signed.invoke("checkout", "{}", Signed.CALLER).with("x-amz-client-context", wrong)));
            assertThat(type(refused.answer())).isEqualTo("InvalidRequestContentException");
        }
    }

    @Test
    void theLogIsForThoseWhoMayDeploy() {
        Signed asks = Signed.invoke("checkout", "{}", Signed.CALLER).with("x-amz-log-type", "Tail");
        assertThat(type(refused(read(asks)).answer())).isEqualTo("AccessDeniedException");
        Signed may = Signed.invoke("checkout", "{}", Signed.DEPLOYER).with("x-amz-log-type", "Tail");
        assertThat(((Wish.Invoke) read(may)).tail()).isTrue();
    }

    @Test
    void aDryRunSaysWhetherTheFunctionIsThere() throws Exception {
        Signed there = Signed.invoke("checkout", "{}", Signed.CALLER).with("x-amz-invocation-type", "DryRun");
        assertThat(worked(read(there)).status()).isEqualTo(204);
        Signed not = Signed.invoke("nowhere", "{}", Signed.CALLER).with("x-amz-invocation-type", "DryRun");
        assertThat(worked(read(not)).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /2018-10-31/layers/some/versions, PublishLayerVersion",
        "POST, /2015-03-31/event-source-mappings, CreateEventSourceMapping",
        "PUT, /2019-09-30/functions/checkout/provisioned-concurrency, PutProvisionedConcurrencyConfig"
    })
    void whatIsNotDoneIsSaidSoByItsName(String method, String path, String action) {
        Signed signed = new Signed(method, path, java.util.Map.of(), new byte[0], Signed.DEPLOYER, Signed.NOW);
        Wish.Refused refused = refused(read(signed));
        assertThat(refused.action()).isEqualTo(action);
        assertThat(refused.answer().status()).isEqualTo(501);
        assertThat(json(refused.answer()).path("message").asString()).contains(action, "not done");
    }

    @Test
    void anEventIsLeftAndAnsweredOnceItIsKept() throws Exception {
        Wish.Later later = (Wish.Later)
                read(Signed.invoke("checkout", "{\"a\":1}", Signed.CALLER).with("x-amz-invocation-type", "Event"));
        assertThat(later.function()).isEqualTo("checkout");
        assertThat(new String(later.payload(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":1}");
        FacadeAnswer taken = later.taking().taken("id-1");
        assertThat(taken.status()).isEqualTo(202);
        assertThat(taken.headers().first("x-amzn-requestid")).isEqualTo("id-1");
        assertThat(taken.body()).isEmpty();
        assertThat(later.taking()
                        .refused(new Taken.Refused(Taken.Why.FULL, "full"))
                        .status())
                .isEqualTo(429);
        assertThat(type(later.taking().absent())).isEqualTo("ResourceNotFoundException");
        String large = '"' + "x".repeat(AwsFacade.EVENT_BYTES_MAX) + '"';
        Signed tooLarge = Signed.invoke("checkout", large, Signed.CALLER).with("x-amz-invocation-type", "Event");
        assertThat(refused(read(tooLarge)).answer().status()).isEqualTo(413);
        Signed older = new Signed(
                "POST",
                "/2014-11-13/functions/checkout/invoke-async/",
                java.util.Map.of(),
                "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                Signed.CALLER,
                Signed.NOW);
        assertThat(read(older)).isInstanceOf(Wish.Later.class);
    }

    @Test
    void callersSeeNothingAndAnotherNamespaceHasItsOwnFunctions() throws Exception {
        Wish.Refused refused = refused(read(Signed.get("/2015-03-31/functions/", Signed.CALLER)));
        assertThat(refused.answer().status()).isEqualTo(403);
        assertThat(type(refused.answer())).isEqualTo("AccessDeniedException");
        FacadeAnswer none = worked(read(Signed.get("/2015-03-31/functions/", Signed.OTHERS)));
        assertThat(json(none).path("Functions")).isEmpty();
        FacadeAnswer absent = worked(read(Signed.get("/2015-03-31/functions/checkout", Signed.OTHERS)));
        assertThat(absent.status()).isEqualTo(404);
        assertThat(new String(absent.body(), StandardCharsets.UTF_8))
                .contains("Function not found: arn:aws:lambda:eu-west-1:" + LambdaName.account("theirs"));
    }

    @Test
    void functionsAreListedPageByPage() throws Exception {
        FacadeAnswer first = worked(read(Signed.get("/2015-03-31/functions/?MaxItems=2", Signed.DEPLOYER)));
        assertThat(json(first).path("Functions").valueStream().map(each -> each.path("FunctionName")
                        .asString()))
                .containsExactly("checkout", "fraud");
        String marker = json(first).path("NextMarker").asString();
        FacadeAnswer second =
                worked(read(Signed.get("/2015-03-31/functions/?Marker=" + marker + "&MaxItems=2", Signed.DEPLOYER)));
        assertThat(json(second).path("Functions").valueStream().map(each -> each.path("FunctionName")
                        .asString()))
                .containsExactly("notify");
        assertThat(json(second).has("NextMarker")).isFalse();
        for (String wrong : List.of("0", "10001", "many", "-1")) {
            Wish.Refused refused =
                    refused(read(Signed.get("/2015-03-31/functions/?MaxItems=" + wrong, Signed.DEPLOYER)));
            assertThat(type(refused.answer())).isEqualTo("InvalidParameterValueException");
        }
    }

    @Test
    void aFunctionIsShown() throws Exception {
        JsonNode shown = json(worked(read(Signed.get("/2015-03-31/functions/checkout", Signed.DEPLOYER))))
                .path("Configuration");
        assertThat(shown.path("FunctionArn").asString())
                .isEqualTo("arn:aws:lambda:eu-west-1:000000000000:function:checkout");
        assertThat(shown.path("State").asString()).isEqualTo("Active");
        assertThat(shown.path("CodeSize").asInt()).isEqualTo(12);
        assertThat(shown.path("LastModified").asString()).isEqualTo("2026-11-30T09:00:00.000+0000");
    }

    private static FacadeAnswer spoke(Outcome outcome, String body, String log) {
        Wish.Invoke invoke = (Wish.Invoke)
                read(Signed.invoke("checkout", "{}", Signed.DEPLOYER).with("x-amz-log-type", "Tail"));
        return invoke.answering()
                .spoke(new Wish.Came(
                        outcome, body.getBytes(StandardCharsets.UTF_8), "inv-1", "aws-eu", Duration.ofMillis(3), log));
    }

    @Test
    void whatAFunctionSaysComesAsLambdaSaysIt() {
        FacadeAnswer result =
                spoke(new Outcome.Result("application/json", Headers.none(), Body.empty()), "{\"ok\":1}", "a line\n");
        assertThat(result.status()).isEqualTo(200);
        assertThat(result.body()).asString().isEqualTo("{\"ok\":1}");
        assertThat(result.headers().first("x-amzn-requestid")).isEqualTo("inv-1");
        assertThat(result.headers().first("x-amz-executed-version")).isEqualTo("$LATEST");
        assertThat(result.headers().has("x-amz-function-error")).isFalse();
        assertThat(Base64.getDecoder().decode(result.headers().first("x-amz-log-result")))
                .asString()
                .isEqualTo("a line\n");
        FacadeAnswer failure = spoke(
                new Outcome.Failure(Outcome.Failure.Reason.ERROR, "Error", "no tea", new byte[0], "its log"), "", "");
        assertThat(failure.status()).isEqualTo(200);
        assertThat(failure.headers().first("x-amz-function-error")).isEqualTo("Unhandled");
        assertThat(json(failure).path("errorMessage").asString()).isEqualTo("no tea");
        FacadeAnswer large = spoke(
                new Outcome.Failure(Outcome.Failure.Reason.TOO_LARGE, "ResponseTooLarge", "", new byte[0], ""), "", "");
        assertThat(json(large).path("errorType").asString()).isEqualTo("Function.ResponseSizeTooLarge");
    }

    @ParameterizedTest
    @CsvSource({
        "BUSY, 429, TooManyRequestsException",
        "TOO_LARGE, 413, RequestTooLargeException",
        "INVALID, 400, InvalidRequestContentException",
        "UNREACHABLE, 500, ServiceException",
        "UNKNOWN, 500, ServiceException"
    })
    void whatCloudsFailByComesAsLambdaFails(CloudException.Kind kind, int status, String type) {
        Wish.Invoke invoke = (Wish.Invoke) read(Signed.invoke("checkout", "{}", Signed.CALLER));
        FacadeAnswer answer = invoke.answering().failed(new CloudException(kind, "why", null));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(type(answer)).isEqualTo(type);
        assertThat(answer.headers().has("retry-after")).isEqualTo(status == 429);
    }

    /** Whatever comes, it is answered in Lambda's words, reaches no function and breaks nothing. */
    @Test
    void noiseIsRefused() {
        Random random = new Random(6);
        for (int round = 0; round < 5000; round++) {
            FacadeRequest sound =
                    Signed.invoke("checkout", "{\"a\":1}", Signed.CALLER).request();
            FacadeRequest noise = noise(sound, random);
            Wish wish = FACADE.read(noise, Signed.KEYS, Signed.NOW);
            assertThat(wish).isInstanceOf(Wish.Refused.class);
            assertThat(((Wish.Refused) wish).answer().status()).isBetween(400, 499);
        }
    }

    private static FacadeRequest noise(FacadeRequest sound, Random random) {
        String authorization = String.valueOf(sound.headers().first("authorization"));
        Headers.Builder headers = Headers.builder().addAll(sound.headers());
        RequestLine line = sound.line();
        byte[] body = sound.body();
        switch (random.nextInt(6)) {
            case 0 -> headers.set("authorization", authorization.substring(0, random.nextInt(authorization.length())));
            case 1 -> headers.set("authorization", flipped(authorization, random));
            case 2 -> line = new RequestLine(line.method(), flipped(line.path(), random), line.query());
            case 3 -> body = flipped("{\"a\":1}", random).getBytes(StandardCharsets.UTF_8);
            case 4 -> headers.set("x-amz-date", flipped("20261130T090000Z", random));
            default -> headers.add("x-amz-" + random.nextInt(10), "unsigned");
        }
        return new FacadeRequest(line, headers.build(), body, "http", "localhost:8091", "127.0.0.1");
    }

    private static String flipped(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        int at = random.nextInt(text.length());
        char before = out.charAt(at);
        char after = (char) ('!' + random.nextInt(94));
        if (before == ' ' || after == before) {
            return text + after; // more or fewer spaces mean the same
        }
        out.setCharAt(at, after);
        return out.toString();
    }
}
