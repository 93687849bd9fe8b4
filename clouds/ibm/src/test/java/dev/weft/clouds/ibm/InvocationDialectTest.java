// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.Verdict;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InvocationDialectTest {
    static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
    static final CallContext CONTEXT = new CallContext(
            "0b3f5a62-1c1e-4a8e-9d54-0e6f1f2a3b4c",
            Trace.start(),
            2,
            NOW.plus(Duration.ofSeconds(25)),
            CallContext.Caller.WEFT);
    private static final InvokeDialect.Target TARGET = new InvokeDialect.Target(
            URI.create("https://whisk.example/"),
            "say hello",
            "",
            Map.of(InvocationDialect.NAMESPACE, "guest", InvocationDialect.PACKAGE, "shop"));
    private static final InvokeDialect.Credentials KEY =
            new InvokeDialect.Credentials(Map.of(InvocationDialect.AUTHORIZATION, "Basic a2V5"));

    private final InvocationDialect dialect = new InvocationDialect(false);
    private final InvocationDialect web = new InvocationDialect(true);

    static Call.Event event(String body, Map<String, String> attributes) {
        return new Call.Event(CONTEXT, "application/json", attributes, Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    static Call.Exchange exchange(String method, String path, @Nullable String query, Headers headers, String body) {
        return new Call.Exchange(
                CONTEXT, new RequestLine(method, path, query), headers, Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    static InvokeDialect.WireHead head(int status, String... headers) {
        return new InvokeDialect.WireHead(status, Headers.of(headers));
    }

    static Outcome outcome(Verdict verdict, String body) {
        return switch (verdict) {
            case Verdict.NeedsWhole whole -> whole.outcome().apply(body.getBytes(StandardCharsets.UTF_8));
            case Verdict.Streams streams -> streams.outcome().apply(Body.of(body.getBytes(StandardCharsets.UTF_8)));
            case Verdict.Reads reads -> throw new AssertionError(reads);
            case Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    static CloudException.Kind refused(Verdict verdict) {
        return ((Verdict.CloudFailed) verdict).why().kind();
    }

    @Test
    void anEventIsWaitedForWithItsParametersAsTheyAre() {
        InvokeDialect.WireRequest request = dialect.encode(event("{\"who\":\"ada\"}", Map.of()), TARGET, KEY, NOW);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/api/v1/namespaces/guest/actions/shop/say%20hello?blocking=true");
        assertThat(request.headers().first("authorization")).isEqualTo("Basic a2V5");
        assertThat(request.headers().first("host")).isEqualTo("whisk.example");
        assertThat(request.headers().first("x-request-id"))
                .isEqualTo(CONTEXT.trace().traceId());
        assertThat(Commands.text(request.body())).isEqualTo("{\"who\":\"ada\"}");
    }

    @Test
    void anAsynchronousEventIsNotWaitedFor() {
        Call event = event("", Map.of("weft-async", "true"));
        InvokeDialect.WireRequest request = dialect.encode(event, TARGET, KEY, NOW);
        assertThat(request.target()).doesNotContain("blocking");
        assertThat(Commands.text(request.body())).isEqualTo("{}");
        assertThat(outcome(dialect.decode(event, head(202)), "{\"activationId\":\"aa\"}"))
                .isEqualTo(new Outcome.Accepted("aa"));
    }

    @Test
    void anExchangeIsAWebActionsParameters() {
        Call exchange = exchange(
                "PUT",
                "/cart/7",
                "who=ada",
                Headers.of("idempotency-key", "k1", "content-type", "text/plain"),
                "two pears");
        JsonNode parameters = JsonMapper.shared()
                .readTree(Commands.bytes(
                        dialect.encode(exchange, TARGET, KEY, NOW).body()));
        assertThat(parameters.path("__ow_method").asString()).isEqualTo("put");
        assertThat(parameters.path("__ow_path").asString()).isEqualTo("/cart/7");
        assertThat(parameters.path("who").asString()).isEqualTo("ada");
        assertThat(parameters.path("__ow_body").asString()).isEqualTo("two pears");
        assertThat(parameters.path("__ow_headers").path("idempotency-key").asString())
                .isEqualTo("k1");
    }

    @Test
    void whatIsNoObjectAndWhatIsTooLargeNeverLeaves() {
        assertThatThrownBy(() -> dialect.encode(event("[1]", Map.of()), TARGET, KEY, NOW))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.INVALID));
        Call large = exchange(
                "POST", "/", null, Headers.of("content-type", "application/octet-stream"), "x".repeat(900_000));
        assertThatThrownBy(() -> dialect.encode(large, TARGET, KEY, NOW))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.TOO_LARGE));
        assertThat(dialect.bodyNeed(large)).isEqualTo(new InvokeDialect.BodyNeed.Whole(1 << 20));
    }

    private static String record(int code, String status, String result) {
        return "{\"activationId\":\"aa\",\"response\":{\"statusCode\":%d,\"status\":\"%s\",\"success\":%b,\"result\":%s},"
                        .formatted(code, status, code == 0, result)
                + "\"logs\":[\"2026-11-29T10:00:00Z stdout: hello\"]}";
    }

    @Test
    void aSuccessIsItsResult() {
        Outcome.Result result = (Outcome.Result)
                outcome(dialect.decode(event("", Map.of()), head(200)), record(0, "success", "{\"hello\":\"ada\"}"));
        assertThat(Commands.text(result.body())).isEqualTo("{\"hello\":\"ada\"}");
        assertThat(result.attributes().first("x-openwhisk-activation-id")).isEqualTo("aa");

        Outcome.Response response = (Outcome.Response) outcome(
                dialect.decode(exchange("GET", "/", null, Headers.none(), ""), head(200)),
                record(0, "success", "{\"statusCode\":201,\"headers\":{\"x-a\":\"b\"},\"body\":{\"n\":1}}"));
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.headers().first("x-a")).isEqualTo("b");
        assertThat(Commands.text(response.body())).isEqualTo("{\"n\":1}");
    }

    @Test
    void anApplicationErrorFailsAnEventAndAnswersAnExchange() {
        InvokeDialect.WireHead head = head(502, "x-openwhisk-activation-id", "aa");
        String record = record(1, "application error", "{\"error\":{\"statusCode\":404,\"body\":\"no cart\"}}");
        Outcome.Failure failure = (Outcome.Failure) outcome(dialect.decode(event("", Map.of()), head), record);
        assertThat(failure.reason()).isEqualTo(Reason.ERROR);
        assertThat(failure.type()).isEqualTo("application error");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8)).contains("no cart");
        assertThat(failure.logTail()).contains("hello");
        Outcome.Response response = (Outcome.Response)
                outcome(dialect.decode(exchange("GET", "/", null, Headers.none(), ""), head), record);
        assertThat(response.status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The action exceeded its time limits of 100 milliseconds. | TIMEOUT",
                "The action exceeded its time limits of 100 milliseconds during initialization. | INIT",
                "The action did not initialize and exited unexpectedly. | INIT",
                "Initialization has failed due to: SyntaxError | INIT",
                "Failed to pull container image 'x'. | INIT",
                "The action did not produce a valid response and exited unexpectedly. | CRASH",
                "The action exhausted its memory and was aborted. | MEMORY",
                "The action produced a response that exceeded the allowed length: 2 > 1 bytes. | TOO_LARGE",
                "The action did not produce a valid JSON response: x | MALFORMED",
                "The action did not return a dictionary. | MALFORMED",
                "An error has occurred: TypeError | ERROR",
            })
    void aDeveloperErrorIsToldByItsSentence(String sentence, Reason reason) {
        InvokeDialect.WireHead head = head(502, "x-openwhisk-activation-id", "aa");
        String record = record(2, "action developer error", "{\"error\":\"" + sentence + "\"}");
        for (Call call : new Call[] {event("", Map.of()), exchange("GET", "/", null, Headers.none(), "")}) {
            Outcome.Failure failure = (Outcome.Failure) outcome(dialect.decode(call, head), record);
            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure.message()).isEqualTo(sentence);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,INVALID",
        "401,DENIED",
        "403,DENIED",
        "404,ABSENT",
        "408,UNKNOWN",
        "413,TOO_LARGE",
        "429,BUSY",
        "500,UNKNOWN",
        "502,UNKNOWN",
        "503,UNKNOWN",
        "504,UNKNOWN"
    })
    void thePlatformsOwnAnswersAreItsFailures(int status, CloudException.Kind kind) {
        assertThat(refused(dialect.decode(event("", Map.of()), head(status)))).isEqualTo(kind);
        assertThat(refused(web.decode(exchange("GET", "/", null, Headers.none(), ""), head(status))))
                .isEqualTo(kind);
    }

    @Test
    void whenToComeBackIsPassedOn() {
        Verdict.CloudFailed busy =
                (Verdict.CloudFailed) dialect.decode(event("", Map.of()), head(429, "retry-after", "7"));
        assertThat(busy.why().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void whatIsStillRunningIsAcceptedAsAnEventAndUnknownAsAnExchange() {
        assertThat(outcome(dialect.decode(event("", Map.of()), head(202)), "{\"activationId\":\"aa\"}"))
                .isEqualTo(new Outcome.Accepted("aa"));
        assertThat(refused(dialect.decode(exchange("GET", "/", null, Headers.none(), ""), head(202))))
                .isEqualTo(CloudException.Kind.UNKNOWN);
    }

    @Test
    void aWebActionIsCalledAtItsOwnAddress() {
        Call exchange = exchange("POST", "/cart/7", "a=b%20c", Headers.of("host", "shop.example", "x-a", "b"), "body");
        InvokeDialect.WireRequest request = web.encode(exchange, TARGET, KEY, NOW);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/api/v1/web/guest/shop/say%20hello.http/cart/7?a=b%20c");
        assertThat(request.headers().all("host")).containsExactly("whisk.example");
        assertThat(request.headers().first("x-a")).isEqualTo("b");
        assertThat(request.headers().first("authorization")).isEqualTo("Basic a2V5");
        assertThat(Commands.text(request.body())).isEqualTo("body");

        InvokeDialect.Credentials secret = new InvokeDialect.Credentials(
                Map.of(InvocationDialect.AUTHORIZATION, "Basic a2V5", InvocationDialect.SECRET, "sesame"));
        InvokeDialect.WireRequest secured =
                web.encode(exchange("GET", "/", null, Headers.none(), ""), TARGET, secret, NOW);
        assertThat(secured.target()).isEqualTo("/api/v1/web/guest/shop/say%20hello.http");
        assertThat(secured.headers().first("x-require-whisk-auth")).isEqualTo("sesame");
        assertThat(secured.headers().has("authorization")).isFalse();
    }

    @Test
    void aWebActionsOwnAnswersPassAndThePlatformsTwoSentencesAreFailures() {
        Call exchange = exchange("GET", "/", null, Headers.none(), "");
        for (int status : new int[] {200, 204, 404, 429, 500, 503}) {
            Outcome.Response response = (Outcome.Response)
                    outcome(web.decode(exchange, head(status, "x-openwhisk-activation-id", "aa")), "own");
            assertThat(response.status()).isEqualTo(status);
        }
        String[] fields = {"x-openwhisk-activation-id", "aa", "content-type", "application/json"};
        Outcome.Failure wrong = (Outcome.Failure) outcome(
                web.decode(exchange, head(400, fields)),
                "{\"error\":\"There was an error processing your request.\",\"code\":\"tid\"}");
        assertThat(wrong.reason()).isEqualTo(Reason.ERROR);
        Outcome.Failure late = (Outcome.Failure) outcome(
                web.decode(exchange, head(202, fields)), "{\"error\":\"Response not yet ready.\",\"code\":\"tid\"}");
        assertThat(late.reason()).isEqualTo(Reason.TIMEOUT);
        Outcome.Response own = (Outcome.Response)
                outcome(web.decode(exchange, head(400, fields)), "{\"error\":\"no such cart\",\"code\":\"7\"}");
        assertThat(Objects.requireNonNull(own).status()).isEqualTo(400);
    }
}
