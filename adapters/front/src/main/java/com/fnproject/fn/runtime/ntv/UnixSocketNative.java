// SPDX-License-Identifier: Apache-2.0
package com.fnproject.fn.runtime.ntv;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the FDK's class of this name, whose methods are native and whose library is in Oracle's image only, not in
 * the published jar. It is put before that jar on a function's class path, which is why it stands in this package. Since
 * Java 16 the JDK has unix sockets itself; so the "file descriptors" here are numbers of channels. The methods' contract
 * was read from those that call them. Here because it is packed with functions, too.
 */
@NullMarked
final class UnixSocketNative {
    private static final AtomicInteger LAST = new AtomicInteger();
    private static final Map<Integer, Endpoint> OPEN = new ConcurrentHashMap<>();

    private UnixSocketNative() {}

    /** A socket: named once it is bound, then either listening or connected. */
    private static final class Endpoint {
        private @Nullable String path;
        private @Nullable ServerSocketChannel listening;
        private @Nullable Selector accepting;
        private @Nullable SocketChannel connected;
        private volatile int sendMillisMax;
        private volatile int receiveMillisMax;

        SocketChannel connection() throws SocketException {
            SocketChannel channel = connected;
            if (channel == null) {
                throw new SocketException("not connected");
            }
            return channel;
        }
    }

    /** A socket's number: never 0, which {@link #accept} gives for none. */
    public static int socket() {
        return opened(new Endpoint());
    }

    /** Names the socket; that the name is free shows when it listens. */
    public static void bind(int socket, String path) throws SocketException {
        endpoint(socket).path = path;
    }

    /** Connects to the server at {@code path}. */
    public static void connect(int socket, String path) throws IOException {
        endpoint(socket).connected = SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    /** Binds the socket to its name and listens. */
    public static void listen(int socket, int backlog) throws IOException {
        Endpoint endpoint = endpoint(socket);
        String path = endpoint.path;
        if (path == null) {
            throw new SocketException("listen before bind");
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path), backlog);
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_ACCEPT);
            endpoint.accepting = selector;
            endpoint.listening = channel;
        } catch (IOException refused) {
            channel.close();
            throw refused;
        }
    }

    /** The next connection's number, or 0 if none comes within {@code millisMax}; 0 waits without end. */
    public static int accept(int socket, long millisMax) throws IOException {
        Endpoint endpoint = endpoint(socket);
        ServerSocketChannel channel = endpoint.listening;
        Selector selector = endpoint.accepting;
        if (channel == null || selector == null) {
            throw new SocketException("accept before listen");
        }
        try {
            selector.selectedKeys().clear();
            SocketChannel accepted = channel.accept();
            if (accepted == null && selector.select(millisMax) > 0) {
                accepted = channel.accept();
            }
            if (accepted == null) {
                return 0;
            }
            Endpoint connection = new Endpoint();
            connection.connected = accepted;
            return opened(connection);
        } catch (ClosedSelectorException closed) {
            throw closed("accept", closed);
        }
    }

    /** Reads what has come, at least one byte; -1 at the end. */
    public static int recv(int socket, byte[] into, int offset, int length) throws IOException {
        Endpoint endpoint = endpoint(socket);
        SocketChannel channel = endpoint.connection();
        await(channel, SelectionKey.OP_READ, endpoint.receiveMillisMax);
        return channel.read(ByteBuffer.wrap(into, offset, length));
    }

    /** Writes what there is room for; how much that was. */
    public static int send(int socket, byte[] from, int offset, int length) throws IOException {
        Endpoint endpoint = endpoint(socket);
        SocketChannel channel = endpoint.connection();
        await(channel, SelectionKey.OP_WRITE, endpoint.sendMillisMax);
        return channel.write(ByteBuffer.wrap(from, offset, length));
    }

    /** Waits until the blocking {@code channel} would not block; as long as it takes where the limit is 0. */
    private static void await(SocketChannel channel, int operation, int millisMax) throws IOException {
        if (millisMax == 0) {
            return;
        }
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, operation);
            if (selector.select(millisMax) == 0) {
                throw new SocketTimeoutException("not ready within " + millisMax + " ms");
            }
        } finally {
            if (channel.isOpen()) {
                channel.configureBlocking(true);
            }
        }
    }

    /** Lets go of it; a second time does nothing. */
    public static void close(int socket) throws IOException {
        Endpoint endpoint = OPEN.remove(socket);
        if (endpoint != null) {
            close(endpoint.accepting);
            close(endpoint.listening);
            close(endpoint.connected);
        }
    }

    private static void close(@Nullable Closeable one) throws IOException {
        if (one != null) {
            one.close();
        }
    }

    /** Limits {@link #send}; 0 is no limit. */
    public static void setSendTimeout(int socket, int millisMax) throws SocketException {
        endpoint(socket).sendMillisMax = millisMax;
    }

    /** The limit of {@link #send}. */
    public static int getSendTimeout(int socket) throws SocketException {
        return endpoint(socket).sendMillisMax;
    }

    /** Limits {@link #recv}; 0 is no limit. */
    public static void setRecvTimeout(int socket, int millisMax) throws SocketException {
        endpoint(socket).receiveMillisMax = millisMax;
    }

    /** The limit of {@link #recv}. */
    public static int getRecvTimeout(int socket) throws SocketException {
        return endpoint(socket).receiveMillisMax;
    }

    /** The system's buffer for what is sent. */
    public static void setSendBufSize(int socket, int bytes) throws IOException {
        endpoint(socket).connection().setOption(StandardSocketOptions.SO_SNDBUF, bytes);
    }

    /** The system's buffer for what has come. */
    public static void setRecvBufSize(int socket, int bytes) throws IOException {
        endpoint(socket).connection().setOption(StandardSocketOptions.SO_RCVBUF, bytes);
    }

    /** Ends one direction or both. */
    public static void shutdown(int socket, boolean input, boolean output) throws IOException {
        SocketChannel channel = endpoint(socket).connection();
        if (input) {
            channel.shutdownInput();
        }
        if (output) {
            channel.shutdownOutput();
        }
    }

    private static int opened(Endpoint endpoint) {
        int number = LAST.incrementAndGet();
        OPEN.put(number, endpoint);
        return number;
    }

    private static Endpoint endpoint(int socket) throws SocketException {
        Endpoint endpoint = OPEN.get(socket);
        if (endpoint == null) {
            throw closed("use", null);
        }
        return endpoint;
    }

    private static SocketException closed(String doing, @Nullable Throwable cause) {
        SocketException closed = new SocketException(doing + " of a closed socket");
        closed.initCause(cause);
        return closed;
    }
}
