// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import dev.weft.api.resource.Cloud;
import dev.weft.gateway.Journal;
import dev.weft.gateway.Journal.CallEvent;
import dev.weft.gateway.Sampling;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of calls that are over, and sends them by OTLP, on one thread: an event loop only puts the event into a
 * queue. Events beyond the queue, and spans that the collector does not take, are dropped and counted.
 */
final class OtlpTelemetry implements Telemetry {
    /** Calls whose spans wait for the collector. */
    static final int CALLS_WAITING_MAX = 8192;

    /** Calls whose spans go in one request. */
    static final int BATCH_CALLS_MAX = 256;

    /** Looked at rather than waited for: waking a waiting thread would cost each event's loop a system call. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private static final Duration STOP_MAX = Duration.ofSeconds(3);

    private final BlockingQueue<CallEvent> waiting = new ArrayBlockingQueue<>(CALLS_WAITING_MAX);
    private final Sampling sampling;
    private final Duration timeout;
    private final SpanExporter exporter;
    private final CallSpans spans;
    private final Counter exported;
    private final Counter beyondQueue;
    private final Counter notTaken;
    private final Thread sender;
    private volatile boolean closing;

    private OtlpTelemetry(TelemetryConfig.Export config, SpanExporter exporter, CallSpans spans, MeterRegistry meters) {
        this.sampling = config.sampling();
        this.timeout = config.timeout();
        this.exporter = exporter;
        this.spans = spans;
        this.exported = Counter.builder("weft.spans.exported")
                .description("Spans that the collector took")
                .register(meters);
        this.beyondQueue = dropped(meters, "queue");
        this.notTaken = dropped(meters, "collector");
        this.sender = Thread.ofPlatform().name("spans").daemon().unstarted(this::run);
    }

    private static Counter dropped(MeterRegistry meters, String reason) {
        return Counter.builder("weft.spans.dropped")
                .description("Spans dropped: calls beyond the queue, or not taken by the collector")
                .tag("reason", reason)
                .register(meters);
    }

    static OtlpTelemetry open(
            TelemetryConfig.Export config, Function<String, @Nullable Cloud> clouds, MeterRegistry meters) {
        SpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.endpoint().toString())
                .setTimeout(config.timeout())
                .setHeaders(config::headers)
                .build();
        return open(config, exporter, clouds, meters);
    }

    static OtlpTelemetry open(
            TelemetryConfig.Export config,
            SpanExporter exporter,
            Function<String, @Nullable Cloud> clouds,
            MeterRegistry meters) {
        OtlpTelemetry telemetry = new OtlpTelemetry(config, exporter, new CallSpans(config.resource(), clouds), meters);
        telemetry.sender.start();
        return telemetry;
    }

    @Override
    public Sampling sampling() {
        return sampling;
    }

    @Override
    public Journal beside(Journal journal) {
        return event -> {
            journal.record(event);
            if (event.trail().recorded() && !waiting.offer(event)) {
                beyondQueue.increment(1.0 + event.trail().attempts().size());
            }
        };
    }

    private void run() {
        List<CallEvent> some = new ArrayList<>(BATCH_CALLS_MAX);
        try {
            boolean last = false;
            while (!last) {
                last = closing;
                while (waiting.drainTo(some, BATCH_CALLS_MAX) > 0) {
                    send(some);
                    some.clear();
                }
                if (!last) {
                    Thread.sleep(LOOK_EVERY);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        exporter.shutdown();
    }

    private void send(List<CallEvent> calls) {
        List<SpanData> batch = new ArrayList<>(2 * calls.size());
        calls.forEach(call -> spans.of(call, batch::add));
        CompletableResultCode done = exporter.export(batch).join(timeout.toMillis(), TimeUnit.MILLISECONDS);
        (done.isSuccess() ? exported : notTaken).increment(batch.size());
    }

    @Override
    public void close() {
        closing = true;
        try {
            sender.join(STOP_MAX);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        sender.interrupt();
    }
}
