// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Trace;
import dev.weft.gateway.Sampling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetryConfigTest {
    private static final String HERE = "http://localhost:4318";

    @Test
    void withoutAnEndpointThereIsNoExport() {
        assertThat(read(Map.of(), null).export()).isNull();
        assertThat(read(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "), null).export())
                .isNull();
    }

    @Test
    void theOptionGoesBeforeTheVariablesAndTheTracesVariableIsTakenAsItIs() {
        Map<String, String> both = Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "https://a.example/base/",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "https://b.example/its/own");

        assertThat(endpoint(both, HERE)).isEqualTo(HERE + "/v1/traces");
        assertThat(endpoint(both, null)).isEqualTo("https://b.example/its/own");
        assertThat(endpoint(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "https://a.example/base/"), null))
                .isEqualTo("https://a.example/base/v1/traces");
    }

    @Test
    void theEnvironmentCanTurnOffWhatTheEnvironmentTurnsOn() {
        for (Map<String, String> off :
                List.of(Map.of("OTEL_SDK_DISABLED", "true"), Map.of("OTEL_TRACES_EXPORTER", "none"))) {
            Map<String, String> env = new HashMap<>(off);
            env.put("OTEL_EXPORTER_OTLP_ENDPOINT", HERE);
            assertThat(read(env, null).export()).isNull();
        }
    }

    @Test
    void headersAreDecodedAndInNoText() {
        TelemetryConfig.Export export =
                export(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20a+b, x = 1"), HERE);

        assertThat(export.headers())
                .containsEntry("authorization", "Bearer a+b")
                .containsEntry("x", "1");
        assertThat(export.toString()).doesNotContain("Bearer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_EXPORTER_OTLP_PROTOCOL|grpc|http/protobuf only, got 'grpc'",
                "OTEL_TRACES_EXPORTER|zipkin|otlp only, got 'zipkin'",
                "OTEL_TRACES_SAMPLER|jaeger_remote|parentbased_traceidratio, traceidratio, got 'jaeger_remote'",
                "OTEL_EXPORTER_OTLP_TIMEOUT|60001|milliseconds from 1 to 60000, got '60001'",
                "OTEL_EXPORTER_OTLP_TIMEOUT|0|milliseconds from 1 to 60000, got '0'",
                "OTEL_EXPORTER_OTLP_HEADERS|hush|name=value, more of them after commas",
                "OTEL_EXPORTER_OTLP_HEADERS|a=hush%|a value is not percent-encoded",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT|localhost:4318|an http or https URL"
            })
    void whatIsWrongIsSaidWithItsNameAndWithoutSecrets(String name, String value, String why) {
        @Nullable String option = name.contains("ENDPOINT") ? null : HERE;

        assertThatThrownBy(() -> read(Map.of(name, value), option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + ": ")
                .hasMessageContaining(why)
                .hasMessageNotContaining("hush");
    }

    @Test
    void aPasswordInAnEndpointIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> read(Map.of(), "http://me:hush@localhost:4318"))
                .hasMessageStartingWith("--otlp-endpoint: ")
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "parentbased_always_on, true, false",
        "always_on, true, true",
        "parentbased_always_off, false, false",
        "always_off, false, false"
    })
    void aSamplerDecidesForRootsAndItsWordWhetherForOthers(String name, boolean root, boolean unsampledParent) {
        Sampling sampling = SpanSampler.read(Map.of("OTEL_TRACES_SAMPLER", name));

        assertThat(sampling.decide(Trace.start()).sampled()).isEqualTo(root);
        assertThat(sampling.decide(Trace.start().sampled(false).child()).sampled())
                .isEqualTo(unsampledParent);
    }

    @Test
    void aRatioKeepsItsShareOfTracesAndTheSameOnesEverywhere() {
        Sampling sampling = SpanSampler.read(
                Map.of("OTEL_TRACES_SAMPLER", "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0.25"));
        Share share = Share.parse("share", "0.25");
        int kept = 0;
        for (int i = 0; i < 10_000; i++) {
            Trace trace = Trace.start();
            boolean sampled = sampling.decide(trace).sampled();
            assertThat(sampled).isEqualTo(share.keeps(trace.traceId()));
            kept += sampled ? 1 : 0;
        }
        assertThat(kept).isBetween(2_000, 3_000);
    }

    @ParameterizedTest
    @CsvSource({"1.01", "-0.1", "NaN", "all"})
    void aShareIsANumberFromNoneToAll(String text) {
        assertThatThrownBy(() -> Share.parse("--journal-sample", text))
                .hasMessage("--journal-sample: a number from 0 to 1, got '" + text + "'");
    }

    private static TelemetryConfig read(Map<String, String> env, @Nullable String endpoint) {
        return TelemetryConfig.read(env, endpoint, Share.ALL);
    }

    private static String endpoint(Map<String, String> env, @Nullable String option) {
        return export(env, option).endpoint().toString();
    }

    private static TelemetryConfig.Export export(Map<String, String> env, @Nullable String option) {
        return Objects.requireNonNull(read(env, option).export());
    }
}
