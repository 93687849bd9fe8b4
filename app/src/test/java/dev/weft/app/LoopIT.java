// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Lambda calls an action, which calls a server, which calls the Lambda: functions of three vendors, round and round. */
@Timeout(300)
class LoopIT {
    private static final Map<String, String> CODE =
            Map.of("lambda/index.mjs", """
            export const handler = async () => {
              const next = await fetch(process.env.WEFT_URL + '/action');
              return { statusCode: 200, body: next.status + ' ' + (await next.text()) };
            };
            """, "action/index.js", """
            exports.main = async () => {
              const next = await fetch(process.env.WEFT_URL + '/server');
              return { body: next.status + ' ' + (await next.text()) };
            };
            """, "server/server.mjs", """
            import http from 'node:http';
            http.createServer(async (request, response) => {
              // serves many calls at once, so it says itself which one this belongs to
              const next = await fetch(process.env.WEFT_URL + '/lambda', {
                headers: { 'weft-hops': request.headers['weft-hops'], traceparent: request.headers.traceparent } });
              response.end(next.status + ' ' + (await next.text()));
            }).listen(process.env.PORT, process.env.HOST);
            """);

    private static final String DOCUMENTS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: aws}
            spec: {type: aws, region: eu-west-1}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: cellar}
            spec: {type: openwhisk, endpoint: https://whisk.corp.example}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: cluster}
            spec: {type: knative}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: lambda}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              handler: index.handler
              code: {path: ./lambda}
              timeout: 60s
              placement: {clouds: [{name: aws}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: action}
            spec:
              contract: openwhisk
              runtime: nodejs:20
              code: {path: ./action}
              timeout: 60s
              placement: {clouds: [{name: cellar}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: server}
            spec:
              contract: http
              command: [node, server.mjs]
              code: {path: ./server}
              timeout: 60s
              placement: {clouds: [{name: cluster}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: loop}
            spec:
              rules:
              - matches: [{path: {type: PathPrefix, value: /lambda}}]
                backendRefs: [{group: weft.dev, kind: Function, name: lambda}]
              - matches: [{path: {type: PathPrefix, value: /action}}]
                backendRefs: [{group: weft.dev, kind: Function, name: action}]
              - matches: [{path: {type: PathPrefix, value: /server}}]
                backendRefs: [{group: weft.dev, kind: Function, name: server}]
            """;

    @TempDir
    private Path scratch;

    @Test
    void itEndsAtTheLimitIsToldAndCounted() throws Exception {
        ends("", 17, "the call has passed through 17 functions; at most 16");
    }

    @Test
    void aFunctionMayLimitItSooner() throws Exception {
        // the server is the third of three, and so is called after 2 functions, after 5 and after 8
        ends("  maxHops: 4\n", 5, "the call has passed through 5 functions; at most 4");
    }

    private void ends(String ofServer, int calls, String words) throws Exception {
        for (Map.Entry<String, String> each : CODE.entrySet()) {
            Path file = scratch.resolve("app").resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.getValue());
        }
        Path documents = Files.writeString(
                scratch.resolve("app/weft.yaml"),
                DOCUMENTS.replace("  command: [node, server.mjs]\n", "  command: [node, server.mjs]\n" + ofServer));
        try (WeftInTest weft = WeftInTest.up(scratch.resolve("home"), documents);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(weft.gateway().resolve("/lambda")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("508", "loop", words);
            String metrics = client.send(
                            HttpRequest.newBuilder(weft.found().url().resolve("/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            int made = 0;
            for (int each : counted(metrics, "weft_calls_seconds_count").values()) {
                made += each;
            }
            assertThat(made).isEqualTo(calls + 1); // the last of them is the one that was refused
            assertThat(counted(metrics, "weft_refusals_total")).hasSize(1).allSatisfy((labels, count) -> {
                assertThat(labels).contains("reason=\"loop\"", "function=");
                assertThat(count).isEqualTo(1);
            });
        }
    }

    private static Map<String, Integer> counted(String metrics, String name) {
        Map<String, Integer> counted = new TreeMap<>();
        Matcher line = Pattern.compile("(?m)^" + name + "\\{([^}]*)} ([0-9.]+)").matcher(metrics);
        while (line.find()) {
            int count = (int) Double.parseDouble(line.group(2));
            if (count > 0) {
                counted.put(line.group(1), count);
            }
        }
        return counted;
    }
}
