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
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
    private static final String PAGE = "text/html; charset=UTF-8";
    private static final InvokeDialect.Target TARGET = new InvokeDialect.Target(
            URI.create("https://hello-abc-ew.a.run.app"), "hello", "europe-west1", Map.of("public", "false"));
    private static final InvokeDialect.Credentials TOKEN =
            new InvokeDialect.Credentials(Map.of("idToken", "header.claims.signature"));

    private final RunDialect dialect = new RunDialect();

    private static CallContext context(Instant deadline) {
        return new CallContext(
                "call-1",
                new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, null),
                1,
                deadline,
                new CallContext.Caller("192.0.2.1", "https", "shop.example"));
    }

    private static Call.Exchange exchange(Headers headers) {
        return new Call.Exchange(
                context(NOW.plusSeconds(9)), new RequestLine("PUT", "/a%20b", "c=d"), headers, Body.empty());
    }

    private static Call.Event event(Map<String, String> attributes) {
        return new Call.Event(
                context(Instant.MAX), "application/json", attributes, Body.of("{}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anExchangeGoesToTheFunctionsAddressWithItsCallersOwnAuthorization() {
        Call.Exchange call = exchange(Headers.of(
                "host", "shop.example",
                "authorization", "Bearer the-callers",
                "X-Serverless-Authorization", "Bearer the-callers-too",
                "idempotency-key", "k-1"));

        InvokeDialect.WireRequest request = dialect.encode(call, TARGET, TOKEN, NOW);

        assertThat(request.method() + ' ' + request.target()).isEqualTo("PUT /a%20b?c=d");
        assertThat(request.headers().all("host")).containsExactly("hello-abc-ew.a.run.app");
        assertThat(request.headers().first("x-forwarded-host")).isEqualTo("shop.example");
        assertThat(request.headers().first("authorization")).isEqualTo("Bearer the-callers");
        assertThat(request.headers().all("x-serverless-authorization"))
                .containsExactly("Bearer header.claims.signature");
        assertThat(request.headers().first("idempotency-key")).isEqualTo("k-1");
        assertThat(request.headers().first("weft-deadline")).isEqualTo("2026-11-29T10:00:09Z");
        assertThat(request.headers().first("traceparent"))
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(request.body()).isSameAs(call.body());
        assertThat(dialect.bodyNeed(call)).isEqualTo(new InvokeDialect.BodyNeed.Stream());
    }

    @Test
    void aFunctionThatEverybodyMayCallGetsNoTokenNotEvenTheCallers() {
        Call.Exchange call = exchange(Headers.of("x-serverless-authorization", "Bearer the-callers"));
        InvokeDialect.WireRequest request = dialect.encode(call, TARGET, InvokeDialect.Credentials.NONE, NOW);
        assertThat(request.headers().has("x-serverless-authorization")).isFalse();
    }

    @Test
    void anEventIsABinaryCloudEvent() {
        InvokeDialect.WireRequest request =
                dialect.encode(event(Map.of("type", "shop.sold", "idempotency-key", "k-2")), TARGET, TOKEN, NOW);
        assertThat(request.method() + ' ' + request.target()).isEqualTo("POST /");
        assertThat(request.headers().first("ce-type")).isEqualTo("shop.sold");
        assertThat(request.headers().first("ce-specversion")).isEqualTo("1.0");
        assertThat(request.headers().first("idempotency-key")).isEqualTo("k-2");
        assertThat(request.headers().first("x-serverless-authorization")).isEqualTo("Bearer header.claims.signature");
        assertThat(request.headers().first("host")).isEqualTo("hello-abc-ew.a.run.app");
        assertThat(request.headers().has("weft-deadline")).isFalse();
    }

    @Test
    void aFunctionOfEventsTakesNoExchange() {
        InvokeDialect.Target events =
                new InvokeDialect.Target(TARGET.endpoint(), "hello", "europe-west1", Map.of("signature", "cloudevent"));
        assertThatExceptionOfType(CloudException.class)
                .isThrownBy(() -> dialect.encode(exchange(Headers.none()), events, TOKEN, NOW))
                .withMessageContaining("takes events");
    }

    /** The front end's own answers: its fields alone, and a page or a few words. */
    @ParameterizedTest
    @CsvSource({
        "401, text/html; charset=UTF-8, Bearer error=\"invalid_token\", DENIED",
        "403, text/html; charset=UTF-8, , DENIED",
        "403, text/plain, Bearer error=\"insufficient_scope\", DENIED",
        "429, text/html, , UNKNOWN",
        "500, text/html; charset=UTF-8, , UNKNOWN",
        "503, text/plain, , UNKNOWN",
    })
    void theFrontEndsAnswersAreTheCloudsFailures(int status, String type, String challenge, String kind) {
        Headers.Builder headers = Headers.builder()
                .add("Content-Type", type)
                .add("Server", "Google Frontend")
                .add("Date", "Sun, 29 Nov 2026 10:00:00 GMT")
                .add("X-Cloud-Trace-Context", "0af7651916cd43dd8448eb211c80319c")
                .add("Retry-After", "7");
        if (challenge != null) {
            headers.add("WWW-Authenticate", challenge);
        }
        for (Call call : new Call[] {exchange(Headers.none()), event(Map.of())}) {
            assertThat(dialect.decode(call, new InvokeDialect.WireHead(status, headers.build())))
                    .isInstanceOfSatisfying(InvokeDialect.Verdict.CloudFailed.class, failed -> {
                        assertThat(failed.why().kind()).isEqualTo(CloudException.Kind.valueOf(kind));
                        assertThat(failed.why().retryAfter()).isEqualTo(Duration.ofSeconds(7));
                    });
        }
    }

    @Test
    void whereEverybodyMayCallARefusalIsTheFunctions() {
        InvokeDialect.Target open =
                new InvokeDialect.Target(TARGET.endpoint(), "hello", "europe-west1", Map.of("public", "true"));
        InvokeDialect.WireHead refusal = new InvokeDialect.WireHead(403, Headers.of("content-type", PAGE));
        Call call = exchange(Headers.none());
        assertThat(dialect.decode(call, open, refusal)).isInstanceOf(InvokeDialect.Verdict.Streams.class);
        assertThat(dialect.decode(call, TARGET, refusal)).isInstanceOf(InvokeDialect.Verdict.CloudFailed.class);
    }

    @Test
    void anAddressThatNothingIsAtIsAbsent() {
        Headers page = Headers.of("content-type", PAGE, "referrer-policy", "no-referrer", "date", "d");
        assertThat(dialect.decode(exchange(Headers.none()), new InvokeDialect.WireHead(404, page)))
                .isInstanceOfSatisfying(
                        InvokeDialect.Verdict.CloudFailed.class,
                        failed -> assertThat(failed.why().kind()).isEqualTo(CloudException.Kind.ABSENT));
    }

    @ParameterizedTest
    @CsvSource({"504", "408"})
    void aTimeoutIsTheFunctions(int status) {
        Headers words = Headers.of("content-type", "text/plain", "server", "Google Frontend");
        assertThat(dialect.decode(exchange(Headers.none()), new InvokeDialect.WireHead(status, words)))
                .isInstanceOfSatisfying(InvokeDialect.Verdict.NeedsWhole.class, whole -> {
                    byte[] said = "upstream request timeout".getBytes(StandardCharsets.UTF_8);
                    assertThat(whole.outcome().apply(said))
                            .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.reason())
                                    .isEqualTo(Outcome.Failure.Reason.TIMEOUT));
                });
    }

    /** What a function says itself passes, whatever its status. */
    @ParameterizedTest
    @CsvSource({
        "200, text/html; charset=UTF-8, ",
        "403, application/json, ",
        "403, text/html; charset=utf-8, ",
        "401, text/html; charset=UTF-8, x-powered-by",
        "404, text/html; charset=UTF-8, ",
        "429, text/html, ratelimit-limit",
        "500, text/html; charset=utf-8, x-google-status",
        "503, application/problem+json, ",
        "504, text/plain, x-powered-by",
    })
    void theFunctionsAnswersPass(int status, String type, String own) {
        Headers.Builder headers = Headers.builder().add("content-type", type).add("server", "Google Frontend");
        if (own != null) {
            headers.add(own, "1");
        }
        Body body = Body.of("own".getBytes(StandardCharsets.UTF_8));
        assertThat(dialect.decode(exchange(Headers.none()), new InvokeDialect.WireHead(status, headers.build())))
                .isInstanceOfSatisfying(InvokeDialect.Verdict.Streams.class, streams -> assertThat(
                                streams.outcome().apply(body))
                        .isInstanceOfSatisfying(Outcome.Response.class, response -> {
                            assertThat(response.status()).isEqualTo(status);
                            assertThat(response.body()).isSameAs(body);
                        }));
    }

    @Test
    void aJavaFunctionThatFailsAnswersNothingAndIsNoFailureOfTheCloud() {
        assertThat(dialect.decode(event(Map.of()), new InvokeDialect.WireHead(500, Headers.of("content-length", "0"))))
                .isInstanceOfSatisfying(InvokeDialect.Verdict.NeedsWhole.class, whole -> assertThat(
                                whole.outcome().apply(new byte[0]))
                        .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.reason())
                                .isEqualTo(Outcome.Failure.Reason.ERROR)));
    }
}
