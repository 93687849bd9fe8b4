// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.six.WeftCommand.Said;
import dev.weft.clouds.knative.PlayedKnative;
import dev.weft.clouds.oracle.account.PlayedFn;
import dev.weft.testkit.RealRegistry;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Lambda handler's folder on clouds that run images: by the command line into a registry that others wrote, and what these
 * clouds were told to run, run by a real container engine. The clouds' own APIs are played.
 */
@Tag("system")
@Timeout(300)
class ContainerImagesIT {
    private static final String HANDLER = """
            exports.handler = async (event) => ({
              hello: event.version === '2.0' ? event.rawPath : event.who, of: process.env.CITY, user: process.getuid(), at: process.cwd(),
            });
            """;
    private static final long READY_MILLIS = 30_000;
    private static final long POLL_MILLIS = 50;

    @TempDir
    private Path scratch;

    private RealRegistry registry;
    private Podman podman;
    private PlayedKnative knative;
    private PlayedFn fn;
    private WeftCommand weft;
    private Path documents;

    @BeforeEach
    void start() throws Exception {
        registry = RealRegistry.guarded(scratch.resolve("registry"));
        podman = new Podman(scratch.resolve("podman"));
        knative = new PlayedKnative();
        fn = new PlayedFn();
        Path home = WeftCommand.home(scratch);
        Map<String, String> environment = new HashMap<>(knative.environment(home));
        environment.putAll(fn.environment(home));
        Path tools = helper(home);
        environment.put("PATH", tools + ":" + System.getenv("PATH"));
        weft = new WeftCommand(scratch, environment);
        documents = Files.createDirectories(scratch.resolve("shop"));
        Files.writeString(Files.createDirectories(documents.resolve("hello")).resolve("index.js"), HANDLER);
        write(registry.host());
    }

    @AfterEach
    void stop() throws Exception {
        if (podman != null) {
            podman.removeAll();
        }
        registry.close();
        knative.close();
        fn.close();
    }

    /** A credential helper, as Docker's configuration names one; the folder that it is in. */
    private Path helper(Path home) throws IOException {
        Path tools = Files.createDirectories(scratch.resolve("tools"));
        Path helper = Files.writeString(
                tools.resolve("docker-credential-loom"), """
                #!/bin/sh
                read server
                echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"%s\\",\\"Secret\\":\\"%s\\"}"
                """.formatted(RealRegistry.USER, RealRegistry.PASSWORD));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                Files.createDirectories(home.resolve(".docker")).resolve("config.json"),
                "{\"credHelpers\":{\"%s\":\"loom\"}}".formatted(registry.host()));
        return tools;
    }

    private void write(String host) throws IOException {
        Files.writeString(documents.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: cluster}
                spec: {type: knative, endpoint: "%1$s", registry: "%3$s/shop"}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: fn}
                spec: {type: fn, endpoint: "%2$s", registry: "%3$s/shop"}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: hello}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  code: {path: ./hello, base: "%4$s/base/node:20"}
                  handler: index.handler
                  env: {CITY: Riga}
                  placement: {clouds: [{name: cluster}, {name: fn}]}
                """.formatted(
                        knative.endpoint(), fn.endpoint(), host, registry.host()));
    }

    private Said weft(String verb, String... more) throws Exception {
        String[] line = new String[more.length + 3];
        line[0] = verb;
        line[1] = "-f";
        line[2] = documents.toString();
        System.arraycopy(more, 0, line, 3, more.length);
        return weft.run(line);
    }

    private String onKnative() throws Exception {
        return JsonMapper.shared()
                .readTree(knative.container("hello"))
                .path("image")
                .asString();
    }

    @Test
    void aFoldersImageIsPushedDeployedAndRuns() throws Exception {
        podman.pushNode(registry.host() + "/base/node:20");
        String before = registry.log();
        assertThat(weft("plan").is(2).out()).contains("2 to create");
        assertThat(registry.log()).as("a plan asks no registry").isEqualTo(before);
        Said applied = weft("apply", "--yes").is(0);
        assertThat(applied.out()).contains("pushing image " + registry.host() + "/shop/hello:weft-");
        assertThat(weft("plan").is(0).out()).contains("2 as wanted");
        assertThat(onKnative())
                .matches(registry.host() + "/shop/hello:weft-[0-9a-f]{40}@sha256:[0-9a-f]{64}")
                .isNotEqualTo(fn.image("hello"));
        theKnativeContainerServesItsPort();
        theFnContainerAnswersOnItsSocket();

        String first = onKnative();
        Files.writeString(documents.resolve("hello/index.js"), HANDLER.replace("hello:", "bye:"));
        assertThat(weft("plan").is(2).out()).contains("2 to change");
        registry.close();
        Said failed = weft("apply", "--yes").is(1);
        assertThat(failed.err())
                .contains("hello on cluster failed: looking for image", registry.host() + " does not answer");
        assertThat(onKnative()).as("a push that fails changes nothing").isEqualTo(first);
        assertThat(weft.everything()).doesNotContain(RealRegistry.PASSWORD);
    }

    @Test
    void whatKeepsAnImageFromBeingMadeIsToldBeforeAnythingIsChanged() throws Exception {
        Said base = weft("apply", "--yes").is(1);
        assertThat(base.err())
                .contains("hello on cluster failed: looking for base image " + registry.host()
                        + "/base/node:20: there is none")
                .contains("code.base");
        Path document = documents.resolve("weft.yaml");
        String right = Files.readString(document);
        Files.writeString(document, right.replace(", registry: \"" + registry.host() + "/shop\"", ""));
        assertThat(weft("plan").is(1).err())
                .contains("spec.code", "cloud fn: runs container images only", "spec.registry");
        Files.writeString(document, right);
        Files.delete(WeftCommand.home(scratch).resolve(".docker/config.json"));
        assertThat(weft("apply", "--yes").is(1).err())
                .contains(registry.host() + " denies it", "docker login " + registry.host());
        assertThat(knative.names()).isEmpty();
        assertThat(fn.names()).isEmpty();
    }

    /** As a developer has it: the cluster's registry on this machine by plain HTTP, the base from elsewhere by TLS. */
    @Test
    void aBaseComesByTlsThoughTheRegistryIsHere() throws Exception {
        String address = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this machine has no address but its own"));
        Path certificate = scratch.resolve("certificate.pem");
        Path key = scratch.resolve("key.pem");
        Path trust = scratch.resolve("trust.p12");
        podman.said(List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=looms",
                "-addext",
                "subjectAltName=IP:" + address,
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString()));
        podman.said(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-importcert",
                "-noprompt",
                "-storepass",
                "changeit",
                "-file",
                certificate.toString(),
                "-keystore",
                trust.toString()));
        try (RealRegistry far = RealRegistry.secured(scratch.resolve("far"), address, certificate, key)) {
            Path root = scratch.resolve("base-root");
            Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("base"), "of the base");
            String base = address + ':' + far.port() + "/base/tiny";
            podman.push(root, base + ":1");
            Path document = documents.resolve("weft.yaml");
            Files.writeString(
                    document, Files.readString(document).replaceFirst("base: \"[^\"]*\"", "base: \"" + base + ":1\""));
            assertThat(weft("apply", "--yes").is(1).err())
                    .contains("looking for base image " + base + ":1", "with a certificate that this machine trusts");
            assertThat(knative.names()).isEmpty();
            String options = "-Djavax.net.ssl.trustStore=" + trust + " -Djavax.net.ssl.trustStorePassword=changeit";
            weft.run(Map.of("JAVA_TOOL_OPTIONS", options), "apply", "--yes", "-f", documents.toString())
                    .is(0);
            podman.login(registry.host());
            podman.run("pull", "--tls-verify=false", onKnative());
            String id = podman.run("create", onKnative()).strip();
            Path there = scratch.resolve("there");
            podman.run("cp", id + ":/etc/base", there.toString());
            assertThat(there).hasContent("of the base");
            podman.run("cp", id + ":/function/index.js", there.toString());
            assertThat(there).hasContent(HANDLER);
        }
    }

    private void theKnativeContainerServesItsPort() throws Exception {
        JsonNode container = JsonMapper.shared().readTree(knative.container("hello"));
        assertThat(container.path("command").toString()).isEqualTo("[\"node\",\"weft_adapter/server.mjs\"]");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String id = podman.start(onKnative(), "--env=PORT=" + port, "--env=CITY=Riga");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/street"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(JsonMapper.shared()
                            .readTree(eventually(id, () -> client.send(request, HttpResponse.BodyHandlers.ofString())
                                    .body())))
                    .hasToString("{\"hello\":\"/street\",\"of\":\"Riga\",\"user\":1000,\"at\":\"/function\"}");
        }
    }

    private void theFnContainerAnswersOnItsSocket() throws Exception {
        Path sockets = Files.createDirectories(scratch.resolve("iofs"));
        Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxrwxrwx"));
        String id = podman.start(
                fn.image("hello"),
                "--volume=" + sockets + ":/tmp/iofs",
                "--env=FN_LISTENER=unix:/tmp/iofs/lsnr.sock",
                "--env=FN_FORMAT=http-stream",
                "--env=CITY=Riga");
        // what a Fn server sends for an invoke
        ProcessBuilder call = new ProcessBuilder(
                "curl",
                "--silent",
                "--fail",
                "--unix-socket",
                sockets.resolve("lsnr.sock").toString(),
                "--header",
                "fn-call-id: 1",
                "--header",
                "fn-deadline: 2099-01-01T00:00:00.000Z",
                "--header",
                "content-type: application/json",
                "--data",
                "{\"who\":\"weaver\"}",
                "http://localhost/call");
        String said = eventually(id, () -> {
            Process curl = call.start();
            String out = new String(curl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (curl.waitFor() != 0) {
                throw new IOException("curl ended with " + curl.exitValue());
            }
            return out;
        });
        assertThat(said).isEqualTo("{\"hello\":\"weaver\",\"of\":\"Riga\",\"user\":1000,\"at\":\"/function\"}");
    }

    private interface Asking {
        String ask() throws IOException, InterruptedException;
    }

    private String eventually(String container, Asking asking) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_MILLIS);
        while (true) {
            try {
                return asking.ask();
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(podman.run("logs", container), notYet);
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
    }
}
