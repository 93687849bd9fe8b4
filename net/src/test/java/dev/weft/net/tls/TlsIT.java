// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.wire.Refusals;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on a listener, by the JDK's own clients. */
class TlsIT {
    private static final ListenerConfig.Limits LIMITS = new ListenerConfig.Limits(
            512, 2048, Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(5), 10);

    @TempDir
    private Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private Loops loops;
    private TestCertificates certificates;
    private TlsFiles.Pair one;

    @BeforeEach
    void open() throws Exception {
        loops = Loops.start(1);
        certificates = new TestCertificates(folder);
        one = certificates.pair("one", "EC", "one.test");
    }

    @AfterEach
    void close() {
        loops.close();
    }

    private HttpListener listen(Tls tls) {
        return HttpListener.open(
                loops,
                new ListenerConfig("test", "127.0.0.1", 0, Set.of(), LIMITS, tls),
                exchange -> exchange.respond(
                        200, Headers.none(), Body.of(exchange.scheme().getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void theJdksClientSpeaksHttp2AndHttp11() throws Exception {
        try (Tls tls = Tls.open(new TlsFiles(List.of(one), null), said::add);
                HttpListener listener = listen(tls);
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trusting(null, one)).build()) {
            HttpResponse<String> second = client.send(request(listener).build(), BodyHandlers.ofString());
            assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(second.body()).isEqualTo("https");
            HttpResponse<String> first = client.send(
                    request(listener).version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofString());
            assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(first.body()).isEqualTo("https");
        }
    }

    @Test
    void theNameAskedForDecidesWhichCertificateIsShown() throws Exception {
        TlsFiles.Pair two = certificates.pair("two", "RSA", "*.two.test");
        try (Tls tls = Tls.open(new TlsFiles(List.of(one, two), null), said::add);
                HttpListener listener = listen(tls)) {
            assertThat(shown(listener, "one.test", one, two)).isEqualTo("CN=one.test");
            assertThat(shown(listener, "Shop.two.test", one, two)).isEqualTo("CN=*.two.test");
            assertThat(shown(listener, "other.test", one, two)).isEqualTo("CN=one.test");
        }
    }

    @Test
    void changedFilesAreReadAgainAndBrokenOnesChangeNothing() throws Exception {
        try (Tls tls = Tls.open(new TlsFiles(List.of(one), null), said::add);
                HttpListener listener = listen(tls)) {
            TlsFiles.Pair renewed = certificates.pair("renewed", "EC", "renewed.test");
            Files.copy(renewed.certificate(), one.certificate(), StandardCopyOption.REPLACE_EXISTING);
            await(() -> !said.isEmpty()); // a certificate without its key
            assertThat(said.getFirst()).contains("goes on").contains(one.key().toString());
            assertThat(said.getFirst()).doesNotContain("PRIVATE");

            Files.copy(renewed.key(), one.key(), StandardCopyOption.REPLACE_EXISTING);
            await(() -> said.size() > 1);
            assertThat(said.getLast()).contains("read again");
            assertThat(shown(listener, "one.test", renewed)).isEqualTo("CN=renewed.test");
        }
    }

    @Test
    void callersMustShowACertificateWhereOneIsAskedFor() throws Exception {
        TlsFiles.Pair caller = certificates.pair("caller", "EC", "caller.test");
        TlsFiles.Pair stranger = certificates.pair("stranger", "EC", "stranger.test");
        try (Tls tls = Tls.open(new TlsFiles(List.of(one), caller.certificate()), said::add);
                HttpListener listener = listen(tls)) {
            assertThat(ask(listener, trusting(caller, one)).body()).isEqualTo("https");
            assertThatThrownBy(() -> ask(listener, trusting(null, one))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> ask(listener, trusting(stranger, one))).isInstanceOf(IOException.class);
            await(() -> listener.refusals().of(Refusals.Reason.TLS_HANDSHAKE) == 2);
        }
    }

    @Test
    void plainTextIsAnsweredAndOldTlsIsRefused() throws Exception {
        try (Tls tls = Tls.open(new TlsFiles(List.of(one), null), said::add);
                HttpListener listener = listen(tls)) {
            try (Socket plain = new Socket("127.0.0.1", listener.port())) {
                plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 400 ")
                        .contains("https://");
            }
            assertThat(listener.refusals().of(Refusals.Reason.PLAIN_TEXT)).isEqualTo(1);
            try (SSLSocket old =
                    (SSLSocket) trusting(null, one).getSocketFactory().createSocket("127.0.0.1", listener.port())) {
                old.setEnabledProtocols(new String[] {"TLSv1.1"});
                assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void aHandshakeThatNeverEndsIsCutOff() throws Exception {
        try (Tls tls = Tls.open(new TlsFiles(List.of(one), null), said::add);
                HttpListener listener = listen(tls);
                Socket silent = new Socket("127.0.0.1", listener.port())) {
            silent.setSoTimeout(5_000);
            silent.getOutputStream().write(22);
            assertThat(silent.getInputStream().readAllBytes().length).isLessThan(16);
            await(() -> listener.refusals().of(Refusals.Reason.TLS_HANDSHAKE) == 1);
        }
    }

    @Test
    void filesThatCannotBeUsedAreNamedWithWhatWouldBeRight() throws Exception {
        TlsFiles.Pair two = certificates.pair("two", "RSA", "two.test");
        Path missing = folder.resolve("missing.pem");
        Path old = Files.writeString(
                folder.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----\n");
        refused(new TlsFiles.Pair(missing, one.key()), null, TlsFileException.Role.CERTIFICATE, "no such file");
        refused(new TlsFiles.Pair(one.key(), one.key()), null, TlsFileException.Role.CERTIFICATE, "no certificate");
        refused(
                new TlsFiles.Pair(one.certificate(), one.certificate()),
                null,
                TlsFileException.Role.KEY,
                "no private key");
        refused(new TlsFiles.Pair(one.certificate(), old), null, TlsFileException.Role.KEY, "openssl pkcs8");
        refused(
                new TlsFiles.Pair(one.certificate(), two.key()),
                null,
                TlsFileException.Role.KEY,
                "not the private key");
        refused(one, missing, TlsFileException.Role.CLIENT_AUTHORITY, "no such file");
    }

    private void refused(TlsFiles.Pair pair, @Nullable Path authority, TlsFileException.Role role, String why) {
        assertThatThrownBy(() -> Tls.open(new TlsFiles(List.of(pair), authority), said::add))
                .isInstanceOfSatisfying(TlsFileException.class, mistake -> assertThat(mistake.role())
                        .isEqualTo(role))
                .hasMessageContaining(why)
                .hasMessageContaining(folder.toString());
    }

    private static HttpRequest.Builder request(HttpListener listener) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + "/"));
    }

    private static HttpResponse<String> ask(HttpListener listener, SSLContext context)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(request(listener).build(), BodyHandlers.ofString());
        }
    }

    private static String shown(HttpListener listener, String name, TlsFiles.Pair... trusted) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) trusting(null, trusted).getSocketFactory().createSocket("127.0.0.1", listener.port())) {
            SSLParameters asked = socket.getSSLParameters();
            asked.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(asked);
            socket.startHandshake();
            X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return own.getSubjectX500Principal().getName();
        }
    }

    /** A caller that shows {@code own} and trusts {@code servers}. */
    private static SSLContext trusting(TlsFiles.@Nullable Pair own, TlsFiles.Pair... servers) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (TlsFiles.Pair each : servers) {
            trusted.setCertificateEntry(
                    each.certificate().toString(),
                    Pem.certificates(TlsFileException.Role.CERTIFICATE, each.certificate())
                            .getFirst());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore mine = KeyStore.getInstance("PKCS12");
        mine.load(null, null);
        if (own != null) {
            PrivateKey key = Pem.key(own.key());
            Certificate[] chain = Pem.certificates(TlsFileException.Role.CERTIFICATE, own.certificate())
                    .toArray(Certificate[]::new);
            mine.setKeyEntry("own", key, new char[0], chain);
        }
        keys.init(mine, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
