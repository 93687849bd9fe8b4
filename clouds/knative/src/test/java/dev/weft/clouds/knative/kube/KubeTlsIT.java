// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.api.account.CloudVendor.Around;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that asks for a certificate, as kind's and k3s' do; certificates and keys are OpenSSL's. */
@Tag("system")
class KubeTlsIT {
    @TempDir
    Path folder;

    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=fake-ca",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem");
        issue("server", "subjectAltName=IP:127.0.0.1", "rsa:2048");
        SSLContext tls =
                Objects.requireNonNull(KubeTls.context(bytes("ca.pem"), bytes("server.pem"), bytes("server.key")));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", exchange -> {
            byte[] name = ((com.sun.net.httpserver.HttpsExchange) exchange)
                    .getSSLSession()
                    .getPeerPrincipal()
                    .getName()
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, name.length);
            exchange.getResponseBody().write(name);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    private void openssl(String... words) throws Exception {
        String[] command = new String[words.length + 1];
        command[0] = "openssl";
        System.arraycopy(words, 0, command, 1, words.length);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .describedAs(Files.readString(folder.resolve("openssl.log")))
                .isZero();
    }

    private void issue(String name, String extension, String key) throws Exception {
        openssl(
                "req",
                "-x509",
                "-newkey",
                key,
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-addext",
                extension,
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-keyout",
                name + ".key",
                "-out",
                name + ".pem");
    }

    @ParameterizedTest
    @CsvSource({"PKCS8, rsa", "RSA, rsa", "PKCS8, ec", "EC, ec"})
    void aClientCertificateOfEveryFormLogsIn(String form, String algorithm) throws Exception {
        if (algorithm.equals("ec")) {
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "params.key");
            openssl(
                    "req",
                    "-x509",
                    "-key",
                    "params.key",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=user",
                    "-CA",
                    "ca.pem",
                    "-CAkey",
                    "ca.key",
                    "-addext",
                    "basicConstraints=critical,CA:FALSE",
                    "-out",
                    "user.pem");
            Files.copy(folder.resolve("params.key"), folder.resolve("user.key"));
        } else {
            issue("user", "extendedKeyUsage=clientAuth", "rsa:2048");
        }
        if (!form.equals("PKCS8")) {
            openssl(
                    form.toLowerCase(java.util.Locale.ROOT),
                    "-in",
                    "user.key",
                    "-out",
                    "old.key",
                    form.equals("RSA") ? "-traditional" : "-no_public");
            Files.move(
                    folder.resolve("old.key"),
                    folder.resolve("user.key"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(folder.resolve("user.key")).content().contains("BEGIN " + form + " PRIVATE KEY");
        }
        Files.createDirectories(folder.resolve(".kube"));
        URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
        Files.writeString(folder.resolve(".kube/config"), """
                current-context: one
                contexts: [{name: one, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "%s", certificate-authority: ../ca.pem}}]
                users: [{name: u, user: {client-certificate: ../user.pem, client-key: ../user.key}}]
                """.formatted(uri));
        KubeLogin login = new KubeLogin(
                null, null, null, new Around(new JdkTransport(), Map.of(), folder, InstantSource.system()));
        RestResponse answer = login.connection().transport().send(RestRequest.of("version", "GET", uri));
        assertThat(answer.text()).isEqualTo("CN=user");
        assertThatThrownBy(() -> new JdkTransport().send(RestRequest.of("version", "GET", uri)))
                .isInstanceOf(IOException.class);
    }
}
