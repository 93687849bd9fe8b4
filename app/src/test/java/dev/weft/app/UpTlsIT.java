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
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code weft up --tls-certificate …}: a real program behind HTTP/2 over TLS. */
class UpTlsIT {
    @TempDir
    private Path folder;

    @Test
    void aWebSocketPassesOverTls() throws Exception {
        documents(ProtocolsIT.ROOMS);
        SSLContext trusting = SelfSigned.write(folder);
        try (WeftInTest weft = WeftInTest.up(folder.resolve("home"), options(folder.resolve("tls.key")));
                HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            ProtocolsIT.Heard heard = new ProtocolsIT.Heard();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(weft.gateway().toString().replace("https:", "wss:") + "/rooms"), heard)
                    .get(20, TimeUnit.SECONDS);
            socket.sendText("one", true).join();
            assertThat(heard.texts.poll(10, TimeUnit.SECONDS)).isEqualTo("one");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
        }
    }

    @Test
    void aFunctionAnswersOverHttp2WithTls() throws Exception {
        documents();
        SSLContext trusting = SelfSigned.write(folder);
        try (WeftInTest weft = WeftInTest.up(folder.resolve("home"), options(folder.resolve("tls.key")));
                HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            assertThat(weft.gateway().toString()).startsWith("https://localhost:");
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(weft.gateway().resolve("/")).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(weft.said()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("https");
        }
    }

    @Test
    void aKeyThatIsNotThereIsNamedWithItsOption() throws Exception {
        documents();
        SSLContext ignored = SelfSigned.write(folder);

        PrintWriter out = new PrintWriter(new StringWriter());
        Home home = Home.of(Map.of("WEFT_HOME", folder.resolve("home").toString()));
        UpPath path = new UpPath(
                options(folder.resolve("none.key")), home, new Terminal(out, out, false), new CountDownLatch(1));
        Throwable refused = catchThrowable(path::run);

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

    private UpPath.Options options(Path key) {
        TlsFiles tls = new TlsFiles(List.of(new TlsFiles.Pair(folder.resolve("tls.crt"), key)), null);
        return new UpPath.Options(
                List.of(folder.resolve("app")),
                "127.0.0.1",
                0,
                0,
                0,
                false,
                true,
                false,
                TelemetryConfig.OFF,
                tls,
                UpPath.AskedFacades.NONE);
    }

    private void documents() throws Exception {
        documents("""
            import http from 'node:http'
            http.createServer((request, response) => response.end(request.headers['x-forwarded-proto']))
              .listen(process.env.PORT, process.env.HOST)
            """);
    }

    private void documents(String server) throws Exception {
        Path code = Files.createDirectories(folder.resolve("app/scheme"));
        Files.writeString(code.resolve("server.mjs"), server);
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
