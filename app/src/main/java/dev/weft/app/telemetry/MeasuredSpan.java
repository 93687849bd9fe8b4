// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import dev.weft.api.Trace;
import dev.weft.gateway.Exemplar;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/** The span of the call being measured, as the Prometheus client asks for it. */
final class MeasuredSpan implements SpanContext {
    @Override
    public @Nullable String getCurrentTraceId() {
        Trace trace = Exemplar.measured();
        return trace == null ? null : trace.traceId();
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        Trace trace = Exemplar.measured();
        return trace == null ? null : trace.spanId();
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return Exemplar.measured() != null;
    }

    @Override
    public void markCurrentSpanAsExemplar() {
        // the span is made when its call is over already, and is exported anyway
    }
}
