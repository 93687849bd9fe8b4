// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LambdaPayloadTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void anExchangeIsPayloadFormat2() {
        JsonNode event = event(
                new RequestLine("POST", "/a%20b/c", "x=1&x=2&y=%20z"),
                Headers.of(
                        "Host",
                        "shop.example:8080",
                        "X-A",
                        "1",
                        "x-a",
                        "2",
                        "Cookie",
                        "p=1; q=2",
                        "content-type",
                        "application/json; charset=utf-8",
                        "User-Agent",
                        "curl"),
                "{\"k\":\"é\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(event.get("version").asString()).isEqualTo("2.0");
        assertThat(event.get("rawPath").asString()).isEqualTo("/a%20b/c");
        assertThat(event.get("rawQueryString").asString()).isEqualTo("x=1&x=2&y=%20z");
        assertThat(event.get("queryStringParameters").toString()).isEqualTo("{\"x\":\"1,2\",\"y\":\" z\"}");
        assertThat(event.get("headers").get("x-a").asString()).isEqualTo("1,2");
        assertThat(event.get("headers").has("cookie")).isFalse();
        assertThat(event.get("cookies").toString()).isEqualTo("[\"p=1\",\"q=2\"]");
        assertThat(event.get("body").asString()).isEqualTo("{\"k\":\"é\"}");
        assertThat(event.get("isBase64Encoded").asBoolean()).isFalse();
        JsonNode context = event.get("requestContext");
        assertThat(context.get("http").toString())
                .isEqualTo("{\"method\":\"POST\",\"path\":\"/a%20b/c\",\"protocol\":\"HTTP/1.1\","
                        + "\"sourceIp\":\"10.1.2.3\",\"userAgent\":\"curl\"}");
        assertThat(context.get("domainName").asString()).isEqualTo("shop.example");
        assertThat(context.get("domainPrefix").asString()).isEqualTo("shop");
        assertThat(context.get("time").asString()).isEqualTo("23/Nov/2026:10:00:00 +0000");
        assertThat(context.get("timeEpoch").asLong()).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void aFormIsBase64AsOnLambda() {
        byte[] form = "a=1".getBytes(StandardCharsets.UTF_8);
        JsonNode event = event(
                new RequestLine("POST", "/", null),
                Headers.of("content-type", "application/x-www-form-urlencoded"),
                form);
        assertThat(event.get("isBase64Encoded").asBoolean()).isTrue();
        assertThat(Base64.getDecoder().decode(event.get("body").asString())).isEqualTo(form);
    }

    @Test
    void textThatIsNotUtf8IsBase64() {
        byte[] latin = {(byte) 0xe9};
        JsonNode event = event(new RequestLine("POST", "/", null), Headers.of("content-type", "text/plain"), latin);
        assertThat(event.get("isBase64Encoded").asBoolean()).isTrue();
    }

    @Test
    void noBodyIsNoField() {
        assertThat(event(new RequestLine("GET", "/", null), Headers.none(), new byte[0])
                        .has("body"))
                .isFalse();
    }

    @Test
    void anAnswerWithAStatusIsMapped() {
        Outcome.Response response = response(
                "{\"statusCode\":201,\"headers\":{\"X-A\":\"b\",\"n\":1},\"cookies\":[\"a=1\",\"b=2\"],\"body\":\"hi\"}");
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.headers().first("x-a")).isEqualTo("b");
        assertThat(response.headers().first("n")).isEqualTo("1");
        assertThat(response.headers().all("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(response.headers().first("content-type")).isEqualTo("application/json");
        assertThat(text(response)).isEqualTo("hi");
    }

    @Test
    void aBinaryAnswerIsDecoded() {
        assertThat(text(response("{\"statusCode\":\"200\",\"isBase64Encoded\":true,\"body\":\"aGk=\"}")))
                .isEqualTo("hi");
    }

    @Test
    void anAnswerWithoutAStatusIsItsJson() {
        assertThat(text(response("\"hi\""))).isEqualTo("\"hi\"");
        assertThat(text(response("{\"a\":1}"))).isEqualTo("{\"a\":1}");
        assertThat(response("[1]").status()).isEqualTo(200);
    }

    @Test
    void anAnswerThatMeansNothingIsAFailureThatSaysWhy() {
        assertThat(failure("{\"statusCode\":700}").message())
                .contains("statusCode")
                .contains("700");
        assertThat(failure("{\"statusCode\":200,\"body\":{}}").message()).contains("JSON.stringify");
        assertThat(failure("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"*\"}")
                        .message())
                .contains("base64");
        assertThat(failure("nonsense").message()).contains("not JSON");
    }

    @Test
    void aStreamsHeadIsReadAsAnAnswersIs() {
        assertThat(LambdaPayload.streamed(bytes("{\"headers\":{\"x-a\":\"b\"},\"cookies\":[\"c=1\"]}"), Body.empty()))
                .isInstanceOfSatisfying(Outcome.Response.class, response -> {
                    assertThat(response.status()).isEqualTo(200);
                    assertThat(response.headers().first("x-a")).isEqualTo("b");
                    assertThat(response.headers().first("set-cookie")).isEqualTo("c=1");
                    assertThat(response.headers().first("content-type")).isEqualTo("application/octet-stream");
                });
        assertThat(LambdaPayload.streamed(bytes("{\"statusCode\":99}"), Body.empty()))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.message())
                        .contains("statusCode")
                        .contains("99"));
        assertThat(LambdaPayload.streamed(bytes("once upon"), Body.empty())).isInstanceOf(Outcome.Failure.class);
        assertThat(LambdaPayload.streamed(bytes("[1]"), Body.empty())).isInstanceOf(Outcome.Failure.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aTraceIsWrittenAsXRayWritesIt() {
        Trace trace = new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, null);
        assertThat(LambdaPayload.xray(trace))
                .isEqualTo("Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1");
    }

    @Test
    void anEventHasTheTraceThatWeftGaveItAndNotTheCallers() {
        Headers callers = Headers.of("host", "shop.example", "X-Amzn-Trace-Id", "Root=1-5e6722a7-cc56");

        assertThat(event(new RequestLine("GET", "/", null), callers, new byte[0])
                        .path("headers")
                        .path("x-amzn-trace-id")
                        .asString())
                .startsWith("Root=1-")
                .contains(";Parent=")
                .doesNotContain("5e6722a7");
    }

    private static JsonNode event(RequestLine line, Headers headers, byte[] body) {
        String host = headers.first("host");
        CallContext context = new CallContext(
                "id",
                Trace.start(),
                0,
                NOW,
                new CallContext.Caller("10.1.2.3", "http", host == null ? "localhost" : host));
        return JsonMapper.shared()
                .readTree(LambdaPayload.event(
                        new Call.Exchange(context, line, headers, Body.empty()), body, "checkout", NOW));
    }

    private static Outcome.Response response(String json) {
        return (Outcome.Response) LambdaPayload.answer(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Outcome.Failure failure(String json) {
        return (Outcome.Failure) LambdaPayload.answer(json.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String text(Outcome.Response response) {
        String[] text = new String[1];
        BodyGatherer.gather(
                response.body(), 1 << 20, bytes -> text[0] = new String(bytes, StandardCharsets.UTF_8), broken -> {});
        return text[0];
    }
}
