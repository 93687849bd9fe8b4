// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import io.netty.buffer.ByteBuf;

/** Takes one body after the other out of bytes as they come: by its length, in chunks, or all there is. One for a connection. */
public final class BodyReader {
    /** Hears of a body. */
    public interface Receiver {
        /** Some of it; taken over. */
        void bytes(ByteBuf some);

        /** All of it has come. */
        void end(Headers trailers);
    }

    private enum Phase {
        LENGTH,
        UNTIL_CLOSE,
        SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        OVER
    }

    /** A chunk's size with its extensions. */
    private static final int SIZE_BYTES_MAX = 4 * 1024;

    private static final int SIZE_DIGITS_MAX = 16;

    private final HeadReader trailers;
    private Phase phase = Phase.OVER;
    private long left;
    private int scanned;

    /** With trailing fields of at most so many bytes. */
    public BodyReader(int trailerBytesMax) {
        this.trailers = HeadReader.ofRequests(0, trailerBytesMax);
    }

    /** A body of so many bytes comes, {@link Body#LENGTH_UNKNOWN} in chunks, {@link Head#UNTIL_CLOSE} without an end. */
    public void begin(long length) {
        left = length;
        phase = length == Body.LENGTH_UNKNOWN
                ? Phase.SIZE
                : length == Head.UNTIL_CLOSE ? Phase.UNTIL_CLOSE : Phase.LENGTH;
    }

    /** Whether a body has begun and its end has not come. */
    public boolean inBody() {
        return phase != Phase.OVER;
    }

    /** Whether the body ends where the connection does. */
    public boolean untilClose() {
        return phase == Phase.UNTIL_CLOSE;
    }

    /** Reads on, as far as {@code bytes} go or the body does. */
    public void read(ByteBuf bytes, Receiver to) throws SyntaxException {
        boolean more = true;
        while (more) {
            more = switch (phase) {
                case LENGTH -> length(bytes, to);
                case UNTIL_CLOSE -> untilClose(bytes, to);
                case SIZE -> size(bytes);
                case CHUNK -> chunk(bytes, to);
                case CHUNK_END -> chunkEnd(bytes);
                case TRAILERS -> trailers(bytes, to);
                case OVER -> false;
            };
        }
    }

    private boolean length(ByteBuf bytes, Receiver to) {
        some(bytes, to);
        if (left == 0) {
            phase = Phase.OVER;
            to.end(Headers.none());
        }
        return false;
    }

    private static boolean untilClose(ByteBuf bytes, Receiver to) {
        if (bytes.isReadable()) {
            to.bytes(bytes.readRetainedSlice(bytes.readableBytes()));
        }
        return false;
    }

    private boolean chunk(ByteBuf bytes, Receiver to) {
        some(bytes, to);
        if (left > 0) {
            return false;
        }
        phase = Phase.CHUNK_END;
        return true;
    }

    private void some(ByteBuf bytes, Receiver to) {
        int length = (int) Math.min(left, bytes.readableBytes());
        if (length > 0) {
            left -= length;
            to.bytes(bytes.readRetainedSlice(length));
        }
    }

    private boolean chunkEnd(ByteBuf bytes) throws SyntaxException {
        if (bytes.readableBytes() < 2) {
            return false;
        }
        if (bytes.readByte() != '\r' || bytes.readByte() != '\n') {
            throw SyntaxException.malformed("a chunk is longer than it says");
        }
        phase = Phase.SIZE;
        return true;
    }

    private boolean size(ByteBuf bytes) throws SyntaxException {
        int begin = bytes.readerIndex();
        int lf = bytes.indexOf(begin + scanned, bytes.writerIndex(), (byte) '\n');
        scanned = lf < 0 ? bytes.readableBytes() : lf + 1 - begin;
        if (scanned > SIZE_BYTES_MAX) {
            throw SyntaxException.malformed("a chunk's extensions are too long");
        }
        if (lf < 0) {
            return false;
        }
        left = size(bytes, lf - 1);
        bytes.skipBytes(scanned);
        scanned = 0;
        phase = left == 0 ? Phase.TRAILERS : Phase.CHUNK;
        return true;
    }

    /** Hexadecimal digits, and extensions that mean nothing to us, up to the CR at {@code end}. */
    private static long size(ByteBuf bytes, int end) throws SyntaxException {
        int at = bytes.readerIndex();
        int digits = at;
        long size = 0;
        while (at < end && Character.digit(bytes.getByte(at), 16) >= 0) {
            size = 16 * size + Character.digit(bytes.getByte(at), 16);
            if (at - digits >= SIZE_DIGITS_MAX || size > Integer.MAX_VALUE) {
                throw SyntaxException.malformed("a chunk's size is no possible number");
            }
            at++;
        }
        boolean number = at > digits;
        while (at < end && (bytes.getByte(at) == ' ' || bytes.getByte(at) == '\t')) {
            at++;
        }
        boolean extended = at < end && bytes.getByte(at) == ';';
        for (int i = at; i < end; i++) {
            extended &= FieldLines.valueByte(bytes.getByte(i));
        }
        if (!number || (at < end && !extended) || end < digits || bytes.getByte(end) != '\r') {
            throw SyntaxException.malformed("a chunk begins with its size in hexadecimal");
        }
        return size;
    }

    private boolean trailers(ByteBuf bytes, Receiver to) throws SyntaxException {
        Headers fields = trailers.trailers(bytes);
        if (fields != null) {
            phase = Phase.OVER;
            to.end(fields);
        }
        return false;
    }
}
