// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CallContext;
import dev.weft.api.Trace;
import dev.weft.gateway.Journal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class OtlpTelemetryTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TelemetryConfig.Export config = new TelemetryConfig.Export(
            URI.create("http://localhost/v1/traces"),
            Map.of(),
            Duration.ofSeconds(5),
            Map.of("service.name", "shop"),
            SpanSampler.read(Map.of()));

    @Test
    void whatWaitsIsSentWhenItCloses() {
        PlayedExporter exporter = new PlayedExporter();
        try (OtlpTelemetry telemetry = open(exporter)) {
            telemetry.beside(event -> {}).record(event(true));
            telemetry.beside(event -> {}).record(event(false));
        }

        assertThat(exporter.spans).extracting(SpanData::getName).containsExactly("GET checkout", "checkout on east");
        assertThat(exporter.spans
                        .getFirst()
                        .getResource()
                        .getAttributes()
                        .asMap()
                        .values())
                .contains("shop");
        assertThat(meters.counter("weft.spans.exported").count()).isEqualTo(2);
    }

    @Test
    void spansThatTheCollectorDoesNotTakeAreCounted() {
        PlayedExporter exporter = new PlayedExporter();
        exporter.answer = CompletableResultCode.ofFailure();
        try (OtlpTelemetry telemetry = open(exporter)) {
            telemetry.beside(event -> {}).record(event(true));
        }

        assertThat(dropped("collector")).isEqualTo(2);
    }

    @Test
    void callsBeyondTheQueueAreDroppedAndCounted() throws InterruptedException {
        PlayedExporter exporter = new PlayedExporter();
        CountDownLatch stuck = new CountDownLatch(1);
        exporter.stuck = stuck;
        OtlpTelemetry telemetry = open(exporter);
        Journal journal = telemetry.beside(event -> {});
        journal.record(event(true));
        exporter.inside.await();
        for (int i = 0; i < OtlpTelemetry.CALLS_WAITING_MAX + 3; i++) {
            journal.record(event(true));
        }
        stuck.countDown();
        telemetry.close();

        assertThat(dropped("queue")).isEqualTo(3 * 2);
        assertThat(exporter.largest).isEqualTo(2 * OtlpTelemetry.BATCH_CALLS_MAX);
        assertThat(exporter.spans).hasSize(2 * (OtlpTelemetry.CALLS_WAITING_MAX + 1));
    }

    private double dropped(String reason) {
        return meters.counter("weft.spans.dropped", "reason", reason).count();
    }

    private OtlpTelemetry open(SpanExporter exporter) {
        return OtlpTelemetry.open(config, exporter, cloud -> null, meters);
    }

    private static Journal.CallEvent event(boolean recorded) {
        Trace trace = Trace.start();
        return new Journal.CallEvent(
                Instant.EPOCH,
                "id",
                trace.traceId(),
                "checkout",
                "east",
                "GET",
                "/",
                200,
                Journal.Ending.ANSWERED,
                1,
                null,
                0,
                Duration.ofMillis(1),
                new Journal.Trail(
                        CallContext.Caller.WEFT,
                        trace,
                        recorded,
                        List.of(new Journal.Attempt("east", trace.child().spanId(), 0, 1000, null))),
                null,
                0);
    }

    private static final class PlayedExporter implements SpanExporter {
        private final List<SpanData> spans = new CopyOnWriteArrayList<>();
        private final CountDownLatch inside = new CountDownLatch(1);
        private volatile CountDownLatch stuck = new CountDownLatch(0);
        private volatile CompletableResultCode answer = CompletableResultCode.ofSuccess();
        private volatile int largest;

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            inside.countDown();
            try {
                stuck.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            spans.addAll(batch);
            largest = Math.max(largest, batch.size());
            return answer;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
