// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.net.http2.StreamsConnection;
import dev.weft.net.wire.ConnectionEvent;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.NettyHeaders;
import dev.weft.net.wire.Refusals;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One caller's connection: one exchange after the other, pipelined requests wait their turn. On one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class ServerConnection extends ChannelInboundHandlerAdapter {
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
    private final Loops.NettyLoop loop;
    private final ArrayDeque<Object> pipelined = new ArrayDeque<>(0);
    private final Duration tick;
    private final String scheme;
    private Phase phase = Phase.IDLE;
    private @Nullable WireExchange current;
    private boolean refusing;
    private boolean madeWay;
    private boolean flushWaiting;
    private long activity;
    private long activitySeen;
    private long ticksStill;

    ServerConnection(HttpListener listener, SocketChannel channel, Loops.NettyLoop loop, String scheme) {
        this.listener = listener;
        this.channel = channel;
        this.loop = loop;
        this.scheme = scheme;
        ListenerConfig.Limits limits = listener.config().limits();
        long least = Math.min(
                limits.headTimeout().toMillis(),
                Math.min(limits.idleTimeout().toMillis(), limits.stallTimeout().toMillis()));
        this.tick = Duration.ofMillis(Math.max(20, least / TICKS_PER_TIMEOUT));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        scheduleTick();
    }

    /** Bytes came from the caller, decoded next. */
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
        pipeline.remove(StrictRequestDecoder.class);
        pipeline.remove(HttpResponseEncoder.class);
        pipeline.remove(this);
        pipeline.addLast(StreamsConnection.open(new StreamsConnection.Place(listener.streams(), loop, scheme)));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refusing) {
            ReferenceCountUtil.release(message);
        } else if (!pipelined.isEmpty() || (message instanceof HttpRequest && current != null)) {
            pipelined.add(message);
            channel.config().setAutoRead(false);
        } else {
            take(message);
        }
    }

    private void take(Object message) {
        if (message instanceof HttpRequest request) {
            begin(request);
        }
        WireExchange exchange = current;
        if (message instanceof HttpContent content) {
            if (exchange == null || refusing) {
                content.release();
                return;
            }
            if (content.decoderResult().isFailure()) {
                content.release();
                listener.refusals().count(Refusals.Reason.MALFORMED);
                exchange.requestBody.fail(new BodyException(
                        BodyException.Reason.MALFORMED,
                        "the request body breaks HTTP's rules",
                        content.decoderResult().cause()));
                exchange.closeAfter();
                return;
            }
            Headers trailers =
                    content instanceof LastHttpContent last ? new NettyHeaders(last.trailingHeaders()) : Headers.none();
            exchange.requestBody.receive(content.content());
            if (content instanceof LastHttpContent) {
                exchange.requestBody.end(trailers);
                exchange.requestEnded();
            } else if (exchange.requestBody.discarded() && exchange.requestBody.received() > UNWANTED_BYTES_MAX) {
                exchange.tooMuchUnwanted();
            }
        }
    }

    private void begin(HttpRequest request) {
        Throwable broken = request.decoderResult().cause();
        if (broken != null) {
            refuse(broken);
            return;
        }
        RequestHead head = RequestHead.read(request, listener.config().allowedHosts());
        if (head.refusal() != null) {
            refuse(head.refusal().status(), head.refusal().why(), head.refusal().reason());
            return;
        }
        phase = Phase.EXCHANGE;
        ticksStill = 0;
        listener.exchangeBegins();
        WireExchange exchange = new WireExchange(this, head, request);
        current = exchange;
        try {
            listener.handler().handle(exchange);
        } catch (RuntimeException | StackOverflowError bug) {
            LOG.log(System.Logger.Level.ERROR, "handler of " + listener.config().name() + " failed", bug);
            exchange.closeAfter();
            exchange.respond(500, Headers.none(), Body.empty());
        }
    }

    private void refuse(Throwable broken) {
        switch (broken) {
            case TooLongHttpLineException line ->
                refuse(
                        414,
                        Refusals.Reason.LINE_TOO_LONG,
                        "the request line is longer than "
                                + listener.config().limits().lineBytesMax() + " bytes");
            case TooLongHttpHeaderException fields ->
                refuse(
                        431,
                        Refusals.Reason.HEAD_TOO_LARGE,
                        "the header is larger than "
                                + listener.config().limits().headBytesMax() + " bytes");
            default -> refuse(400, Refusals.Reason.MALFORMED, "the request breaks HTTP's rules");
        }
    }

    /** Answers without the handler and closes: what follows can't be trusted. */
    private void refuse(int status, Refusals.Reason why, String reason) {
        refusing = true;
        listener.refusals().count(why);
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                channel.alloc().buffer().writeBytes((reason + '\n').getBytes(StandardCharsets.UTF_8)));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        endHearingOut(channel.writeAndFlush(response));
    }

    /** The exchange goes on as a tunnel and takes the connection with it. */
    Body switchProtocol(Headers fields, Body toCaller) {
        ChannelPipeline pipeline = channel.pipeline();
        TunnelEnd tunnel = new TunnelEnd(channel, TunnelEnd.IDLE_MAX);
        pipeline.addBefore(pipeline.context(this).name(), null, tunnel);
        channel.write(ConnectionFields.switching(fields), channel.voidPromise());
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, channel.voidPromise());
        pipeline.remove(HttpResponseEncoder.class);
        pipeline.remove(StrictRequestDecoder.class);
        if (!pipelined.isEmpty()) {
            channel.close(); // it sent another request where the other protocol begins
        }
        tunnel.send(toCaller);
        return tunnel.incoming();
    }

    /** The exchange is over and the connection may serve the next. */
    void next() {
        current = null;
        listener.exchangeEnds();
        phase = Phase.IDLE;
        ticksStill = 0;
        // while it drains: this answer may have been sent without a word of that, so the caller may come once more
        while (!pipelined.isEmpty() && !(pipelined.peek() instanceof HttpRequest && current != null)) {
            phase = Phase.EXCHANGE;
            take(pipelined.remove());
        }
        if (pipelined.isEmpty()) {
            channel.config().setAutoRead(true);
        }
    }

    /** The exchange is over and so is the connection, once its last byte is out. */
    void close() {
        phase = Phase.IDLE;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** The same, of a caller that has not sent everything yet. */
    void closeHearingOut() {
        refusing = true;
        current = null;
        listener.exchangeEnds();
        endHearingOut(channel.writeAndFlush(Unpooled.EMPTY_BUFFER));
    }

    /** Closing with bytes unread would reset the connection, and the answer would be lost before the caller reads it. */
    private void endHearingOut(ChannelFuture written) {
        phase = Phase.IDLE;
        channel.config().setAutoRead(true);
        written.addListener(done -> channel.shutdownOutput());
        loop.netty().schedule(() -> channel.close(), HEAR_OUT_MAX.toNanos(), TimeUnit.NANOSECONDS);
    }

    void flushSoon() {
        if (!flushWaiting) {
            flushWaiting = true;
            loop.netty().execute(this::flushNow);
        }
    }

    private void flushNow() {
        flushWaiting = false;
        channel.flush();
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
        while (!pipelined.isEmpty()) {
            ReferenceCountUtil.release(pipelined.remove());
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
            if (phase == Phase.HEAD && !refusing) {
                refuse(
                        408,
                        Refusals.Reason.HEAD_TIMEOUT,
                        "the request's header did not arrive within " + timeout.toMillis() + " ms");
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

    String scheme() {
        return scheme;
    }

    HttpListener listener() {
        return listener;
    }

    /** Whether a request names the field {@code Connection: close}, or is too old to know better. */
    static boolean staysOpen(HttpRequest request) {
        List<String> fields = request.headers().getAll(HttpHeaderNames.CONNECTION);
        boolean close = contains(fields, "close");
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                ? !close
                : !close && contains(fields, "keep-alive");
    }

    private static boolean contains(List<String> fields, String token) {
        return fields.stream().anyMatch(field -> field.toLowerCase(Locale.ROOT).contains(token));
    }
}
