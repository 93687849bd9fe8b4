// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CustomDialectTest {
    private static final InvokeDialect.Target TARGET =
            new InvokeDialect.Target(URI.create("http://127.0.0.1:7071"), "shop", "", Map.of());

    private final List<String> logged = new ArrayList<>();

    private CustomDialect dialect(AzureFunction function, boolean forwarding) {
        HostJson host =
                new HostJson("api", "Information", new HostJson.CustomHandler(List.of("handler"), "", forwarding));
        return new CustomDialect(function, host, logged::addAll);
    }

    private Outcome answered(AzureFunction function, Call call, int status, String body) {
        InvokeDialect.Verdict verdict =
                dialect(function, false).decode(call, new InvokeDialect.WireHead(status, Headers.none()));
        return ((InvokeDialect.Verdict.NeedsWhole) verdict).outcome().apply(SampleCalls.utf8(body));
    }

    private Outcome http(String body) {
        return answered(SampleCalls.http(""), SampleCalls.exchange("GET", "/api/cart", null, ""), 200, body);
    }

    private static String text(Body body) {
        byte[][] all = {new byte[0]};
        dev.weft.api.BodyGatherer.gather(body, 1 << 20, bytes -> all[0] = bytes, broken -> {});
        return new String(all[0], StandardCharsets.UTF_8);
    }

    @Test
    void anHttpCallIsPostedToTheFunctionsName() {
        Call.Exchange call = SampleCalls.exchange(
                "POST",
                "/api/cart",
                "a=1&a=2",
                "{\"who\":\"ada\"}",
                "Content-Type",
                "application/json",
                "X-A",
                "1",
                "x-a",
                "2");

        InvokeDialect.WireRequest request = dialect(SampleCalls.http(""), false)
                .encode(call, TARGET, InvokeDialect.Credentials.NONE, SampleCalls.NOW);

        assertThat(request.method() + ' ' + request.target()).isEqualTo("POST /cart");
        assertThat(request.headers().first("x-azure-functions-invocationid")).isEqualTo(SampleCalls.CONTEXT.id());
        JsonNode payload = SampleCalls.json(text(request.body()));
        JsonNode req = payload.path("Data").path("req");
        assertThat(req.path("Url").asString("")).isEqualTo("https://shop.example/api/cart?a=1&a=2");
        assertThat(req.path("Query").toString()).isEqualTo("{\"a\":\"1,2\"}");
        assertThat(req.path("Headers").path("X-A").toString()).isEqualTo("[\"1\",\"2\"]");
        assertThat(req.path("Headers").path("x-forwarded-proto").toString()).isEqualTo("[\"https\"]");
        assertThat(req.path("Body").asString("")).isEqualTo("{\"who\":\"ada\"}");
        assertThat(req.path("Identities").isArray()).isTrue();
        assertThat(payload.path("Metadata").path("who").asString("")).isEqualTo("\"ada\"");
        assertThat(payload.path("Metadata").has("RetryContext")).isFalse();
    }

    @Test
    void bytesGoAsBase64() {
        Call.Exchange call =
                SampleCalls.exchange("POST", "/api/cart", null, "\0\1", "content-type", "application/octet-stream");

        JsonNode payload =
                dialect(SampleCalls.http(""), false).payload(call, SampleCalls.utf8("\0\1"), "shop", SampleCalls.NOW);

        assertThat(payload.path("Data").path("req").path("Body").asString(""))
                .isEqualTo(Base64.getEncoder().encodeToString(new byte[] {0, 1}));
    }

    @Test
    void textsOfAQueueMessageAreJsonInsideJsonAsTheHostsCodeHasIt() {
        JsonNode payload = dialect(SampleCalls.triggered("queueTrigger", ""), false)
                .payload(SampleCalls.event("linen", Map.of()), SampleCalls.utf8("linen"), "shop", SampleCalls.NOW);

        assertThat(payload.path("Data").path("it").asString("")).isEqualTo("\"linen\"");
        assertThat(payload.path("Metadata").path("DequeueCount").asString("")).isEqualTo("1");
        assertThat(payload.path("Metadata").path("PopReceipt").asString("")).isEqualTo("\"b7ad6b7169203331\"");
        assertThat(payload.path("Metadata").path("InsertionTime").asString("")).startsWith("2026-11-23");
        assertThat(payload.path("Metadata").has("QueueTrigger")).isFalse();
    }

    @Test
    void theHttpOutputIsTheAnswer() {
        Outcome outcome = http(
                "{\"outputs\": {\"res\": {\"StatusCode\": \"201\", \"body\": \"done\", \"headers\": {\"X-A\": \"1\"}}}, \"logs\": [\"said\"]}");

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.headers().first("x-a")).isEqualTo("1");
            assertThat(response.headers().first("content-type")).startsWith("text/plain");
            assertThat(text(response.body())).isEqualTo("done");
        });
        assertThat(logged).containsExactly("said");
    }

    @Test
    void anObjectBodyIsJsonAndAMissingOneIsEmpty() {
        assertThat(http("{\"Outputs\": {\"res\": {\"body\": {\"a\": 1}}}}"))
                .isInstanceOfSatisfying(Outcome.Response.class, response -> {
                    assertThat(response.headers().first("content-type")).startsWith("application/json");
                    assertThat(text(response.body())).isEqualTo("{\"a\":1}");
                });
        assertThat(http(""))
                .isInstanceOfSatisfying(Outcome.Response.class, response -> assertThat(text(response.body()))
                        .isEmpty());
    }

    @Test
    void theReturnValueAnswersWhereTheHttpOutputIsIt() {
        AzureFunction function = SampleCalls.function(
                "cart",
                "{\"type\": \"httpTrigger\", \"name\": \"req\"},"
                        + "{\"type\": \"http\", \"direction\": \"out\", \"name\": \"$return\"}");
        Call call = SampleCalls.exchange("GET", "/api/cart", null, "");

        assertThat(answered(
                        function, call, 200, "{\"ReturnValue\": \"{\\\"status\\\": 404, \\\"body\\\": \\\"no\\\"}\"}"))
                .isInstanceOfSatisfying(Outcome.Response.class, response -> assertThat(response.status())
                        .isEqualTo(404));
        assertThat(answered(function, call, 200, "{\"ReturnValue\": \"plain\"}"))
                .isInstanceOfSatisfying(Outcome.Response.class, response -> assertThat(text(response.body()))
                        .isEqualTo("plain"));
        assertThat(answered(function, call, 200, "{}"))
                .isInstanceOfSatisfying(Outcome.Response.class, response -> assertThat(response.status())
                        .isEqualTo(204));
    }

    @Test
    void aStatusOutsideHttpIsMalformed() {
        assertThat(http("{\"Outputs\": {\"res\": {\"statusCode\": 99, \"body\": \"\"}}}"))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.MALFORMED);
                    assertThat(failure.message()).contains("a number from 200 to 599");
                });
    }

    @Test
    void anotherStatusThanSuccessIsAFailedInvocation() {
        Outcome outcome = answered(
                SampleCalls.triggered("queueTrigger", ""), SampleCalls.event("", Map.of()), 500, "out of stock");

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
            assertThat(failure.message())
                    .isEqualTo("Response status code does not indicate success: 500. out of stock");
        });
    }

    @Test
    void longOutputsAreCutInTheLogAndLeftOutOfAttributes() {
        AzureFunction function = SampleCalls.function(
                "order",
                "{\"type\": \"queueTrigger\", \"name\": \"it\"},"
                        + "{\"type\": \"queue\", \"direction\": \"out\", \"name\": \"bill\"}");
        String large = "ä".repeat(Undelivered.VALUE_CHARS_MAX);

        Outcome outcome = answered(
                function, SampleCalls.event("", Map.of()), 200, "{\"Outputs\": {\"bill\": \"" + large + "\"}}");

        assertThat(((Outcome.Result) outcome).attributes().size()).isZero();
        assertThat(logged).singleElement().satisfies(line -> assertThat(line.length())
                .isLessThan(Undelivered.VALUE_CHARS_MAX + 200));
    }

    @Test
    void onlyAFunctionWithNothingButHttpEndsIsForwardedTo() {
        AzureFunction also = SampleCalls.function(
                "cart",
                "{\"type\": \"httpTrigger\", \"name\": \"req\"}, {\"type\": \"http\", \"direction\": \"out\", \"name\": \"res\"},"
                        + "{\"type\": \"queue\", \"direction\": \"out\", \"name\": \"bill\"}");
        Call.Exchange call = SampleCalls.exchange("PUT", "/api/cart", "a=1", "x");

        assertThat(dialect(SampleCalls.http(""), true)
                        .encode(call, TARGET, InvokeDialect.Credentials.NONE, SampleCalls.NOW)
                        .target())
                .isEqualTo("/api/cart?a=1");
        assertThat(dialect(also, true)
                        .encode(call.with(Body.empty()), TARGET, InvokeDialect.Credentials.NONE, SampleCalls.NOW)
                        .target())
                .isEqualTo("/cart");
    }

    @Test
    void whatAHandlerSaysIsLimitedInLinesCharactersAndBytes() {
        String lines = "\"line\",".repeat(CustomDialect.LOG_LINES_MAX) + "\"one more\"";
        InvokeDialect.Verdict verdict = dialect(SampleCalls.http(""), false)
                .decode(SampleCalls.event("", Map.of()), new InvokeDialect.WireHead(500, Headers.none()));
        InvokeDialect.Verdict.NeedsWhole whole = (InvokeDialect.Verdict.NeedsWhole) verdict;

        http("{\"Logs\": [" + lines + "]}");

        assertThat(logged).hasSize(CustomDialect.LOG_LINES_MAX).doesNotContain("one more");
        assertThat(whole.bytesMax()).isEqualTo(CustomDialect.ANSWER_BYTES_MAX);
        Outcome.Failure failure = (Outcome.Failure)
                whole.outcome().apply(SampleCalls.utf8("x".repeat(CustomDialect.ERROR_CHARS_MAX + 1)));
        assertThat(failure.message()).endsWith(". " + "x".repeat(CustomDialect.ERROR_CHARS_MAX));
    }
}
