// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.net.wire.Refusals;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a new connection's first bytes, or at what was agreed on with TLS, and leaves: what stays is either
 * HTTP/1.1's handlers, which are there already, or HTTP/2's in their place.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class ProtocolChoice {
    /** Of HTTP/2's preface: no method that HTTP/1.1 serves begins so. */
    private static final ByteBuf PRIOR_KNOWLEDGE =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("PRI * HTTP/2", StandardCharsets.US_ASCII));

    private static final String HTTP_2 = "h2";
    private static final int TLS_RECORD_HANDSHAKE = 22;
    private static final String PLAIN_TEXT_REFUSED = "this port speaks TLS: ask with https://\n";

    private ProtocolChoice() {}

    /** On a port without TLS: HTTP/2 with prior knowledge, or HTTP/1.1. */
    static final class ByFirstBytes extends ChannelInboundHandlerAdapter {
        private final ServerConnection http1;
        private @Nullable ByteBuf held;

        ByFirstBytes(ServerConnection http1) {
            this.http1 = http1;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            ByteBuf before = held;
            if (before != null) {
                bytes = Unpooled.wrappedBuffer(before, bytes);
                held = null;
            }
            int looked = Math.min(bytes.readableBytes(), PRIOR_KNOWLEDGE.readableBytes());
            boolean fits = ByteBufUtil.equals(bytes, bytes.readerIndex(), PRIOR_KNOWLEDGE, 0, looked);
            if (fits && looked < PRIOR_KNOWLEDGE.readableBytes()) {
                held = bytes;
                http1.bytesCame(); // a preface has a head's time
                return;
            }
            if (fits) {
                http1.makeWayForHttp2(context.pipeline());
            }
            context.fireChannelRead(bytes);
            context.pipeline().remove(this);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            ByteBuf before = held;
            if (before != null) {
                held = null;
                before.release();
            }
        }
    }

    /** After TLS: what ALPN agreed on. */
    static final class ByAgreement extends ChannelInboundHandlerAdapter {
        private final SslHandler tls;
        private final ServerConnection http1;

        ByAgreement(SslHandler tls, ServerConnection http1) {
            this.tls = tls;
            this.http1 = http1;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    if (HTTP_2.equals(tls.applicationProtocol())) {
                        http1.makeWayForHttp2(context.pipeline());
                    }
                    context.pipeline().remove(this);
                } else {
                    http1.listener().refusals().count(Refusals.Reason.TLS_HANDSHAKE);
                    context.close();
                }
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // counted above; whoever can't agree with us is no event for the log
        }
    }

    /** In front of TLS: plain text gets an answer that it can read. */
    static final class PlainTextRefusal extends ChannelInboundHandlerAdapter {
        private final HttpListener listener;

        PlainTextRefusal(HttpListener listener) {
            this.listener = listener;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (!bytes.isReadable() || bytes.getByte(bytes.readerIndex()) == TLS_RECORD_HANDSHAKE) {
                context.fireChannelRead(bytes);
                context.pipeline().remove(this);
                return;
            }
            bytes.release();
            listener.refusals().count(Refusals.Reason.PLAIN_TEXT);
            String answer = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: "
                    + PLAIN_TEXT_REFUSED.length() + "\r\nconnection: close\r\n\r\n" + PLAIN_TEXT_REFUSED;
            // from here on outwards: not through TLS
            context.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }
}
