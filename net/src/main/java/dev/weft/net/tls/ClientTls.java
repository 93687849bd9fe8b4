// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import dev.weft.net.tls.TlsFileException.Role;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 towards servers, which must prove to have the name that they are called by. Sessions are resumed. Safe for use
 * from any loop.
 */
public final class ClientTls {
    /** A server that has not agreed on TLS within this is given up. */
    public static final Duration HANDSHAKE_MAX = Duration.ofSeconds(5);

    private final JdkSslContext context;

    private ClientTls(JdkSslContext context) {
        this.context = context;
    }

    /** Trusts the authorities of this JVM, and those of the PEM file {@code more}, if it is given. */
    public static ClientTls open(@Nullable Path more) throws TlsFileException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm("HTTPS");
        try {
            if (more != null) {
                builder.trustManager(trusting(more));
            }
            return new ClientTls((JdkSslContext) builder.build()); // of its provider
        } catch (SSLException | GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM has no TLS for clients", broken);
        }
    }

    private static TrustManagerFactory trusting(Path more) throws TlsFileException, GeneralSecurityException {
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            all.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException("an empty store needs no file", impossible);
        }
        int number = 0;
        for (X509Certificate each : Pem.certificates(Role.SERVER_AUTHORITY, more)) {
            all.setCertificateEntry("more-" + number++, each);
        }
        for (TrustManager each : factory(null).getTrustManagers()) {
            if (each instanceof X509TrustManager known) {
                for (X509Certificate authority : known.getAcceptedIssuers()) {
                    all.setCertificateEntry("known-" + number++, authority);
                }
            }
        }
        return factory(all);
    }

    private static TrustManagerFactory factory(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /** The same authorities for the JDK's own clients. */
    public SSLContext context() {
        return context.context();
    }

    /** A new connection's side of TLS. */
    SslHandler handler(ByteBufAllocator buffers, String host, int port) {
        SslHandler handler = context.newHandler(buffers, host, port);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MAX.toMillis());
        return handler;
    }
}
