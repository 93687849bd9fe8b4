// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.call;

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
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.Credentials;
import dev.weft.api.spi.InvokeDialect.Target;
import dev.weft.api.spi.InvokeDialect.Verdict;
import dev.weft.api.spi.InvokeDialect.WireHead;
import dev.weft.api.spi.InvokeDialect.WireRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
    private static final CallContext CONTEXT = new CallContext(
            "8f6bdcd1-3f1c-4f58-9d9e-2a9f0c1a7b11",
            new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, "vendor=1"),
            1,
            NOW.plusSeconds(30),
            new CallContext.Caller("192.0.2.7", "https", "shop.example"));
    private static final Credentials KEY = new Credentials(Map.of(AzureDialect.KEY, "the-key"));

    private final InvokeDialect dialect = new AzureDialect();

    private static Target http(String path, String... methods) {
        return new CallTarget("cart", true, path, List.of(methods), CallTarget.Key.FUNCTION)
                .in("shop-cart", URI.create("https://shop-cart.azurewebsites.net"), "westeurope");
    }

    private static Target queue() {
        return new CallTarget("order", false, "", List.of(), CallTarget.Key.MASTER)
                .in("shop-order", URI.create("https://shop-order.azurewebsites.net"), "westeurope");
    }

    private static Call.Exchange exchange(String method, String path, @Nullable String query, String... headers) {
        return new Call.Exchange(CONTEXT, new RequestLine(method, path, query), Headers.of(headers), body("hello"));
    }

    private static Call.Event event(String text, Map<String, String> attributes) {
        return new Call.Event(CONTEXT, "application/json", attributes, body(text));
    }

    private static Body body(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Body body) {
        String[] text = {""};
        BodyGatherer.gather(body, 1 << 20, all -> text[0] = new String(all, StandardCharsets.UTF_8), broken -> {
            throw new AssertionError(broken);
        });
        return text[0];
    }

    @Test
    void aTargetIsReadBackAsItWasWritten() {
        CallTarget cart =
                new CallTarget("cart", true, "api/cart/{id:int?}", List.of("GET", "POST"), CallTarget.Key.NONE);
        assertThat(CallTarget.of(cart.in("app", URI.create("https://app"), "r")))
                .isEqualTo(cart);
        CallTarget order = new CallTarget("order", false, "", List.of(), CallTarget.Key.MASTER);
        assertThat(CallTarget.of(order.in("app", URI.create("https://app"), "r")))
                .isEqualTo(order);
    }

    @ParameterizedTest
    @CsvSource({
        "api/products/{id:int}, /api/products/7, /api/products/7?a=b",
        "api/products/{id}, /other/way, /other/way?a=b",
        "api/cart, /shop/checkout, /api/cart?a=b",
        "api/cart/{id?}, /shop/checkout, /api/cart?a=b",
        "api/cart, /API/Cart, /API/Cart?a=b"
    })
    void anExchangeGoesWhereTheFunctionIs(String route, String path, String expected) {
        WireRequest request = dialect.encode(exchange("PUT", path, "a=b"), http(route), KEY, NOW);
        assertThat(request.target()).isEqualTo(expected);
        assertThat(request.method()).isEqualTo("PUT");
    }

    @Test
    void theCallersFieldsPassAndTheConnectionsAndForgedOnesDoNot() {
        WireRequest request = dialect.encode(
                exchange(
                        "POST",
                        "/api/cart",
                        null,
                        "Host",
                        "shop.example",
                        "X-Functions-Key",
                        "forged",
                        "Weft-Invocation-Id",
                        "forged",
                        "Connection",
                        "keep-alive",
                        "Idempotency-Key",
                        "once",
                        "Authorization",
                        "Bearer of-the-caller",
                        "Accept",
                        "text/html"),
                http("api/cart"),
                KEY,
                NOW);
        Headers headers = request.headers();
        assertThat(headers.all("host")).containsExactly("shop-cart.azurewebsites.net");
        assertThat(headers.all("x-functions-key")).containsExactly("the-key");
        assertThat(headers.all("weft-invocation-id")).containsExactly(CONTEXT.id());
        assertThat(headers.has("connection")).isFalse();
        assertThat(headers.first("idempotency-key")).isEqualTo("once");
        assertThat(headers.first("authorization")).isEqualTo("Bearer of-the-caller");
        assertThat(headers.first("accept")).isEqualTo("text/html");
        assertThat(headers.first("traceparent")).isEqualTo(CONTEXT.trace().traceparent());
        assertThat(headers.first("tracestate")).isEqualTo("vendor=1");
        assertThat(headers.first("weft-deadline")).isEqualTo("2026-11-29T10:00:30Z");
        assertThat(headers.first("weft-hops")).isEqualTo("1");
        assertThat(text(request.body())).isEqualTo("hello");
    }

    @Test
    void behindEntraOurTokenTakesThePlaceOfTheCallers() {
        Credentials both = new Credentials(Map.of(AzureDialect.KEY, "the-key", AzureDialect.BEARER, "the-token"));
        WireRequest request = dialect.encode(
                exchange("GET", "/api/cart", null, "Authorization", "Bearer of-the-caller"),
                http("api/cart"),
                both,
                NOW);
        assertThat(request.headers().all("authorization")).containsExactly("Bearer the-token");
    }

    @Test
    void anEventOfAnHttpFunctionIsPostedToItsAddress() {
        WireRequest request = dialect.encode(
                event("{\"a\":1}", Map.of("id", "7 8", "idempotency-key", "once")),
                http("api/products/{id:int}/{kind?}", "GET", "POST"),
                KEY,
                NOW);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/api/products/7%208");
        assertThat(request.headers().first("content-type")).isEqualTo("application/json");
        assertThat(request.headers().first("idempotency-key")).isEqualTo("once");
        assertThat(text(request.body())).isEqualTo("{\"a\":1}");
    }

    @Test
    void anEventOfAnotherTriggerGoesToTheAdminApiAsText() {
        WireRequest request = dialect.encode(event("{\"a\":1}", Map.of()), queue(), KEY, NOW);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/admin/functions/order");
        assertThat(request.headers().first("x-functions-key")).isEqualTo("the-key");
        assertThat(text(request.body())).isEqualTo("{\"input\":\"{\\\"a\\\":1}\"}");
    }

    @Test
    void whatCanNotBeSaidToAzureIsRefused() {
        Call.Event bytes = new Call.Event(CONTEXT, null, Map.of(), Body.of(new byte[] {(byte) 0xFF}));
        refused(bytes, queue(), Kind.INVALID, "UTF-8");
        refused(exchange("GET", "/", null), queue(), Kind.INVALID, "not begun by HTTP");
        refused(event("x", Map.of()), http("api/cart", "GET"), Kind.INVALID, "takes GET only");
        refused(event("x", Map.of()), http("api/cart/{id}"), Kind.INVALID, "parameter 'id'");
        refused(
                exchange("GET", "/api/cart", "q=" + "x".repeat(AzureDialect.URL_CHARS_MAX)),
                http("api/cart"),
                Kind.TOO_LARGE,
                "8192");
    }

    private void refused(Call call, Target target, Kind kind, String words) {
        assertThatThrownBy(() -> dialect.encode(call, target, KEY, NOW))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(kind))
                .hasMessageContaining(words);
    }

    @Test
    void exchangesStreamAndEventsAreWhole() {
        assertThat(dialect.bodyNeed(exchange("GET", "/", null))).isEqualTo(new InvokeDialect.BodyNeed.Stream());
        assertThat(dialect.bodyNeed(event("", Map.of())))
                .isEqualTo(new InvokeDialect.BodyNeed.Whole(AzureDialect.REQUEST_BYTES_MAX));
    }

    /** Status, its fields, what it means to an exchange, what to an event; "own" is the function's own answer. */
    @ParameterizedTest
    @CsvSource({
        "200, content-length=2, own, result",
        "204, content-length=0, own, result",
        "301, content-length=2, own, result",
        "202, content-length=0, own, accepted",
        "202, content-length=9, own, result",
        "202, transfer-encoding=chunked, own, result",
        "400, content-length=2, own, ERROR",
        "401, content-length=0, DENIED, DENIED",
        "401, content-length=5, own, ERROR",
        "403, content-length=5, own, ERROR",
        "403, x-ms-forbidden-ip=192.0.2.1, DENIED, DENIED",
        "404, content-length=0, own, ABSENT",
        "404, content-length=5, own, ERROR",
        "413, content-length=0, own, TOO_LARGE",
        "418, content-length=5, own, ERROR",
        "429, content-length=0, UNKNOWN, UNKNOWN",
        "500, content-length=0, own, ERROR",
        "500, content-length=5, own, ERROR",
        "502, content-length=5, UNKNOWN, UNKNOWN",
        "503, content-length=5, UNKNOWN, UNKNOWN",
        "504, content-length=5, UNKNOWN, UNKNOWN"
    })
    void anAnswerMeansWhatAzureMeansByIt(int status, String field, String exchange, String event) {
        String[] pair = field.split("=", 2);
        WireHead head = new WireHead(status, Headers.of(pair[0], pair[1]));
        assertThat(meaning(exchange("GET", "/", null), head)).isEqualTo(exchange);
        assertThat(meaning(event("", Map.of()), head)).isEqualTo(event);
    }

    private String meaning(Call call, WireHead head) {
        return switch (dialect.decode(call, head)) {
            case Verdict.CloudFailed(CloudException why) -> why.kind().name();
            case Verdict.Reads reads -> throw new AssertionError(reads);
            case Verdict.Streams(var outcome) -> word(outcome.apply(Body.empty()));
            case Verdict.NeedsWhole(long _, var outcome) -> word(outcome.apply(new byte[0]));
        };
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Response _ -> "own";
            case Outcome.Result _ -> "result";
            case Outcome.Accepted _ -> "accepted";
            case Outcome.Failure failure -> failure.reason().name();
            case Outcome.Upgraded _ -> "upgraded";
        };
    }

    @Test
    void aBusyAppSaysWhenToComeBack() {
        Verdict verdict = dialect.decode(
                exchange("GET", "/", null), new WireHead(503, Headers.of("retry-after", "7", "content-length", "0")));
        assertThat(verdict).isInstanceOfSatisfying(Verdict.CloudFailed.class, failed -> assertThat(
                        failed.why().retryAfter())
                .isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void aFailureCarriesTheFunctionsWords() {
        Verdict verdict =
                dialect.decode(event("", Map.of()), new WireHead(422, Headers.of("content-type", "application/json")));
        byte[] said = "{\"error\": \"no\"}".getBytes(StandardCharsets.UTF_8);
        Outcome outcome = ((Verdict.NeedsWhole) verdict).outcome().apply(said);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.type()).isEqualTo("Http422");
            assertThat(failure.message()).isEqualTo("the function answered 422: {\"error\": \"no\"}");
            assertThat(failure.payload()).isEqualTo(said);
        });
    }
}
