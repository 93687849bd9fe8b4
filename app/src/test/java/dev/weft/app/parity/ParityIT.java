// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.account.Vendors;
import dev.weft.app.home.Home;
import dev.weft.app.parity.ParityGate.Withheld;
import dev.weft.app.six.WeftCommand;
import dev.weft.app.six.WeftCommand.Said;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.io.IOException;
import java.io.InputStream;
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
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: azure}
            spec: {type: azure, region: westeurope}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: whisk}
            spec: {type: openwhisk}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: fn}
            spec: {type: fn}
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
              placement: {clouds: [{name: aws}, {name: cluster}], requireParity: PARITY}
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
        write("");
        Files.createDirectories(documents.resolve("parity"));
        weft = new WeftCommand(folder.resolve("scratch"), Map.of());
    }

    private void write(String more) throws IOException {
        String handlers = handler("handler", 3_000, false)
                + handler("heavy", 5_000, false)
                + handler("sure", 1, true)
                + handler("six", 1, false)
                        .replace(
                                "{name: cluster}",
                                "{name: azure}, {name: whisk}, {name: fn}, {name: alibaba}, {name: cluster}");
        Files.writeString(
                documents.resolve("weft.yaml"),
                CLOUDS + handlers.replace("timeout: 2s", "timeout: 2s" + more) + SERVER);
    }

    private static String handler(String name, int catalogue, boolean parity) {
        return HANDLER.replace("NAME", name)
                .replace("TEXT", "x".repeat(catalogue))
                .replace("PARITY", Boolean.toString(parity));
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
        Path cases = documents.resolve("parity/" + function + ".yaml");
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
    void whatMeansTheSameDoesSoOnCloudsOfSixContracts() throws Exception {
        Path cases = documents.resolve("parity/six.yaml");
        StringBuilder yaml = new StringBuilder("cases:\n");
        HANDLERS.forEach((name, kind) -> yaml.append(kind.isEmpty() ? "- " + asked(name) + '\n' : ""));
        Files.writeString(cases, yaml);
        Said said = weft.run("parity", "six", documents.toString(), "--cases", cases.toString())
                .is(0);
        assertThat(said.out().lines().filter(each -> each.contains(": equal, 14 of 14 cases")))
                .hasSize(5);
    }

    @Test
    void whatACloudWouldRefuseToDeployIsADifferenceAndNotCertified() throws Exception {
        Path cases =
                Files.writeString(documents.resolve("parity/one.yaml"), "cases: [{name: one, path: /same-bytes}]\n");
        Said said = weft.run("parity", "heavy", documents.toString(), "--cases", cases.toString(), "--sign")
                .is(1);
        assertThat(said.out()).contains("(deployment)").contains("spec.env").doesNotContain("xxxxx");
        assertThat(said.err()).contains("no certificate was made");
        assertThat(documents.resolve("heavy.parity.json")).doesNotExist();
    }

    @Test
    void aCertificateHoldsUntilCodeOrDocumentOrCasesAreChanged() throws Exception {
        assertThat(why(home())).contains("there is none; make one: weft parity sure --sign");
        Path cases = documents.resolve("parity/sure.yaml");
        Files.writeString(cases, "cases: [{name: one, path: /same-bytes}, {name: at, path: /same-time}]\n");
        Said said = weft.run("parity", "sure", documents.toString(), "--cases", cases.toString(), "--sign")
                .is(0);
        assertThat(said.err()).contains("certified aws, cluster in").contains("parity.pub");
        assertThat(why(home())).isEmpty();

        changed(cases, "cases: [{name: one, path: /same-bytes}]\n", "the cases were changed");
        changed(
                documents.resolve("handler/handler.mjs"),
                "export const handler = 1;\n",
                "its code for aws was changed");
        Path certificate = documents.resolve("sure.parity.json");
        String whole = Files.readString(certificate);
        changed(certificate, whole.replace("\"aws\" : \"", "\"aws\" : \"0"), "was changed after it was signed");
        changed(certificate, "nonsense", "can't be read");
        write("\n  memory: 512Mi");
        assertThat(why(home())).contains("its document says otherwise");
        write("");
        assertThat(why(home())).isEmpty();
    }

    @Test
    void anotherMachineTrustsACertificateByItsPublicKey() throws Exception {
        Path cases =
                Files.writeString(documents.resolve("parity/one.yaml"), "cases: [{name: one, path: /same-bytes}]\n");
        String err = weft.run("parity", "sure", documents.toString(), "--cases", cases.toString(), "--sign")
                .is(0)
                .err();
        Home other = new Home(folder.resolve("other"));
        assertThat(why(other)).contains("signed by a key that is not trusted here");
        String line =
                err.lines().filter(each -> each.startsWith("MCow")).findFirst().orElseThrow();
        Files.writeString(documents.resolve("parity.pub"), "# who may certify\n" + line + " ci\n");
        assertThat(why(other)).isEmpty();
    }

    private Home home() {
        return new Home(folder.resolve("scratch/weft"));
    }

    /** Changes {@code file}, looks, and changes it back. */
    private void changed(Path file, String to, String words) throws IOException {
        String before = Files.readString(file);
        Files.writeString(file, to);
        assertThat(why(home())).contains(words);
        Files.writeString(file, before);
        assertThat(why(home())).isEmpty();
    }

    /** Why calls of function sure would not go to its second cloud; empty where they would. */
    private String why(Home of) {
        Application read = ((Reading.Valid)
                        DocumentReader.read(List.of(documents), Map.of(), (each, code) -> List.of()))
                .application()
                .bounded();
        List<Withheld> withheld = new ParityGate(Map.of(), of, new Vendors(Map.of())).check(read);
        assertThat(withheld)
                .allMatch(each -> each.function().equals("sure") && each.cloud().equals("cluster"));
        return withheld.isEmpty() ? "" : withheld.getFirst().why();
    }
}
