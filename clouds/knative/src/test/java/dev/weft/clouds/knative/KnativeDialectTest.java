// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.Verdict;
import dev.weft.api.spi.InvokeDialect.WireHead;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnativeDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Headers GO =
            Headers.of("content-type", "text/plain; charset=utf-8", "x-content-type-options", "nosniff");
    private static final Headers FROM_FUNCTION =
            Headers.of("server", "envoy", "x-envoy-upstream-service-time", "3", "content-type", "application/json");
    private static final Headers FROM_ENVOY = Headers.of("server", "envoy", "content-type", "text/plain");
    private static final InvokeDialect.Target TARGET = new InvokeDialect.Target(
            URI.create("http://10.0.0.1:8080"), "one", "", Map.of("host", "one.default.example.com"));

    private final KnativeDialect dialect = new KnativeDialect();
    private final CallContext context = new CallContext(
            "id-1",
            new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, "a=b"),
            2,
            NOW.plusSeconds(10),
            CallContext.Caller.WEFT);

    private Call exchange() {
        return new Call.Exchange(
                context,
                new RequestLine("PUT", "/a%20b", "x=1"),
                Headers.of("Host", "shop.example", "X-Own", "1", "Idempotency-Key", "k", "traceparent", "old"),
                Body.of(new byte[] {1}));
    }

    private Call event(String type, Map<String, String> attributes) {
        return new Call.Event(context, type, attributes, Body.of(new byte[] {1, 2}));
    }

    private InvokeDialect.WireRequest encoded(Call call) {
        return dialect.encode(call, TARGET, InvokeDialect.Credentials.NONE, NOW);
    }

    @Test
    void anExchangeGoesAsItIsToTheServicesHost() {
        InvokeDialect.WireRequest request = encoded(exchange());
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.target()).isEqualTo("/a%20b?x=1");
        Headers headers = request.headers();
        assertThat(headers.all("host")).containsExactly("one.default.example.com");
        assertThat(headers.first("x-forwarded-host")).isEqualTo("shop.example");
        assertThat(headers.first("x-own")).isEqualTo("1");
        assertThat(headers.first("idempotency-key")).isEqualTo("k");
        assertThat(headers.all("traceparent")).containsExactly(context.trace().traceparent());
        assertThat(headers.first("tracestate")).isEqualTo("a=b");
        assertThat(headers.first("weft-hops")).isEqualTo("2");
        assertThat(headers.first("weft-deadline")).isEqualTo("2026-11-29T12:00:10Z");
        assertThat(dialect.bodyNeed(exchange())).isInstanceOf(InvokeDialect.BodyNeed.Stream.class);
    }

    @Test
    void anEventIsACloudEventInBinaryMode() {
        InvokeDialect.WireRequest request = encoded(event(
                "application/json", Map.of("type", "order made", "idempotency-key", "k", "source", "/caf\u00e9")));
        assertThat(request.method() + request.target()).isEqualTo("POST/");
        Headers headers = request.headers();
        assertThat(headers.first("ce-specversion")).isEqualTo("1.0");
        assertThat(headers.first("ce-id")).isEqualTo("id-1");
        assertThat(headers.first("ce-type")).isEqualTo("order%20made");
        assertThat(headers.first("ce-source")).isEqualTo("/caf%C3%A9");
        assertThat(headers.first("content-type")).isEqualTo("application/json");
        assertThat(headers.first("idempotency-key")).isEqualTo("k");
    }

    @Test
    void aStructuredEventStaysOne() {
        Headers headers =
                encoded(event("application/cloudevents+json", Map.of())).headers();
        assertThat(headers.first("content-type")).isEqualTo("application/cloudevents+json");
        assertThat(headers.has("ce-id")).isFalse();
    }

    private Outcome outcome(Call call, int status, Headers headers) {
        return switch (dialect.decode(call, TARGET, new WireHead(status, headers))) {
            case Verdict.Streams streams -> streams.outcome().apply(Body.of(new byte[] {7}));
            case Verdict.NeedsWhole whole -> whole.outcome().apply(new byte[] {7});
            case Verdict.Reads reads -> throw new AssertionError(reads);
            case Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    private void fails(int status, Headers headers, CloudException.Kind kind) {
        assertThatThrownBy(() -> outcome(exchange(), status, headers))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(kind));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void whatMayBeKnativesIsUnknownAndWhatIsTheFunctionsPasses(int status) {
        fails(status, GO, CloudException.Kind.UNKNOWN);
        fails(status, FROM_ENVOY, CloudException.Kind.UNKNOWN);
        fails(status, Headers.none(), CloudException.Kind.UNKNOWN);
        fails(status, Headers.builder().addAll(GO).addAll(FROM_FUNCTION).build(), CloudException.Kind.UNKNOWN);
        assertThat(outcome(exchange(), status, FROM_FUNCTION)).isInstanceOf(Outcome.Response.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 302, 400, 401, 403, 404, 410, 500, 501})
    void everyOtherStatusIsTheFunctions(int status) {
        assertThat(outcome(exchange(), status, Headers.of("x-own", "1")))
                .isInstanceOfSatisfying(Outcome.Response.class, answer -> {
                    assertThat(answer.status()).isEqualTo(status);
                    assertThat(answer.headers().first("x-own")).isEqualTo("1");
                });
    }

    @Test
    void anIngressWithoutARouteIsAnAbsentFunction() {
        fails(404, FROM_ENVOY, CloudException.Kind.ABSENT);
        assertThat(outcome(exchange(), 404, FROM_FUNCTION)).isInstanceOf(Outcome.Response.class);
    }

    @Test
    void whenToComeBackIsHeard() {
        assertThatThrownBy(() -> outcome(exchange(), 503, Headers.of("retry-after", "7")))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.retryAfter())
                        .isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void anEventIsAnsweredByAResultAFailureOrLater() {
        Call event = event("text/plain", Map.of());
        assertThat(outcome(event, 200, Headers.of("content-type", "a/b", "ce-type", "x%20y")))
                .isInstanceOfSatisfying(Outcome.Result.class, result -> {
                    assertThat(result.contentType()).isEqualTo("a/b");
                    assertThat(result.attributes().first("type")).isEqualTo("x y");
                });
        assertThat(outcome(event, 202, Headers.none())).isInstanceOf(Outcome.Result.class);
        assertThat(outcome(event("text/plain", Map.of("weft-async", "true")), 202, Headers.none()))
                .isEqualTo(new Outcome.Accepted("id-1"));
        assertThat(outcome(event, 500, Headers.none())).isInstanceOfSatisfying(Outcome.Failure.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
            assertThat(failed.type()).isEqualTo("http 500");
            assertThat(failed.payload()).containsExactly(7);
        });
    }
}
