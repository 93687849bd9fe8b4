// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import dev.weft.api.resource.Cloud;
import dev.weft.gateway.Journal;
import dev.weft.gateway.Sampling;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The spans of calls. Off, it is nothing: no class of OpenTelemetry's is loaded, and no call makes an object for it. */
public interface Telemetry extends AutoCloseable {
    /** Which calls leave spans. */
    Sampling sampling();

    /** A journal that tells {@code journal} and makes spans. */
    Journal beside(Journal journal);

    /** Sends what waits, within a bounded time. */
    @Override
    void close();

    /** As {@code config} says. @param clouds by name; null where there is none of that name any more */
    static Telemetry open(TelemetryConfig config, Function<String, @Nullable Cloud> clouds, MeterRegistry meters) {
        TelemetryConfig.Export export = config.export();
        return export == null ? new Off() : OtlpTelemetry.open(export, clouds, meters);
    }

    /** Metrics in Prometheus' formats; where calls leave spans, some of them are examples of what is counted. */
    static PrometheusMeterRegistry meters(TelemetryConfig config) {
        return config.export() == null
                ? new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)
                : new PrometheusMeterRegistry(
                        PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new MeasuredSpan());
    }

    /** No spans. */
    record Off() implements Telemetry {
        @Override
        public Sampling sampling() {
            return Sampling.OFF;
        }

        @Override
        public Journal beside(Journal journal) {
            return journal;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
