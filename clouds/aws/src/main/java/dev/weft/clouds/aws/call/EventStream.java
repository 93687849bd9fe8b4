// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.api.BodyException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Messages of {@code application/vnd.amazon.eventstream} as their bytes come: lengths and their checksum, header fields,
 * payload, checksum of it all. Keeps at most one message that is not whole yet. Source: Amazon Transcribe developer guide,
 * "Event stream encoding".
 */
public final class EventStream {
    /** Bytes of one message. */
    static final int MESSAGE_BYTES_MAX = 16 << 20;

    /** Bytes of a message's header fields. */
    static final int HEADERS_BYTES_MAX = 128 << 10;

    private static final int LENGTHS_BYTES = 8;
    private static final int BEGIN_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;

    /** Bytes of a value, by the number of its type; those of types 6 and 7 stand before it. */
    private static final int[] VALUE_BYTES = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};

    private static final int TEXT = 7;

    private byte[] held = new byte[1024];
    private int size;
    private int wanted = BEGIN_BYTES;

    /**
     * A message.
     *
     * @param headers those of its header fields that are text, by name
     */
    public record Message(Map<String, String> headers, byte[] payload) {
        /** The field's value, empty where it is missing. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Takes {@code bytes} and tells {@code whole} of each message that is whole with them. Not to be used after it threw. */
    public void feed(ByteBuffer bytes, Consumer<Message> whole) throws BodyException {
        while (bytes.hasRemaining()) {
            int piece = Math.min(wanted - size, bytes.remaining());
            if (size + piece > held.length) {
                held = Arrays.copyOf(held, Math.min(MESSAGE_BYTES_MAX, Math.max(size + piece, held.length * 2)));
            }
            bytes.get(held, size, piece);
            size += piece;
            if (size == wanted && size == BEGIN_BYTES) {
                wanted = length();
            } else if (size == wanted) {
                Message message = message();
                size = 0;
                wanted = BEGIN_BYTES;
                whole.accept(message);
            }
        }
    }

    /** Whether a message has begun that is not whole yet. */
    boolean within() {
        return size > 0;
    }

    private int length() throws BodyException {
        ByteBuffer begin = ByteBuffer.wrap(held);
        int length = begin.getInt();
        int headers = begin.getInt();
        if (checksum(LENGTHS_BYTES) != begin.getInt()) {
            throw malformed("the checksum of a message's lengths is wrong");
        }
        if (length < 0 || length > MESSAGE_BYTES_MAX) {
            throw malformed("a message of %d bytes: at most %d are taken"
                    .formatted(Integer.toUnsignedLong(length), MESSAGE_BYTES_MAX));
        }
        if (headers < 0 || headers > HEADERS_BYTES_MAX || headers > length - BEGIN_BYTES - CHECKSUM_BYTES) {
            throw malformed("%d bytes of header fields in a message of %d bytes: at most %d are taken"
                    .formatted(Integer.toUnsignedLong(headers), length, HEADERS_BYTES_MAX));
        }
        return length;
    }

    private Message message() throws BodyException {
        ByteBuffer all = ByteBuffer.wrap(held, 0, size);
        int end = size - CHECKSUM_BYTES;
        if (checksum(end) != all.getInt(end)) {
            throw malformed("the checksum of a message is wrong");
        }
        int payload = BEGIN_BYTES + all.getInt(4);
        all.position(BEGIN_BYTES).limit(payload);
        Map<String, String> headers = headers(all);
        return new Message(headers, Arrays.copyOfRange(held, payload, end));
    }

    private static Map<String, String> headers(ByteBuffer fields) throws BodyException {
        Map<String, String> headers = new HashMap<>();
        while (fields.hasRemaining()) {
            String name = text(fields, Byte.toUnsignedInt(fields.get()));
            int type = fields.hasRemaining() ? fields.get() : -1;
            if (type < 0 || type >= VALUE_BYTES.length) {
                throw malformed("a header field of type " + type);
            }
            int bytes = VALUE_BYTES[type];
            if (bytes < 0) {
                bytes = fields.remaining() < 2 ? Integer.MAX_VALUE : Short.toUnsignedInt(fields.getShort());
            }
            String value = text(fields, bytes);
            String before = headers.put(name, type == TEXT ? value : "");
            if (before != null) {
                throw malformed("a header field that stands twice");
            }
        }
        return headers;
    }

    private static String text(ByteBuffer fields, int bytes) throws BodyException {
        if (bytes > fields.remaining()) {
            throw malformed("a header field that ends after its message");
        }
        byte[] text = new byte[bytes];
        fields.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private int checksum(int bytes) {
        CRC32 sum = new CRC32();
        sum.update(held, 0, bytes);
        return (int) sum.getValue();
    }

    private static BodyException malformed(String what) {
        return new BodyException(BodyException.Reason.MALFORMED, "the event stream is broken: " + what, null);
    }
}
