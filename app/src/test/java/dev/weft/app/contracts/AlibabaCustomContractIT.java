// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.clouds.alibaba.FcLimits;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AlibabaCustomContractIT extends AlibabaOnEngine {
    private static final String SERVER = """
            const http = require('node:http');
            let count = 0;
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => {
                const body = Buffer.concat(chunks);
                const head = request.headers;
                BEHAVE
              });
            }).listen(PORT, '0.0.0.0');
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        if (behaviour == Behaviour.BROKEN) {
            return program("console.log('no such module'); process.exit(3)");
        }
        return server(
                switch (behaviour) {
                    case HELLO -> "response.end('hello ' + body)";
                    case FAILING ->
                        "response.writeHead(404, { 'x-fc-status': '404' });"
                                + " response.end('{\"errorMessage\": \"out of stock\"}')";
                    case SLOW -> "setTimeout(() => response.end('late'), 10000)";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case LARGE -> "response.end(Buffer.alloc(33 * 1024 * 1024, 'x'))";
                    case ECHO ->
                        "response.writeHead(200, { 'content-type': 'application/octet-stream' }); response.end(body)";
                    case COUNTING -> "response.end(String(++count))";
                    case PRINTING ->
                        "const { who } = JSON.parse(body); console.log('out ' + who);"
                                + " console.error('err ' + who); response.end()";
                    case SHELL ->
                        "require('node:child_process').exec(JSON.parse(body).script + ' 2>&1',"
                                + " (error, out) => response.end(out))";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                },
                "process.env.FC_SERVER_PORT");
    }

    private SampleFunction server(String does, String port) {
        return program(SERVER.replace("BEHAVE", does).replace("PORT,", port + ","));
    }

    private SampleFunction program(String script) {
        under.code("greeter", "server.js", script);
        Path code = under.code("greeter", "bootstrap", "#!/bin/bash\nexec node server.js\n");
        assertThat(code.resolve("bootstrap").toFile().setExecutable(true, false))
                .isTrue();
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "custom.debian10", "index.handler")
                .scale(20, 0, 10);
    }

    /** What it answers is what the caller gets. */
    @Override
    int failingStatus() {
        return 404;
    }

    @Override
    String language(SampleFunction function) {
        return "custom: any program, here Node.js";
    }

    @Override
    protected boolean oneCallAtATime() {
        return false;
    }

    @Test
    void everyRequestSaysWhatItIsAndForWhom() {
        Place place = deploy(server(
                "response.end(JSON.stringify({ method: request.method, url: request.url, head }))",
                "process.env.FC_SERVER_PORT"));

        JsonNode http = json(get(place, "/a%20b", "c=d", Headers.of("host", "shop.example", "x-fc-faked", "yes")));
        JsonNode event = json(send(place, "{}"));

        assertThat(http.path("method").asString()).isEqualTo("GET");
        assertThat(http.path("url").asString()).isEqualTo("/a%20b?c=d");
        assertThat(http.at("/head/x-fc-control-path").asString()).isEqualTo("/http-invoke");
        assertThat(http.at("/head/host").asString()).isEqualTo("shop.example");
        assertThat(http.path("head").has("x-fc-faked")).isFalse();
        assertThat(event.path("method").asString()).isEqualTo("POST");
        assertThat(event.path("url").asString()).isEqualTo("/invoke");
        JsonNode head = event.path("head");
        assertThat(head.path("x-fc-control-path").asString()).isEqualTo("/invoke");
        assertThat(head.path("content-type").asString()).isEqualTo("application/octet-stream");
        assertThat(head.path("x-fc-request-id").asString()).hasSize(36);
        assertThat(head.path("x-fc-function-name").asString()).isEqualTo("greeter");
        assertThat(head.path("x-fc-function-handler").asString()).isEqualTo("index.handler");
        assertThat(head.path("x-fc-function-memory").asString()).isEqualTo("256");
        assertThat(head.path("x-fc-region").asString()).isEqualTo("eu-west-1");
        assertThat(head.path("x-fc-account-id").asString()).isEqualTo("0000000000000000");
        assertThat(head.path("x-fc-access-key-id").asString("missing")).isEmpty();
        assertThat(head.path("x-fc-security-token").asString("missing")).isEmpty();
    }

    @Test
    void aServerThatAlwaysListensOn9000Works() {
        assertThat(send(deploy(server("response.end('hello ' + body)", "9000")), "ada")
                        .text())
                .isEqualTo("hello ada");
    }

    @Test
    void aSecondInstanceOfAServerThatAlwaysListensOn9000SaysWhatToDo() {
        assertThat(send(deploy(server("response.end('hello')", "9000")), "").text())
                .isEqualTo("hello");
        write(
                "server.js",
                SERVER.replace("BEHAVE", "response.end('hello again')").replace("PORT,", "9000,"));

        assertThatThrownBy(
                        () -> deploy(SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "custom", null)))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("FC_SERVER_PORT");
    }

    @Test
    void anHttpAnswersStatusIsTheCallersAndAnEventsIsTheFunctionsFailure() {
        Place place = deploy(
                server("response.writeHead(418); response.end('short and stout')", "process.env.FC_SERVER_PORT"));

        Caller.Heard http = get(place, "/", null, Headers.none());
        Outcome.Failure event = failure(send(place, "{}"));

        assertThat(http.status()).isEqualTo(418);
        assertThat(event.type()).isEqualTo("UnhandledInvocationError");
        assertThat(event.message()).contains("418");
        assertThat(new String(event.payload(), StandardCharsets.UTF_8)).isEqualTo("short and stout");
    }

    @Test
    void hooksAreCalledWhereTheDocumentAsksForThem() throws InterruptedException {
        Place place = deploy(
                server(
                        "console.log(request.method + ' ' + request.url + ' ' + head['x-fc-control-path']);"
                                + " response.end('done')",
                        "process.env.FC_SERVER_PORT"),
                Map.of("alibabacloud.com/initializer", "true", "alibabacloud.com/pre-stop", "true"));
        assertThat(send(place, "{}").text()).isEqualTo("done");

        under.cloud.delete("greeter");

        assertThat(logged("/pre-stop"))
                .containsSubsequence("POST /initialize /initialize", "POST /invoke /invoke", "GET /pre-stop /pre-stop");
    }

    @Test
    void aHookThatFailsFailsTheStart() {
        Outcome.Failure failure = failure(send(
                deploy(
                        server("response.writeHead(404); response.end('no database')", "process.env.FC_SERVER_PORT"),
                        Map.of("alibabacloud.com/initializer", "true")),
                "{}"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(failure.message()).contains("/initialize").contains("404");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8)).isEqualTo("no database");
    }

    @Test
    void aStreamWithoutALengthIsBrokenOffAtTheLimit() {
        Place place = deploy(server(
                "const part = Buffer.alloc(1 << 20); for (let i = 0; i < 40; i++) response.write(part); response.end()",
                "process.env.FC_SERVER_PORT"));

        Caller.Heard heard = get(place, "/", null, Headers.none());

        assertThat(heard.broken()).isNotNull().hasMessageContaining(Integer.toString(FcLimits.PAYLOAD_BYTES_MAX));
    }

    @Test
    void aHeadBeyondTheLimitsIsRefusedAsAnInvalidArgument() {
        Place place = deploy(server("response.end('hello')", "process.env.FC_SERVER_PORT"));

        CloudException path = get(place, "/" + "x".repeat(FcLimits.PATH_BYTES_MAX), null, Headers.none())
                .failure();
        CloudException head = get(place, "/", null, Headers.of("x-long", "x".repeat(FcLimits.HEADER_BYTES_MAX)))
                .failure();

        assertThat(path).isNotNull().hasMessageContaining("InvalidArgument").hasMessageContaining("4096");
        assertThat(head).isNotNull().hasMessageContaining("InvalidArgument").hasMessageContaining("8192");
    }
}
