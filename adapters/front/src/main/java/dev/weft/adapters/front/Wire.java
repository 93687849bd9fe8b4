// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection's bytes as HTTP/1.1: lines, fields and bodies. For one thread. */
final class Wire {
    /** Bytes of a message's first line and header fields. */
    static final int HEAD_BYTES_MAX = 64 << 10;

    /** Written and read at once: a channel keeps a buffer of the largest size that it was given, one a thread. */
    private static final int PART_BYTES = 64 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final int bodyBytesMax;
    private int headBytes;

    Wire(SocketChannel channel, int bodyBytesMax) {
        this.in = new BufferedInputStream(Channels.newInputStream(channel), PART_BYTES / 4);
        this.out = Channels.newOutputStream(channel);
        this.bodyBytesMax = bodyBytesMax;
    }

    /** Something that is not HTTP/1.1. */
    static final class MalformedException extends IOException {
        MalformedException(String message) {
            super(message);
        }
    }

    /** A message's first line, in its three parts; null at the end of the stream. */
    String @Nullable [] first() throws IOException {
        headBytes = 0;
        String line = line(true);
        if (line == null) {
            return null;
        }
        String[] parts = line.split(" ", 3);
        if (parts.length < 2) {
            throw new MalformedException("the first line");
        }
        return parts;
    }

    Fields fields() throws IOException {
        List<Fields.Field> all = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                throw new MalformedException("a header field");
            }
            all.add(new Fields.Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new Fields(all);
    }

    private String line() throws IOException {
        String line = line(false);
        return line == null ? "" : line;
    }

    /** Null at the end of the stream, where that may be. */
    private @Nullable String line(boolean mayEnd) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int each = in.read(); each != '\n'; each = in.read()) {
            if (each < 0) {
                if (mayEnd && line.size() == 0) {
                    return null;
                }
                throw new EOFException("the connection has ended");
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

    /** A message's body; one byte more than the most where there is more. {@code toTheEnd} without a length. */
    byte[] body(Fields fields, boolean toTheEnd) throws IOException {
        String coding = fields.first("transfer-encoding");
        String length = fields.first("content-length");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (coding == null) {
            if (length != null) {
                read(body, size(length, 10));
            } else if (toTheEnd) {
                body.writeBytes(in.readNBytes(bodyBytesMax + 1));
            }
            return body.toByteArray();
        }
        if (!coding.toLowerCase(Locale.ROOT).endsWith("chunked")) {
            throw new MalformedException("transfer-encoding");
        }
        while (body.size() <= bodyBytesMax) {
            headBytes = 0;
            long size = size(line().split(";", 2)[0].strip(), 16);
            if (size == 0) {
                Fields ignored = fields(); // trailers
                break;
            }
            read(body, size);
            if (body.size() <= bodyBytesMax) {
                line();
            }
        }
        return body.toByteArray();
    }

    private static long size(String said, int radix) throws MalformedException {
        try {
            long size = Long.parseLong(said, radix);
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
                throw new EOFException("the connection has ended");
            }
            body.write(part, 0, count);
            left -= count;
        }
    }

    /** Writes a message: its first line, fields, and a body unless that is null. */
    void write(String first, Fields fields, byte @Nullable [] body) throws IOException {
        StringBuilder head = new StringBuilder(first).append("\r\n");
        for (Fields.Field each : fields) {
            head.append(clean(each.name()))
                    .append(": ")
                    .append(clean(each.value()))
                    .append("\r\n");
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length() + 2 + (body == null ? 0 : body.length));
        whole.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) {
            whole.writeBytes(body);
        }
        byte[] bytes = whole.toByteArray();
        for (int at = 0; at < bytes.length; at += PART_BYTES) {
            out.write(bytes, at, Math.min(PART_BYTES, bytes.length - at));
        }
    }

    /** A field is one line. */
    private static String clean(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }
}
