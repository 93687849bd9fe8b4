// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import dev.weft.net.tls.TlsFileException.Role;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * TLS 1.2 and 1.3 with certificates from files, which are read again when they change: a handshake that begins then sees
 * the new ones, connections that are open stay as they are. New files that can't be used change nothing and are told
 * once.
 */
public final class Tls implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final TlsFiles files;
    private final Consumer<String> say;
    private final Thread watching;
    private volatile SslContext context;
    private String seen;
    private String read;

    private Tls(TlsFiles files, Consumer<String> say) throws TlsFileException {
        this.files = files;
        this.say = say;
        this.read = state(files);
        this.seen = read;
        this.context = load();
        this.watching = Thread.ofVirtual().name("tls-files").start(this::watch);
    }

    /** Reads the files and goes on watching them; what happens to them later is told to {@code say}. */
    public static Tls open(TlsFiles files, Consumer<String> say) throws TlsFileException {
        return new Tls(files, say);
    }

    /** A new connection's side of TLS. Whoever has not agreed within {@code handshakeMax} is cut off. */
    public SslHandler handler(ByteBufAllocator buffers, Duration handshakeMax) {
        SslHandler handler = context.newHandler(buffers);
        handler.setHandshakeTimeoutMillis(handshakeMax.toMillis());
        return handler;
    }

    private SslContext load() throws TlsFileException {
        List<Identity> identities = new ArrayList<>();
        for (TlsFiles.Pair each : files.pairs()) {
            Identity identity = Identity.read(each);
            tellIfNotValid(identity.chain().getFirst(), each.certificate());
            identities.add(identity);
        }
        SslContextBuilder builder = SslContextBuilder.forServer(new IdentityByName(List.copyOf(identities)))
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
        Path authority = files.clientAuthority();
        if (authority != null) {
            builder.clientAuth(ClientAuth.REQUIRE)
                    .trustManager(
                            Pem.certificates(Role.CLIENT_AUTHORITY, authority).toArray(X509Certificate[]::new));
        }
        try {
            return builder.build();
        } catch (SSLException broken) {
            throw new TlsFileException(
                    Role.CERTIFICATE, files.pairs().getFirst().certificate(), "no TLS with it: " + broken.getMessage());
        }
    }

    private void tellIfNotValid(X509Certificate certificate, Path file) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException late) {
            say.accept(file + ": the certificate has expired; callers will refuse it: " + late.getMessage());
        } catch (CertificateNotYetValidException early) {
            say.accept(file + ": the certificate is not valid yet; callers will refuse it: " + early.getMessage());
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                look();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Certificate and key are two files: only what has stood still for a moment is read. */
    private void look() {
        String now = state(files);
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(read)) {
            return;
        }
        read = now;
        try {
            context = load();
            say.accept("TLS: the certificates were read again");
        } catch (TlsFileException unusable) {
            say.accept("TLS goes on with the certificates it has: " + unusable.getMessage());
        }
    }

    private static String state(TlsFiles files) {
        StringBuilder state = new StringBuilder();
        for (Path each : files.all()) {
            try {
                BasicFileAttributes now = Files.readAttributes(each, BasicFileAttributes.class);
                state.append(now.fileKey()).append(now.size()).append(now.lastModifiedTime());
            } catch (IOException gone) {
                state.append('-'); // reading it will say why
            }
            state.append('\n');
        }
        return state.toString();
    }

    @Override
    public void close() {
        watching.interrupt();
    }
}
