// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CallContext;
import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.testkit.Caller;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the host does whatever the language. */
@Timeout(60)
class LambdaHostIT {
    private static final RuntimeApi.Client NODE = (launch, handler) -> List.of(
            "node",
            "--input-type=module",
            "--eval",
            "await (await import('" + ((ContractHost.Program.Node) launch.program()).script() + "')).main()");

    @TempDir
    private Path folder;

    private RuntimeApi api;

    @BeforeEach
    void open() {
        api = new RuntimeApi(folder);
        api.code(
                "index.mjs",
                "let calls = 0; export const handler = async (event) => event.hang ? new Promise((go) =>"
                        + " setTimeout(go, 9000)) : ++calls;");
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aPayloadThatIsNoJsonOrTooLargeNeverReachesTheHandler() throws Exception {
        ContractHost.Hosted instance = api.start("nodejs20", "index.handler", NODE);
        assertThat(api.call(instance, RuntimeApi.event("no json", Map.of())).failure())
                .hasMessageContaining("JSON");
        assertThat(api.call(instance, RuntimeApi.exchange("x".repeat(6 << 20))).failure())
                .hasMessageContaining("6291456");
        assertThat(api.said(instance, "{}")).isEqualTo("1");
    }

    @Test
    void whatTheEngineEndsIsToldInLambdasWords() throws Exception {
        ContractHost.Hosted instance = api.start("nodejs20", "index.handler", NODE);
        CompletableFuture<Caller.Heard> hanging = new Caller(api.loop(), Instant.now())
                .start(RuntimeApi.place(instance), RuntimeApi.event("{\"hang\":true}", Map.of()));
        CallContext context = RuntimeApi.context();
        long until = System.nanoTime() + 10_000_000_000L;
        while (!payload(Outcome.Failure.Reason.TIMEOUT, context).contains("after")) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.onSpinWait();
        }

        assertThat(payload(Outcome.Failure.Reason.TIMEOUT, context))
                .isEqualTo(
                        "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: call-1 Error: Task timed out"
                                + " after 10.00 seconds\"}");
        assertThat(payload(Outcome.Failure.Reason.CRASH, context))
                .isEqualTo(
                        "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: call-1 Error: Runtime exited"
                                + " with error: what the engine saw\"}");
        assertThat(payload(Outcome.Failure.Reason.MEMORY, context))
                .isEqualTo(
                        "{\"errorType\":\"Runtime.OutOfMemory\",\"errorMessage\":\"RequestId: call-1 Error: Runtime exited"
                                + " with error: signal: killed: what the engine saw\"}");
        assertThat(hanging).isNotDone();
    }

    private String payload(Outcome.Failure.Reason reason, CallContext context) {
        return new String(
                api.host.ended(reason, context, "what the engine saw", "").payload(), StandardCharsets.UTF_8);
    }

    @Test
    void processesRehearseWithCallsThatAreNobodys() throws Exception {
        ContractHost.Hosted instance = api.start("nodejs20", "index.handler", NODE);
        String address = instance.launch().env().getOrDefault("AWS_LAMBDA_RUNTIME_API", "");
        String rehearsal =
                "http://" + address.substring(0, address.indexOf('/')) + "/rehearsal/2018-06-01/runtime/invocation/";
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> next = client.send(
                    HttpRequest.newBuilder(URI.create(rehearsal + "next")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(next.statusCode()).isEqualTo(200);
            assertThat(next.headers().firstValue("Lambda-Runtime-Aws-Request-Id"))
                    .hasValue("rehearsal");
            assertThat(post(client, rehearsal + "rehearsal/response", "{}")).isEqualTo(202);
            assertThat(post(client, rehearsal + "rehearsal/response", "x".repeat(65_537)))
                    .isEqualTo(400);
            assertThat(post(client, rehearsal + "another/response", "{}")).isEqualTo(404);
        }
    }

    private static int post(HttpClient client, String uri, String body) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aStrangerIsTurnedAway() throws Exception {
        ContractHost.Hosted instance = api.start("nodejs20", "index.handler", NODE);
        String address = instance.launch().env().getOrDefault("AWS_LAMBDA_RUNTIME_API", "");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://"
                            + address.substring(0, address.indexOf('/')) + "/2018-06-01/runtime/invocation/next"))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
