// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WorkerDialectTest {
    private static final InvokeDialect.Target TARGET =
            new InvokeDialect.Target(URI.create("http://127.0.0.1:7071"), "shop", "", Map.of());

    private static WorkerDialect dialect(AzureFunction function) {
        return new WorkerDialect(function, HostJson.ABSENT, 128);
    }

    private static Outcome said(AzureFunction function, String outcome, String body) {
        InvokeDialect.Verdict verdict = dialect(function)
                .decode(
                        SampleCalls.event("", Map.of()),
                        new InvokeDialect.WireHead(200, Headers.of("weft-azure-outcome", outcome)));
        return ((InvokeDialect.Verdict.NeedsWhole) verdict).outcome().apply(SampleCalls.utf8(body));
    }

    @Test
    void aCallIsAHeadInJsonAndTheBytesAsTheyCame() {
        Call.Exchange call = SampleCalls.exchange("POST", "/api/cart", "a=1", "\0\1\2", "X-A", "1", "x-a", "2");

        InvokeDialect.WireRequest request =
                dialect(SampleCalls.http("")).encode(call, TARGET, InvokeDialect.Credentials.NONE, SampleCalls.NOW);

        byte[][] all = {new byte[0]};
        dev.weft.api.BodyGatherer.gather(request.body(), 1 << 20, bytes -> all[0] = bytes, broken -> {});
        ByteBuffer frame = ByteBuffer.wrap(all[0]);
        byte[] head = new byte[frame.getInt()];
        frame.get(head);
        JsonNode json = SampleCalls.json(new String(head, StandardCharsets.UTF_8));
        assertThat(json.path("functionName").asString("")).isEqualTo("cart");
        assertThat(json.path("trigger").asString("")).isEqualTo("req");
        assertThat(json.path("http").path("headers").path("x-a").asString("")).isEqualTo("1,2");
        assertThat(json.path("metadata").path("sys").path("MethodName").asString(""))
                .isEqualTo("cart");
        byte[] body = new byte[frame.remaining()];
        frame.get(body);
        assertThat(body).containsExactly(0, 1, 2);
    }

    @Test
    void aResultKeepsItsKind() {
        AzureFunction function = SampleCalls.triggered("queueTrigger", "");

        assertThat(((Outcome.Result) said(function, "result", "{\"kind\": \"text\", \"value\": \"a\"}")).contentType())
                .startsWith("text/plain");
        assertThat(((Outcome.Result) said(function, "result", "{\"kind\": \"json\", \"value\": \"1\"}")).contentType())
                .startsWith("application/json");
        assertThat(((Outcome.Result) said(function, "result", "{\"kind\": \"bytes\", \"value\": \"AAE=\"}"))
                        .body()
                        .length())
                .isEqualTo(2);
        assertThat(((Outcome.Result) said(function, "result", "{\"kind\": \"none\"}")).contentType())
                .isNull();
    }

    @Test
    void aFailureKeepsItsTypeAndSaysItInAzuresShape() {
        Outcome.Failure failure = (Outcome.Failure) said(
                SampleCalls.http(""),
                "failure",
                "{\"type\": \"TypeError\", \"message\": \"no linen\", \"stackTrace\": \"at cart.js:1\"}");

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
        assertThat(failure.type()).isEqualTo("TypeError");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"message\":\"no linen\",\"source\":\"\",\"stackTrace\":\"at cart.js:1\",\"type\":\"TypeError\"}");
    }

    @Test
    void usedUpMemoryIsSaidWithItsNumber() {
        Outcome.Failure failure = (Outcome.Failure) said(
                SampleCalls.http(""),
                "failure",
                "{\"reason\": \"memory\", \"type\": \"E\", \"message\": \"Java heap space\"}");

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.MEMORY);
        assertThat(failure.message()).contains("128 MiB");
    }

    @Test
    void anythingElseIsMalformed() {
        assertThat(((Outcome.Failure) said(SampleCalls.http(""), "odd", "")).reason())
                .isEqualTo(Outcome.Failure.Reason.MALFORMED);
        assertThat(((Outcome.Failure) said(SampleCalls.http(""), "result", "[]")).reason())
                .isEqualTo(Outcome.Failure.Reason.MALFORMED);
    }

    @Test
    void whatAWorkerSaysIsLimitedAndTheEndOfAnInstanceIsSaidInAzuresWords() {
        InvokeDialect.Verdict verdict = dialect(SampleCalls.http(""))
                .decode(
                        SampleCalls.event("", Map.of()),
                        new InvokeDialect.WireHead(200, Headers.of("weft-azure-outcome", "result")));

        assertThat(((InvokeDialect.Verdict.NeedsWhole) verdict).bytesMax()).isEqualTo(WorkerDialect.RESULT_BYTES_MAX);
        Outcome.Failure late = AzureFailure.ended(Outcome.Failure.Reason.TIMEOUT, "i-1", "shop: too late", "tail");
        assertThat(late.type()).isEqualTo("FunctionTimeoutException");
        assertThat(late.message()).isEqualTo("Exception while executing function (Id: i-1): shop: too late");
        assertThat(late.logTail()).isEqualTo("tail");
        assertThat(AzureFailure.ended(Outcome.Failure.Reason.INIT, "-", "shop: gone", "")
                        .message())
                .isEqualTo("The function app could not start: shop: gone");
    }
}
