// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void theStandardsExampleIsReadAndWrittenUnchanged() {
        Trace trace = Trace.parse(PARENT, "vendor=x");

        assertThat(trace)
                .isEqualTo(new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true, "vendor=x"));
        assertThat(trace).extracting(Trace::traceparent).isEqualTo(PARENT);
    }

    @Test
    void onlyTheSampledFlagIsUnderstood() {
        assertThat(Trace.parse(PARENT.substring(0, 53) + "00", null))
                .extracting(Trace::sampled)
                .isEqualTo(false);
        assertThat(Trace.parse(PARENT.substring(0, 53) + "03", null))
                .extracting(Trace::sampled)
                .isEqualTo(true);
    }

    @Test
    void aLaterVersionMayBeLonger() {
        assertThat(Trace.parse("01" + PARENT.substring(2), null)).isNotNull();
        assertThat(Trace.parse("01" + PARENT.substring(2) + "-more", null)).isNotNull();
        assertThat(Trace.parse("01" + PARENT.substring(2) + "more", null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"
            })
    void whatBreaksTheStandardIsNoTrace(String traceparent) {
        assertThat(Trace.parse(traceparent, null)).isNull();
    }

    @Test
    void aNewTraceIsReadableAndAChildKeepsAllButTheSpan() {
        Trace trace = Trace.start();
        Trace child = trace.child();

        assertThat(Trace.parse(trace.traceparent(), null)).isEqualTo(trace);
        assertThat(child.traceId()).isEqualTo(trace.traceId());
        assertThat(child.spanId()).hasSize(16).isNotEqualTo(trace.spanId());
        assertThat(child.parent()).isEqualTo(trace.spanId());
        assertThat(Trace.parse(null, null)).isNull();
    }

    @Test
    void theFlagIsTheOnlyThingThatADecisionChanges() {
        Trace trace = Trace.start().child();

        assertThat(trace.sampled(true)).isSameAs(trace);
        assertThat(trace.sampled(false))
                .isEqualTo(new Trace(trace.traceId(), trace.spanId(), false, null, trace.parent()));
    }
}
