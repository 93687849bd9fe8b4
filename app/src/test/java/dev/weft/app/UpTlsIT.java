// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.app.home.Home;
import dev.weft.app.telemetry.TelemetryConfig;
import dev.weft.net.tls.TlsFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code weft up --tls-certificate …}: a real program behind HTTP/2 over TLS. */
class UpTlsIT {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    private final StringWriter said = new StringWriter();
    private final PrintWriter out = new PrintWriter(said, true);
    private final CountDownLatch stop = new CountDownLatch(1);

    @Test
    void aFunctionAnswersOverHttp2WithTls() throws Exception {
        documents();
        SSLContext trusting = certificate();
        Thread up = Thread.ofPlatform().name("up").start(() -> {
            try {
                path(folder.resolve("tls.key")).run();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            Matcher url = Pattern.compile("gateway +(https://localhost:\\d+)").matcher("");
            long end = System.nanoTime() + WAIT_MAX.toNanos();
            while (!url.reset(said.toString()).find() && up.isAlive() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url.group(1) + "/")).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(said.toString()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("https");
        } finally {
            stop.countDown();
            assertThat(up.join(WAIT_MAX)).isTrue();
        }
    }

    @Test
    void aKeyThatIsNotThereIsNamedWithItsOption() throws Exception {
        documents();
        certificate();

        Throwable refused =
                catchThrowable(() -> path(folder.resolve("none.key")).run());

        assertThat(refused).hasMessageContaining("--tls-key").hasMessageContaining("none.key: there is no such file");
    }

    @Test
    void optionsThatDoNotFitTogetherAreRefused() {
        assertThat(refusal("--tls-certificate", "a.crt")).contains("each certificate needs its key");
        assertThat(refusal("--tls-client-ca", "ca.crt")).contains("needs TLS");
    }

    private String refusal(String... options) {
        StringWriter errors = new StringWriter();
        CommandLine command = new CommandLine(new UpCommand()).setErr(new PrintWriter(errors, true));
        String[] all = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(options), java.util.stream.Stream.of(folder.toString()))
                .toArray(String[]::new);
        assertThat(command.execute(all)).isNotZero();
        return errors.toString();
    }

    private UpPath path(Path key) {
        TlsFiles tls = new TlsFiles(List.of(new TlsFiles.Pair(folder.resolve("tls.crt"), key)), null);
        UpPath.Options options = new UpPath.Options(
                List.of(folder.resolve("app")), "127.0.0.1", 0, 0, 0, false, true, false, TelemetryConfig.OFF, tls);
        Home home = Home.of(Map.of("WEFT_HOME", folder.resolve("home").toString()));
        return new UpPath(options, home, new Terminal(out, out, false), stop);
    }

    /** Writes a certificate and its key; who trusts it. */
    private SSLContext certificate() throws Exception {
        Path store = folder.resolve("tls.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=DNS:localhost",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        PrivateKey key = (PrivateKey) keys.getKey("it", PASSWORD);
        Files.writeString(
                folder.resolve("tls.crt"),
                pem("CERTIFICATE", keys.getCertificate("it").getEncoded()));
        Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", key.getEncoded()));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("it", keys.getCertificate("it"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    private void documents() throws Exception {
        Path code = Files.createDirectories(folder.resolve("app/scheme"));
        Files.writeString(code.resolve("server.mjs"), """
                import http from 'node:http'
                http.createServer((request, response) => response.end(request.headers['x-forwarded-proto']))
                  .listen(process.env.PORT, process.env.HOST)
                """);
        Files.writeString(folder.resolve("app/weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: here}
                spec: {type: local}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: scheme}
                spec:
                  contract: http
                  command: [node, server.mjs]
                  code: {path: ./scheme}
                  placement: {clouds: [{name: here}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  rules:
                  - backendRefs: [{group: weft.dev, kind: Function, name: scheme}]
                """);
    }
}
