// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.multiplex.StreamPool;
import dev.weft.net.tls.SecuredAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP clients bound to loops: a request uses a connection of its own loop; of HTTP/1.1 connections the idle ones last-in
 * first-out, of HTTP/2 connections one for all. Safe for use from any loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
public final class Upstreams implements AutoCloseable {
    /** Idle connections kept per loop and address; one more is closed. */
    public static final int IDLE_PER_LOOP_MAX = 128;

    /** A connection is given up after this long without an answer to connect. */
    public static final Duration CONNECT_MAX = Duration.ofSeconds(2);

    /**
     * How long an unused connection is kept: less than the five seconds after which the servers most in use (Node, for
     * one) close theirs, so that a request seldom meets a connection that is just being closed.
     */
    public static final Duration IDLE_MAX = Duration.ofSeconds(4);

    static final int LINE_BYTES_MAX = 16 * 1024;
    static final int HEAD_BYTES_MAX = 128 * 1024;
    private static final WriteBufferWaterMark WRITE_BYTES_WAITING = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private final Map<Loop, OfLoop> byLoop = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private final Set<Integer> taken = ConcurrentHashMap.newKeySet();
    private final NetworkSpace space;
    private final Duration tunnelIdleMax;

    /** To servers on this machine's own network. No connection yet; they come with the first requests. */
    public Upstreams() {
        this(NetworkSpace.own());
    }

    /** To servers in {@code space}, which stays the caller's to close. */
    public Upstreams(NetworkSpace space) {
        this(space, TunnelEnd.IDLE_MAX);
    }

    /** The same, with tunnels that are closed after another time without a byte. */
    Upstreams(NetworkSpace space, Duration tunnelIdleMax) {
        this.space = space;
        this.tunnelIdleMax = tunnelIdleMax;
    }

    /** Where a server is and how it is spoken to: over TLS, at a {@link SecuredAddress}, by HTTP/1.1 only. */
    public record Server(SocketAddress address, Protocol protocol) {
        public Server {
            if (protocol == Protocol.HTTP_2 && address instanceof SecuredAddress) {
                throw new IllegalArgumentException(address + ": HTTP/2 is spoken in clear text only, TLS by HTTP/1.1");
            }
        }
    }

    /** How a server is spoken to. */
    public enum Protocol {
        /** One request after the other on a connection. */
        HTTP_1,
        /** Many at once on a connection, in clear text with prior knowledge (h2c). */
        HTTP_2
    }

    /** Hears exactly one of the two, once, on the request's loop. */
    public interface Sink {
        /** The answer's head; the body is read or discarded by the receiver. */
        void answered(InvokeDialect.WireHead head, Body body);

        /**
         * The server takes the request's {@code Upgrade}: {@code body} is what it sends from now on, {@code toServer}
         * takes, once, what it is to get.
         */
        default void switched(InvokeDialect.WireHead head, Body body, Consumer<Body> toServer) {
            body.discard();
            failed(new CloudException(
                    CloudException.Kind.UNKNOWN, "an answer in another protocol is of no use here", null));
        }

        /**
         * No answer: UNREACHABLE when the request provably did not go out or the server provably did not take it, else
         * UNKNOWN.
         */
        void failed(CloudException why);
    }

    /**
     * Sends {@code request} to {@code address}, streaming its body. Called on {@code loop}. Cancelling closes the
     * connection. A kept connection that the server closes before a byte of answer is replaced once, by a new one, if
     * the method is idempotent and the request has no body. A request without body whose fields {@code Connection} and
     * {@code Upgrade} ask for another protocol passes that on.
     */
    public Place.Attempt send(Loop loop, SocketAddress address, InvokeDialect.WireRequest request, Sink sink) {
        return send(loop, new Server(address, Protocol.HTTP_1), request, sink);
    }

    /** The same, to a server of either protocol. */
    public Place.Attempt send(Loop loop, Server server, InvokeDialect.WireRequest request, Sink sink) {
        if (closed) {
            request.body().discard();
            sink.failed(new CloudException(CloudException.Kind.UNREACHABLE, "Weft is stopping", null));
            return () -> {};
        }
        UpstreamRequest sending = new UpstreamRequest(this, loop, server, request, sink);
        sending.start();
        return sending::cancel;
    }

    /** Where its servers are. */
    public NetworkSpace space() {
        return space;
    }

    Duration tunnelIdleMax() {
        return tunnelIdleMax;
    }

    /** Keeps a port for one of our servers; false if another has it already. */
    boolean take(int port) {
        return taken.add(port);
    }

    void giveBack(int port) {
        taken.remove(port);
    }

    /** Lets go of every idle connection to {@code address}: its server is ending. */
    public void forget(SocketAddress address) {
        byLoop.forEach((loop, ofLoop) -> loop.run(() -> ofLoop.forget(address)));
    }

    @Override
    public void close() {
        closed = true;
        byLoop.forEach((loop, ofLoop) -> loop.run(ofLoop::closeAll));
    }

    /** An idle connection to {@code address}, or null. */
    @Nullable
    UpstreamConnection idle(Loop loop, SocketAddress address) {
        OfLoop ofLoop = byLoop.get(loop);
        return ofLoop == null ? null : ofLoop.take(address);
    }

    /** This loop's streams to a server that speaks HTTP/2. */
    StreamPool streams(Loops.NettyLoop loop, SocketAddress address) {
        return byLoop.computeIfAbsent(loop, each -> new OfLoop())
                .streams
                .computeIfAbsent(
                        address, to -> new StreamPool(to.toString(), handler -> connect(this, loop, to, handler)));
    }

    /** Keeps a connection for the next request, unless enough are kept. */
    void keep(UpstreamConnection connection) {
        OfLoop known = byLoop.get(connection.loop());
        OfLoop ofLoop = known == null ? byLoop.computeIfAbsent(connection.loop(), loop -> new OfLoop()) : known;
        ofLoop.keep(connection, closed);
    }

    /** Opens a connection for one request at a time; the future's channel has its handler already. */
    static ChannelFuture connect(Upstreams owner, Loops.NettyLoop loop, SocketAddress address) {
        return connect(owner, loop, address, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new UpstreamConnection(owner, loop, channel, address));
            }
        });
    }

    private static ChannelFuture connect(
            Upstreams owner, Loops.NettyLoop loop, SocketAddress address, ChannelHandler handler) {
        boolean unix = address instanceof UnixDomainSocketAddress;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.netty())
                .channelFactory(() -> unix ? unixChannel() : owner.space.inside(Upstreams::tcpChannel))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT_MAX.toMillis()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BYTES_WAITING)
                .handler(handler);
        if (!unix) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        if (address instanceof SecuredAddress secured) {
            return secured.connect(bootstrap, handler, loop.netty());
        }
        return bootstrap.connect(
                address instanceof UnixDomainSocketAddress path && Loops.epoll()
                        ? new DomainSocketAddress(path.getPath().toString())
                        : address);
    }

    private static Channel tcpChannel() {
        return Loops.epoll() ? new EpollSocketChannel() : new NioSocketChannel();
    }

    private static Channel unixChannel() {
        return Loops.epoll() ? new EpollDomainSocketChannel() : new NioDomainSocketChannel();
    }

    /** The idle connections of one loop; touched by that loop only. */
    private static final class OfLoop {
        private final Map<SocketAddress, ArrayDeque<UpstreamConnection>> idle = new HashMap<>();
        private final Map<SocketAddress, StreamPool> streams = new HashMap<>();

        @Nullable
        UpstreamConnection take(SocketAddress address) {
            ArrayDeque<UpstreamConnection> kept = idle.get(address);
            if (kept == null) {
                return null;
            }
            UpstreamConnection newest = kept.pollFirst();
            while (newest != null && !newest.usable()) {
                newest = kept.pollFirst();
            }
            return newest;
        }

        void keep(UpstreamConnection connection, boolean closed) {
            ArrayDeque<UpstreamConnection> kept = idle.computeIfAbsent(connection.address(), at -> new ArrayDeque<>());
            if (closed || kept.size() >= IDLE_PER_LOOP_MAX) {
                connection.close();
                return;
            }
            kept.addFirst(connection);
            connection.onIdleEnd(() -> {
                kept.remove(connection);
                if (kept.isEmpty()) {
                    idle.remove(connection.address(), kept);
                }
            });
        }

        void forget(SocketAddress address) {
            StreamPool pool = streams.remove(address);
            if (pool != null) {
                pool.forget();
            }
            ArrayDeque<UpstreamConnection> kept = idle.remove(address);
            while (kept != null && !kept.isEmpty()) {
                kept.removeFirst().close();
            }
        }

        void closeAll() {
            List.copyOf(idle.keySet()).forEach(this::forget);
            List.copyOf(streams.keySet()).forEach(this::forget);
        }
    }
}
