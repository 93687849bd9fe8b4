// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.net.tls.Tls;
import dev.weft.net.wire.ConnectionEvent;
import dev.weft.net.wire.Refusals;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens on one port and hands each request to its handler on the connection's own loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
public final class HttpListener implements AutoCloseable {
    private static final int BACKLOG = 1024;
    /** While it drains, an idle connection may bring one more request for so long. */
    static final Duration IDLE_GRACE = Duration.ofSeconds(1);

    private static final Duration DRAIN_LOOK = Duration.ofMillis(10);
    private static final WriteBufferWaterMark WRITE_BYTES_WAITING = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private final Loops loops;
    private final ListenerConfig config;
    private final ExchangeHandler handler;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger exchanges = new AtomicInteger();
    private final Refusals refusals = new Refusals();
    private final StreamedExchanges streams;
    private final @Nullable Tls tls;
    private final Channel server;
    private volatile boolean draining;

    private HttpListener(
            Loops loops,
            ListenerConfig config,
            ExchangeHandler handler,
            Function<ServerBootstrap, ChannelFuture> opening) {
        this.loops = loops;
        this.config = config;
        this.tls = config.tls();
        this.handler = handler;
        this.streams = new StreamedExchanges(this);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BYTES_WAITING)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                });
        ChannelFuture bound = opening.apply(bootstrap).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalArgumentException(
                    "%s: can't listen on %s:%d: %s"
                            .formatted(
                                    config.name(),
                                    config.host(),
                                    config.port(),
                                    bound.cause().getMessage()),
                    bound.cause());
        }
        server = bound.channel();
    }

    /** Binds and starts. An address in use is an {@link IllegalArgumentException} that names it. */
    public static HttpListener open(Loops loops, ListenerConfig config, ExchangeHandler handler) {
        return open(loops, NetworkSpace.own(), config, handler);
    }

    /** The same, on the network of {@code space}. */
    public static HttpListener open(Loops loops, NetworkSpace space, ListenerConfig config, ExchangeHandler handler) {
        return new HttpListener(loops, config, handler, bootstrap -> bootstrap
                .channelFactory(() -> space.<ServerChannel>inside(
                        () -> Loops.epoll() ? new EpollServerSocketChannel() : new NioServerSocketChannel()))
                .bind(config.host(), config.port()));
    }

    /** On a socket that listens already; accepts nothing before {@link #begin}. */
    public static HttpListener adopt(
            Loops loops, ListenerHandover.Adopted socket, ListenerConfig config, ExchangeHandler handler) {
        return new HttpListener(loops, config, handler, bootstrap -> bootstrap
                .option(ChannelOption.AUTO_READ, false)
                .channelFactory(() -> (ServerChannel)
                        new EpollServerSocketChannel(socket.descriptor().intValue()))
                .register());
    }

    /** Accepts from now on, where it was adopted. */
    public void begin() {
        server.config().setAutoRead(true);
    }

    /** Accepts no more connections; those that are open go on. */
    public void stopAccepting() {
        server.close().awaitUninterruptibly();
    }

    /** For another process. */
    FileDescriptor descriptor() {
        return ((UnixChannel) server).fd();
    }

    private void accept(SocketChannel channel) {
        if (open.incrementAndGet() > config.limits().connectionsMax()) {
            open.decrementAndGet();
            refusals.count(Refusals.Reason.CONNECTIONS);
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        connections.add(channel);
        ServerConnection connection =
                new ServerConnection(this, channel, loops.of(channel.eventLoop()), tls == null ? "http" : "https");
        ChannelPipeline pipeline = channel.pipeline();
        if (tls == null) {
            pipeline.addLast(new ProtocolChoice.ByFirstBytes(connection));
        } else {
            SslHandler handshake = tls.handler(channel.alloc(), config.limits().headTimeout());
            pipeline.addLast(
                    new ProtocolChoice.PlainTextRefusal(this),
                    handshake,
                    new ProtocolChoice.ByAgreement(handshake, connection));
        }
        pipeline.addLast(connection);
    }

    /** The port really bound. */
    public int port() {
        return ((ServerSocketChannel) server).localAddress().getPort();
    }

    /** Connections open now. */
    public int connections() {
        return open.get();
    }

    /** Connections closed at once because {@link ListenerConfig.Limits#connectionsMax} were open. */
    public long connectionsRefused() {
        return refusals.of(Refusals.Reason.CONNECTIONS);
    }

    /** What has been refused so far, without asking the handler. */
    public Refusals refusals() {
        return refusals;
    }

    /**
     * Stops accepting, lets exchanges under way finish (their answers say {@code connection: close}), closes connections
     * that stay idle for {@link #IDLE_GRACE} and the rest after {@code most}. Blocking.
     *
     * @return how many exchanges were cut
     */
    public int drain(Duration most) throws InterruptedException {
        draining = true;
        server.close().await();
        long began = System.nanoTime();
        tell(ConnectionEvent.LAST_CALL);
        // a caller that is busy learns by its next answer; closed at once, it might just be sending its next request
        while (open.get() > 0 && System.nanoTime() - began < Math.min(IDLE_GRACE.toNanos(), most.toNanos())) {
            Thread.sleep(DRAIN_LOOK);
        }
        tell(ConnectionEvent.DRAIN);
        while (exchanges.get() > 0 && System.nanoTime() - began < most.toNanos()) {
            Thread.sleep(DRAIN_LOOK);
        }
        int cut = exchanges.get();
        connections.close().await();
        return cut;
    }

    private void tell(ConnectionEvent event) {
        for (Channel each : connections) {
            each.pipeline().fireUserEventTriggered(event);
        }
    }

    /** Cuts everything. */
    @Override
    public void close() {
        draining = true;
        server.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
    }

    StreamedExchanges streams() {
        return streams;
    }

    ListenerConfig config() {
        return config;
    }

    ExchangeHandler handler() {
        return handler;
    }

    boolean draining() {
        return draining;
    }

    void exchangeBegins() {
        exchanges.incrementAndGet();
    }

    void exchangeEnds() {
        exchanges.decrementAndGet();
    }
}
