// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on a port or a unix socket, a thread for each connection; whoever is in front of it keeps times. The
 * JDK's own knows no unix sockets and refuses targets that are no URI, which the other fronts take.
 */
final class Server implements AutoCloseable {
    /** Connections at once; more of them wait to be accepted. */
    static final int CONNECTIONS_MAX = 1000;

    private static final int STACK_BYTES = 512 << 10;

    private final ServerSocketChannel listening;
    private final int bodyBytesMax;
    private final Served served;
    private final Thread accepting;
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private Server(ServerSocketChannel listening, int bodyBytesMax, Served served) {
        this.listening = listening;
        this.bodyBytesMax = bodyBytesMax;
        this.served = served;
        this.accepting = new Thread(this::accept, "weft-accept");
        accepting.setDaemon(true);
    }

    /** A request; {@code target} is as it was written. */
    record Asked(String method, String target, Fields fields, byte[] body, String remote) {}

    /** What answers. */
    interface Served {
        Code.Answer answer(Asked asked) throws InterruptedException;

        /** To a request whose body is too large: only its beginning is there. */
        default Code.Answer tooLarge(Asked asked) {
            return new Code.Answer(413, Fields.of(), new byte[0]);
        }
    }

    /** Listens at {@code address}. */
    static Server open(SocketAddress address, int bodyBytesMax, Served served) throws IOException {
        ServerSocketChannel listening = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        listening.bind(address, 128);
        Server server = new Server(listening, bodyBytesMax, served);
        server.accepting.start();
        return server;
    }

    int port() throws IOException {
        return ((InetSocketAddress) listening.getLocalAddress()).getPort();
    }

    /** Returns once it is closed. */
    void await() throws InterruptedException {
        accepting.join();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        try {
            while (listening.isOpen()) {
                connections.acquire();
                SocketChannel channel = listening.accept();
                Thread thread = new Thread(null, () -> serve(channel), "weft-connection", STACK_BYTES);
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            // nothing is accepted any more
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            String remote = "";
            if (channel.getRemoteAddress() instanceof InetSocketAddress address) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                remote = address.getAddress().getHostAddress();
            }
            Wire wire = new Wire(channel, bodyBytesMax);
            while (one(wire, remote)) {
                // the next request
            }
        } catch (IOException gone) {
            // so is who asked
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            connections.release();
        }
    }

    /** Serves one request; whether another one may follow. */
    private boolean one(Wire wire, String remote) throws IOException, InterruptedException {
        Asked asked;
        boolean last;
        try {
            String[] line = wire.first();
            if (line == null) {
                return false;
            }
            if (line.length != 3 || !line[2].matches("HTTP/1\\.[01]")) {
                throw new Wire.MalformedException("the request line");
            }
            Fields fields = wire.fields();
            if ("100-continue".equalsIgnoreCase(fields.first("expect"))) {
                wire.write("HTTP/1.1 100 Continue", Fields.of(), null);
            }
            last = line[2].equals("HTTP/1.0") || "close".equalsIgnoreCase(fields.first("connection"));
            asked = new Asked(line[0], line[1], fields, wire.body(fields, false), remote);
        } catch (Wire.MalformedException wrong) {
            byte[] why = String.valueOf(wrong.getMessage()).getBytes(StandardCharsets.UTF_8);
            write(wire, new Code.Answer(400, Fields.of(), why), "GET", true);
            return false;
        }
        if (asked.body.length > bodyBytesMax) {
            write(wire, served.tooLarge(asked), asked.method, true);
            return false;
        }
        write(wire, served.answer(asked), asked.method, last);
        return !last;
    }

    private static void write(Wire wire, Code.Answer answer, String method, boolean last) throws IOException {
        boolean none = answer.status() == 204 || answer.status() == 304 || answer.status() < 200;
        Fields fields = answer.fields().endToEnd();
        if (!none) {
            fields = fields.with("content-length", Integer.toString(answer.body().length));
        }
        if (last) {
            fields = fields.with("connection", "close");
        }
        byte @Nullable [] body = none || method.equals("HEAD") ? null : answer.body();
        wire.write("HTTP/1.1 " + answer.status() + ' ', fields, body);
    }
}
