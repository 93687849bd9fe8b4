// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import dev.weft.net.wire.ConnectionEvent;
import dev.weft.net.wire.PacedSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has left HTTP for another protocol (status 101): bytes as they come, both ways, each way held back by
 * whoever takes its bytes, each way ended on its own. Closes the connection when both ways have ended, when one breaks,
 * or when nobody wants its bytes any more. On one loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class TunnelEnd extends ChannelInboundHandlerAdapter {
    /** A tunnel through which no byte has passed for so long is closed, whatever protocol it speaks. */
    static final Duration IDLE_MAX = Duration.ofMinutes(10);

    private static final Runnable NOTHING = () -> {};

    private final Channel channel;
    private final Duration idleMax;
    private final InboundBody incoming;
    private @Nullable Outgoing outgoing;
    private long lastByte = System.nanoTime();
    private boolean inputOver;
    private boolean outputOver;

    /** Goes in front of the handler that has spoken HTTP so far. */
    TunnelEnd(Channel channel, Duration idleMax) {
        this.channel = channel;
        this.idleMax = idleMax;
        this.incoming = new InboundBody(channel, Body.LENGTH_UNKNOWN, NOTHING);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (channel instanceof DuplexChannel) {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        watch(idleMax.toNanos());
    }

    private void watch(long nanos) {
        channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (!channel.isActive()) {
            return;
        }
        long still = System.nanoTime() - lastByte;
        if (still < idleMax.toNanos()) {
            watch(idleMax.toNanos() - still);
            return;
        }
        incoming.fail(new BodyException(
                BodyException.Reason.TIMED_OUT, "no byte passed for " + idleMax.toSeconds() + " s", null));
        channel.close();
    }

    /** What comes in. Discarding it closes the connection: half of a tunnel is of no use. */
    Body incoming() {
        return new Incoming();
    }

    /** Sends {@code body}; its end ends our way of the connection. At most once. */
    void send(Body body) {
        Outgoing sending = new Outgoing(body);
        outgoing = sending;
        if (channel.isActive()) {
            body.read(sending);
        } else {
            sending.stop();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        incoming((ByteBuf) message);
    }

    /** Bytes of the other protocol; taken over. */
    void incoming(ByteBuf bytes) {
        lastByte = System.nanoTime();
        incoming.receive(bytes);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Outgoing sending = outgoing;
        if (sending != null && channel.isWritable()) {
            lastByte = System.nanoTime();
            sending.writable();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ConnectionEvent.DRAIN) {
            channel.close();
        } else if (event instanceof ChannelInputShutdownEvent) {
            inputOver = true;
            incoming.end(Headers.none());
            closeIfOver();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        incoming.fail(new BodyException(BodyException.Reason.BROKEN_OFF, "the other side closed the tunnel", null));
        Outgoing sending = outgoing;
        if (sending != null) {
            sending.stop();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close(); // mostly a reset; the other end hears that this way broke
    }

    private void outputOver() {
        outputOver = true;
        // TLS as Netty has it can't end one way alone
        if (channel instanceof DuplexChannel duplex && channel.pipeline().get(SslHandler.class) == null) {
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(flushed -> duplex.shutdownOutput());
            closeIfOver();
        } else {
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void closeIfOver() {
        if (inputOver && outputOver) {
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** What comes in, for its reader. */
    private final class Incoming implements Body {
        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink sink) {
            incoming.read(sink);
        }

        @Override
        public void pause() {
            incoming.pause();
        }

        @Override
        public void resume() {
            incoming.resume();
        }

        @Override
        public void discard() {
            incoming.discard();
            channel.close();
        }
    }

    /** Writes what the other end of the tunnel received. */
    private final class Outgoing extends PacedSink {
        Outgoing(Body body) {
            super(body);
        }

        @Override
        protected boolean write(Chunk chunk) {
            if (!channel.isActive()) {
                chunk.release();
                return true;
            }
            lastByte = System.nanoTime();
            channel.writeAndFlush(BufChunk.toWrite(chunk), channel.voidPromise());
            return channel.isWritable();
        }

        @Override
        protected void ended(Headers trailers) {
            outputOver();
        }

        @Override
        protected void broke(BodyException cause) {
            channel.close();
        }
    }
}
