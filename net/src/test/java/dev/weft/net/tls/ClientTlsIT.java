// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.Upstreams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests over TLS to a real server with certificates of its own. */
class ClientTlsIT {
    private static final Duration IDLE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Loops loops;
    private Upstreams upstreams;
    private TlsFiles.Pair pair;
    private Tls tls;
    private HttpListener server;
    private volatile String sawHost = "";

    @BeforeEach
    void open() throws Exception {
        loops = Loops.start(1);
        upstreams = new Upstreams();
        pair = new TestCertificates(folder).pair("cloud", "EC", "cloud.test");
        tls = Tls.open(new TlsFiles(List.of(pair), null), said -> {});
        server = HttpListener.open(
                loops,
                new ListenerConfig("cloud", "127.0.0.1", 0, Set.of(), ListenerConfig.Limits.DEFAULT, tls),
                exchange -> {
                    sawHost = exchange.authority();
                    exchange.respond(
                            200,
                            Headers.builder().add("x-scheme", exchange.scheme()).build(),
                            exchange.body());
                });
    }

    @AfterEach
    void close() {
        upstreams.close();
        server.close();
        tls.close();
        loops.close();
    }

    private SecuredAddress at(int port, String host, @Nullable Path authorities) throws Exception {
        InetAddress loopback = InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1});
        return new SecuredAddress(new InetSocketAddress(loopback, port), host, ClientTls.open(authorities), IDLE);
    }

    private String send(SecuredAddress to, byte[] body) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Loop loop = loops.next();
        loop.execute(() -> upstreams.send(
                loop,
                to,
                new InvokeDialect.WireRequest("POST", "/x", Headers.none(), Body.of(body)),
                new Upstreams.Sink() {
                    @Override
                    public void answered(InvokeDialect.WireHead head, Body answered) {
                        BodyGatherer.gather(
                                answered,
                                1 << 30,
                                bytes -> answer.complete(head.status() + " "
                                        + head.headers().first("x-scheme") + " " + bytes.length + " "
                                        + new String(bytes, 0, Math.min(5, bytes.length), StandardCharsets.UTF_8)),
                                answer::completeExceptionally);
                    }

                    @Override
                    public void failed(CloudException why) {
                        answer.completeExceptionally(why);
                    }
                }));
        try {
            return answer.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CloudException why) {
                throw why;
            }
            throw failed;
        }
    }

    private static byte[] hello() {
        return "hello".getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void bytesPassBothWaysAndTheConnectionIsKept() throws Exception {
        SecuredAddress to = at(server.port(), "cloud.test", pair.certificate());
        assertThat(send(to, hello())).isEqualTo("200 https 5 hello");
        assertThat(sawHost).isEqualTo("cloud.test:" + server.port());
        assertThat(send(to, new byte[20 << 20])).startsWith("200 https " + (20 << 20));
        assertThat(send(to, hello())).isEqualTo("200 https 5 hello");
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aServerOfAnotherNameIsUnreachableAndSaysWhy() throws Exception {
        SecuredAddress to = at(server.port(), "other.test", pair.certificate());
        assertThatThrownBy(() -> send(to, hello()))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.UNREACHABLE))
                .hasMessageContaining("its certificate is not that of other.test");
        assertThat(sawHost).isEmpty();
    }

    @Test
    void aServerOfAnAuthorityThatNobodyTrustsIsUnreachableAndSaysWhatHelps() throws Exception {
        SecuredAddress to = at(server.port(), "cloud.test", null);
        assertThatThrownBy(() -> send(to, hello()))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.UNREACHABLE))
                .hasMessageContaining("no authority that is trusted here")
                .hasMessageContaining("SSL_CERT_FILE");
        assertThat(sawHost).isEmpty();
    }

    @Test
    void aServerThatSpeaksNoTlsIsUnreachable() throws Exception {
        try (HttpListener plain = HttpListener.open(
                loops,
                ListenerConfig.loopback("plain", 0),
                exchange -> exchange.respond(200, Headers.none(), Body.empty()))) {
            SecuredAddress to = at(plain.port(), "cloud.test", pair.certificate());
            assertThatThrownBy(() -> send(to, hello()))
                    .isInstanceOfSatisfying(CloudException.class, why -> assertThat(why.kind())
                            .isEqualTo(CloudException.Kind.UNREACHABLE))
                    .hasMessageContaining("TLS was not agreed on");
        }
    }

    @Test
    void aServerThatNeverAnswersTheHandshakeIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            SecuredAddress to = at(silent.getLocalPort(), "cloud.test", pair.certificate());
            assertThatThrownBy(() -> send(to, hello()))
                    .isInstanceOfSatisfying(CloudException.class, why -> assertThat(why.kind())
                            .isEqualTo(CloudException.Kind.UNREACHABLE));
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefused() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
        assertThatThrownBy(() -> ClientTls.open(empty))
                .isInstanceOf(TlsFileException.class)
                .hasMessageContaining("no certificate in it");
    }
}
