// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FunctionsDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final CallContext CONTEXT = new CallContext(
            "call-1",
            new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, "vendor=1"),
            2,
            Instant.MAX,
            new CallContext.Caller("::1", "https", "shop.example"));

    private final FunctionsDialect dialect = new FunctionsDialect(null);

    @Test
    void anExchangePassesAsItIs() {
        Call.Exchange exchange = new Call.Exchange(
                CONTEXT,
                new RequestLine("PUT", "/a%20b", "c=d"),
                Headers.of("host", "shop.example", "x-a", "1", "x-a", "2"),
                Body.empty());

        InvokeDialect.WireRequest request = encode(dialect, exchange);

        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.target()).isEqualTo("/a%20b?c=d");
        assertThat(request.headers().first("host")).isEqualTo("shop.example");
        assertThat(request.headers().all("x-a")).containsExactly("1", "2");
        assertThat(request.body()).isSameAs(exchange.body());
    }

    @Test
    void everyRequestCarriesGooglesFields() {
        Headers headers = encode(dialect, event("text/plain", Map.of())).headers();

        assertThat(headers.first("traceparent")).isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(headers.first("tracestate")).isEqualTo("vendor=1");
        assertThat(headers.first("x-cloud-trace-context"))
                .isEqualTo("0af7651916cd43dd8448eb211c80319c/13235353014750950193;o=1");
        assertThat(headers.first("function-execution-id")).isEqualTo("call-1");
        assertThat(headers.first("forwarded")).isEqualTo("for=\"[::1]\";proto=https");
        assertThat(headers.first("weft-hops")).isEqualTo("2");
    }

    @Test
    void anEventIsABinaryCloudEventWhoseMissingAttributesAreMadeUp() {
        InvokeDialect.WireRequest request = encode(dialect, event("text/plain", Map.of()));

        assertThat(request.method() + ' ' + request.target()).isEqualTo("POST /");
        assertThat(request.headers().first("content-type")).isEqualTo("text/plain");
        assertThat(request.headers().first("ce-specversion")).isEqualTo("1.0");
        assertThat(request.headers().first("ce-id")).isEqualTo("call-1");
        assertThat(request.headers().first("ce-source")).isEqualTo("//weft.dev/functions/greeter");
        assertThat(request.headers().first("ce-type")).isEqualTo("dev.weft.event");
        assertThat(request.headers().first("ce-time")).isEqualTo("2026-11-24T10:00:00Z");
    }

    @Test
    void anEventsOwnAttributesCountUnderNamesThatACloudEventMayHave() {
        Headers headers = encode(
                        dialect,
                        event(
                                null,
                                Map.of(
                                        "type", "shop.sold",
                                        "ce-id", "e 7",
                                        "client-context", "100 %\r\nx: y",
                                        "datacontenttype", "text/csv")))
                .headers();

        assertThat(headers.first("ce-type")).isEqualTo("shop.sold");
        assertThat(headers.first("ce-id")).isEqualTo("e%207");
        assertThat(headers.first("ce-clientcontext")).isEqualTo("100%20%25%0D%0Ax:%20y");
        assertThat(headers.first("content-type")).isEqualTo("text/csv");
        assertThat(headers.has("ce-datacontenttype")).isFalse();
    }

    @Test
    void aStructuredCloudEventHasItsAttributesInItsBody() {
        Headers headers = encode(dialect, event("application/cloudevents+json; charset=utf-8", Map.of()))
                .headers();

        assertThat(headers.first("content-type")).isEqualTo("application/cloudevents+json; charset=utf-8");
        assertThat(headers.has("ce-id")).isFalse();
    }

    @Test
    void aBatchOfCloudEventsIsRefused() {
        assertThatExceptionOfType(CloudException.class)
                .isThrownBy(() -> encode(dialect, event("application/cloudevents-batch+json", Map.of())))
                .withMessageContaining("not a batch")
                .matches(why -> why.kind() == CloudException.Kind.INVALID);
    }

    @Test
    void anExchangeWithACloudEventFunctionIsRefused() {
        Call.Exchange exchange =
                new Call.Exchange(CONTEXT, new RequestLine("GET", "/", null), Headers.none(), Body.empty());

        assertThatExceptionOfType(CloudException.class)
                .isThrownBy(() -> encode(new FunctionsDialect(Signature.CLOUDEVENT), exchange))
                .withMessageContaining("takes events, not HTTP exchanges")
                .matches(why -> why.kind() == CloudException.Kind.INVALID);
    }

    @Test
    void bodiesBeyondGooglesLimitsAreRefusedWithTheNumber() {
        byte[] event = new byte[(int) GoogleHost.EVENT_BYTES_MAX + 1];

        assertThatExceptionOfType(CloudException.class)
                .isThrownBy(() -> encode(
                        new FunctionsDialect(Signature.CLOUDEVENT),
                        event(null, Map.of()).with(Body.of(event))))
                .withMessageContaining("524288")
                .matches(why -> why.kind() == CloudException.Kind.TOO_LARGE);
    }

    @Test
    void anAnswerLongerThanAllowedIsTheFunctionsFailure() {
        Body long33 = Body.of(new byte[33 << 20]);

        Outcome outcome = streams(dialect.decode(
                        new Call.Exchange(CONTEXT, new RequestLine("GET", "/", null), Headers.none(), Body.empty()),
                        new InvokeDialect.WireHead(200, Headers.none())))
                .outcome()
                .apply(long33);

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.TOO_LARGE);
            assertThat(failure.message()).contains("Response size was too large", "33554432");
        });
    }

    @Test
    void anEventsFailureSaysWhatTheFrameworkCallsIt() {
        InvokeDialect.Verdict verdict = dialect.decode(
                event(null, Map.of()), new InvokeDialect.WireHead(500, Headers.of("X-Google-Status", "error")));

        assertThat(verdict).isInstanceOfSatisfying(InvokeDialect.Verdict.NeedsWhole.class, whole -> {
            assertThat(whole.bytesMax()).isEqualTo(FunctionsDialect.ERROR_BYTES_MAX);
            Outcome outcome = whole.outcome().apply("out of stock".getBytes(StandardCharsets.UTF_8));
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
                assertThat(failure.type()).isEqualTo("error");
                assertThat(failure.payload()).asString().isEqualTo("out of stock");
            });
        });
    }

    @Test
    void anEventWithoutAnAnswerIsAResultWithoutBytes() {
        Outcome outcome = streams(
                        dialect.decode(event(null, Map.of()), new InvokeDialect.WireHead(204, Headers.none())))
                .outcome()
                .apply(Body.empty());

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.contentType()).isNull();
            assertThat(result.body().length()).isZero();
        });
    }

    private static InvokeDialect.Verdict.Streams streams(InvokeDialect.Verdict verdict) {
        assertThat(verdict).isInstanceOf(InvokeDialect.Verdict.Streams.class);
        return (InvokeDialect.Verdict.Streams) verdict;
    }

    private static Call.Event event(@Nullable String contentType, Map<String, String> attributes) {
        return new Call.Event(CONTEXT, contentType, attributes, Body.empty());
    }

    private static InvokeDialect.WireRequest encode(FunctionsDialect dialect, Call call) {
        return dialect.encode(
                call,
                new InvokeDialect.Target(URI.create("http://127.0.0.1:9"), "greeter", "", Map.of()),
                InvokeDialect.Credentials.NONE,
                NOW);
    }
}
