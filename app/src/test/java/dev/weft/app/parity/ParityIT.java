// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.six.WeftCommand;
import dev.weft.app.six.WeftCommand.Said;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft parity} as a process: code that does otherwise on another cloud, in many ways, and code that only seems to. */
class ParityIT {
    private static final String CLOUDS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: aws}
            spec: {type: aws, region: eu-west-1}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: cluster}
            spec: {type: knative}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: alibaba}
            spec: {type: alibaba, region: eu-central-1}
            """;

    private static final String HANDLER = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: NAME}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              code: {path: handler}
              handler: handler.handler
              timeout: 2s
              env: {CATALOGUE: TEXT}
              placement: {clouds: [{name: aws}, {name: cluster}]}
            """;

    private static final String SERVER = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: server}
            spec:
              contract: http
              code: {path: server}
              command: [python3, server.py]
              timeout: 2s
              placement: {clouds: [{name: cluster}, {name: alibaba}]}
            """;

    /** What of each path of the handler is found, by the kind of the difference; empty for nothing. */
    private static final Map<String, String> HANDLERS = new LinkedHashMap<>();

    /** The same of the server. */
    private static final Map<String, String> SERVERS = new LinkedHashMap<>();

    static {
        seeds(HANDLERS, "status", "header-case", "200-with-error", "no-content", "redirect-status");
        seeds(HANDLERS, "encoding", "base64-flag", "binary-body", "json-in-json", "gzip", "ends-of-lines");
        seeds(HANDLERS, "cookie", "cookie-lost", "cookies-joined", "cookie-http-only", "cookie-same-site");
        seeds(HANDLERS, "json", "big-integer", "big-integer-as-text", "decimal", "time-zone", "null-or-absent");
        seeds(HANDLERS, "json", "order-of-list", "unicode-form", "env-limit", "region");
        seeds(HANDLERS, "body", "number-in-locale");
        seeds(HANDLERS, "content-type", "content-type");
        seeds(HANDLERS, "header-value", "redirect-relative");
        seeds(HANDLERS, "header-missing", "cache-control-lost");
        seeds(HANDLERS, "header-extra", "cors-added");
        seeds(HANDLERS, "error-shape", "error-type", "swallowed-error");
        seeds(HANDLERS, "timing", "slow");
        seeds(HANDLERS, "limit", "large-answer", "large-request");
        seeds(HANDLERS, "", "same-order-of-members", "same-number", "same-escapes", "same-header-case");
        seeds(HANDLERS, "", "same-vendor-headers", "same-cookies", "same-charset", "same-plain-text");
        seeds(
                HANDLERS,
                "",
                "same-random-id",
                "same-time",
                "same-but-ignored",
                "same-error",
                "same-empty",
                "same-bytes");

        seeds(SERVERS, "header-values", "repeated-header-lost", "repeated-header-order");
        seeds(SERVERS, "json", "local-time", "integer-by-float", "true-or-1");
        seeds(SERVERS, "encoding", "latin-1", "encoded-twice", "byte-order-mark", "quoted");
        seeds(SERVERS, "content-type", "charset");
        seeds(SERVERS, "body", "trailing-newline", "not-a-number");
        seeds(SERVERS, "header-value", "etag", "file-name");
        seeds(SERVERS, "", "same-repeated-header", "same-list", "same-ascii-json", "same-big-integer");
        seeds(SERVERS, "", "same-float", "same-compressed", "same-uuid");
    }

    private static void seeds(Map<String, String> of, String kind, String... names) {
        for (String each : names) {
            of.put(each, kind);
        }
    }

    @TempDir
    private Path folder;

    private Path documents;
    private WeftCommand weft;

    @BeforeEach
    void write() throws Exception {
        documents = Files.createDirectories(folder.resolve("app"));
        resource("handler.mjs", documents.resolve("handler/handler.mjs"));
        resource("server.py", documents.resolve("server/server.py"));
        String handlers = HANDLER.replace("NAME", "handler").replace("TEXT", "x".repeat(3_000))
                + HANDLER.replace("NAME", "heavy").replace("TEXT", "x".repeat(5_000));
        Files.writeString(documents.resolve("weft.yaml"), CLOUDS + handlers + SERVER);
        weft = new WeftCommand(folder.resolve("scratch"), Map.of());
    }

    private static void resource(String name, Path to) throws IOException {
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        try (InputStream in = Objects.requireNonNull(ParityIT.class.getResourceAsStream(name))) {
            Files.copy(in, to);
        }
    }

    @Test
    void everySeededIncompatibilityIsFoundAndWhatMeansTheSameIsNot() throws Exception {
        Map<String, List<String>> found = new TreeMap<>();
        found.putAll(found("handler", HANDLERS));
        found.putAll(found("server", SERVERS));
        Map<String, String> seeded = new TreeMap<>(HANDLERS);
        seeded.putAll(SERVERS);

        List<String> missed = new ArrayList<>();
        List<String> falseAlarms = new ArrayList<>();
        seeded.forEach((name, kind) -> {
            List<String> kinds = Objects.requireNonNull(found.get(name), name);
            if (kind.isEmpty() && !kinds.isEmpty()) {
                falseAlarms.add(name + ": " + kinds);
            } else if (!kind.isEmpty() && !kinds.contains(kind)) {
                missed.add(name + ": " + kinds + ", not " + kind);
            }
        });
        assertThat(seeded.values().stream().filter(each -> !each.isEmpty())).hasSizeGreaterThanOrEqualTo(40);
        assertThat(seeded.values().stream().filter(String::isEmpty)).hasSizeGreaterThanOrEqualTo(20);
        assertThat(falseAlarms).isEmpty();
        assertThat(missed).isEmpty();
    }

    /** The kinds of differences of each case. */
    private Map<String, List<String>> found(String function, Map<String, String> seeds) throws Exception {
        Path cases = Files.createDirectories(documents.resolve("parity")).resolve(function + ".yaml");
        StringBuilder yaml = new StringBuilder("cases:\n");
        seeds.keySet().forEach(name -> yaml.append("- ").append(asked(name)).append('\n'));
        Files.writeString(cases, yaml);
        Said said = weft.run("parity", function, documents.toString(), "--cases", cases.toString(), "-o", "json")
                .is(1);
        JsonNode report = JsonMapper.shared().readTree(said.out());
        assertThat(report.path("equal").booleanValue()).isFalse();
        Map<String, List<String>> kinds = new TreeMap<>();
        for (JsonNode each : report.path("cases")) {
            List<String> all = new ArrayList<>();
            JsonNode other = each.path("clouds").get(0);
            other.path("differences")
                    .forEach(one -> all.add(one.path("difference").stringValue()));
            if (other.path("verdict").stringValue().equals("not-tried")) {
                all.add(other.path("why").stringValue());
            }
            kinds.put(each.path("name").stringValue(), all);
        }
        return kinds;
    }

    private static String asked(String name) {
        String more =
                switch (name) {
                    case "header-case" -> ", headers: [{name: X-Token, value: t}]";
                    case "large-request" -> ", bodySize: 6500k, contentType: text/plain";
                    case "same-but-ignored" -> ", ignore: {headers: [X-Build], json: [/host], text: ['node-[0-9]+']}";
                    case "same-uuid" -> ", ignore: {text: ['[0-9a-f]{8}-[-0-9a-f]{27}']}";
                    default -> "";
                };
        return "{name: %s, path: /%s%s}".formatted(name, name, more);
    }

    @Test
    void whatACloudWouldRefuseToDeployIsADifference() throws Exception {
        Path cases = Files.createDirectories(documents.resolve("parity")).resolve("one.yaml");
        Files.writeString(cases, "cases: [{name: one, path: /same-bytes}]\n");
        Said said = weft.run("parity", "heavy", documents.toString(), "--cases", cases.toString())
                .is(1);
        assertThat(said.out()).contains("(deployment)").contains("spec.env");
        assertThat(new String(said.out().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .doesNotContain("xxxxx");
    }
}
