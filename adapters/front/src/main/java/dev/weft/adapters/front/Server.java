// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;

/**
 * An HTTP/1.1 server on a port or a unix socket, a thread for each connection; whoever is in front of it keeps times. The
 * JDK's own knows no unix sockets and refuses targets that are no URI, which the other fronts take.
 */
final class Server implements AutoCloseable {
    /** Connections at once; more of them wait to be accepted. */
    static final int CONNECTIONS_MAX = 1000;

    /** Bytes of request line and header fields. */
    static final int HEAD_BYTES_MAX = 64 << 10;

    private static final int STACK_BYTES = 512 << 10;

    /** Written and read at once: a channel keeps a buffer of the largest size that it was given, one a thread. */
    private static final int PART_BYTES = 64 << 10;

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
            Connection connection = new Connection(
                    new BufferedInputStream(Channels.newInputStream(channel), PART_BYTES / 4),
                    Channels.newOutputStream(channel),
                    remote);
            while (connection.one()) {
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

    /** Something that is not HTTP/1.1. */
    private static final class MalformedException extends IOException {
        MalformedException(String message) {
            super(message);
        }
    }

    private final class Connection {
        private final InputStream in;
        private final OutputStream out;
        private final String remote;
        private int headBytes;

        Connection(InputStream in, OutputStream out, String remote) {
            this.in = in;
            this.out = out;
            this.remote = remote;
        }

        /** Serves one request; whether another one may follow. */
        boolean one() throws IOException, InterruptedException {
            Asked asked;
            boolean last;
            try {
                headBytes = 0;
                String[] line = line(true).split(" ", -1);
                if (line.length == 1 && line[0].isEmpty()) {
                    return false; // the end
                }
                if (line.length != 3 || !line[2].startsWith("HTTP/1.")) {
                    throw new MalformedException("the request line");
                }
                Fields fields = fields();
                last = line[2].equals("HTTP/1.0") || "close".equalsIgnoreCase(fields.first("connection"));
                asked = new Asked(line[0], line[1], fields, body(fields), remote);
            } catch (MalformedException wrong) {
                write(new Code.Answer(400, Fields.of(), text(String.valueOf(wrong.getMessage()))), "GET", true);
                return false;
            }
            if (asked.body.length > bodyBytesMax) {
                write(served.tooLarge(asked), asked.method, true);
                return false;
            }
            write(served.answer(asked), asked.method, last);
            return !last;
        }

        private Fields fields() throws IOException {
            List<Fields.Field> all = new ArrayList<>();
            for (String line = line(false); !line.isEmpty(); line = line(false)) {
                int colon = line.indexOf(':');
                if (colon < 1 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                    throw new MalformedException("a header field");
                }
                all.add(new Fields.Field(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
            return new Fields(all);
        }

        /** Up to the end of the line; empty at the end of the stream where that may be. */
        private String line(boolean first) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(128);
            for (int each = in.read(); each != '\n'; each = in.read()) {
                if (each < 0) {
                    if (first && line.size() == 0) {
                        return "";
                    }
                    throw new EOFException();
                }
                if (++headBytes > HEAD_BYTES_MAX) {
                    throw new MalformedException("the head has more than " + HEAD_BYTES_MAX + " bytes");
                }
                if (each != '\r') {
                    line.write(each);
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        /** One byte more than the most where there is more. */
        private byte[] body(Fields fields) throws IOException {
            String coding = fields.first("transfer-encoding");
            String length = fields.first("content-length");
            if (coding == null && length == null) {
                return new byte[0];
            }
            if ("100-continue".equalsIgnoreCase(fields.first("expect"))) {
                out.write(text("HTTP/1.1 100 Continue\r\n\r\n"));
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (coding == null) {
                read(body, size(length, 10));
                return body.toByteArray();
            }
            if (!coding.toLowerCase(Locale.ROOT).endsWith("chunked")) {
                throw new MalformedException("transfer-encoding");
            }
            while (body.size() <= bodyBytesMax) {
                headBytes = 0;
                long size = size(line(false).split(";", 2)[0].strip(), 16);
                if (size == 0) {
                    Fields ignored = fields(); // trailers
                    return body.toByteArray();
                }
                read(body, size);
                if (body.size() <= bodyBytesMax) {
                    line(false);
                }
            }
            return body.toByteArray();
        }

        private long size(@org.jspecify.annotations.Nullable String said, int radix) throws MalformedException {
            try {
                long size = Long.parseLong(said == null ? "" : said, radix);
                if (size >= 0) {
                    return size;
                }
            } catch (NumberFormatException notSo) {
                // as below
            }
            throw new MalformedException("a length: " + said);
        }

        private void read(ByteArrayOutputStream body, long size) throws IOException {
            byte[] part = new byte[(int) Math.min(PART_BYTES, size)];
            for (long left = Math.min(size, bodyBytesMax + 1L - body.size()); left > 0; ) {
                int count = in.read(part, 0, (int) Math.min(part.length, left));
                if (count < 0) {
                    throw new EOFException();
                }
                body.write(part, 0, count);
                left -= count;
            }
        }

        private void write(Code.Answer answer, String method, boolean last) throws IOException {
            StringBuilder head =
                    new StringBuilder("HTTP/1.1 ").append(answer.status()).append(" \r\n");
            for (Fields.Field each : answer.fields().endToEnd()) {
                head.append(clean(each.name()))
                        .append(": ")
                        .append(clean(each.value()))
                        .append("\r\n");
            }
            boolean none = answer.status() == 204 || answer.status() == 304 || answer.status() < 200;
            if (!none) {
                head.append("content-length: ").append(answer.body().length).append("\r\n");
            }
            if (last) {
                head.append("connection: close\r\n");
            }
            ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length() + 2 + answer.body().length);
            whole.writeBytes(text(head.append("\r\n").toString()));
            if (!none && !method.equals("HEAD")) {
                whole.writeBytes(answer.body());
            }
            byte[] bytes = whole.toByteArray();
            for (int at = 0; at < bytes.length; at += PART_BYTES) {
                out.write(bytes, at, Math.min(PART_BYTES, bytes.length - at));
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A field is one line. */
    private static String clean(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }
}
