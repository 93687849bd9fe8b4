// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.spi.Loop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to a server: serves one request at a time, or is idle. On one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private static final Runnable NOTHING = () -> {};

    private final Upstreams owner;
    private final Loops.NettyLoop loop;
    private final Channel channel;
    private final SocketAddress address;
    private @Nullable UpstreamRequest current;
    private Runnable onIdleEnd = NOTHING;
    private boolean stream;
    private @Nullable Http2Error reset;
    private boolean untouched;
    private int uses;
    private boolean sweeping;
    private long idleSince;
    private boolean flushWaiting;

    UpstreamConnection(Upstreams owner, Loops.NettyLoop loop, Channel channel, SocketAddress address) {
        this.owner = owner;
        this.loop = loop;
        this.channel = channel;
        this.address = address;
    }

    /**
     * For one request over a stream of an HTTP/2 connection.
     *
     * @param reused whether that connection has carried others before
     */
    static UpstreamConnection ofStream(
            Upstreams owner, Loops.NettyLoop loop, Channel stream, SocketAddress address, boolean reused) {
        UpstreamConnection connection = new UpstreamConnection(owner, loop, stream, address);
        connection.stream = true;
        connection.uses = reused ? 1 : 0;
        return connection;
    }

    /** Takes a request; the connection is its until {@link #done}. */
    void serve(UpstreamRequest request) {
        current = request;
        onIdleEnd = NOTHING;
        uses++;
    }

    /** Whether this connection has served a request before the one it serves now. */
    boolean reused() {
        return uses > 1;
    }

    /** The request is answered; the connection may serve the next. */
    void done(boolean staysOpen) {
        current = null;
        if (staysOpen && !stream && channel.isActive()) {
            channel.config().setAutoRead(true);
            idleSince = System.nanoTime();
            scheduleSweep();
            owner.keep(this);
        } else {
            channel.close();
        }
    }

    /** The request's answer was 101: no HTTP any more, and nothing to keep. */
    TunnelEnd becomesTunnel() {
        current = null;
        TunnelEnd tunnel = new TunnelEnd(channel, owner.tunnelIdleMax());
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addBefore(pipeline.context(this).name(), null, tunnel);
        pipeline.remove(HttpClientCodec.class);
        pipeline.remove(this);
        return tunnel;
    }

    private void scheduleSweep() {
        if (!sweeping) {
            sweeping = true;
            loop.netty().schedule(this::sweep, Upstreams.IDLE_MAX.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        if (!channel.isActive() || current != null) {
            return;
        }
        if (System.nanoTime() - idleSince >= Upstreams.IDLE_MAX.toNanos()) {
            close();
        } else {
            scheduleSweep();
        }
    }

    boolean usable() {
        return channel.isActive() && System.nanoTime() - idleSince < Upstreams.IDLE_MAX.toNanos();
    }

    void onIdleEnd(Runnable task) {
        onIdleEnd = task;
    }

    void close() {
        channel.close();
    }

    void flushSoon() {
        if (!flushWaiting) {
            flushWaiting = true;
            loop.netty().execute(() -> {
                flushWaiting = false;
                channel.flush();
            });
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        UpstreamRequest request = current;
        if (request == null) {
            // a server that speaks unasked can't be trusted with the next request
            ReferenceCountUtil.release(message);
            channel.close();
            return;
        }
        if (message instanceof HttpResponse head) {
            request.head(head);
        }
        if (message instanceof HttpContent content) {
            request.content(content);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        UpstreamRequest request = current;
        if (request != null && channel.isWritable()) {
            request.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // only noted: these overtake the bytes that came before them, the stream's end does not
        if (event instanceof Http2ResetFrame frame) {
            Http2Error error = Http2Error.valueOf(frame.errorCode());
            reset = error;
            untouched = error == Http2Error.REFUSED_STREAM;
        } else if (event instanceof Http2GoAwayFrame away) {
            reset = Http2Error.NO_ERROR;
            untouched = true;
            away.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Runnable idleEnd = onIdleEnd;
        onIdleEnd = NOTHING;
        idleEnd.run();
        UpstreamRequest request = current;
        if (request != null) {
            current = null;
            if (reset == null) {
                request.connectionEnded();
            } else {
                request.givenUp(reset, untouched);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    Channel channel() {
        return channel;
    }

    Loop loop() {
        return loop;
    }

    SocketAddress address() {
        return address;
    }
}
