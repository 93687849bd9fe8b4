// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LambdaDialectTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Trace TRACE = new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, null);
    private static final CallContext CONTEXT = new CallContext(
            "6f5b4a3c-0000-4000-8000-000000000001", TRACE, 2, NOW.plusSeconds(30), CallContext.Caller.WEFT);
    private static final InvokeDialect.Credentials KEY =
            new InvokeDialect.Credentials(Map.of("accessKey", "AKIDEXAMPLE", "secretKey", "the-secret"));
    private static final InvokeDialect.Target TARGET = target(Map.of("qualifier", "weft"));
    private static final LambdaDialect DIALECT = LambdaDialect.INSTANCE;

    private static InvokeDialect.Target target(Map<String, String> parts) {
        return new InvokeDialect.Target(
                URI.create("https://lambda.eu-west-1.amazonaws.com"), "checkout", "eu-west-1", parts);
    }

    private static Call.Exchange exchange(String body, String... headers) {
        return new Call.Exchange(
                CONTEXT, new RequestLine("POST", "/pay", "a=1"), Headers.of(headers), Body.of(bytes(body)));
    }

    private static Call.Event event(String body, Map<String, String> attributes) {
        return new Call.Event(CONTEXT, "application/json", attributes, Body.of(bytes(body)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Body body) {
        AtomicReference<String> text = new AtomicReference<>("");
        BodyGatherer.gather(body, 1 << 20, all -> text.set(new String(all, StandardCharsets.UTF_8)), broken -> {});
        return text.get();
    }

    private static JsonNode client(InvokeDialect.WireRequest request) {
        return JSON.readTree(Base64.getDecoder().decode(request.headers().first("x-amz-client-context")));
    }

    @Test
    void anExchangeTravelsAsPayloadFormat2() {
        Call call = exchange("{\"n\":1}", "content-type", "application/json", "idempotency-key", "once-7");
        InvokeDialect.WireRequest request = DIALECT.encode(call, TARGET, KEY, NOW);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/2015-03-31/functions/checkout/invocations?Qualifier=weft");
        assertThat(request.headers().first("host")).isEqualTo("lambda.eu-west-1.amazonaws.com");
        JsonNode event = JSON.readTree(text(request.body()));
        assertThat(event.path("version").asString()).isEqualTo("2.0");
        assertThat(event.path("rawPath").asString()).isEqualTo("/pay");
        assertThat(event.path("body").asString()).isEqualTo("{\"n\":1}");
        JsonNode headers = event.path("headers");
        assertThat(headers.path("traceparent").asString()).isEqualTo(TRACE.traceparent());
        assertThat(headers.path("idempotency-key").asString()).isEqualTo("once-7");
        assertThat(headers.path("weft-hops").asString()).isEqualTo("2");
        assertThat(headers.path("weft-deadline").asString())
                .isEqualTo("" + NOW.plusSeconds(30).toEpochMilli());
        assertThat(request.headers().first("x-amzn-trace-id"))
                .isEqualTo("Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1");
    }

    @Test
    void aRawExchangeIsItsBodyAndTheContextSaysTheRest() {
        Call call = exchange("{\"n\":1}", "idempotency-key", "once-7");
        InvokeDialect.WireRequest request = DIALECT.encode(call, target(Map.of("payload", "raw")), KEY, NOW);
        assertThat(request.target()).isEqualTo("/2015-03-31/functions/checkout/invocations");
        assertThat(text(request.body())).isEqualTo("{\"n\":1}");
        JsonNode custom = client(request).path("custom");
        assertThat(custom.path("idempotency-key").asString()).isEqualTo("once-7");
        assertThat(custom.path("traceparent").asString()).isEqualTo(TRACE.traceparent());
    }

    @Test
    void anEventIsThePayloadAndItsAttributesAreTheClientContext() {
        Call call = event("[1]", Map.of("type", "order.made", "idempotency-key", "once-7"));
        InvokeDialect.WireRequest request = DIALECT.encode(call, TARGET, KEY, NOW);
        assertThat(text(request.body())).isEqualTo("[1]");
        assertThat(request.headers().first("x-amz-invocation-type")).isNull();
        JsonNode custom = client(request).path("custom");
        assertThat(custom.path("type").asString()).isEqualTo("order.made");
        assertThat(custom.path("idempotency-key").asString()).isEqualTo("once-7");
        assertThat(custom.path("weft-deadline").asString())
                .isEqualTo("" + NOW.plusSeconds(30).toEpochMilli());
    }

    @Test
    void aClientContextThatALambdaClientSentIsKept() {
        String given = "{\"client\":{\"app_title\":\"shop\"},\"custom\":{\"k\":\"v\"}}";
        JsonNode client = client(DIALECT.encode(event("{}", Map.of("client-context", given)), TARGET, KEY, NOW));
        assertThat(client.path("client").path("app_title").asString()).isEqualTo("shop");
        assertThat(client.path("custom").path("k").asString()).isEqualTo("v");
        assertThat(client.path("custom").has("traceparent")).isTrue();
        assertThat(client.path("custom").has("client-context")).isFalse();
    }

    @Test
    void anEventWithoutBytesIsAnEmptyObject() {
        assertThat(text(DIALECT.encode(event("", Map.of()), TARGET, KEY, NOW).body()))
                .isEqualTo("{}");
    }

    @Test
    void nobodyWaitsForAnAsynchronousEvent() {
        Call call = event("{}", Map.of("weft-async", "true"));
        assertThat(DIALECT.bodyNeed(call)).isEqualTo(new InvokeDialect.BodyNeed.Whole(1 << 20));
        InvokeDialect.WireRequest request = DIALECT.encode(call, TARGET, KEY, NOW);
        assertThat(request.headers().first("x-amz-invocation-type")).isEqualTo("Event");
        assertThat(request.headers().first("authorization"))
                .contains("SignedHeaders=host;x-amz-client-context;x-amz-date;x-amz-invocation-type,");
        assertThat(outcome(call, 202, "", "x-amzn-requestid", "r-1")).isEqualTo(new Outcome.Accepted("r-1"));
    }

    @Test
    void anEventThatIsLargerThanLambdaTakesIsRefused() {
        byte[] large = new byte[LambdaPayload.BYTES_MAX - 100];
        java.util.Arrays.fill(large, (byte) 'x');
        Call call = new Call.Exchange(CONTEXT, new RequestLine("POST", "/", null), Headers.none(), Body.of(large));
        assertThatThrownBy(() -> DIALECT.encode(call, TARGET, KEY, NOW))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(Kind.TOO_LARGE));
    }

    @Test
    void attributesThatDoNotFitTheClientContextAreRefused() {
        Call call = event("{}", Map.of("type", "x".repeat(ClientContext.CHARACTERS_MAX)));
        assertThatThrownBy(() -> DIALECT.encode(call, TARGET, KEY, NOW))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(Kind.TOO_LARGE));
    }

    private static Outcome outcome(Call call, int status, String body, String... headers) {
        return outcome(call, TARGET, status, body, headers);
    }

    private static Outcome outcome(Call call, InvokeDialect.Target target, int status, String body, String... headers) {
        InvokeDialect.WireHead head = new InvokeDialect.WireHead(status, Headers.of(headers));
        return switch (DIALECT.decode(call, target, head)) {
            case InvokeDialect.Verdict.Streams streams -> streams.outcome().apply(Body.of(bytes(body)));
            case InvokeDialect.Verdict.NeedsWhole whole -> whole.outcome().apply(bytes(body));
            case InvokeDialect.Verdict.Reads reads -> throw new AssertionError(reads);
            case InvokeDialect.Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    @Test
    void anAnswerIsReadByTheSameFormat() {
        Outcome outcome = outcome(
                exchange(""),
                200,
                "{\"statusCode\":201,\"headers\":{\"x-a\":\"b\"},\"cookies\":[\"c=d\"],\"body\":\"ok\"}");
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.headers().first("x-a")).isEqualTo("b");
            assertThat(response.headers().first("set-cookie")).isEqualTo("c=d");
            assertThat(text(response.body())).isEqualTo("ok");
        });
    }

    @Test
    void aRawAnswerIsTheResultAsItIs() {
        Outcome outcome =
                outcome(exchange(""), target(Map.of("payload", "raw")), 200, "{\"statusCode\":201,\"body\":\"ok\"}");
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(200);
            assertThat(text(response.body())).isEqualTo("{\"statusCode\":201,\"body\":\"ok\"}");
        });
    }

    @Test
    void aStreamedAnswerThatCameWholeIsReadWithItsHead() {
        String body =
                "{\"statusCode\":203,\"headers\":{\"content-type\":\"text/plain\"}}" + "\0".repeat(8) + "streamed";
        assertThat(outcome(exchange(""), 200, body)).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(203);
            assertThat(text(response.body())).isEqualTo("streamed");
        });
    }

    @Test
    void anEventsResultIsAsTheHandlerGaveIt() {
        assertThat(outcome(event("{}", Map.of()), 200, "{\"statusCode\":500}", "x-amz-executed-version", "3"))
                .isInstanceOfSatisfying(Outcome.Result.class, result -> {
                    assertThat(text(result.body())).isEqualTo("{\"statusCode\":500}");
                    assertThat(result.attributes().first("executed-version")).isEqualTo("3");
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"errorMessage":"2026-11-29T12:00:00.000Z 6f5b Task timed out after 3.00 seconds"} | TIMEOUT
                    {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 6f5b Error: Task timed out after 3.00 seconds"} | TIMEOUT
                    {"errorType":"TypeError","errorMessage":"x is not a function","trace":["at handler"]} | ERROR
                    {"errorType":"ZeroDivisionError","errorMessage":"division by zero","stackTrace":[]} | ERROR
                    {"errorType":"Runtime.ExitError","errorMessage":"RequestId: 6f5b Error: Runtime exited with error: exit status 1"} | CRASH
                    {"errorType":"Runtime.ExitError","errorMessage":"RequestId: 6f5b Error: Runtime exited with error: signal: killed"} | MEMORY
                    {"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: 6f5b Error: Runtime exited with error: signal: killed"} | MEMORY
                    {"errorType":"Runtime.ImportModuleError","errorMessage":"Error: Cannot find module 'index'"} | INIT
                    {"errorType":"Runtime.HandlerNotFound","errorMessage":"index.handler is undefined or not exported"} | INIT
                    {"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum"} | TOO_LARGE
                    Bad Gateway | ERROR
                    """)
    void aFunctionThatFailedIsAFailureAlthoughTheStatusIs200(String payload, Reason reason) {
        for (Call call : new Call[] {exchange(""), event("{}", Map.of())}) {
            String log = Base64.getEncoder().encodeToString(bytes("last line"));
            assertThat(outcome(call, 200, payload, "X-Amz-Function-Error", "Unhandled", "X-Amz-Log-Result", log))
                    .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                        assertThat(failure.reason()).isEqualTo(reason);
                        assertThat(failure.payload()).isEqualTo(bytes(payload));
                        assertThat(failure.logTail()).isEqualTo("last line");
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "429, TooManyRequestsException, BUSY",
        "429, , BUSY",
        "404, ResourceNotFoundException, ABSENT",
        "403, AccessDeniedException, DENIED",
        "403, UnrecognizedClientException, DENIED",
        "400, ExpiredTokenException, DENIED",
        "403, InvalidSignatureException, DENIED",
        "400, InvalidRequestContentException, INVALID",
        "400, RecursiveInvocationException, INVALID",
        "415, UnsupportedMediaTypeException, INVALID",
        "413, RequestTooLargeException, TOO_LARGE",
        "409, ResourceConflictException, BUSY",
        "409, SnapStartNotReadyException, BUSY",
        "502, EC2ThrottledException, BUSY",
        "502, KMSDisabledException, BUSY",
        "502, ResourceNotReadyException, BUSY",
        "502, , UNKNOWN",
        "500, ServiceException, UNKNOWN",
        "503, , UNKNOWN",
        "504, , UNKNOWN",
        "302, , UNKNOWN",
    })
    void whatLambdaItselfRefusesIsACloudsFailure(int status, String type, Kind kind) {
        String[] headers = type == null
                ? new String[] {"x-amzn-requestid", "r-9"}
                : new String[] {
                    "x-amzn-requestid",
                    "r-9",
                    "x-amzn-errortype",
                    type + ":http://internal.amazon.com/coral/",
                    "retry-after",
                    "7"
                };
        assertThatThrownBy(() -> outcome(event("{}", Map.of()), status, "{}", headers))
                .isInstanceOfSatisfying(CloudException.class, failed -> {
                    assertThat(failed.kind()).isEqualTo(kind);
                    assertThat(failed).hasMessageContaining("r-9").hasMessageContaining(type == null ? "" : type);
                    assertThat(failed.retryAfter()).isEqualTo(type == null ? null : Duration.ofSeconds(7));
                });
    }
}
