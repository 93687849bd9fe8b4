// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.weft.app.account.CloudChecks;
import dev.weft.app.account.Vendors;
import dev.weft.app.cli.CliException;
import dev.weft.app.parity.Report.Verdict;
import dev.weft.app.parity.cases.CaseReader;
import dev.weft.testkit.FakeVendor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft parity --real}: functions of accounts that a test plays, called by their dialect over the network. */
class RealTrialsIT {
    private static final String DOCUMENTS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: near}
            spec: {type: aws, region: eu-west-1}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: far}
            spec: {type: google, region: europe-west1}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: empty}
            spec: {type: azure, region: westeurope}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: shop}
            spec:
              contract: http
              existing: true
              timeout: 2s
              placement: {clouds: [{name: near}, {name: far, as: shop-there}, {name: empty}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: ours}
            spec:
              contract: http
              code: {path: code}
              command: [node, server.mjs]
              placement: {clouds: [{name: near}, {name: far, as: ours-there}]}
            """;

    @TempDir
    private Path folder;

    private final FakeVendor vendor = new FakeVendor();
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/invoke/", exchange -> {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean there = exchange.getRequestURI().getPath().endsWith("there");
            byte[] said = (asked.equals("same") ? "same" : there ? "there" : "here").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(there && asked.equals("busy") ? 429 : 200, said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.start();
        URI there = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        vendor.account("near").has("shop", there).has("ours", there);
        vendor.account("far").has("shop-there", there).has("ours-there", there);
        Files.writeString(folder.resolve("weft.yaml"), DOCUMENTS);
        Files.writeString(Files.createDirectories(folder.resolve("code")).resolve("server.mjs"), "");
        Files.writeString(Files.createDirectories(folder.resolve("parity")).resolve("cases.yaml"), """
                cases:
                - {name: same, body: same}
                - {name: other, body: other}
                - {name: busy, body: busy}
                """);
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private ParityRun run(String function) {
        CloudChecks checks = new CloudChecks(new Vendors(Map.of(), List.of(vendor)));
        return ParityRun.read(function, List.of(folder), checks, new PrintWriter(new StringWriter()));
    }

    private Report tried(String function) throws Exception {
        Vendors vendors = new Vendors(Map.of(), List.of(vendor));
        InstantSource clock = InstantSource.system();
        try (CloudArtifacts artifacts = CloudArtifacts.open(vendors, Map.of());
                Trials trials = new RealTrials(vendors, vendors.tls(), artifacts, clock)) {
            return run(function)
                    .with(trials, CaseReader.read(folder.resolve("parity/cases.yaml")), clock)
                    .report();
        }
    }

    @Test
    void whatCloudsThemselvesAnswerIsComparedAndWhatCouldNotBeAskedIsNeverEqual() throws Exception {
        Report report = tried("shop");

        assertThat(report.first()).isEqualTo("near");
        assertThat(report.cases().get(0).others().get("far")).isEqualTo(new Verdict.Equal());
        assertThat(report.cases().get(1).others().get("far")).isInstanceOf(Verdict.Different.class);
        assertThat(report.cases().get(2).others().get("far"))
                .isInstanceOfSatisfying(
                        Verdict.NotTried.class, each -> assertThat(each.why()).contains("throttled"));
        assertThat(report.clouds().get(2).why()).contains("there is no function shop; weft apply");
        assertThat(report.equal("far")).isFalse();
        assertThat(report.equal("empty")).isFalse();
        assertThat(report.allEqual()).isFalse();
    }

    @Test
    void whatRunsThereMustBeTheDocumentsCode() throws Exception {
        assertThat(tried("ours").clouds())
                .allSatisfy(each -> assertThat(each.why()).contains("other code"));
    }

    @Test
    void noCertificateHoldsOfCodeThatNobodyHereKnows() {
        assertThatThrownBy(() -> run("shop").signable())
                .isInstanceOf(CliException.class)
                .hasMessageContaining("existing: true");
        run("ours").signable();
    }
}
