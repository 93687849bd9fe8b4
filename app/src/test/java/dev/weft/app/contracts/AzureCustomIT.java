// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What writers of custom handlers rely on besides the contract. */
class AzureCustomIT {
    private static final String HANDLER = """
            import http from 'node:http';
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => {
                if (request.url === '/') { response.statusCode = 404; response.end(); return; }
                const body = Buffer.concat(chunks).toString();
                const said = { url: request.url, method: request.method, headers: request.headers, env: process.env,
                  folder: process.cwd(), told: body.startsWith('{') ? JSON.parse(body) : body };
                response.setHeader('content-type', 'application/json');
                ANSWER
              });
            }).listen(process.env.FUNCTIONS_CUSTOMHANDLER_PORT, '127.0.0.1');
            """;

    @TempDir
    Path folder;

    private AzureUnderTest azure;

    @BeforeEach
    void open() {
        azure = new AzureUnderTest(folder, "custom");
        azure.file("cart/function.json", """
                {"bindings": [
                  {"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get", "post"], "route": "carts/{id}"},
                  {"type": "http", "direction": "out", "name": "res"}]}
                """);
        azure.file("order/function.json", """
                {"bindings": [
                  {"type": "queueTrigger", "direction": "in", "name": "message", "queueName": "orders"},
                  {"type": "queue", "direction": "out", "name": "bill", "queueName": "bills"}],
                 "retry": {"strategy": "fixedDelay", "maxRetryCount": 2}}
                """);
    }

    @AfterEach
    void close() {
        azure.close();
    }

    private Place app(String answer, String handler, boolean forwarding) {
        azure.file("handler.mjs", HANDLER.replace("ANSWER", answer));
        azure.file("host.json", AzureCustomContractIT.hostJson(forwarding));
        return azure.deployed(handler);
    }

    @Test
    void aHandlerIsToldAllOfAnHttpCall() {
        Place place = app(
                "response.end(JSON.stringify({ Outputs: { res: { status: '202', body: said, headers: { 'X-Shop': 'linen' } } } }))",
                "cart",
                false);

        Caller.Heard heard = azure.request(
                place, "POST", "/api/carts/7?a=1", "{\"who\":\"ada\"}", "Content-Type", "application/json");

        assertThat(heard.status()).as("%s", heard).isEqualTo(202);
        assertThat(AzureUnderTest.headers(heard).first("x-shop")).isEqualTo("linen");
        assertThat(AzureUnderTest.headers(heard).first("content-type")).startsWith("application/json");
        JsonNode said = AzureUnderTest.json(heard);
        assertThat(said.path("url").asString("")).isEqualTo("/cart");
        assertThat(said.path("headers").path("x-azure-functions-invocationid").asString(""))
                .hasSize(36);
        assertThat(said.path("headers").path("user-agent").asString("")).startsWith("Azure-Functions-Host/4.");
        JsonNode request = said.path("told").path("Data").path("req");
        assertThat(request.path("Url").asString("")).isEqualTo("http://weft/api/carts/7?a=1");
        assertThat(request.path("Method").asString("")).isEqualTo("POST");
        assertThat(request.path("Query").toString()).isEqualTo("{\"a\":\"1\"}");
        assertThat(request.path("Params").toString()).isEqualTo("{\"id\":\"7\"}");
        assertThat(request.path("Headers").path("Content-Type").toString()).isEqualTo("[\"application/json\"]");
        assertThat(request.path("Body").asString("")).isEqualTo("{\"who\":\"ada\"}");
        JsonNode metadata = said.path("told").path("Metadata");
        assertThat(metadata.path("id").asString("")).isEqualTo("\"7\"");
        assertThat(metadata.path("who").asString("")).isEqualTo("\"ada\"");
        assertThat(metadata.path("sys").path("MethodName").asString("")).isEqualTo("cart");
        JsonNode env = said.path("env");
        assertThat(env.path("FUNCTIONS_WORKER_RUNTIME").asString("")).isEqualTo("custom");
        assertThat(env.path("FUNCTIONS_HTTPWORKER_PORT")).isEqualTo(env.path("FUNCTIONS_CUSTOMHANDLER_PORT"));
        assertThat(env.path("CURRENCY").asString("")).isEqualTo("EUR");
        assertThat(azure.request(place, "DELETE", "/api/carts/7", "").status()).isEqualTo(404);
    }

    @Test
    void aQueueFunctionsLogsAndOutputsAreSurfaced() throws InterruptedException {
        Place place = app(
                "response.end(JSON.stringify({ Outputs: { bill: { total: 42 } }, Logs: ['billed'], ReturnValue: said.told }))",
                "order",
                false);

        Caller.Heard heard = azure.event(place, "{\"price\":21}", Map.of("source", "till"));

        JsonNode told = AzureUnderTest.json(heard);
        assertThat(told.path("Data").path("message").asString("")).isEqualTo("\"{\\\"price\\\":21}\"");
        assertThat(told.path("Metadata").path("DequeueCount").asString("")).isEqualTo("1");
        assertThat(told.path("Metadata").path("source").asString("")).isEqualTo("\"till\"");
        assertThat(told.path("Metadata").path("InsertionTime").asString("")).matches("20\\d\\d-.*");
        assertThat(told.path("Metadata")
                        .path("RetryContext")
                        .path("MaxRetryCount")
                        .asInt(0))
                .isEqualTo(2);
        Outcome.Result result = (Outcome.Result) Objects.requireNonNull(heard.outcome());
        assertThat(result.attributes().first("weft-output-bill")).isEqualTo("{\"total\":42}");
        azure.awaitLogged("billed", "Output binding 'bill' was set and went nowhere");
    }

    @Test
    void aForwardedRequestKeepsItsMethodPathAndBytes() {
        Place place = app("response.statusCode = 409; response.end(JSON.stringify(said))", "cart", true);

        Caller.Heard heard = azure.request(place, "POST", "/api/carts/7?a=1", "plain", "user-agent", "curl/8");

        assertThat(heard.status()).isEqualTo(409);
        JsonNode said = AzureUnderTest.json(heard);
        assertThat(said.path("method").asString("")).isEqualTo("POST");
        assertThat(said.path("url").asString("")).isEqualTo("/api/carts/7?a=1");
        assertThat(said.path("told").asString("")).isEqualTo("plain");
        assertThat(said.path("headers").path("user-agent").asString("")).startsWith("curl/8 Azure-Functions-Host/4.");
    }

    @Test
    void anAnswerThatIsNoInvocationResultIsMalformed() {
        Outcome.Failure failure =
                AzureUnderTest.failure(azure.get(app("response.end('hello')", "cart", false), "/api/carts/7"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.MALFORMED);
        assertThat(failure.message()).contains("Outputs, Logs and ReturnValue");
    }

    @Test
    void aHandlerIsStartedInItsWorkingFolder() {
        azure.file("bin/handler.mjs", HANDLER.replace("ANSWER", "response.end(JSON.stringify(said))"));
        azure.file("host.json", """
                {"version": "2.0", "customHandler": {"enableForwardingHttpRequest": true, "description":
                  {"defaultExecutablePath": "node", "arguments": ["handler.mjs"], "workingDirectory": "bin"}}}
                """);

        JsonNode said = AzureUnderTest.json(azure.get(azure.deployed("cart"), "/api/carts/7"));

        assertThat(said.path("folder").asString("")).isEqualTo("/var/task/bin");
    }
}
