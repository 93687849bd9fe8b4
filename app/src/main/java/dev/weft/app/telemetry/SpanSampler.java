// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import dev.weft.api.Trace;
import dev.weft.gateway.Sampling;
import java.util.Map;
import java.util.TreeSet;

/** OpenTelemetry's samplers, by the words of its specification. */
record SpanSampler(boolean parentDecides, Share share) implements Sampling {
    private static final String NAME = "OTEL_TRACES_SAMPLER";
    private static final String ARGUMENT = "OTEL_TRACES_SAMPLER_ARG";

    /** What {@code OTEL_TRACES_SAMPLER} and its argument say; parentbased_always_on where they say nothing. */
    static SpanSampler read(Map<String, String> env) {
        String name = env.getOrDefault(NAME, "parentbased_always_on");
        boolean parent = name.startsWith("parentbased_");
        String root = parent ? name.substring("parentbased_".length()) : name;
        Share share =
                switch (root) {
                    case "always_on" -> Share.ALL;
                    case "always_off" -> Share.parse(ARGUMENT, "0");
                    case "traceidratio" -> Share.parse(ARGUMENT, env.getOrDefault(ARGUMENT, "1"));
                    default ->
                        throw new IllegalArgumentException(NAME + ": one of " + words() + ", got '" + name + "'");
                };
        return new SpanSampler(parent, share);
    }

    private static String words() {
        TreeSet<String> words = new TreeSet<>();
        for (String each : new String[] {"always_on", "always_off", "traceidratio"}) {
            words.add(each);
            words.add("parentbased_" + each);
        }
        return String.join(", ", words);
    }

    @Override
    public boolean on() {
        return true;
    }

    @Override
    public Trace decide(Trace trace) {
        boolean followed = parentDecides && trace.parent() != null;
        return followed ? trace : trace.sampled(share.keeps(trace.traceId()));
    }
}
