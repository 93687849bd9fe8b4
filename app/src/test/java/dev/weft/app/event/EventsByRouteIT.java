// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.facades.Ports;
import dev.weft.app.six.WeftCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CloudEvents that are posted to a route of a real {@code weft up}, kept, and delivered later. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.Random.class)
class EventsByRouteIT {
    private static final String STRUCTURED = "application/cloudevents+json";

    @TempDir
    private static Path scratch;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static WeftCommand weft;
    private static WeftCommand.Running running;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        Path app = Files.createDirectories(scratch.resolve("app/code"));
        Files.writeString(app.resolve("server.mjs"), """
            import http from 'node:http';
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => response.end(JSON.stringify({
                type: request.headers['ce-type'], more: request.headers['ce-more'], id: request.headers['ce-id'],
                content: request.headers['content-type'], data: Buffer.concat(chunks).toString('base64')})));
            }).listen(process.env.PORT, process.env.HOST);
            """);
        Files.writeString(app.resolve("index.mjs"), """
            export const fails = async () => { throw new TypeError('no tea today'); };
            export const told = async (event) => event;
            """);
        Files.writeString(
                app.resolveSibling("weft.yaml"),
                """
                        apiVersion: weft.dev/v1alpha1
                        kind: Cloud
                        metadata: {name: here}
                        spec: {type: local}
                        ---
                        apiVersion: weft.dev/v1alpha1
                        kind: Function
                        metadata: {name: seen}
                        spec:
                          contract: cloudevents
                          command: [node, server.mjs]
                          code: {path: ./code}
                          placement: {clouds: [{name: here}]}
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: HTTPRoute
                        metadata: {name: later}
                        spec:
                          rules:
                          - matches: [{path: {value: /later}}]
                            filters:
                            - type: RequestHeaderModifier
                              requestHeaderModifier: {set: [{name: Ce-More, value: by the route}]}
                            backendRefs: [{group: weft.dev, kind: EventQueue, name: seen}]
                          - matches: [{path: {value: /now}}]
                            backendRefs: [{group: weft.dev, kind: Function, name: seen}]
                          - matches: [{path: {value: /fails}}]
                            backendRefs: [{group: weft.dev, kind: EventQueue, name: fails}]
                        """ + lambda("fails", "events: {retries: 1, retryAfter: 10ms, onFailure:" + " told}")
                        + lambda("told", ""));
        weft = new WeftCommand(scratch.resolve("own"), Map.of());
        port = Ports.free();
        running = up();
    }

    private static String lambda(String name, String more) {
        return """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: %1$s}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              handler: index.%1$s
              code: {path: ./code}
              placement: {clouds: [{name: here}]}
              %2$s
            """.formatted(name, more);
    }

    private static WeftCommand.Running up() throws Exception {
        String app = scratch.resolve("app").toString();
        WeftCommand.Running up = weft.start(
                Map.of(), "up", app, "--port", "" + port, "--admin-port", "0", "--spare-memory", "0", "--no-watch");
        up.says("ready in");
        return up;
    }

    @AfterAll
    static void stop() throws Exception {
        CLIENT.close();
        running.process().destroy();
        assertThat(running.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static Path home() {
        return scratch.resolve("own/weft");
    }

    private static HttpRequest.Builder binary(String path, byte[] data) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("ce-specversion", "1.0")
                .header("ce-id", "7")
                .header("ce-source", "/shop")
                .header("ce-type", "order.made")
                .header("content-type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(data));
    }

    private static HttpRequest.Builder structured(String path, String type, String event) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("content-type", type)
                .POST(HttpRequest.BodyPublishers.ofString(event));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String id(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).isEmpty();
        return answer.headers().firstValue("weft-invocation-id").orElseThrow();
    }

    private static JsonNode result(String id) throws Exception {
        JsonNode record = EventsInTest.await(home(), id, "delivered");
        return JsonMapper.shared().readTree(record.path("result").asString());
    }

    @Test
    void oneInBinaryModeIsKeptAndDeliveredWithItsAttributes() throws Exception {
        byte[] data = {0, 1, (byte) 0xff};
        String id = id(send(binary("/later", data).header("ce-more", "overwritten")));
        JsonNode seen = result(id);
        assertThat(seen.path("type").asString()).isEqualTo("order.made");
        assertThat(seen.path("more").asString()).isEqualTo("by the route".replace(" ", "%20"));
        assertThat(seen.path("id").asString()).isEqualTo("7");
        assertThat(seen.path("content").asString()).isEqualTo("application/octet-stream");
        assertThat(seen.path("data").asString()).isEqualTo("AAH/");
        JsonNode record = EventsInTest.json(home(), "show", id);
        assertThat(record.path("by").asString(record.path("source").asString())).isEqualTo("route");
        assertThat(EventsInTest.run(home(), "list").out()).contains(id, "seen", "route");
    }

    @Test
    void oneInStructuredModeIsItsDataAndAttributes() throws Exception {
        String event = """
            {"specversion": "1.0", "id": "8", "source": "/shop", "type": "order.made", "data": {"order": 7}}\
            """;
        JsonNode seen = result(id(send(structured("/later", STRUCTURED + "; charset=utf-8", event))));
        assertThat(seen.path("id").asString()).isEqualTo("8");
        assertThat(seen.path("content").asString()).isEqualTo("application/json");
        assertThat(new String(
                        java.util.Base64.getDecoder().decode(seen.path("data").asString()), StandardCharsets.UTF_8))
                .isEqualTo("{\"order\":7}");
        HttpResponse<String> now = send(structured("/now", STRUCTURED, event));
        assertThat(now.statusCode()).isEqualTo(200); // the same function by a route that waits
        assertThat(now.body()).contains("content");
    }

    @Test
    void aFunctionThatFailsIsCalledAgainAndThenADestinationIsTold() throws Exception {
        String id = id(send(binary("/fails", "{\"order\":9}".getBytes(StandardCharsets.UTF_8))));
        JsonNode record = EventsInTest.await(home(), id, "dead");
        assertThat(record.path("calls").asInt()).isEqualTo(2);
        assertThat(EventsInTest.run(home(), "list", "--function", "told").out()).contains("destination");
    }

    @Test
    void whatIsNoEventIsRefusedWithASentence() throws Exception {
        assertRefused(405, "not-post", binary("/later", new byte[0]).PUT(HttpRequest.BodyPublishers.noBody()));
        assertRefused(415, "content-encoding", binary("/later", new byte[0]).header("content-encoding", "gzip"));
        assertRefused(
                400,
                "its specversion is missing",
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/later"))
                        .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertRefused(
                400,
                "'a_b' can't be an attribute",
                binary("/later", new byte[0]).header("ce-a_b", "c"));
        assertRefused(400, "a batch can't be kept", structured("/later", "application/cloudevents-batch+json", "[]"));
        assertRefused(400, "its JSON can't be read", structured("/later", STRUCTURED, "{\"specversion\": "));
        assertRefused(
                400,
                "its type is missing",
                structured("/later", STRUCTURED, "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"/\"}"));
        String much = "x".repeat(17 * 1024);
        assertRefused(
                400,
                "32768 characters",
                binary("/later", new byte[0]).header("ce-one", much).header("ce-two", much));
        assertRefused(413, "1048576 bytes", binary("/later", new byte[(1 << 20) + 1]));
        assertThat(id(send(binary("/later", new byte[1 << 20])))).isNotEmpty();
    }

    private static void assertRefused(int status, String words, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(words);
        assertThat(answer.headers().firstValue("weft-invocation-id")).isPresent();
    }

    @Test
    void whatWasAnswered202IsDeliveredThoughWeftIsKilledAtOnce() throws Exception {
        String id = id(send(binary("/later", new byte[] {42})));
        running.process().destroyForcibly().waitFor();
        running = up();
        assertThat(result(id).path("data").asString()).isEqualTo("Kg==");
    }
}
