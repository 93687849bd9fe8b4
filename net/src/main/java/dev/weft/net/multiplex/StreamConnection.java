// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.multiplex;

import dev.weft.api.CloudException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection. Requests wait until the server has said how many streams it takes at once: it says so first of
 * all. On one loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class StreamConnection extends ChannelInboundHandlerAdapter {
    /** A server that takes the connection but says nothing for so long does not speak HTTP/2. */
    static final Duration SETTINGS_MAX = Duration.ofSeconds(2);

    private enum Phase {
        CONNECTING,
        OPEN,
        /** Takes no more streams; closes with the last. */
        LEAVING,
        CLOSED
    }

    private final StreamPool pool;
    private final ArrayDeque<StreamPool.Asked> waiting = new ArrayDeque<>(2);
    private Phase phase = Phase.CONNECTING;
    private @Nullable Channel channel;
    private @Nullable Http2StreamChannelBootstrap streams;
    private int streamsMax = StreamPool.STREAMS_MAX;
    private int underWay;
    private boolean connected;
    private boolean used;
    private @Nullable Throwable broken;

    StreamConnection(StreamPool pool) {
        this.pool = pool;
    }

    void dial(Function<ChannelHandler, ChannelFuture> dial) {
        ChannelFuture connecting = dial.apply(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                speakHttp2(opened);
            }
        });
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                broken = done.cause();
                closed();
            }
        });
    }

    private void speakHttp2(Channel opened) {
        channel = opened;
        streams = new Http2StreamChannelBootstrap(opened).handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false));
            }
        });
        opened.pipeline()
                .addLast(
                        Http2FrameCodecBuilder.forClient()
                                .initialSettings(Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .initialWindowSize(StreamPool.STREAM_BYTES_WAITING_MAX)
                                        .maxHeaderListSize(StreamPool.HEAD_BYTES_MAX))
                                .build(),
                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel pushed) {
                                pushed.close(); // no server may, and a client has no streams coming in else
                            }
                        }),
                        this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connected = true;
        // so that answers nobody reads can't hold back the others: there is room for all of them
        int window = StreamPool.STREAMS_MAX * StreamPool.STREAM_BYTES_WAITING_MAX;
        context.writeAndFlush(new DefaultHttp2WindowUpdateFrame(window - Http2CodecUtil.DEFAULT_WINDOW_SIZE));
        context.channel().eventLoop().schedule(this::stillConnecting, SETTINGS_MAX.toNanos(), TimeUnit.NANOSECONDS);
        context.fireChannelActive();
    }

    private void stillConnecting() {
        Channel opened = channel;
        if (phase == Phase.CONNECTING && opened != null) {
            opened.close();
        }
    }

    /** Whether one more stream may be asked for. */
    boolean room() {
        return phase.compareTo(Phase.OPEN) <= 0 && underWay + waiting.size() < streamsMax;
    }

    void open(StreamPool.Asked asked) {
        Http2StreamChannelBootstrap bootstrap = streams;
        if (phase == Phase.CONNECTING || bootstrap == null) {
            waiting.add(asked);
            return;
        }
        underWay++;
        boolean reused = used;
        used = true;
        bootstrap.open().addListener(done -> {
            if (done.isSuccess()) {
                Http2StreamChannel stream = (Http2StreamChannel) done.getNow();
                stream.closeFuture().addListener(ended -> streamEnded());
                asked.opened(stream, reused);
            } else {
                streamEnded();
                asked.refused(unreachable(done.cause()));
            }
        });
    }

    private void streamEnded() {
        underWay--;
        closeIfDone();
    }

    /** Takes no more streams. */
    void leave() {
        if (phase != Phase.CLOSED) {
            phase = Phase.LEAVING;
            pool.left(this);
            closeIfDone();
        }
    }

    private void closeIfDone() {
        Channel opened = channel;
        if (phase == Phase.LEAVING && underWay == 0 && opened != null) {
            opened.close();
        }
    }

    private void sendElsewhere() {
        while (!waiting.isEmpty()) {
            pool.open(waiting.remove());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof Http2SettingsFrame frame) {
                settings(frame.settings());
            } else if (message instanceof Http2GoAwayFrame) {
                leave();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void settings(Http2Settings settings) {
        Long most = settings.maxConcurrentStreams();
        if (most != null) {
            streamsMax = (int) Math.min(StreamPool.STREAMS_MAX, most);
        }
        if (phase != Phase.CONNECTING) {
            return;
        }
        phase = Phase.OPEN;
        while (!waiting.isEmpty() && underWay < streamsMax) {
            open(waiting.remove());
        }
        sendElsewhere();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken = cause;
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed();
        context.fireChannelInactive();
    }

    private void closed() {
        boolean spoke = phase != Phase.CONNECTING;
        phase = Phase.CLOSED;
        pool.left(this);
        CloudException why = spoke ? unreachable(broken) : silent();
        while (!waiting.isEmpty()) {
            waiting.remove().refused(why);
        }
    }

    private CloudException silent() {
        return connected
                ? new CloudException(
                        CloudException.Kind.UNREACHABLE,
                        pool.server() + " does not speak HTTP/2 without TLS (h2c)" + because(broken),
                        broken)
                : unreachable(broken);
    }

    private CloudException unreachable(@Nullable Throwable cause) {
        return new CloudException(
                CloudException.Kind.UNREACHABLE, "no connection to " + pool.server() + because(cause), cause);
    }

    private static String because(@Nullable Throwable cause) {
        return cause == null ? "" : ": " + cause.getMessage();
    }
}
