// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.Function;
import dev.weft.engine.http.CloudEventsDialect;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CloudEventsContractIT extends ContractOnEngine {
    static final String STRUCTURED = "application/cloudevents+json";

    private static final String SERVER = """
            import http from 'node:http';
            let count = 0;
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => { const body = Buffer.concat(chunks); BEHAVE });
            }).listen(process.env.PORT, process.env.HOST);
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO, LARGE -> "response.end('hello ' + body)";
                    case FAILING -> "response.writeHead(500); response.end('out of stock')";
                    case SLOW -> "setTimeout(() => response.end('late'), 10000)";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case ECHO -> "response.end(body)";
                    case COUNTING -> "response.end(String(++count))";
                    case PRINTING ->
                        "const { who } = JSON.parse(body); console.log('out ' + who);"
                                + " console.error('err ' + who); response.end()";
                    case SHELL ->
                        "response.end(process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c', JSON.parse(body).script + ' 2>&1']).stdout)";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                };
        return behaviour == Behaviour.BROKEN ? broken() : server(does);
    }

    private SampleFunction broken() {
        under.code("greeter", "server.mjs", "console.log('no such module'); process.exit(3)");
        return sample();
    }

    private SampleFunction server(String does) {
        under.code("greeter", "server.mjs", SERVER.replace("BEHAVE", does));
        return sample();
    }

    private static SampleFunction sample() {
        return eventFunction("node", "server.mjs");
    }

    /** A function of contract {@code cloudevents}, started by {@code command}. */
    static SampleFunction eventFunction(String... command) {
        SampleFunction http = SampleFunction.http("greeter", command);
        return new SampleFunction(
                http.name(),
                Function.Contract.CLOUDEVENTS,
                null,
                null,
                http.command(),
                http.timeout(),
                http.concurrency(),
                http.minInstances(),
                http.maxInstances(),
                http.idleTimeout(),
                http.memory());
    }

    /** What it answers is what the caller gets. */
    @Override
    int failingStatus() {
        return 500;
    }

    @Override
    String language(SampleFunction function) {
        return "any program, here Node.js";
    }

    @Override
    protected boolean oneCallAtATime() {
        return false;
    }

    /** This contract has no plain exchange: each is a CloudEvent in binary mode. */
    @Override
    protected Call.Exchange exchange(String path, byte[] body, String contentType) {
        return binary(super.exchange(path, body, contentType));
    }

    static Call.Exchange binary(Call.Exchange plain) {
        Headers headers = Headers.builder()
                .addAll(plain.headers())
                .add("ce-specversion", "1.0")
                .add("ce-id", plain.context().id())
                .add("ce-source", "/test")
                .add("ce-type", "greet")
                .build();
        return new Call.Exchange(plain.context(), plain.line(), headers, plain.body());
    }

    private static final String DESCRIBE =
            "response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers,"
                    + " body: String(body) }))";

    @Test
    void anEventArrivesInBinaryModeWithItsAttributes() {
        Call.Event event = new Call.Event(
                caller().context(Duration.ofSeconds(20)),
                "text/plain",
                Map.of("type", "com.example.order", "subject", "Bücher & mehr", "partitionkey", "north"),
                Body.of("seven".getBytes(StandardCharsets.UTF_8)));

        String heard = caller().call(place(server(DESCRIBE)), event).text();

        assertThat(heard)
                .contains("\"method\":\"POST\"")
                .contains("\"url\":\"/\"")
                .contains("\"ce-specversion\":\"1.0\"")
                .contains("\"ce-id\":\"" + event.context().id() + '"')
                .contains("\"ce-source\":\"/weft/greeter\"")
                .contains("\"ce-type\":\"com.example.order\"")
                .contains("\"ce-subject\":\"B%C3%BCcher%20&%20mehr\"")
                .contains("\"ce-partitionkey\":\"north\"")
                .contains("\"ce-time\":\"20")
                .contains("\"content-type\":\"text/plain\"")
                .contains("\"body\":\"seven\"");
    }

    @Test
    void aStructuredEventArrivesAsItWasSent() {
        String json = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data\":[1]}";
        Call.Event event = new Call.Event(
                caller().context(Duration.ofSeconds(20)),
                STRUCTURED,
                Map.of(),
                Body.of(json.getBytes(StandardCharsets.UTF_8)));

        String heard = caller().call(place(server(DESCRIBE)), event).text();

        assertThat(heard).contains("\"content-type\":\"" + STRUCTURED + '"').contains("\\\"data\\\":[1]");
    }

    @Test
    void aCloudEventInAnAnswerIsTheResultWithItsAttributes() {
        Caller.Heard heard = caller().call(
                        place(server("response.writeHead(200, {'content-type': '" + STRUCTURED
                                + "'}); response.end(JSON.stringify({specversion: '1.0', id: '2', source: '/f',"
                                + " type: 'greeted', datacontenttype: 'text/plain', data: 'hello'}))")),
                        caller().event(new byte[0]));

        assertThat(heard.text()).isEqualTo("hello");
        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.contentType()).isEqualTo("text/plain");
            assertThat(result.attributes().first("type")).isEqualTo("greeted");
        });
    }

    @Test
    void anEmptyAnswerIsNoResult() {
        Caller.Heard heard =
                caller().call(place(server("response.writeHead(204); response.end()")), caller().event(new byte[0]));

        assertThat(heard.outcome()).isInstanceOf(Outcome.Result.class);
        assertThat(heard.body()).isEmpty();
    }

    @Test
    void aRequestThatIsNoCloudEventNeverReachesTheFunction() {
        CloudException why = caller().call(
                        place(server("response.end('reached')")), super.exchange("/", new byte[2], "application/json"))
                .failure();

        assertThat(why)
                .isNotNull()
                .hasMessageContaining("not a CloudEvent 1.0: its specversion is missing")
                .hasMessageContaining("ce-specversion, ce-id, ce-source and ce-type");
        assertThat(why == null ? null : why.kind()).isEqualTo(CloudException.Kind.INVALID);
    }

    @Test
    void aBatchReachesTheFunctionAsItIs() {
        String one = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}";
        byte[] batch = ("[" + one + "," + one + "]").getBytes(StandardCharsets.UTF_8);

        Caller.Heard heard = caller().call(
                        place(server("response.end(body)")),
                        super.exchange("/", batch, "application/cloudevents-batch+json"));

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.body()).isEqualTo(batch);
    }

    @Test
    void aStructuredEventBeyondTheLimitIsRefusedWithTheLimitsNumber() {
        byte[] large = new byte[CloudEventsDialect.STRUCTURED_BYTES_MAX + 1];

        CloudException why = caller().call(
                        place(server("response.end('reached')")), super.exchange("/", large, STRUCTURED))
                .failure();

        assertThat(why).isNotNull().hasMessageContaining(Integer.toString(CloudEventsDialect.STRUCTURED_BYTES_MAX));
    }

    @Test
    void aRequestByGetIsToldThatEventsComeByPost() {
        Call.Exchange post = exchange("/", new byte[0], "text/plain");
        Call.Exchange get =
                new Call.Exchange(post.context(), new RequestLine("GET", "/", null), post.headers(), post.body());

        assertThat(caller().call(place(server("response.end('reached')")), get).failure())
                .isNotNull()
                .hasMessageContaining("by POST, not by GET");
    }
}
