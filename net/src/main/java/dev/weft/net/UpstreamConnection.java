// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.spi.Loop;
import dev.weft.net.http1.BodyReader;
import dev.weft.net.http1.Head;
import dev.weft.net.http1.HeadReader;
import dev.weft.net.http1.SyntaxException;
import dev.weft.net.http1.Unread;
import dev.weft.net.tls.SecuredAddress;
import dev.weft.net.wire.NettyHeaders;
import dev.weft.net.wire.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to a server: serves one request at a time, or is idle. On one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements BodyReader.Receiver {
    private static final Runnable NOTHING = () -> {};

    private final Upstreams owner;
    private final Loops.NettyLoop loop;
    private final Channel channel;
    private final Outlet outlet;
    private final SocketAddress address;
    private final long idleMaxNanos;
    private final Unread unread = new Unread();
    private final HeadReader heads = HeadReader.ofAnswers(Upstreams.LINE_BYTES_MAX, Upstreams.HEAD_BYTES_MAX);
    private final BodyReader bodies = new BodyReader(Upstreams.HEAD_BYTES_MAX);
    private @Nullable UpstreamRequest current;
    private Runnable onIdleEnd = NOTHING;
    private boolean stream;
    private @Nullable Http2Error reset;
    private boolean untouched;
    private int uses;
    private boolean sweeping;
    private long idleSince;

    UpstreamConnection(Upstreams owner, Loops.NettyLoop loop, Channel channel, SocketAddress address) {
        this.owner = owner;
        this.loop = loop;
        this.channel = channel;
        this.outlet = new Outlet(channel);
        this.address = address;
        this.idleMaxNanos =
                (address instanceof SecuredAddress secured ? secured.idleMax() : Upstreams.IDLE_MAX).toNanos();
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
        boolean said = unread.any(); // more than its answer
        if (staysOpen && !said && !stream && channel.isActive()) {
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
        pipeline.remove(this);
        tunnel.incoming(unread.take());
        return tunnel;
    }

    private void scheduleSweep() {
        if (!sweeping) {
            sweeping = true;
            loop.netty().schedule(this::sweep, idleMaxNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        if (!channel.isActive() || current != null) {
            return;
        }
        if (System.nanoTime() - idleSince >= idleMaxNanos) {
            close();
        } else {
            scheduleSweep();
        }
    }

    boolean usable() {
        return channel.isActive() && System.nanoTime() - idleSince < idleMaxNanos;
    }

    void onIdleEnd(Runnable task) {
        onIdleEnd = task;
    }

    void close() {
        channel.close();
    }

    Outlet outlet() {
        return outlet;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        UpstreamRequest request = current;
        if (request == null) {
            // a server that speaks unasked can't be trusted with the next request
            ReferenceCountUtil.release(message);
            channel.close();
        } else if (message instanceof ByteBuf bytes) {
            take(bytes);
        } else {
            takeOfStream(message, request);
        }
    }

    private void take(ByteBuf bytes) {
        unread.add(bytes, channel.alloc());
        try {
            boolean more = true;
            while (more) {
                more = step(unread.bytes());
            }
        } catch (SyntaxException broken) {
            UpstreamRequest request = current;
            if (request != null) {
                request.malformed(broken);
            }
        }
        if (current == null || !unread.any()) {
            unread.drop();
        }
    }

    /** Reads one head, or on in a body; whether there may be more to read. */
    private boolean step(ByteBuf bytes) throws SyntaxException {
        UpstreamRequest request = current;
        if (request == null) {
            return false;
        }
        if (bodies.inBody()) {
            bodies.read(bytes, this);
            return !bodies.inBody();
        }
        Head head = bytes.isReadable() ? heads.head(bytes) : null;
        if (head == null) {
            return false;
        }
        int status = head.status();
        if (status == 101) {
            request.switched(head.fields());
        } else if (status >= 200) {
            long length = request.bodiless(status) ? 0 : head.bodyLength(Head.UNTIL_CLOSE);
            bodies.begin(length);
            boolean staysOpen = head.staysOpen() && length != Head.UNTIL_CLOSE;
            request.head(new UpstreamRequest.AnswerHead(
                    status, head.fields(), Math.max(length, Body.LENGTH_UNKNOWN), staysOpen));
        }
        return true;
    }

    @Override
    public void bytes(ByteBuf some) {
        UpstreamRequest request = current;
        if (request == null) {
            some.release();
        } else {
            request.bytes(some);
        }
    }

    @Override
    public void end(Headers trailers) {
        UpstreamRequest request = current;
        if (request != null) {
            request.ended(trailers);
        }
    }

    /** HTTP/2: an answer as the objects that Netty makes of its frames. */
    private static void takeOfStream(Object message, UpstreamRequest request) {
        if (message instanceof HttpResponse response) {
            int status = response.status().code();
            if (response.decoderResult().isFailure() || status == 101) {
                request.malformed(response.decoderResult().cause());
            } else if (status >= 200) {
                boolean ended = message instanceof LastHttpContent; // the head was all, as in gRPC's trailers-only
                long length = ended || request.bodiless(status)
                        ? 0
                        : HttpUtil.getContentLength(response, Body.LENGTH_UNKNOWN);
                request.head(
                        new UpstreamRequest.AnswerHead(status, new NettyHeaders(response.headers()), length, false));
            } else {
                ReferenceCountUtil.release(message); // an interim answer ends nothing
                return;
            }
        }
        if (message instanceof HttpContent content) {
            request.bytes(content.content());
            if (content instanceof LastHttpContent last) {
                request.ended(new NettyHeaders(last.trailingHeaders()));
            }
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
            if (bodies.untilClose()) {
                request.ended(Headers.none());
            } else if (reset == null) {
                request.connectionEnded();
            } else {
                request.givenUp(reset, untouched);
            }
        }
        unread.drop();
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
