// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Where a server is that is spoken to over TLS, and the name that it must prove to have. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: a connection is closed, whether or not that is heard
public final class SecuredAddress extends SocketAddress {
    private static final long serialVersionUID = 1;
    private static final int HTTPS_PORT = 443;

    private final InetSocketAddress at;
    private final String host;
    private final transient ClientTls tls;
    private final Duration idleMax;

    /** The server {@code host} at {@code at}; unused connections to it are kept for {@code idleMax}. */
    public SecuredAddress(InetSocketAddress at, String host, ClientTls tls, Duration idleMax) {
        this.at = at;
        this.host = host;
        this.tls = tls;
        this.idleMax = idleMax;
    }

    /** How long an unused connection is kept. */
    public Duration idleMax() {
        return idleMax;
    }

    /** Its name, and its port where that is not the usual one. */
    public String authority() {
        return at.getPort() == HTTPS_PORT ? host : host + ':' + at.getPort();
    }

    /** Connects and agrees on TLS; the future's channel then has {@code handler} behind it. */
    public ChannelFuture connect(Bootstrap bootstrap, ChannelHandler handler, EventLoop loop) {
        bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(tls.handler(channel.alloc(), host, at.getPort()), handler);
            }
        });
        ChannelFuture connecting = bootstrap.connect(at);
        ChannelPromise agreed = new DefaultChannelPromise(connecting.channel(), loop);
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                agreed.setFailure(connected.cause());
                return;
            }
            SslHandler handshake = connecting.channel().pipeline().get(SslHandler.class);
            if (handshake == null) { // closed before anybody could look
                agreed.setFailure(new SSLException("the server closed the connection before TLS was agreed on"));
                return;
            }
            handshake.handshakeFuture().addListener(done -> {
                if (done.isSuccess()) {
                    agreed.setSuccess();
                } else {
                    connecting.channel().close();
                    agreed.setFailure(said(done.cause()));
                }
            });
        });
        return agreed;
    }

    /** The JDK's words say what failed, not what to do. */
    private SSLException said(Throwable failure) {
        String why;
        if (caused(failure, CertPathBuilderException.class) != null) {
            why = "no authority that is trusted here vouches for its certificate; the file that SSL_CERT_FILE names may"
                    + " hold further ones";
        } else if (caused(failure, CertPathValidatorException.class) instanceof CertPathValidatorException broken) {
            why = "its certificate is not valid: " + broken.getMessage();
        } else if (caused(failure, CertificateException.class) instanceof CertificateException wrong) {
            why = "its certificate is not that of " + host + ": " + wrong.getMessage();
        } else {
            why = "TLS was not agreed on: " + failure.getMessage();
        }
        SSLException told = new SSLHandshakeException(why);
        told.initCause(failure);
        return told;
    }

    private static @Nullable Throwable caused(Throwable failure, Class<? extends Throwable> wanted) {
        Throwable each = failure;
        while (each != null && !wanted.isInstance(each)) {
            each = each.getCause();
        }
        return each;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecuredAddress that
                && at.equals(that.at)
                && host.equals(that.host)
                && tls == that.tls
                && idleMax.equals(that.idleMax);
    }

    @Override
    public int hashCode() {
        return Objects.hash(at, host);
    }

    @Override
    public String toString() {
        return host + " at " + at;
    }
}
