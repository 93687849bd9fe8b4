// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.Verdict;
import dev.weft.api.spi.InvokeDialect.WireHead;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FcInvokeDialectTest {
    private static final URI API = URI.create("https://1234567890123456.eu-central-1.fc.aliyuncs.com");
    private static final URI TRIGGER = URI.create("https://f-abc.eu-central-1.fcapp.run");

    private final FcInvokeDialect dialect = new FcInvokeDialect();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Outcome outcome(Call call, boolean trigger, int status, Headers headers, String body) {
        Verdict verdict = dialect.decode(
                call, DialectRequests.target(trigger ? TRIGGER : API, trigger), new WireHead(status, headers));
        return switch (verdict) {
            case Verdict.Streams streams -> streams.outcome().apply(Body.of(utf8(body)));
            case Verdict.NeedsWhole whole -> whole.outcome().apply(utf8(body));
            case Verdict.Reads reads -> throw new AssertionError(reads);
            case Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    private static Call event() {
        return DialectRequests.eventCall(utf8("{}"), Map.of());
    }

    @Test
    void anExchangeIsTheTriggersEventAndCarriesTraceAndKey() {
        FakeFc.Came sent = DialectRequests.asCame(dialect.encode(
                DialectRequests.exchange(utf8("hi")),
                DialectRequests.target(API, false),
                DialectRequests.KEYS,
                DialectRequests.NOW));
        JsonNode event = JsonMapper.shared().readTree(sent.body());
        assertThat(sent.path()).isEqualTo("/2023-03-30/functions/f/invocations");
        assertThat(event.path("rawPath").asString()).isEqualTo("/a%20b/c");
        assertThat(event.path("body").asString()).isEqualTo("hi");
        assertThat(event.path("headers").path("Idempotency-Key").asString()).isEqualTo("k-1");
        assertThat(event.path("headers").path("Traceparent").asString())
                .isEqualTo(DialectRequests.context().trace().traceparent());
        assertThat(Signatures.wrong(sent, FakeFc.SECRET)).isNull();
    }

    @Test
    void aTriggerIsCalledAsItIsWithASignatureThatLeavesTheBodyOut() throws Exception {
        InvokeDialect.Target target = DialectRequests.target(TRIGGER, true);
        FakeFc.Came sent = DialectRequests.asCame(dialect.encode(
                DialectRequests.exchange(utf8("hi")), target, DialectRequests.KEYS, DialectRequests.NOW));
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.path()).isEqualTo("/a%20b/c");
        assertThat(sent.query()).isEqualTo(Map.of("x", "1", "y", "é", "z", ""));
        assertThat(sent.fields())
                .containsEntry("host", "f-abc.eu-central-1.fcapp.run")
                .containsEntry("x-forwarded-host", "shop.example")
                .containsEntry("idempotency-key", "k-1")
                .containsEntry("content-type", "text/plain")
                .containsEntry("traceparent", DialectRequests.context().trace().traceparent());
        assertThat(sent.fields().get("authorization")).isEqualTo(Signatures.expected(sent, "", FakeFc.SECRET));
        assertThat(dialect.bodyNeed(DialectRequests.exchange(utf8("")), target))
                .isInstanceOf(InvokeDialect.BodyNeed.Stream.class);
        assertThat(dialect.bodyNeed(event(), DialectRequests.target(API, false)))
                .isEqualTo(new InvokeDialect.BodyNeed.Whole(32 << 20));
    }

    @Test
    void anEventReachesAServerAtInvoke() throws Exception {
        FakeFc.Came sent = DialectRequests.asCame(dialect.encode(
                event(), DialectRequests.target(TRIGGER, true), DialectRequests.KEYS, DialectRequests.NOW));
        assertThat(sent.path()).isEqualTo("/invoke");
        assertThat(sent.fields()).containsEntry("content-type", "application/json");
        assertThat(sent.fields().get("authorization")).isEqualTo(Signatures.expected(sent, "", FakeFc.SECRET));
    }

    @Test
    void anAsynchronousEventIsAcceptedAndSmall() {
        Call.Event call =
                DialectRequests.eventCall(utf8("{}"), Map.of("weft-async", "true", "idempotency-key", "order_7"));
        FakeFc.Came sent = DialectRequests.asCame(
                dialect.encode(call, DialectRequests.target(API, false), DialectRequests.KEYS, DialectRequests.NOW));
        assertThat(sent.fields())
                .containsEntry("x-fc-invocation-type", "Async")
                .containsEntry("x-fc-async-task-id", "order_7");
        assertThat(dialect.bodyNeed(call)).isEqualTo(new InvokeDialect.BodyNeed.Whole(128 << 10));
        assertThat(outcome(call, false, 202, Headers.of("x-fc-request-id", "r-1"), ""))
                .isEqualTo(new Outcome.Accepted("r-1"));
    }

    @Test
    void temporaryKeysSendTheirTokenAndNoKeysSendNothing() {
        InvokeDialect.Credentials temporary =
                new InvokeDialect.Credentials(Map.of("id", FakeFc.KEY, "secret", FakeFc.SECRET, "token", "t-1"));
        FakeFc.Came sent = DialectRequests.asCame(
                dialect.encode(event(), DialectRequests.target(API, false), temporary, DialectRequests.NOW));
        assertThat(sent.fields()).containsEntry("x-acs-security-token", "t-1");
        assertThat(sent.fields().get("authorization")).contains("x-acs-security-token");
        assertThat(Signatures.wrong(sent, FakeFc.SECRET)).isNull();
        assertThatThrownBy(() -> dialect.encode(
                        event(),
                        DialectRequests.target(API, false),
                        InvokeDialect.Credentials.NONE,
                        DialectRequests.NOW))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.DENIED));
    }

    @ParameterizedTest
    @CsvSource({
        "UnhandledInvocationError, boom, ERROR",
        "FunctionTimeoutError, Function timed out after 3 seconds, TIMEOUT",
        "FunctionOOMError, out of memory, MEMORY",
        "UnhandledInvocationError, Process exited unexpectedly before completing request, CRASH",
        "FunctionNotStarted, port 9000 does not answer, INIT",
        "ImportModuleError, no module, INIT",
        "CAExited, exited with 1, INIT"
    })
    void a200WithAnErrorTypeIsAFailure(String type, String message, Outcome.Failure.Reason reason) {
        String tail = Base64.getEncoder().encodeToString(utf8("last line"));
        Outcome outcome = outcome(
                event(),
                false,
                200,
                Headers.of("x-fc-error-type", type, "x-fc-log-result", tail),
                "{\"errorMessage\":\"" + message + "\",\"errorType\":\"" + type + "\"}");
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failed -> {
            assertThat(failed.reason()).isEqualTo(reason);
            assertThat(failed.type()).isEqualTo(type);
            assertThat(failed.message()).isEqualTo(message);
            assertThat(failed.logTail()).isEqualTo("last line");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID, INVALID", "401, DENIED, ''", "403, DENIED, ''", "404, ABSENT, ''", "413, TOO_LARGE, ''",
        "429, BUSY, UNKNOWN", "500, UNKNOWN, ''", "502, UNKNOWN, UNKNOWN", "503, BUSY, UNKNOWN", "504, UNKNOWN, UNKNOWN"
    })
    void aStatusMeansThis(int status, CloudException.Kind byApi, String byTrigger) {
        assertThatThrownBy(() -> outcome(event(), false, status, Headers.of("retry-after", "3"), "{}"))
                .isInstanceOfSatisfying(CloudException.class, failed -> {
                    assertThat(failed.kind()).isEqualTo(byApi);
                    assertThat(failed.retryAfter()).isEqualTo(Duration.ofSeconds(3));
                });
        Call exchange = DialectRequests.exchange(utf8(""));
        if (byTrigger.equals("UNKNOWN")) {
            assertThatThrownBy(() -> outcome(exchange, true, status, Headers.none(), ""))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.UNKNOWN));
        } else {
            assertThat(outcome(exchange, true, status, Headers.of("x-own", "1"), "mine"))
                    .isInstanceOfSatisfying(Outcome.Response.class, answer -> {
                        assertThat(answer.status()).isEqualTo(status);
                        assertThat(answer.headers().first("x-own")).isEqualTo("1");
                    });
        }
    }

    @Test
    void answersOfHandlersAndServersComeBack() {
        assertThat(outcome(
                        DialectRequests.exchange(utf8("")),
                        false,
                        200,
                        Headers.none(),
                        "{\"statusCode\":201,\"headers\":{\"x-a\":\"1\"},\"body\":\"made\"}"))
                .isInstanceOfSatisfying(Outcome.Response.class, answer -> {
                    assertThat(answer.status()).isEqualTo(201);
                    assertThat(DialectRequests.bytes(answer.body())).isEqualTo(utf8("made"));
                });
        assertThat(outcome(event(), false, 200, Headers.of("content-type", "application/json"), "[1]"))
                .isInstanceOfSatisfying(Outcome.Result.class, result -> {
                    assertThat(result.contentType()).isEqualTo("application/json");
                    assertThat(DialectRequests.bytes(result.body())).isEqualTo(utf8("[1]"));
                });
        assertThat(outcome(event(), true, 500, Headers.none(), "no")).isInstanceOf(Outcome.Failure.class);
        assertThat(outcome(event(), false, 412, Headers.none(), "{\"Message\":\"exited\"}"))
                .isInstanceOfSatisfying(Outcome.Failure.class, failed -> assertThat(failed.reason())
                        .isEqualTo(Outcome.Failure.Reason.INIT));
    }
}
