// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.api.spi.Loop;
import dev.weft.net.wire.ConnectionEvent;
import dev.weft.net.wire.Refusals;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One caller's HTTP/2 connection: every stream an exchange, all on one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the stream, which is heard
public final class StreamsConnection extends Http2ConnectionHandler {
    private static final System.Logger LOG = System.getLogger("dev.weft.net");
    private static final long TICKS_PER_TIMEOUT = 4;

    /** The listener, as its connections see it. */
    public interface Owner {
        /** For limits and times. */
        Http2Limits.Settings settings();

        /** Makes the exchange of a stream; it is handed over next. */
        StreamExchange begin(StreamExchange.Opened opened);

        /** Hands an exchange to whom it is for. */
        void handle(StreamExchange exchange);

        /** An exchange is over. */
        void ended();

        /** Whether this listener serves that host. */
        boolean answersFor(String authority);

        /** For the count. */
        void refused(Refusals.Reason reason);
    }

    private final Owner owner;
    private final Loop loop;
    private final String scheme;
    private final Http2Connection.PropertyKey key;
    private final Duration tick;
    private @Nullable ChannelHandlerContext context;
    private boolean reading;
    private boolean flushWaiting;
    private boolean goingAway;
    private int ticksIdle;
    private final ControlFrames controlFrames = new ControlFrames();
    private long signs;

    private StreamsConnection(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, Place place) {
        super(decoder, encoder, settings, true);
        this.owner = place.owner();
        this.loop = place.loop();
        this.scheme = place.scheme();
        this.key = connection().newKey();
        long least = Math.min(
                owner.settings().idleTimeout().toMillis(),
                owner.settings().stallTimeout().toMillis());
        this.tick = Duration.ofMillis(Math.max(20, least / TICKS_PER_TIMEOUT));
        decoder.frameListener(new StreamFrames(this, owner));
        encoder.flowController().listener(stream -> {
            StreamExchange exchange = exchange(stream);
            if (exchange != null && encoder.flowController().isWritable(stream)) {
                exchange.writable();
            }
        });
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                closed(stream);
            }
        });
    }

    /** On which loop, for whom, and how protected. */
    public record Place(Owner owner, Loop loop, String scheme) {}

    /** A new connection's handler. */
    public static StreamsConnection open(Place place) {
        return new Builder(place).build();
    }

    /** Netty's own defences, with our limits. */
    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<StreamsConnection, Builder> {
        private final Place place;

        Builder(Place place) {
            this.place = place;
            server(true);
            initialSettings(new Http2Settings()
                    .maxConcurrentStreams(Http2Limits.STREAMS_MAX)
                    .initialWindowSize(Http2Limits.STREAM_BYTES_WAITING_MAX)
                    .maxHeaderListSize(place.owner().settings().headBytesMax()));
            int seconds = Math.toIntExact(Http2Limits.WINDOW.toSeconds());
            decoderEnforceMaxRstFramesPerWindow(Http2Limits.RESETS_MAX, seconds);
            encoderEnforceMaxRstFramesPerWindow(Http2Limits.RESETS_MAX, seconds);
            decoderEnforceMaxSmallContinuationFrames(Http2Limits.CONTINUATIONS_MAX);
            decoderEnforceMaxConsecutiveEmptyDataFrames(Http2Limits.EMPTY_FRAMES_MAX);
            encoderEnforceMaxQueuedControlFrames(Http2Limits.CONTROL_FRAMES_WAITING_MAX);
            decoupleCloseAndGoAway(true);
        }

        @Override
        public StreamsConnection build() {
            return super.build();
        }

        @Override
        protected StreamsConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new StreamsConnection(decoder, encoder, settings, place);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        super.handlerAdded(added);
        Http2Stream all = connection().connectionStream();
        int more = Http2Limits.CONNECTION_BYTES_WAITING_MAX
                - decoder().flowController().windowSize(all);
        decoder().flowController().incrementWindowSize(all, more);
        added.flush();
        scheduleTick();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        reading = true;
        super.channelRead(from, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) throws Exception {
        reading = false;
        super.channelReadComplete(from);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) throws Exception {
        signs++;
        super.channelWritabilityChanged(from);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
        if (event instanceof ConnectionEvent) {
            goAway();
        } else {
            super.userEventTriggered(from, event);
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext from, boolean outbound, Throwable cause, Http2Exception.StreamException broken) {
        if (!outbound) {
            owner.refused(
                    broken instanceof Http2Exception.HeaderListSizeException
                            ? Refusals.Reason.HEAD_TOO_LARGE
                            : broken.error() == Http2Error.REFUSED_STREAM
                                    ? Refusals.Reason.STREAMS
                                    : Refusals.Reason.MALFORMED);
        }
        super.onStreamError(from, outbound, cause, broken);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext from, boolean outbound, Throwable cause, @Nullable Http2Exception broken) {
        if (goingAway && !from.channel().isActive()) {
            return;
        }
        if (broken == null) {
            LOG.log(System.Logger.Level.WARNING, "an HTTP/2 connection failed", cause);
        } else {
            owner.refused(reason(broken));
        }
        super.onConnectionError(from, outbound, cause, broken);
    }

    private static Refusals.Reason reason(Http2Exception broken) {
        if (broken.error() == Http2Error.ENHANCE_YOUR_CALM) {
            return Refusals.Reason.FLOOD;
        }
        boolean large = broken instanceof Http2Exception.HeaderListSizeException;
        return large ? Refusals.Reason.HEAD_TOO_LARGE : Refusals.Reason.MALFORMED;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) throws Exception {
        if (cause instanceof java.io.IOException || cause.getCause() instanceof java.io.IOException) {
            from.close();
        } else {
            super.exceptionCaught(from, cause);
        }
    }

    private void closed(Http2Stream stream) {
        StreamExchange exchange = stream.removeProperty(key);
        if (exchange != null) {
            owner.ended();
            exchange.closed();
        }
        ChannelHandlerContext here = context;
        if (goingAway && here != null && connection().numActiveStreams() == 0) {
            here.executor().execute(this::finish);
        }
    }

    /** Takes no more streams, finishes those there are, then closes. */
    private void goAway() {
        ChannelHandlerContext here = context;
        if (goingAway || here == null) {
            return;
        }
        goingAway = true;
        int last = connection().remote().lastStreamCreated();
        goAway(here, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, here.newPromise());
        flush(here);
        if (connection().numActiveStreams() == 0) {
            finish();
        }
    }

    private void finish() {
        ChannelHandlerContext here = context;
        if (here != null && here.channel().isActive()) {
            here.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void scheduleTick() {
        ChannelHandlerContext here = context;
        if (here != null) {
            here.executor().schedule(this::tick, tick.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        ChannelHandlerContext here = context;
        if (here == null || !here.channel().isActive()) {
            return;
        }
        if (connection().numActiveStreams() == 0) {
            ticksIdle++;
            if (ticksIdle * tick.toMillis() >= owner.settings().idleTimeout().toMillis()) {
                goAway();
            }
        } else {
            ticksIdle = 0;
            cutStalled();
        }
        scheduleTick();
    }

    private void cutStalled() {
        try {
            connection().forEachActiveStream(stream -> {
                StreamExchange exchange = exchange(stream);
                if (exchange != null
                        && exchange.ticksStill(signs) * tick.toMillis()
                                >= owner.settings().stallTimeout().toMillis()) {
                    owner.refused(Refusals.Reason.STALLED);
                    reset(stream, Http2Error.CANCEL);
                }
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException("a visitor that throws nothing", impossible);
        }
    }

    ControlFrames controlFrames() {
        return controlFrames;
    }

    @Nullable
    StreamExchange exchange(Http2Stream stream) {
        return stream.getProperty(key);
    }

    void keep(Http2Stream stream, StreamExchange exchange) {
        stream.setProperty(key, exchange);
    }

    /** The caller gives room, to all streams. */
    void sign() {
        signs++;
    }

    Loop loop() {
        return loop;
    }

    String scheme() {
        return scheme;
    }

    String callerAddress() {
        ChannelHandlerContext here = here();
        return ((InetSocketAddress) here.channel().remoteAddress()).getAddress().getHostAddress();
    }

    private ChannelHandlerContext here() {
        ChannelHandlerContext here = context;
        if (here == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return here;
    }

    /** The sender of a body has room for that many bytes more. */
    void taken(Http2Stream stream, int bytes) {
        try {
            if (bytes > 0 && decoder().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception broken) {
            onError(here(), true, broken);
        }
    }

    void writeHeaders(Http2Stream stream, Http2Headers headers, boolean last) {
        ChannelHandlerContext here = here();
        encoder().writeHeaders(here, stream.id(), headers, 0, last, here.newPromise());
        flushSoon();
    }

    /** Whether the caller has room for more. */
    boolean writeData(Http2Stream stream, ByteBuf bytes) {
        ChannelHandlerContext here = here();
        controlFrames.worked();
        encoder().writeData(here, stream.id(), bytes, 0, false, here.newPromise());
        if (encoder().flowController().isWritable(stream)) {
            flushSoon();
            return true;
        }
        flushNow();
        return encoder().flowController().isWritable(stream);
    }

    void writeLast(StreamExchange exchange, Http2Stream stream) {
        encoder().writeData(here(), stream.id(), Unpooled.EMPTY_BUFFER, 0, true, heard(exchange));
        flushSoon();
    }

    void writeLast(StreamExchange exchange, Http2Stream stream, Http2Headers headers) {
        encoder().writeHeaders(here(), stream.id(), headers, 0, true, heard(exchange));
        flushSoon();
    }

    private ChannelPromise heard(StreamExchange exchange) {
        ChannelPromise written = here().newPromise();
        written.addListener(done -> {
            if (done.isSuccess()) {
                exchange.sent();
            }
        });
        return written;
    }

    void reset(Http2Stream stream, Http2Error why) {
        ChannelHandlerContext here = here();
        resetStream(here, stream.id(), why.code(), here.newPromise());
        flushSoon();
    }

    private void flushSoon() {
        if (!flushWaiting && !reading) {
            flushWaiting = true;
            here().executor().execute(this::flushNow);
        }
    }

    private void flushNow() {
        flushWaiting = false;
        flush(here());
    }
}
