// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** An HTTP/2 caller by hand: it sends whatever a test tells it to, right or wrong (RFC 9113 section 4). */
final class Frames implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int WAIT_MILLIS = 5_000;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);

    /** One frame as it came. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean is(int wanted, int onStream) {
            return type == wanted && stream == onStream;
        }

        int errorCode() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    Frames(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(WAIT_MILLIS);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    /** A connection with prior knowledge, with settings of {@code id, value…}. */
    static Frames open(int port, int... settings) throws IOException {
        Frames frames = new Frames(new Socket("127.0.0.1", port));
        frames.bytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
        ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        frames.send(SETTINGS, 0, 0, payload.array());
        return frames;
    }

    void bytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    void send(int type, int flags, int stream, byte... payload) throws IOException {
        bytes(frame(type, flags, stream, payload));
    }

    /** Sends as many as the listener takes. */
    void flood(byte[] frame, int times) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(frame);
        }
        try {
            bytes(all.toByteArray());
        } catch (SocketException cutOff) {
            return; // what came before is still to be read
        }
    }

    /** A request's header block, each field a literal without index. */
    static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            string(block, namesAndValues[i]);
            string(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                block.write(rest % 128 | 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    static byte[] get(String path, String... more) {
        return request("GET", path, more);
    }

    static byte[] request(String method, String path, String... more) {
        byte[] first = block(":method", method, ":scheme", "http", ":path", path, ":authority", "localhost");
        byte[] rest = block(more);
        return ByteBuffer.allocate(first.length + rest.length)
                .put(first)
                .put(rest)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** The next frame. */
    Frame next() throws IOException {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[head >>> 8];
        in.readFully(payload);
        return new Frame(head & 0xff, flags, stream, payload);
    }

    /** The next frame that is {@code wanted}; others are passed over. */
    Frame await(Predicate<Frame> wanted) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type() == SETTINGS && (frame.flags() & ACK) == 0) {
                send(SETTINGS, ACK, 0);
            }
            if (wanted.test(frame)) {
                return frame;
            }
        }
    }

    /** The fields of the next header of {@code stream}. */
    Http2Headers headers(int stream) throws IOException, Http2Exception {
        Frame frame = await(each -> each.is(HEADERS, stream));
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
        return headers.decodeHeaders(stream, block);
    }

    /** Whether the listener closes the connection. */
    boolean closed() throws IOException {
        try {
            while (true) {
                next();
            }
        } catch (EOFException | SocketException end) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
