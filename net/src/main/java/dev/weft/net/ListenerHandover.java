// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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

    /** Asks for the names of the other listeners, a line each and an empty one. */
    private static final byte NAMES = 'N';

    /** Asks for their sockets, in the order of their names. */
    private static final byte SOCKETS = 'S';

    /** Bytes of those names; who says more is none of us. */
    private static final int NAMES_BYTES_MAX = 64 * 1024;

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
        return offer(loops, path, listeners, List::of, taken);
    }

    /** The same; {@code others}, as they are when they are asked for, are offered by their names. */
    public static AutoCloseable offer(
            Loops loops, Path path, List<HttpListener> listeners, Supplier<List<HttpListener>> others, Runnable taken) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Giver(listeners, others, taken));
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
        private final Supplier<List<HttpListener>> others;
        private final Runnable taken;
        private List<HttpListener> named = List.of();

        Giver(List<HttpListener> listeners, Supplier<List<HttpListener>> others, Runnable taken) {
            this.listeners = listeners;
            this.others = others;
            this.taken = taken;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            give(context, listeners);
        }

        private static void give(ChannelHandlerContext context, List<HttpListener> listeners) {
            for (HttpListener each : listeners) {
                context.write(each.descriptor());
            }
            context.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            byte asked = message instanceof ByteBuf bytes && bytes.isReadable() ? bytes.readByte() : 0;
            ReferenceCountUtil.release(message);
            switch (asked) {
                case NAMES -> {
                    named = others.get();
                    StringBuilder names = new StringBuilder();
                    named.forEach(each -> names.append(each.config().name()).append('\n'));
                    context.writeAndFlush(ByteBufUtil.writeUtf8(context.alloc(), names.append('\n')));
                }
                case SOCKETS -> give(context, named);
                case READY ->
                    Thread.ofVirtual().name("handover").start(() -> {
                        taken.run();
                        context.writeAndFlush(context.alloc().buffer(1).writeByte(LET_GO))
                                .addListener(ChannelFutureListener.CLOSE);
                    });
                default -> {} // said by a Weft to come, which does without an answer
            }
        }
    }

    /** A listening socket that another process made. */
    public record Adopted(FileDescriptor descriptor) {
        /** Where it listens. */
        public int port() {
            return address().getPort();
        }

        /** Whether that is the address {@code host}. */
        public boolean listensOn(String host) {
            InetAddress here = address().getAddress();
            try {
                InetAddress wanted = InetAddress.getByName(host);
                return wanted.equals(here) || (wanted.isAnyLocalAddress() && here.isAnyLocalAddress());
            } catch (UnknownHostException nowhere) {
                return false;
            }
        }

        private InetSocketAddress address() {
            return new Socket(descriptor.intValue()).localAddress();
        }

        /** Lets go of it; the process that made it goes on. */
        public void close() {
            try {
                descriptor.close();
            } catch (IOException gone) {
                throw new UncheckedIOException("a listening socket can't be let go", gone);
            }
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

        /** The other listeners of that process, by their names. Blocking. */
        public Map<String, Adopted> others() throws IOException, InterruptedException {
            bytes();
            say(NAMES);
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            boolean lineEnded = true;
            while (true) {
                Object next = heard.poll(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
                if (!(next instanceof Byte letter) || said.size() == NAMES_BYTES_MAX) {
                    throw new IOException("the running Weft did not say which other listeners it has");
                }
                if (letter == '\n' && lineEnded) {
                    break;
                }
                lineEnded = letter == '\n';
                said.write(letter);
            }
            List<String> names = said.toString(StandardCharsets.UTF_8).lines().toList();
            channel.config()
                    .setOption(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS);
            say(SOCKETS);
            List<Adopted> given = hear(channel, heard, names.size());
            Map<String, Adopted> named = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                named.put(names.get(i), given.get(i));
            }
            return named;
        }

        private void bytes() {
            channel.config().setOption(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.BYTES);
        }

        private void say(byte what) {
            channel.writeAndFlush(channel.alloc().buffer(1).writeByte(what));
        }

        /** This process accepts now: waits until the other does not any more. Blocking. */
        public void ready() throws IOException, InterruptedException {
            bytes();
            say(READY);
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
        return new Taken(connected.channel(), hear(connected.channel(), heard, count), heard);
    }

    private static List<Adopted> hear(Channel channel, BlockingQueue<Object> heard, int count)
            throws IOException, InterruptedException {
        List<Adopted> sockets = new ArrayList<>();
        while (sockets.size() < count) {
            Object next = heard.poll(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!(next instanceof FileDescriptor descriptor)) {
                channel.close();
                for (Adopted each : sockets) {
                    each.descriptor().close();
                }
                throw new IOException("the running Weft gave " + sockets.size() + " listeners of " + count);
            }
            sockets.add(new Adopted(descriptor));
        }
        return List.copyOf(sockets);
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
