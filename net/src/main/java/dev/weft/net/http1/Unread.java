// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;

/** Bytes that have come on a connection and are not read yet. On one loop. */
public final class Unread {
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    /** None. */
    public Unread() {}

    /** More have come; taken over. */
    public void add(ByteBuf more, ByteBufAllocator allocator) {
        bytes = bytes.isReadable()
                ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, bytes, more)
                : instead(more);
    }

    private ByteBuf instead(ByteBuf more) {
        bytes.release();
        return more;
    }

    /** To read from. */
    public ByteBuf bytes() {
        return bytes;
    }

    /** Whether there are any. */
    public boolean any() {
        return bytes.isReadable();
    }

    /** Hands them over. */
    public ByteBuf take() {
        ByteBuf taken = bytes;
        bytes = Unpooled.EMPTY_BUFFER;
        return taken;
    }

    /** Forgets them. */
    public void drop() {
        take().release();
    }
}
