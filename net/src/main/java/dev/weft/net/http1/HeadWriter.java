// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import dev.weft.api.Headers;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one head. A field that could be read as two, or as the head's end, is an {@link IllegalArgumentException}: names
 * and values may come from a function's own answer.
 */
public final class HeadWriter {
    private static final byte[] VERSION_END = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUSES = 1000;
    private static final byte[][] STATUS_LINES = new byte[STATUSES][];

    private byte[] bytes;
    private int length;

    private HeadWriter() {
        bytes = Scratch.bytes(0);
    }

    /** Begins with a request's line. */
    public static HeadWriter request(String method, String target) {
        HeadWriter head = new HeadWriter();
        head.word(method);
        head.put(' ');
        head.target(target);
        head.append(VERSION_END);
        return head;
    }

    /** Begins with an answer's line. */
    public static HeadWriter answer(int status) {
        HeadWriter head = new HeadWriter();
        head.append(statusLine(status));
        return head;
    }

    /** The head of an answer that goes on in another protocol. */
    public static HeadWriter switching(Headers fields) {
        HeadWriter head = answer(101);
        ConnectionFields.copyEndToEnd(fields, head::field);
        head.field("connection", "upgrade");
        String protocol = fields.first("upgrade");
        if (protocol != null) {
            head.field("upgrade", protocol);
        }
        return head;
    }

    private static byte[] statusLine(int status) {
        if (status < 100 || status >= STATUSES) {
            throw new IllegalArgumentException("a status has three digits, not " + status);
        }
        byte[] line = STATUS_LINES[status];
        if (line == null) {
            line = ("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            STATUS_LINES[status] = line;
        }
        return line;
    }

    /** Adds one field. */
    public void field(String name, String value) {
        word(name);
        put(':');
        put(' ');
        int from = length;
        append(value);
        for (int i = from; i < length; i++) {
            if (!FieldLines.valueByte(bytes[i])) {
                throw new IllegalArgumentException("field " + name + ": a control character in its value");
            }
        }
        put('\r');
        put('\n');
    }

    /** Ends it, as a buffer of its own, with room for a short body. */
    public ByteBuf end(ByteBufAllocator allocator) {
        put('\r');
        put('\n');
        return allocator.directBuffer(length + Outlet.ROOM_BYTES).writeBytes(bytes, 0, length);
    }

    /** Fields alone, as they follow the last chunk. */
    static ByteBuf trailers(Headers fields, ByteBufAllocator allocator) {
        HeadWriter lines = new HeadWriter();
        lines.append(LAST_CHUNK);
        ConnectionFields.copyEndToEnd(fields, lines::field);
        return lines.end(allocator);
    }

    private void word(String text) {
        int from = length;
        append(text);
        boolean token = length > from;
        for (int i = from; i < length; i++) {
            token &= FieldLines.token(bytes[i]);
        }
        if (!token) {
            throw new IllegalArgumentException("'" + text + "' can't be a field's name or a method");
        }
    }

    private void target(String target) {
        int from = length;
        append(target);
        for (int i = from; i < length; i++) {
            if ((bytes[i] >= 0 && bytes[i] <= ' ') || bytes[i] == 0x7f) {
                throw new IllegalArgumentException("a request's target has no white space");
            }
        }
    }

    private void append(String text) {
        append(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void append(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void put(char c) {
        room(1);
        bytes[length++] = (byte) c;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
