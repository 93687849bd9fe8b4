// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.BodyNeed;
import dev.weft.api.spi.InvokeDialect.Credentials;
import dev.weft.api.spi.InvokeDialect.Verdict;
import dev.weft.api.spi.InvokeDialect.WireHead;
import dev.weft.api.spi.InvokeDialect.WireRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventsDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:15:30Z");
    private static final InvokeDialect.Target TARGET =
            new InvokeDialect.Target(URI.create("http://127.0.0.1:9999"), "greeter", "", Map.of());
    private static final CallContext CONTEXT =
            new CallContext("an-id", Trace.start(), 2, NOW.plusSeconds(10), CallContext.Caller.WEFT);
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCHED = "application/cloudevents-batch+json";
    private static final String ONE = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}";

    private final CloudEventsDialect dialect = new CloudEventsDialect();

    @Test
    void anEventGoesInBinaryModeAndWhatItLacksIsFilledIn() {
        WireRequest request = encoded(event("application/json", Map.of(), "{\"who\":\"ada\"}"));

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/");
        assertThat(text(request.body())).isEqualTo("{\"who\":\"ada\"}");
        assertThat(request.headers().all("content-type")).containsExactly("application/json");
        assertThat(request.headers().all("ce-specversion")).containsExactly("1.0");
        assertThat(request.headers().all("ce-id")).containsExactly("an-id");
        assertThat(request.headers().all("ce-source")).containsExactly("/weft/greeter");
        assertThat(request.headers().all("ce-type")).containsExactly("dev.weft.invocation");
        assertThat(request.headers().all("ce-time")).containsExactly("2026-11-23T10:15:30Z");
        assertThat(request.headers().first("ce-datacontenttype")).isNull();
        assertThat(request.headers().first("weft-invocation-id")).isEqualTo("an-id");
    }

    @Test
    void whatAnEventSaysItselfIsKeptExtensionsToo() {
        Map<String, String> attributes = Map.of(
                "id", "77",
                "source", "/orders",
                "type", "com.example.order",
                "subject", "books",
                "time", "2020-01-01T00:00:00Z",
                "datacontenttype", "text/plain",
                "partitionkey", "north");

        Headers headers = encoded(event(null, attributes, "hi")).headers();

        assertThat(headers.first("ce-id")).isEqualTo("77");
        assertThat(headers.first("ce-source")).isEqualTo("/orders");
        assertThat(headers.first("ce-type")).isEqualTo("com.example.order");
        assertThat(headers.first("ce-subject")).isEqualTo("books");
        assertThat(headers.first("ce-time")).isEqualTo("2020-01-01T00:00:00Z");
        assertThat(headers.first("ce-partitionkey")).isEqualTo("north");
        assertThat(headers.all("content-type")).containsExactly("text/plain");
    }

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "'Euro € 😀', Euro%20%E2%82%AC%20%F0%9F%98%80",
        "'50%', 50%25",
        "'say \"hi\"', say%20%22hi%22",
        "'/a?b=c&d', '/a?b=c&d'"
    })
    void valuesArePercentEncodedAsTheBindingAsksAndReadBack(String value, String field) {
        Headers headers = encoded(event(null, Map.of("subject", value), "")).headers();

        assertThat(headers.first("ce-subject")).isEqualTo(field);
        assertThat(CloudEventFields.decoded(field)).isEqualTo(value);
    }

    @Test
    void aPercentSignThatEncodesNothingIsTakenAsItStands() {
        assertThat(CloudEventFields.decoded("100% of 5%zz%4")).isEqualTo("100% of 5%zz%4");
    }

    @Test
    void attributesThatNoCloudEventMayHaveAreRefusedByName() {
        assertThatThrownBy(() -> encoded(event(null, Map.of("x-amz-id", "1"), "")))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("'x-amz-id'")
                .hasMessageContaining("lower-case letters and digits");
        assertThatThrownBy(() -> encoded(event(null, Map.of("subject", "a\nb"), "")))
                .hasMessageContaining("its subject has control characters");
        assertThatThrownBy(() -> encoded(event(null, Map.of("subject", "\ud800"), "")))
                .hasMessageContaining("its subject is not valid Unicode");
        assertThatThrownBy(() -> encoded(event(null, Map.of("specversion", "0.3"), "")))
                .hasMessageContaining("its specversion is '0.3'");
        assertThatThrownBy(() -> encoded(event(null, Map.of("source", ""), "")))
                .hasMessageContaining("its source is missing or empty");
    }

    @Test
    void aStructuredEventIsPassedAsItIs() {
        WireRequest request = encoded(event(STRUCTURED + "; charset=utf-8", Map.of(), ONE));

        assertThat(text(request.body())).isEqualTo(ONE);
        assertThat(request.headers().all("content-type")).containsExactly(STRUCTURED + "; charset=utf-8");
        assertThat(request.headers().has("ce-id")).isFalse();
    }

    @Test
    void attributesBesideAStructuredEventAreRefused() {
        assertThatThrownBy(() -> encoded(event(STRUCTURED, Map.of("type", "other"), ONE)))
                .hasMessageContaining("[type]");
    }

    @Test
    void structuredAndBatchedEventsAreReadWholeWithinTheLimitAndBinaryOnesStream() {
        assertThat(dialect.bodyNeed(event(STRUCTURED, Map.of(), "")))
                .isEqualTo(new BodyNeed.Whole(CloudEventsDialect.STRUCTURED_BYTES_MAX));
        assertThat(dialect.bodyNeed(exchange("POST", Headers.of("Content-Type", BATCHED), "")))
                .isEqualTo(new BodyNeed.Whole(CloudEventsDialect.STRUCTURED_BYTES_MAX));
        assertThat(dialect.bodyNeed(event("text/plain", Map.of(), ""))).isEqualTo(new BodyNeed.Stream());
        assertThat(dialect.bodyNeed(exchange("POST", Headers.none(), ""))).isEqualTo(new BodyNeed.Stream());
    }

    @Test
    void anExchangeThatIsACloudEventPassesAsItIs() {
        Headers binary = Headers.of(
                "host", "shop.example", "CE-SpecVersion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t");

        WireRequest first = encoded(exchange("POST", binary, "data"));
        WireRequest second = encoded(exchange("PUT", Headers.of("content-type", STRUCTURED), ONE));
        WireRequest third = encoded(exchange("POST", Headers.of("content-type", BATCHED), "[" + ONE + "," + ONE + "]"));

        assertThat(first.target()).isEqualTo("/events?x=1");
        assertThat(first.headers().first("host")).isEqualTo("shop.example");
        assertThat(first.headers().first("ce-id")).isEqualTo("1");
        assertThat(text(first.body())).isEqualTo("data");
        assertThat(second.method()).isEqualTo("PUT");
        assertThat(text(second.body())).isEqualTo(ONE);
        assertThat(text(third.body())).isEqualTo("[" + ONE + "," + ONE + "]");
    }

    @Test
    void anExchangeThatIsNoCloudEventIsToldWhatOneNeeds() {
        assertThatThrownBy(() -> encoded(exchange("POST", Headers.of("content-type", "application/json"), "{}")))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.INVALID))
                .hasMessageContaining("its specversion is missing")
                .hasMessageContaining("ce-specversion, ce-id, ce-source and ce-type")
                .hasMessageContaining(STRUCTURED)
                .hasMessageContaining(BATCHED);
        assertThatThrownBy(() -> encoded(exchange("GET", Headers.none(), "")))
                .hasMessageContaining("by POST, not by GET");
        assertThatThrownBy(() ->
                        encoded(exchange("POST", Headers.of("content-type", "application/cloudevents+protobuf"), "")))
                .hasMessageContaining("structured mode is understood as " + STRUCTURED);
        assertThatThrownBy(() -> encoded(exchange(
                        "POST",
                        Headers.of(
                                "ce-specversion", "1.0", "ce-id", "1", "ce-id", "2", "ce-source", "/", "ce-type", "t"),
                        "")))
                .hasMessageContaining("ce-id stands there 2 times");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | its JSON can't be read: line 1",
                "'' | an event is a JSON object",
                "[] | an event is a JSON object",
                "{} | its specversion is missing",
                "{\"specversion\":1.0} | its specversion is missing",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"} | its type is missing or empty",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"id\":\"2\",\"source\":\"/\",\"type\":\"t\"} | can't be read",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"data\":1,\"data_base64\":\"\"}"
                        + " | both data and data_base64"
            })
    void structuredJsonThatIsNoEventIsRefused(String json, String why) {
        assertThatThrownBy(() -> encoded(exchange("POST", Headers.of("content-type", STRUCTURED), json)))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aBatchSaysWhichOfItsEventsIsWrong() {
        assertThatThrownBy(() -> encoded(exchange("POST", Headers.of("content-type", BATCHED), "[" + ONE + ", {}]")))
                .hasMessageContaining("[1] of the batch: its specversion is missing");
        assertThatThrownBy(() -> encoded(exchange("POST", Headers.of("content-type", BATCHED), ONE)))
                .hasMessageContaining("a batch is a JSON list");
    }

    @Test
    void anEmptyAnswerIsNoResult() {
        Outcome.Result result = result(new WireHead(204, Headers.none()), "");

        assertThat(result.contentType()).isNull();
        assertThat(result.attributes().size()).isZero();
        assertThat(text(result.body())).isEmpty();
    }

    @Test
    void aBinaryCloudEventIsTheResultWithItsAttributes() {
        Headers head = Headers.of(
                "content-type",
                "text/plain",
                "ce-specversion",
                "1.0",
                "Ce-Id",
                "9",
                "ce-source",
                "/f",
                "ce-type",
                "greeted",
                "ce-subject",
                "a%20b",
                "server",
                "x");

        Outcome.Result result = result(new WireHead(200, head), "hello");

        assertThat(result.contentType()).isEqualTo("text/plain");
        assertThat(result.attributes().first("id")).isEqualTo("9");
        assertThat(result.attributes().first("subject")).isEqualTo("a b");
        assertThat(result.attributes().has("server")).isFalse();
        assertThat(text(result.body())).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"data\":{\"a\":1.10} | application/json | {\"a\":1.10}",
                "\"data\":\"text\" | application/json | \"text\"",
                "\"datacontenttype\":\"text/plain\",\"data\":\"text\" | text/plain | text",
                "\"datacontenttype\":\"image/png\",\"data_base64\":\"aGk=\" | image/png | hi"
            })
    void aStructuredCloudEventIsTheResultWithItsAttributes(String data, String type, String body) {
        String json = ONE.substring(0, ONE.length() - 1) + ",\"count\":3," + data + "}";

        Outcome.Result result = result(new WireHead(200, Headers.of("content-type", STRUCTURED)), json);

        assertThat(result.contentType()).isEqualTo(type);
        assertThat(text(result.body())).isEqualTo(body);
        assertThat(result.attributes().first("source")).isEqualTo("/s");
        assertThat(result.attributes().first("count")).isEqualTo("3");
        assertThat(result.attributes().has("data")).isFalse();
    }

    @Test
    void anyOtherAnswerOfSuccessIsAResultToo() {
        Outcome.Result result = result(new WireHead(200, Headers.of("content-type", "text/plain")), "hello");

        assertThat(result.contentType()).isEqualTo("text/plain");
        assertThat(text(result.body())).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "nonsense"})
    void anAnswerThatOnlyClaimsToBeACloudEventIsMalformed(String body) {
        assertThat(outcome(new WireHead(200, Headers.of("content-type", STRUCTURED)), body))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.reason())
                        .isEqualTo(Outcome.Failure.Reason.MALFORMED));
        assertThat(outcome(new WireHead(200, Headers.of("ce-specversion", "1.0")), body))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.message())
                        .contains("its id is missing"));
    }

    @Test
    void anyStatusButSuccessIsTheFunctionsFailure() {
        assertThat(outcome(new WireHead(500, Headers.none()), "out of stock"))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
                    assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                            .isEqualTo("out of stock");
                });
    }

    private WireRequest encoded(Call call) {
        return dialect.encode(call, TARGET, Credentials.NONE, NOW);
    }

    private Outcome.Result result(WireHead head, String body) {
        return (Outcome.Result) outcome(head, body);
    }

    private Outcome outcome(WireHead head, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return switch (dialect.decode(event(null, Map.of(), ""), head)) {
            case Verdict.Streams streams -> streams.outcome().apply(Body.of(body));
            case Verdict.NeedsWhole whole -> whole.outcome().apply(body);
            case Verdict.Reads reads -> throw new AssertionError(reads);
            case Verdict.CloudFailed failed -> throw new AssertionError(failed);
        };
    }

    private static Call.Event event(@Nullable String type, Map<String, String> attributes, String body) {
        return new Call.Event(CONTEXT, type, attributes, Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Call.Exchange exchange(String method, Headers headers, String body) {
        return new Call.Exchange(
                CONTEXT,
                new RequestLine(method, "/events", "x=1"),
                headers,
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(Body body) {
        AtomicReference<byte[]> read = new AtomicReference<>();
        BodyGatherer.gather(body, 1 << 20, read::set, broken -> {
            throw new AssertionError(broken);
        });
        return new String(read.get(), StandardCharsets.UTF_8);
    }
}
