// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.telemetry.Collector;
import dev.weft.app.telemetry.Collector.Seen;
import dev.weft.app.telemetry.Share;
import dev.weft.app.telemetry.TelemetryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Spans of calls that real functions make of each other, as a collector gets them by OTLP. */
class SpansIT {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable WeftInTest started;
    private Collector collector;

    @BeforeEach
    void write() throws IOException {
        collector = new Collector();
        handler("front", """
            export const handler = async (event) => {
              const own = event.queryStringParameters?.own;
              const answer = await fetch(
                process.env.WEFT_URL + '/back?secret=1', own ? {headers: {traceparent: own}} : {});
              const back = await answer.json();
              return {statusCode: 200, body: JSON.stringify({
                xray: process.env._X_AMZN_TRACE_ID, traceparent: event.headers.traceparent, back})};
            };
            """);
        handler("back", """
            export const handler = async (event) => {
              if (event.rawPath.endsWith('/broken')) throw new Error('secret words');
              return {statusCode: 200, body: JSON.stringify({traceparent: event.headers.traceparent})};
            };
            """);
        Files.writeString(folder.resolve("weft.yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: east}
            spec: {type: aws, region: eu-west-1}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: west}
            spec: {type: azure, region: westeurope}
            %s%s\
            """.formatted(function("front"), function("back")));
    }

    @AfterEach
    void stopIt() {
        weft().close();
        collector.close();
    }

    @Test
    void aCallAndTheCallThatItsFunctionMakesAreOneTrace() throws Exception {
        start(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20key", "OTEL_SERVICE_NAME", "shop"));

        JsonNode answer = JsonMapper.shared().readTree(call("/front?token=1").body());
        await(() -> collector.spans().size() >= 4);

        Seen front = span("GET front");
        Seen frontOnEast = span("front on east");
        Seen back = span("GET back");
        Seen backOnEast = span("back on east");
        assertThat(collector.spans()).hasSize(4).allMatch(each -> each.trace().equals(TRACE));
        assertThat(front.parent()).isEqualTo(CALLER);
        assertThat(frontOnEast.parent()).isEqualTo(front.span());
        assertThat(back.parent()).isEqualTo(frontOnEast.span());
        assertThat(backOnEast.parent()).isEqualTo(back.span());
        assertThat(List.of(front.kind(), frontOnEast.kind(), back.kind(), backOnEast.kind()))
                .containsExactly("SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT");
        // what the functions saw: W3C's field and AWS's own
        assertThat(answer.path("traceparent").asString()).isEqualTo("00-" + TRACE + '-' + frontOnEast.span() + "-01");
        assertThat(answer.path("xray").asString())
                .isEqualTo("Root=1-%s-%s;Parent=%s;Sampled=1"
                        .formatted(TRACE.substring(0, 8), TRACE.substring(8), frontOnEast.span()));
        assertThat(answer.path("back").path("traceparent").asString())
                .isEqualTo("00-" + TRACE + '-' + backOnEast.span() + "-01");

        assertThat(front.attributes())
                .containsEntry("http.request.method", "GET")
                .containsEntry("url.path", "/front")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("faas.name", "front")
                .containsEntry("faas.trigger", "http")
                .doesNotContainKey("error.type");
        assertThat(frontOnEast.attributes())
                .containsEntry("faas.invoked_name", "front")
                .containsEntry("faas.invoked_provider", "aws")
                .containsEntry("faas.invoked_region", "eu-west-1")
                .containsEntry("cloud.provider", "aws")
                .containsEntry("http.response.status_code", "200");
        assertThat(collector.spans().toString()).doesNotContain("token=1").doesNotContain("secret");
        assertThat(front.raw().getStartTimeUnixNano())
                .isLessThanOrEqualTo(frontOnEast.raw().getStartTimeUnixNano());
        assertThat(front.raw().getEndTimeUnixNano())
                .isGreaterThanOrEqualTo(frontOnEast.raw().getEndTimeUnixNano());
        assertThat(collector.authorizations()).containsOnly("Bearer key");
        assertThat(collector.resources()).allMatch(each -> "shop".equals(each.get("service.name")));
        assertThat(weft().said()).doesNotContain("Bearer");
    }

    @Test
    void aFunctionsOwnSpanIsAParentIfItIsOfTheSameTrace() throws Exception {
        start(Map.of());

        call("/front?own=00-" + TRACE + "-1111111111111111-01");
        await(() -> collector.spans().size() >= 4);
        assertThat(span("GET back").parent()).isEqualTo("1111111111111111");
        collector.spans().clear();

        call("/front?own=00-" + "a".repeat(32) + "-1111111111111111-01");
        await(() -> collector.spans().size() >= 4);
        assertThat(span("GET back").parent()).isEqualTo(span("front on east").span());
    }

    @Test
    void aCloudThatFailedIsASpanAndAnEventOfTheCall() throws Exception {
        start(Map.of());
        admin("/clouds/east/fault", "{\"fault\":\"fail\"}");

        call("/back");
        await(() -> collector.spans().size() >= 3);

        Seen east = span("back on east");
        Seen west = span("back on west");
        assertThat(east.attributes())
                .containsEntry("error.type", "unreachable")
                .doesNotContainKey("http.response.status_code");
        assertThat(east.raw().getStatus().getCode().name()).isEqualTo("STATUS_CODE_ERROR");
        assertThat(west.attributes())
                .containsEntry("faas.invoked_provider", "azure")
                .containsEntry("http.request.resend_count", "1");
        assertThat(span("GET back").raw().getEventsList())
                .singleElement()
                .satisfies(event -> assertThat(event.getName()).isEqualTo("weft.retry"));
        assertThat(metrics("text/plain")).contains("weft_spans_exported_total 3.0");
        await(() -> journal()
                .contains("\"tried\":[{\"cloud\":\"east\",\"kind\":\"unreachable\",\"span\":\"" + east.span()));
    }

    @Test
    void aFunctionThatFailsSaysHowAndNotWhat() throws Exception {
        start(Map.of());

        assertThat(call("/back/broken").statusCode()).isEqualTo(502);
        await(() -> collector.spans().size() >= 2);

        assertThat(span("back on east").attributes()).containsEntry("error.type", "error");
        assertThat(span("GET back").attributes())
                .containsEntry("error.type", "error")
                .containsEntry("http.response.status_code", "502");
        assertThat(collector.spans().toString()).doesNotContain("secret words");
    }

    @Test
    void aCallerThatDoesNotRecordLeavesNoSpans() throws Exception {
        start(Map.of());

        get("/back", "00-" + TRACE + '-' + CALLER + "-00");
        call("/back");
        await(() -> collector.spans().size() >= 2);

        assertThat(collector.spans()).hasSize(2);
    }

    @Test
    void metricsHaveExamplesWhereTheFormatAllowsThem() throws Exception {
        start(Map.of());
        call("/back");
        await(() -> collector.spans().size() >= 2);

        Seen back = span("GET back");
        assertThat(metrics("application/openmetrics-text; version=1.0.0"))
                .contains("weft_calls_seconds_bucket{")
                .contains("# {span_id=\"" + back.span() + "\",trace_id=\"" + TRACE + "\"}")
                .endsWith("# EOF\n");
        assertThat(metrics("text/plain")).contains("weft_calls_seconds_bucket{").doesNotContain(TRACE);
    }

    private void start(Map<String, String> env) throws Exception {
        TelemetryConfig telemetry = TelemetryConfig.read(env, collector.url(), Share.ALL);
        UpPath.Options options = new UpPath.Options(
                List.of(folder),
                "127.0.0.1",
                0,
                0,
                64L << 20,
                false,
                false,
                false,
                telemetry,
                null,
                UpPath.AskedFacades.NONE);
        started = WeftInTest.up(folder.resolve("home"), options);
    }

    private WeftInTest weft() {
        return Objects.requireNonNull(started);
    }

    private Seen span(String name) {
        List<Seen> named = collector.spans().stream()
                .filter(each -> each.name().equals(name))
                .toList();
        assertThat(named).as(name + " of " + collector.spans()).hasSize(1);
        return named.getFirst();
    }

    private HttpResponse<String> call(String path) throws Exception {
        return get(path, "00-" + TRACE + '-' + CALLER + "-01");
    }

    private HttpResponse<String> get(String path, String traceparent) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(weft().gateway() + path))
                        .header("traceparent", traceparent)
                        .build(),
                BodyHandlers.ofString());
    }

    private String metrics(String accept) throws Exception {
        URI uri = URI.create(weft().found().url() + "/metrics");
        return client.send(HttpRequest.newBuilder(uri).header("accept", accept).build(), BodyHandlers.ofString())
                .body();
    }

    private void admin(String path, String body) throws Exception {
        client.send(weft().admin(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private String journal() throws IOException {
        try (var files = Files.walk(folder.resolve("home"))) {
            Path calls = files.filter(each -> each.endsWith("calls.jsonl"))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(calls);
        }
    }

    private void handler(String name, String code) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve(name)).resolve("index.mjs"), code);
    }

    private static String function(String name) {
        return """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: %1$s}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              handler: index.handler
              code: {path: ./%1$s}
              placement: {strategy: failover, clouds: [{name: east}, {name: west}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: %1$s}
            spec:
              rules:
              - matches: [{path: {type: PathPrefix, value: /%1$s}}]
                backendRefs: [{group: weft.dev, kind: Function, name: %1$s}]
            """.formatted(name);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited " + WAIT_MAX).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
