// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import dev.weft.gateway.Sampling;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of calls, and to whom.
 *
 * @param export where spans go; null for nowhere
 * @param journalShare of the calls that are neither failed nor slow, how many the journal keeps
 */
public record TelemetryConfig(@Nullable Export export, Share journalShare) {
    /** No spans, and every call in the journal. */
    public static final TelemetryConfig OFF = new TelemetryConfig(null, Share.ALL);

    /** Where the option {@code --otlp-endpoint} is not given, these name the collector. */
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private static final String PROTOCOL = "http/protobuf";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long TIMEOUT_MILLIS_MAX = 60_000;

    /**
     * Where spans go.
     *
     * @param endpoint with its path
     * @param headers of every request; they prove who sends, and are in no text
     * @param timeout of one request with its repetitions
     * @param resource what the spans' maker is, besides what Weft says itself
     */
    public record Export(
            URI endpoint,
            Map<String, String> headers,
            Duration timeout,
            Map<String, String> resource,
            Sampling sampling) {
        @Override
        public String toString() {
            return "Export[" + endpoint.getHost() + "]";
        }
    }

    /**
     * What the environment's standard variables say, unless {@code endpoint} does.
     *
     * @param endpoint of the command line, without {@code /v1/traces}
     */
    public static TelemetryConfig read(Map<String, String> env, @Nullable String endpoint, Share journalShare) {
        Map<String, String> set = new LinkedHashMap<>();
        // an empty variable is one that is not set, says the specification
        env.forEach((name, value) -> {
            if (name.startsWith("OTEL_") && !value.isBlank()) {
                set.put(name, value.strip());
            }
        });
        URI to = endpoint(set, endpoint);
        boolean off = set.getOrDefault("OTEL_SDK_DISABLED", "false").equalsIgnoreCase("true")
                || set.getOrDefault("OTEL_TRACES_EXPORTER", "otlp").equals("none");
        if (to == null || (off && endpoint == null)) {
            return new TelemetryConfig(null, journalShare);
        }
        only(set, "OTEL_TRACES_EXPORTER", "otlp");
        only(set, "OTEL_EXPORTER_OTLP_PROTOCOL", PROTOCOL);
        only(set, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", PROTOCOL);
        Map<String, String> headers = pairs(set, "OTEL_EXPORTER_OTLP_HEADERS");
        headers.putAll(pairs(set, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"));
        Map<String, String> resource = pairs(set, "OTEL_RESOURCE_ATTRIBUTES");
        String service = set.get("OTEL_SERVICE_NAME");
        if (service != null) {
            resource.put("service.name", service);
        }
        return new TelemetryConfig(
                new Export(to, headers, timeout(set), resource, SpanSampler.read(set)), journalShare);
    }

    private static @Nullable URI endpoint(Map<String, String> set, @Nullable String option) {
        String traces = set.get(TRACES_ENDPOINT);
        String base = set.get(ENDPOINT);
        if (option != null) {
            return uri("--otlp-endpoint", option, true);
        } else if (traces != null) {
            return uri(TRACES_ENDPOINT, traces, false);
        }
        return base == null ? null : uri(ENDPOINT, base, true);
    }

    private static URI uri(String name, String text, boolean base) {
        try {
            URI uri = URI.create(base ? text.replaceFirst("/+$", "") + "/v1/traces" : text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException malformed) {
            // said below, without the text: it may hold a password
        }
        throw new IllegalArgumentException(
                name + ": an http or https URL without user and password, such as http://localhost:4318");
    }

    private static void only(Map<String, String> set, String name, String value) {
        String its = set.getOrDefault(name, value);
        if (!its.equals(value)) {
            throw new IllegalArgumentException(name + ": Weft speaks " + value + " only, got '" + its + "'");
        }
    }

    private static Duration timeout(Map<String, String> set) {
        String name = set.containsKey("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT")
                ? "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"
                : "OTEL_EXPORTER_OTLP_TIMEOUT";
        String text = set.get(name);
        if (text == null) {
            return TIMEOUT;
        }
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) < 1 || Long.parseLong(text) > TIMEOUT_MILLIS_MAX) {
            throw new IllegalArgumentException(
                    name + ": milliseconds from 1 to " + TIMEOUT_MILLIS_MAX + ", got '" + text + "'");
        }
        return Duration.ofMillis(Long.parseLong(text));
    }

    /** {@code name=value,name=value}, percent-encoded. What is wrong is told without the values: they may be keys. */
    private static Map<String, String> pairs(Map<String, String> set, String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String each : set.getOrDefault(name, "").split(",", -1)) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                pairs.put(
                        each.substring(0, equals).strip(),
                        decoded(name, each.substring(equals + 1).strip()));
            } else if (!each.isBlank()) {
                throw new IllegalArgumentException(name + ": name=value, more of them after commas");
            }
        }
        return pairs;
    }

    private static String decoded(String name, String value) {
        try {
            // a plus is a plus here
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(name + ": a value is not percent-encoded as it should be");
        }
    }
}
