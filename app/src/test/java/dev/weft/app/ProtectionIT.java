// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.home.Home;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits, deadlines and callers who leave, with real functions on a real engine. */
class ProtectionIT {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final String DEADLINE = "x-envoy-expected-rq-timeout-ms";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private WeftInTest weft;
    private String url = "";

    @BeforeEach
    void start() throws Exception {
        write("weft.yaml", DOCUMENTS);
        write("wait/server.mjs", WAIT);
        write("chain/index.mjs", CHAIN);
        weft = WeftInTest.up(folder.resolve("home"), UpPath.Options.plain(List.of(folder), 0, 64L << 20, true, false));
        url = weft.gateway().toString();
    }

    @AfterEach
    void stopIt() {
        weft.close();
    }

    @Test
    void aKeyBeyondItsRateIsToldWhenToComeBackAndOthersAreNot() throws Exception {
        assertThat(get("/keyed?ms=0", "x-api-key", "a").statusCode()).isEqualTo(200);
        assertThat(get("/keyed?ms=0", "x-api-key", "a").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = get("/keyed?ms=0", "x-api-key", "a");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.headers().firstValue("ratelimit-policy")).contains("\"per-key\";q=2;w=3600");
        assertThat(get("/keyed?ms=0", "x-api-key", "b").statusCode()).isEqualTo(200);
    }

    @Test
    void aFunctionTakesAsManyCallsAtOnceAsItSays() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(start("/few?ms=1500"));
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> each : calls) {
            statuses.add(each.get().statusCode());
        }
        assertThat(statuses).containsExactlyInAnyOrder(200, 200, 429, 429, 429);
        assertThat(get("/few?ms=0", "x", "y").statusCode()).isEqualTo(200);
    }

    @Test
    void aPassedDeadlineIsA504AndTheFunctionsConnectionIsClosed() throws Exception {
        assertThat(get("/wait?ms=0", DEADLINE, "20000").body())
                .startsWith("told ")
                .isGreaterThan("told 1000");

        HttpResponse<String> late = get("/wait?ms=20000", DEADLINE, "300");

        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(late.body()).contains("\"deadline\"");
        await(() -> log("wait").contains("left alone 20000"));
        await(() -> journal().contains("\"outcome\":\"deadline\""));
    }

    @Test
    void aCallerWhoLeavesTakesItsCallOutOfTheQueueAndOffTheFunction() throws Exception {
        CompletableFuture<HttpResponse<String>> served = start("/pair?ms=9001");
        CompletableFuture<HttpResponse<String>> beside = start("/pair?ms=9002");
        await(() -> log("pair").contains("began 9001") && log("pair").contains("began 9002"));

        try (Socket leaving = new Socket("127.0.0.1", URI.create(url).getPort())) {
            leaving.getOutputStream()
                    .write("GET /pair?ms=77 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        await(() -> journal().contains("caller-gone"));
        assertThat(served.cancel(true)).isTrue();

        await(() -> log("pair").contains("left alone 9001"));
        assertThat(get("/pair?ms=1", "x", "y").statusCode()).isEqualTo(200);
        assertThat(log("pair")).doesNotContain("began 77").doesNotContain("left alone 9002");
        assertThat(beside.cancel(true)).isTrue();
    }

    @Test
    void whatAFunctionCalledThroughItsAddressEndsWithTheCallItServes() throws Exception {
        CompletableFuture<HttpResponse<String>> outer = start("/chain");
        await(() -> log("wait").contains("began 15000"));

        assertThat(outer.cancel(true)).isTrue();

        await(() -> log("wait").contains("left alone 15000"));
        await(() -> log("chain").contains("nested 504"));
        await(() -> log("chain").contains("later 504"));
        assertThat(log("wait")).doesNotContain("began 3\n");
        // the journal is written a moment after the answer
        await(() ->
                journal().contains("given-up: ") && journal().contains("deadline: the call came after its deadline"));
    }

    @Test
    void hopsAreCountedThroughAFunctionThatForwardsThemAndCannotBeForgedAway() throws Exception {
        assertThat(get("/wait?ms=0", "weft-hops", "15").statusCode()).isEqualTo(200);
        assertThat(get("/wait?ms=0", "weft-hops", "16").statusCode()).isEqualTo(508);
        // whoever says 0 has passed through one: it cannot say less than nothing
        assertThat(get("/wait?ms=0", "weft-hops", "-5").statusCode()).isEqualTo(200);
        assertThat(get("/loop?ms=0", "weft-hops", "0").body()).isEqualTo("508");
    }

    private HttpResponse<String> get(String path, String field, String value) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .header(field, value)
                        .build(),
                BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> start(String path) {
        return client.sendAsync(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
    }

    private String admin(String path) throws IOException, InterruptedException {
        Home.Found found = Home.of(Map.of("WEFT_HOME", folder.resolve("home").toString()))
                .running()
                .getFirst();
        HttpRequest request = HttpRequest.newBuilder(URI.create(found.url() + "/weft/v1" + path))
                .header("authorization", "Bearer " + found.token())
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private String log(String function) throws IOException, InterruptedException {
        return admin("/functions/" + function + "/logs");
    }

    private String journal() throws IOException {
        try (var runs = Files.list(folder.resolve("home/run"))) {
            return Files.readString(runs.findFirst().orElseThrow().resolve("calls.jsonl"));
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited " + WAIT_MAX).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static final String WAIT = """
            import http from 'node:http';
            http.createServer(async (request, response) => {
              request.resume();
              const url = new URL(request.url, 'http://x');
              const ms = Number(url.searchParams.get('ms'));
              console.log('began ' + ms);
              if (url.pathname === '/loop') {
                // forwards what a function that serves many calls at once should forward
                const headers = {'weft-hops': request.headers['weft-hops']};
                const next = await fetch(process.env.WEFT_URL + '/loop?ms=0', {headers});
                response.end(next.status === 200 ? await next.text() : String(next.status));
                return;
              }
              response.on('close', () => { if (!response.writableEnded) console.log('left alone ' + ms); });
              setTimeout(() => response.end('told ' + request.headers['x-envoy-expected-rq-timeout-ms']), ms);
            }).listen(process.env.PORT, process.env.HOST);
            """;

    private static final String CHAIN = """
            export const handler = async () => {
              const nested = await fetch(process.env.WEFT_URL + '/wait?ms=15000');
              console.log('nested ' + nested.status);
              const later = await fetch(process.env.WEFT_URL + '/wait?ms=3');
              console.log('later ' + later.status);
              return {statusCode: 200, body: 'done'};
            };
            """;

    private static final String DOCUMENTS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: here}
            spec: {type: local}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Limit
            metadata: {name: per-key}
            spec:
              rate: {requests: 2, per: 1h}
              key: {type: header, name: X-Api-Key}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: wait}
            spec:
              contract: http
              code: {path: ./wait}
              command: [node, server.mjs]
              timeout: 30s
              placement: {clouds: [{name: here}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: few}
            spec:
              contract: http
              code: {path: ./wait}
              command: [node, server.mjs]
              placement: {clouds: [{name: here}]}
              limits: [{concurrency: 2}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: pair}
            spec:
              contract: http
              code: {path: ./wait}
              command: [node, server.mjs]
              concurrency: 2
              maxInstances: 1
              placement: {clouds: [{name: here}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: chain}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              handler: index.handler
              code: {path: ./chain}
              timeout: 30s
              placement: {clouds: [{name: here}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              rules:
              - matches: [{path: {value: /keyed}}]
                filters: [{type: ExtensionRef, extensionRef: {group: weft.dev, kind: Limit, name: per-key}}]
                backendRefs: [{group: weft.dev, kind: Function, name: wait}]
              - matches: [{path: {value: /wait}}, {path: {value: /loop}}]
                backendRefs: [{group: weft.dev, kind: Function, name: wait}]
              - matches: [{path: {value: /few}}]
                backendRefs: [{group: weft.dev, kind: Function, name: few}]
              - matches: [{path: {value: /pair}}]
                backendRefs: [{group: weft.dev, kind: Function, name: pair}]
              - matches: [{path: {value: /chain}}]
                backendRefs: [{group: weft.dev, kind: Function, name: chain}]
            """;
}
