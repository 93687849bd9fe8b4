// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.net.http1.BodyReader;
import dev.weft.net.http1.Head;
import dev.weft.net.http1.HeadReader;
import dev.weft.net.http1.HeadWriter;
import dev.weft.net.http1.SyntaxException;
import dev.weft.net.http1.Unread;
import dev.weft.net.http2.StreamsConnection;
import dev.weft.net.wire.ConnectionEvent;
import dev.weft.net.wire.Outlet;
import dev.weft.net.wire.Refusals;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One caller's connection: one exchange after the other, pipelined requests wait their turn. On one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class ServerConnection extends ChannelInboundHandlerAdapter implements BodyReader.Receiver {
    /** Bytes of an unwanted request body that are read away to keep the connection; beyond it is closed. */
    static final long UNWANTED_BYTES_MAX = 256 * 1024;

    /** How long a caller that sends what nobody wants is listened to after its answer, before the connection is cut. */
    static final Duration HEAR_OUT_MAX = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger("dev.weft.net");
    private static final long TICKS_PER_TIMEOUT = 4;

    /** What the connection waits for, and so which timeout counts. */
    private enum Phase {
        IDLE,
        HEAD,
        EXCHANGE
    }

    private final HttpListener listener;
    private final SocketChannel channel;
    private final Outlet outlet;
    private final Loops.NettyLoop loop;
    private final Unread unread = new Unread();
    private final HeadReader heads;
    private final BodyReader bodies;
    private final Duration tick;
    private final String scheme;
    private Phase phase = Phase.IDLE;
    private @Nullable WireExchange current;
    private @Nullable String callerAddress;
    private boolean decoding;
    private boolean deaf;
    private boolean madeWay;
    private long activity;
    private long activitySeen;
    private long ticksStill;

    ServerConnection(HttpListener listener, SocketChannel channel, Loops.NettyLoop loop, String scheme) {
        this.listener = listener;
        this.channel = channel;
        this.outlet = new Outlet(channel);
        this.loop = loop;
        this.scheme = scheme;
        ListenerConfig.Limits limits = listener.config().limits();
        this.heads = HeadReader.ofRequests(limits.lineBytesMax(), limits.headBytesMax());
        this.bodies = new BodyReader(limits.headBytesMax());
        long least = Math.min(
                limits.headTimeout().toMillis(),
                Math.min(limits.idleTimeout().toMillis(), limits.stallTimeout().toMillis()));
        this.tick = Duration.ofMillis(Math.max(20, least / TICKS_PER_TIMEOUT));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        scheduleTick();
    }

    /** Bytes came from the caller. */
    void bytesCame() {
        activity++;
        if (phase == Phase.IDLE) {
            phase = Phase.HEAD;
            ticksStill = 0;
        }
    }

    /** The caller speaks HTTP/2: this connection's handlers leave {@code pipeline} to that. */
    void makeWayForHttp2(ChannelPipeline pipeline) {
        madeWay = true;
        pipeline.remove(this);
        pipeline.addLast(StreamsConnection.open(new StreamsConnection.Place(listener.streams(), loop, scheme)));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        bytesCame();
        if (deaf) {
            bytes.release();
            return;
        }
        unread.add(bytes, channel.alloc());
        decode();
    }

    /** As far as the bytes go: to the end of a request that is not answered yet; the next one waits as bytes. */
    private void decode() {
        if (decoding) {
            return; // the loop below goes on by itself
        }
        decoding = true;
        try {
            boolean more = true;
            while (more && !deaf) {
                more = step(unread.bytes());
            }
        } catch (SyntaxException broken) {
            refuse(broken);
        } finally {
            decoding = false;
        }
        if (deaf || !unread.any()) {
            unread.drop();
        }
    }

    /** Reads one head, or on in a body; whether there may be more to read. */
    private boolean step(ByteBuf bytes) throws SyntaxException {
        WireExchange exchange = current;
        if (bodies.inBody()) {
            bodies.read(bytes, this);
            return !bodies.inBody();
        }
        if (!bytes.isReadable()) {
            return false;
        }
        if (exchange != null) {
            channel.config().setAutoRead(false);
            return false;
        }
        Head head = heads.head(bytes);
        if (head != null) {
            begin(head);
        }
        return head != null;
    }

    @Override
    public void bytes(ByteBuf some) {
        WireExchange exchange = current;
        if (exchange == null || deaf) {
            some.release();
            return;
        }
        exchange.requestBody.receive(some);
        if (exchange.requestBody.discarded() && exchange.requestBody.received() > UNWANTED_BYTES_MAX) {
            exchange.tooMuchUnwanted();
        }
    }

    @Override
    public void end(Headers trailers) {
        WireExchange exchange = current;
        if (exchange != null) {
            exchange.requestBody.end(trailers);
            exchange.requestEnded();
        }
    }

    private void begin(Head request) throws SyntaxException {
        RequestHead head = RequestHead.read(request, listener.config().allowedHosts());
        if (head.refusal() != null) {
            refuse(head.refusal());
            return;
        }
        long length = request.bodyLength(0);
        bodies.begin(length);
        phase = Phase.EXCHANGE;
        ticksStill = 0;
        listener.exchangeBegins();
        WireExchange exchange = new WireExchange(this, head, request, length);
        current = exchange;
        try {
            listener.handler().handle(exchange);
        } catch (RuntimeException | StackOverflowError bug) {
            LOG.log(System.Logger.Level.ERROR, "handler of " + listener.config().name() + " failed", bug);
            exchange.closeAfter();
            exchange.respond(500, Headers.none(), Body.empty());
        }
    }

    private void refuse(SyntaxException broken) {
        WireExchange exchange = current;
        if (exchange != null && bodies.inBody()) {
            deaf = true;
            listener.refusals().count(Refusals.Reason.MALFORMED);
            exchange.requestBody.fail(
                    new BodyException(BodyException.Reason.MALFORMED, "the request body breaks HTTP's rules", broken));
            exchange.closeAfter();
            return;
        }
        refuse(RequestHead.Refusal.of(broken, listener.config().limits()));
    }

    /** Answers without the handler and closes: what follows can't be trusted. */
    private void refuse(RequestHead.Refusal refusal) {
        deaf = true;
        listener.refusals().count(refusal.why());
        byte[] text = (refusal.reason() + '\n').getBytes(StandardCharsets.UTF_8);
        HeadWriter head = HeadWriter.answer(refusal.status());
        head.field("content-type", "text/plain; charset=utf-8");
        head.field("content-length", Integer.toString(text.length));
        head.field("connection", "close");
        outlet.head(head.end(channel.alloc()).writeBytes(text));
        endHearingOut(outlet.flushed());
    }

    /** The exchange goes on as a tunnel and takes the connection with it. */
    Body switchProtocol(Headers fields, Body toCaller) {
        ChannelPipeline pipeline = channel.pipeline();
        TunnelEnd tunnel = new TunnelEnd(channel, TunnelEnd.IDLE_MAX);
        pipeline.addBefore(pipeline.context(this).name(), null, tunnel);
        outlet.head(HeadWriter.switching(fields).end(channel.alloc()));
        outlet.flush();
        if (unread.any()) {
            channel.close(); // it sent another request where the other protocol begins
        }
        deaf = true;
        tunnel.send(toCaller);
        return tunnel.incoming();
    }

    /** The exchange is over and the connection may serve the next. */
    void next() {
        current = null;
        listener.exchangeEnds();
        // while it drains: this answer may have been sent without a word of that, so the caller may come once more
        phase = unread.any() ? Phase.HEAD : Phase.IDLE;
        ticksStill = 0;
        channel.config().setAutoRead(true);
        decode();
    }

    /** The exchange is over and so is the connection, once its last byte is out. */
    void close() {
        phase = Phase.IDLE;
        outlet.flushed().addListener(ChannelFutureListener.CLOSE);
    }

    /** The same, of a caller that has not sent everything yet. */
    void closeHearingOut() {
        deaf = true;
        current = null;
        listener.exchangeEnds();
        endHearingOut(outlet.flushed());
    }

    /** Closing with bytes unread would reset the connection, and the answer would be lost before the caller reads it. */
    private void endHearingOut(ChannelFuture written) {
        phase = Phase.IDLE;
        channel.config().setAutoRead(true);
        written.addListener(done -> channel.shutdownOutput());
        loop.netty().schedule(() -> channel.close(), HEAR_OUT_MAX.toNanos(), TimeUnit.NANOSECONDS);
    }

    Outlet outlet() {
        return outlet;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        activity++;
        WireExchange exchange = current;
        if (exchange != null && channel.isWritable()) {
            exchange.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        WireExchange exchange = current;
        if (exchange != null) {
            current = null;
            listener.exchangeEnds();
            exchange.callerGone();
        }
        deaf = true;
        if (!decoding) {
            unread.drop();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ConnectionEvent.DRAIN && current == null) {
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof java.io.IOException) && !(cause.getCause() instanceof java.io.IOException)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "connection of " + listener.config().name() + " failed",
                    cause);
        }
        channel.close();
    }

    private void scheduleTick() {
        loop.netty().schedule(this::tick, tick.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tick() {
        if (!channel.isActive() || madeWay) {
            return;
        }
        ListenerConfig.Limits limits = listener.config().limits();
        WireExchange exchange = current;
        boolean waitsForCaller =
                switch (phase) {
                    case IDLE, HEAD -> true;
                    case EXCHANGE -> exchange != null && exchange.waitsForCaller();
                };
        // a head has a time from its first byte to its end; elsewhere any byte starts the time anew
        boolean still = phase == Phase.HEAD || activity == activitySeen;
        ticksStill = waitsForCaller && still ? ticksStill + 1 : 0;
        activitySeen = activity;
        Duration timeout =
                switch (phase) {
                    case IDLE -> limits.idleTimeout();
                    case HEAD -> limits.headTimeout();
                    case EXCHANGE -> limits.stallTimeout();
                };
        if (ticksStill * tick.toMillis() >= timeout.toMillis()) {
            if (phase == Phase.HEAD && !deaf) {
                refuse(RequestHead.Refusal.late(timeout));
            } else {
                if (phase == Phase.EXCHANGE) {
                    listener.refusals().count(Refusals.Reason.STALLED);
                }
                channel.close();
            }
            return;
        }
        scheduleTick();
    }

    SocketChannel channel() {
        return channel;
    }

    Loops.NettyLoop loop() {
        return loop;
    }

    /** In numbers; made once, for all exchanges. */
    String callerAddress() {
        String known = callerAddress;
        if (known == null) {
            known = channel.remoteAddress().getAddress().getHostAddress();
            callerAddress = known;
        }
        return known;
    }

    String scheme() {
        return scheme;
    }

    HttpListener listener() {
        return listener;
    }
}
