// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.net.wire.ArrivingBody;
import io.netty.buffer.ByteBuf;
import java.util.function.IntConsumer;

/**
 * A request body on a stream. Holds its sender back by HTTP/2's flow control: bytes that nobody has read yet, or while
 * the reader pauses, give the sender no room for more.
 */
final class StreamBody extends ArrivingBody {
    private final IntConsumer onTaken;
    private long unwanted;

    /**
     * Of {@code length} bytes, if known.
     *
     * @param onFirstRead for example asks the sender to go on; once, before the first byte is waited for
     * @param onTaken gives the sender room for that many bytes more
     */
    StreamBody(long length, Runnable onFirstRead, IntConsumer onTaken) {
        super(length, onFirstRead);
        this.onTaken = onTaken;
    }

    /** More bytes have come, not retained yet; how many of them make room at once. */
    int receive(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (discarded() || count == 0) {
            return unwanted(count);
        }
        return passed(bytes.retainedSlice()) ? count : 0;
    }

    private int unwanted(int bytes) {
        unwanted += bytes;
        return unwanted > Http2Limits.UNWANTED_BYTES_MAX ? 0 : bytes;
    }

    /** Whether somebody waits for bytes from the sender. */
    boolean wanted() {
        return !ended() && readOn();
    }

    @Override
    protected void taken(int bytes) {
        onTaken.accept(bytes);
    }

    @Override
    protected void dropped(int bytes) {
        onTaken.accept(unwanted(bytes));
    }

    @Override
    protected void caughtUp() {
        // the room that was given for what has been taken is the sender's word to go on
    }
}
