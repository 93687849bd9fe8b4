// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import dev.weft.api.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** A chunk over pooled memory; passes from one connection to another without a copy. */
public record BufChunk(ByteBuf buf) implements Chunk {
    @Override
    public int length() {
        return buf.readableBytes();
    }

    @Override
    public ByteBuffer bytes() {
        return buf.nioBuffer().asReadOnlyBuffer();
    }

    @Override
    public void release() {
        buf.release();
    }

    /** The bytes of {@code chunk} as a buffer that the connection releases once written; takes the chunk over. */
    public static ByteBuf toWrite(Chunk chunk) {
        return chunk instanceof BufChunk(ByteBuf buf) ? buf : Unpooled.wrappedBuffer(chunk.bytes());
    }
}
