// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.net.wire.MessageOut;
import dev.weft.net.wire.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * A body's bytes: as they are where the head said how many, else in chunks.
 *
 * @param chunked whether the head said so
 * @param trailed whether the other side wants trailing fields
 */
public record BodyOut(Outlet outlet, boolean chunked, boolean trailed) implements MessageOut {
    private static final int SIZE_BYTES = 16;
    private static final ByteBuf CRLF = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

    /** For {@code body}, whose length the head has said where it is known. */
    public static BodyOut of(Outlet outlet, Body body, boolean chunksUnderstood, boolean trailed) {
        return new BodyOut(outlet, body.length() == Body.LENGTH_UNKNOWN && chunksUnderstood, trailed);
    }

    @Override
    public void bytes(ByteBuf some) {
        int length = some.readableBytes();
        if (length == 0) {
            some.release(); // would end a body in chunks
        } else if (chunked) {
            ByteBuf size = outlet.channel().alloc().directBuffer(SIZE_BYTES);
            ByteBufUtil.writeAscii(size, Integer.toHexString(length) + "\r\n");
            outlet.write(size);
            outlet.write(some);
            outlet.write(CRLF.duplicate());
        } else {
            outlet.write(some);
        }
    }

    @Override
    public void end(Headers trailers) {
        if (chunked) {
            outlet.write(
                    trailers.size() == 0 || !trailed
                            ? LAST_CHUNK.duplicate()
                            : HeadWriter.trailers(trailers, outlet.channel().alloc()));
        }
    }

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                .writeBytes(text.getBytes(StandardCharsets.US_ASCII))
                .asReadOnly());
    }
}
