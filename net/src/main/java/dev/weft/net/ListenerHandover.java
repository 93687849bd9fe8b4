// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Passes listening sockets from a running process to the one that replaces it, over a unix socket ({@code SCM_RIGHTS}):
 * both accept from the same queue for a moment, so no connection is refused or lost. The giver sends its sockets; the taker
 * says when it is ready; the giver answers when it accepts no more. A taker that goes away before that changes nothing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
public final class ListenerHandover {
    /** Between a question to the other process and its answer; a giver may have to wait for its own loops. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private static final byte READY = 'R';
    private static final byte LET_GO = 'L';

    private ListenerHandover() {}

    /** Whether sockets can be passed here: on Linux, with its native transport. */
    public static boolean possible() {
        return Loops.epoll();
    }

    /**
     * Offers {@code listeners}, in that order, to whoever connects to {@code path}: a place that only this user may enter.
     *
     * @param taken runs once the other is ready, off the loops: these listeners must accept no more when it returns
     */
    public static AutoCloseable offer(Loops loops, Path path, List<HttpListener> listeners, Runnable taken) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Giver(listeners, taken));
                    }
                })
                .bind(new DomainSocketAddress(path.toString()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalArgumentException(
                    path + ": can't be listened on: " + bound.cause().getMessage(), bound.cause());
        }
        Channel server = bound.channel();
        return () -> server.close().awaitUninterruptibly();
    }

    /** Sends the sockets at once, and lets go of them when the other is ready. */
    private static final class Giver extends ChannelInboundHandlerAdapter {
        private final List<HttpListener> listeners;
        private final Runnable taken;

        Giver(List<HttpListener> listeners, Runnable taken) {
            this.listeners = listeners;
            this.taken = taken;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            for (HttpListener each : listeners) {
                context.write(each.descriptor());
            }
            context.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            boolean ready = message instanceof ByteBuf bytes && bytes.isReadable() && bytes.readByte() == READY;
            ReferenceCountUtil.release(message);
            if (ready) {
                Thread.ofVirtual().name("handover").start(() -> {
                    taken.run();
                    context.writeAndFlush(context.alloc().buffer(1).writeByte(LET_GO))
                            .addListener(ChannelFutureListener.CLOSE);
                });
            }
        }
    }

    /** A listening socket that another process made. */
    public record Adopted(FileDescriptor descriptor) {
        /** Where it listens. */
        public int port() {
            return new Socket(descriptor.intValue()).localAddress().getPort();
        }
    }

    /** The sockets of another process, which goes on accepting until {@link #ready}. */
    public static final class Taken implements AutoCloseable {
        private final Channel channel;
        private final List<Adopted> sockets;
        private final BlockingQueue<Object> heard;

        private Taken(Channel channel, List<Adopted> sockets, BlockingQueue<Object> heard) {
            this.channel = channel;
            this.sockets = sockets;
            this.heard = heard;
        }

        /** In the order in which they were offered. */
        public List<Adopted> sockets() {
            return sockets;
        }

        /** This process accepts now: waits until the other does not any more. Blocking. */
        public void ready() throws IOException, InterruptedException {
            channel.config().setOption(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.BYTES);
            channel.writeAndFlush(channel.alloc().buffer(1).writeByte(READY));
            if (!Byte.valueOf(LET_GO).equals(heard.poll(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS))) {
                throw new IOException("the running Weft did not let go within " + ANSWER_MAX.toSeconds() + " s");
            }
        }

        @Override
        public void close() {
            channel.close().awaitUninterruptibly();
        }
    }

    /** Takes {@code count} sockets from the process that offers them at {@code path}. Blocking. */
    public static Taken take(Loops loops, Path path, int count) throws IOException, InterruptedException {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        ChannelFuture connected = new Bootstrap()
                .group(loops.group())
                .channel(EpollDomainSocketChannel.class)
                .option(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
                .handler(new Hearing(heard))
                .connect(new DomainSocketAddress(path.toString()))
                .await();
        if (!connected.isSuccess()) {
            throw new IOException(path + ": " + connected.cause().getMessage(), connected.cause());
        }
        List<Adopted> sockets = new ArrayList<>();
        while (sockets.size() < count) {
            Object next = heard.poll(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!(next instanceof FileDescriptor descriptor)) {
                connected.channel().close();
                for (Adopted each : sockets) {
                    each.descriptor().close();
                }
                throw new IOException("the running Weft gave " + sockets.size() + " listeners of " + count);
            }
            sockets.add(new Adopted(descriptor));
        }
        return new Taken(connected.channel(), List.copyOf(sockets), heard);
    }

    private static final class Hearing extends ChannelInboundHandlerAdapter {
        private static final Object GONE = new Object();
        private final BlockingQueue<Object> heard;

        Hearing(BlockingQueue<Object> heard) {
            this.heard = heard;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) {
                while (bytes.isReadable()) {
                    heard.add(bytes.readByte());
                }
                bytes.release();
            } else {
                heard.add(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            heard.add(GONE);
        }
    }
}
