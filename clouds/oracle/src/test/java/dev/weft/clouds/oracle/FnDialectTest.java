// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FnDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final InvokeDialect.Target TARGET =
            new InvokeDialect.Target(URI.create("http://localhost"), "greeter", "", Map.of());
    private static final Trace TRACE = new Trace("a".repeat(32), "b".repeat(16), true, "vendor=1");

    private final FnDialect dialect = new FnDialect(Duration.ofSeconds(30));

    @Test
    void anExchangeTravelsAsAnHttpTriggerSendsIt() {
        Headers sent = headers(
                exchange("content-type", "text/plain", "x-request", "one", "x-request", "two", "host", "shop.example"));

        assertThat(sent.first("Fn-Intent")).isEqualTo("httprequest");
        assertThat(sent.first("Fn-Http-Method")).isEqualTo("PUT");
        assertThat(sent.first("Fn-Http-Request-Url")).isEqualTo("https://shop.example/a%20b?q=1");
        assertThat(sent.all("Fn-Http-H-X-Request")).containsExactly("one", "two");
        assertThat(sent.first("Fn-Http-H-Host")).isEqualTo("shop.example");
        assertThat(sent.all("Content-Type")).containsExactly("text/plain");
        assertThat(sent.has("Fn-Http-H-Content-Type")).isFalse();
        assertThat(sent.all("Host")).containsExactly("localhost");
    }

    @Test
    void everyCallIsAPostToCallWithIdAndDeadline() {
        InvokeDialect.WireRequest request = encoded(exchange());

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/call");
        assertThat(request.headers().first("Fn-Call-Id")).isEqualTo("id-1");
        assertThat(request.headers().first("Fn-Deadline")).isEqualTo("2026-11-23T10:00:30Z");
    }

    @Test
    void theCallersDeadlineHoldsWhereItIsEarlier() {
        Call call = new Call.Event(context(NOW.plusSeconds(5)), null, Map.of(), Body.empty());

        assertThat(headers(call).first("Fn-Deadline")).isEqualTo("2026-11-23T10:00:05Z");
    }

    @Test
    void whatBelongsToTheCallersConnectionStaysBehind() {
        Headers sent = headers(exchange("connection", "close", "te", "trailers", "transfer-encoding", "chunked"));

        assertThat(names(sent)).doesNotContain("connection").noneMatch(name -> name.endsWith("-te"));
        assertThat(sent.has("Fn-Http-H-Connection")).isFalse();
        assertThat(sent.has("Fn-Http-H-Transfer-Encoding")).isFalse();
    }

    @Test
    void aCallerCanNotSpeakForTheServer() {
        Headers sent = headers(exchange("Fn-Http-Method", "DELETE", "fn-deadline", "never", "Fn-Call-Id", "mine"));

        assertThat(sent.all("Fn-Http-Method")).containsExactly("PUT");
        assertThat(sent.all("Fn-Deadline")).hasSize(1).doesNotContain("never");
        assertThat(sent.all("Fn-Call-Id")).containsExactly("id-1");
        assertThat(sent.first("Fn-Http-H-Fn-Deadline")).isEqualTo("never");
    }

    @Test
    void theTraceGoesAlong() {
        Headers exchange = headers(exchange("traceparent", "the caller's"));
        Headers event = headers(event("text/plain", Map.of()));

        assertThat(exchange.all("Fn-Http-H-Traceparent")).containsExactly(TRACE.traceparent());
        assertThat(exchange.all("Fn-Http-H-Tracestate")).containsExactly("vendor=1");
        assertThat(event.first("Traceparent")).isEqualTo(TRACE.traceparent());
        assertThat(event.first("X-B3-TraceId")).isEqualTo(TRACE.traceId());
        assertThat(event.first("X-B3-SpanId")).isEqualTo(TRACE.spanId());
        assertThat(event.first("X-B3-Sampled")).isEqualTo("1");
    }

    @Test
    void anEventIsAPlainInvoke() {
        Headers sent = headers(event("application/json", Map.of("type", "order.made", "x-tenant", "seven")));

        assertThat(sent.has("Fn-Intent")).isFalse();
        assertThat(sent.has("Fn-Http-Method")).isFalse();
        assertThat(sent.first("Content-Type")).isEqualTo("application/json");
        assertThat(sent.first("Type")).isEqualTo("order.made");
        assertThat(sent.first("X-Tenant")).isEqualTo("seven");
    }

    @Test
    void anEventWithoutTypeSendsNone() {
        assertThat(headers(event(null, Map.of())).has("Content-Type")).isFalse();
    }

    @Test
    void anAttributeThatIsNoFieldOrIsTheServersIsLeftOut() {
        Headers sent = headers(event(
                "text/plain", Map.of("two words", "x", "line", "a\nb", "fn-intent", "httprequest", "host", "evil")));

        assertThat(names(sent)).noneMatch(name -> name.contains("words") || name.equals("line"));
        assertThat(sent.has("Fn-Intent")).isFalse();
        assertThat(sent.all("Host")).containsExactly("localhost");
    }

    @Test
    void aCloudEventInOnePieceIsAnnounced() {
        Headers sent = headers(event("application/cloudevents+json; charset=utf-8", Map.of()));

        assertThat(sent.first("Fn-Intent")).isEqualTo("cloudevent");
    }

    @Test
    void whatTheFunctionPutsUnderTheGatewaysNamesIsTheAnswer() {
        Outcome.Response answer = response(
                "Content-Type",
                "text/html",
                "Fn-Http-Status",
                "201",
                "Fn-Http-H-X-Made",
                "yes",
                "fn-http-h-set-cookie",
                "a=1",
                "Fn-Http-H-Set-Cookie",
                "b=2",
                "X-Own",
                "dropped",
                "Fn-Fdk-Version",
                "fdk",
                "Fn-Http-H-Content-Length",
                "3",
                "Fn-Http-H-Connection",
                "close");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers().first("content-type")).isEqualTo("text/html");
        assertThat(answer.headers().first("x-made")).isEqualTo("yes");
        assertThat(answer.headers().all("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(answer.headers().first("fn-call-id")).isEqualTo("id-1");
        assertThat(answer.headers().size()).isEqualTo(5);
    }

    @Test
    void aTypeOfTheGatewaysOwnComesFirst() {
        Outcome.Response answer = response("Content-Type", "text/plain", "Fn-Http-H-Content-Type", "text/html");

        assertThat(answer.headers().all("content-type")).containsExactly("text/html");
    }

    @Test
    void theTriggerKnowsTwoOfTheFiveHundreds() {
        assertThat(response("Fn-Http-Status", "404").status()).isEqualTo(404);
        assertThat(response("Fn-Http-Status", "504").status()).isEqualTo(504);
        assertThat(response("Fn-Http-Status", "503").status()).isEqualTo(502);
    }

    @Test
    void aStatusThatIsNoneIsTwoHundred() {
        assertThat(response("Fn-Http-Status", "fine").status()).isEqualTo(200);
        assertThat(response("Fn-Http-Status", "700").status()).isEqualTo(200);
        assertThat(response("Fn-Http-Status", "101").status()).isEqualTo(200);
    }

    @Test
    void anEventsResultKeepsEveryField() {
        Outcome outcome =
                answered(event("text/plain", Map.of()), 200, "done", "Content-Type", "text/csv", "X-Own", "1");

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.contentType()).isEqualTo("text/csv");
            assertThat(result.attributes().first("x-own")).isEqualTo("1");
            assertThat(result.attributes().first("fn-call-id")).isEqualTo("id-1");
            BodyGatherer.gather(
                    result.body(),
                    100,
                    bytes -> assertThat(new String(bytes, StandardCharsets.UTF_8))
                            .isEqualTo("done"),
                    broken -> assertThat(broken).isNull());
        });
    }

    @Test
    void aFunctionThatThrewHasFailedInFnsWords() {
        Outcome.Failure failure = failure(502, "{\"message\":\"x\",\"detail\":\"Error: out of stock\"}");

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
        assertThat(failure.type()).isEqualTo("FunctionInvokeExecutionFailed");
        assertThat(failure.message()).isEqualTo("function failed: Error: out of stock");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"code\":\"FunctionInvokeExecutionFailed\",\"message\":\"function failed\","
                        + "\"detail\":\"Error: out of stock\"}");
    }

    @Test
    void aFunctionThatThrewWithoutAWordHasFailedToo() {
        assertThat(failure(502, "").message()).isEqualTo("function failed");
        assertThat(failure(502, "not json").message()).isEqualTo("function failed");
    }

    @Test
    void theFdksOwnTimeoutIsATimeout() {
        assertThat(failure(504, "").reason()).isEqualTo(Outcome.Failure.Reason.TIMEOUT);
    }

    @Test
    void anyOtherStatusIsNoAnswerOfAnFdk() {
        Outcome.Failure failure = failure(500, "{\"message\":\"Invalid input\",\"detail\":\"no deadline\"}");

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.MALFORMED);
        assertThat(failure.type()).isEqualTo("FunctionInvokeInvalidResponse");
        assertThat(failure.message()).isEqualTo("invalid function response: no deadline");
    }

    @Test
    void bodiesAreLimitedBothWays() {
        assertThat(dialect.bodyNeed(exchange())).isEqualTo(new InvokeDialect.BodyNeed.Whole(6_291_456));
        assertThat(dialect.decode(exchange(), new InvokeDialect.WireHead(200, Headers.none())))
                .isInstanceOfSatisfying(InvokeDialect.Verdict.NeedsWhole.class, whole -> assertThat(whole.bytesMax())
                        .isEqualTo(6_291_456));
    }

    private static Call exchange(String... headers) {
        return new Call.Exchange(
                context(NOW.plusSeconds(60)),
                new RequestLine("PUT", "/a%20b", "q=1"),
                Headers.of(headers),
                Body.empty());
    }

    private static Call event(@Nullable String type, Map<String, String> attributes) {
        return new Call.Event(context(NOW.plusSeconds(60)), type, attributes, Body.empty());
    }

    private static CallContext context(Instant deadline) {
        return new CallContext("id-1", TRACE, 0, deadline, new CallContext.Caller("10.0.0.1", "https", "shop.example"));
    }

    private InvokeDialect.WireRequest encoded(Call call) {
        return dialect.encode(call, TARGET, InvokeDialect.Credentials.NONE, NOW);
    }

    private Headers headers(Call call) {
        return encoded(call).headers();
    }

    private static java.util.List<String> names(Headers headers) {
        java.util.List<String> names = new java.util.ArrayList<>();
        headers.forEach((name, value) -> names.add(name.toLowerCase(java.util.Locale.ROOT)));
        return names;
    }

    private Outcome answered(Call call, int status, String body, String... headers) {
        InvokeDialect.Verdict verdict = dialect.decode(call, new InvokeDialect.WireHead(status, Headers.of(headers)));
        return ((InvokeDialect.Verdict.NeedsWhole) verdict).outcome().apply(body.getBytes(StandardCharsets.UTF_8));
    }

    private Outcome.Response response(String... headers) {
        return (Outcome.Response) answered(exchange(), 200, "", headers);
    }

    private Outcome.Failure failure(int status, String body) {
        return (Outcome.Failure) answered(exchange(), status, body);
    }
}
