// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FcHttpEventTest {
    private static final Instant NOW = Instant.parse("2023-09-05T06:41:11.895Z");

    private static JsonNode event(RequestLine line, Headers headers, byte[] body) {
        CallContext context = new CallContext(
                "an-id",
                Trace.start(),
                0,
                Instant.MAX,
                new CallContext.Caller("10.1.2.3", "https", "shop.example:8443"));
        Call.Exchange exchange = new Call.Exchange(context, line, headers, Body.empty());
        return JsonMapper.shared().readTree(FcHttpEvent.event(exchange, body, NOW));
    }

    private static JsonNode event(@Nullable String contentType, byte[] body) {
        Headers headers = contentType == null ? Headers.none() : Headers.of("content-type", contentType);
        return event(new RequestLine("POST", "/", null), headers, body);
    }

    @Test
    void aRequestIsTheEventThatTheGuideShows() {
        JsonNode event = event(
                new RequestLine("PUT", "/a%2Bb+c", "parameter1=value1&parameter2=value1&parameter2=value2&flag"),
                Headers.of("header1", "value1", "HEADER2", "value1", "header2", "value2", "user-agent", "curl/8"),
                "Hello FC!".getBytes(StandardCharsets.UTF_8));

        assertThat(event.toString()).isEqualTo("""
                {"version":"v1","rawPath":"/a%2Bb+c","body":"Hello FC!","isBase64Encoded":false,\
                "headers":{"Header1":"value1","Header2":"value1,value2","User-Agent":"curl/8"},\
                "queryParameters":{"parameter1":"value1","parameter2":"value1,value2","flag":""},\
                "requestContext":{"accountId":"0000000000000000","domainName":"shop.example","domainPrefix":"shop",\
                "http":{"method":"PUT","path":"/a+b+c","protocol":"HTTP/1.1","sourceIp":"10.1.2.3",\
                "userAgent":"curl/8"},"requestId":"an-id","time":"2023-09-05T06:41:11Z",\
                "timeEpoch":"1693896071895"}}""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain; charset=utf-8",
                "application/json",
                "application/cloudevents+json",
                "image/svg+xml",
                "application/x-www-form-urlencoded"
            })
    void textIsPassedAsText(String contentType) {
        JsonNode event = event(contentType, "grüß dich".getBytes(StandardCharsets.UTF_8));

        assertThat(event.path("body").asString()).isEqualTo("grüß dich");
        assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
    }

    @Test
    void bytesArePassedAsBase64() {
        byte[] bytes = {0, 1, (byte) 0xff};

        for (JsonNode event :
                new JsonNode[] {event("image/png", bytes), event("text/plain", bytes), event(null, bytes)}) {
            assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
            assertThat(Base64.getDecoder().decode(event.path("body").asString()))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void noBodyIsAnEmptyOne() {
        JsonNode event = event(null, new byte[0]);

        assertThat(event.path("body").asString("missing")).isEmpty();
        assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
    }

    private static Outcome answer(String result) {
        return FcHttpEvent.answer(result.getBytes(StandardCharsets.UTF_8));
    }

    private static Outcome.Response response(String result) {
        Outcome outcome = answer(result);
        assertThat(outcome).isInstanceOf(Outcome.Response.class);
        return (Outcome.Response) outcome;
    }

    @Test
    void anAnswersStatusFieldsAndBodyBecomeTheResponse() {
        Outcome.Response response = response("""
                {"statusCode": 201, "headers": {"Content-Type": "text/html", "Set-Cookie": ["a=1", "b=2"], "X-N": 5,
                "Date": "never", "x-fc-status": "404"}, "body": "PGI+", "isBase64Encoded": true}""");

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.headers().first("content-type")).isEqualTo("text/html");
        assertThat(response.headers().all("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(response.headers().first("x-n")).isEqualTo("5");
        assertThat(response.headers().has("date")).isFalse();
        assertThat(response.headers().has("x-fc-status")).isFalse();
        assertThat(response.body().length()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "{\"name\": \"ada\"}", "[1]", "\"text\"", ""})
    void anythingElseIsTheBodyOfAGoodAnswer(String result) {
        Outcome.Response response = response(result);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("content-type")).isEqualTo("application/json");
        assertThat(response.body().length()).isEqualTo(result.length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    {"statusCode": 99};                                                    statusCode: 99
                    {"statusCode": "ok"};                                                  statusCode: "ok"
                    {"statusCode": 200, "body": {}};                                       body: must be a string
                    {"statusCode": 200, "body": "%%", "isBase64Encoded": true};            not base64
                    """)
    void anAnswerThatCannotBeReadIsTheFunctionsFailure(String result, String says) {
        Outcome outcome = answer(result);

        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        Outcome.Failure failure = (Outcome.Failure) outcome;
        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.MALFORMED);
        assertThat(failure.message()).contains(says);
        assertThat(failure.type()).isEqualTo("BadResponse");
    }

    @Test
    void headerFieldsBeyondTheLimitAreTheFunctionsFailure() {
        Outcome outcome = answer(
                "{\"statusCode\": 200, \"headers\": {\"x\": \"%s\"}}".formatted("y".repeat(FcLimits.HEADER_BYTES_MAX)));

        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        Outcome.Failure failure = (Outcome.Failure) outcome;
        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.TOO_LARGE);
        assertThat(failure.message()).contains("8192");
    }
}
