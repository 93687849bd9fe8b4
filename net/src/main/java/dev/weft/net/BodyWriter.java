// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import dev.weft.net.wire.MessageOut;
import dev.weft.net.wire.PacedSink;
import java.util.function.Consumer;

/**
 * Writes a body to a connection as fast as the other side takes it: pauses the body while the connection's write buffer
 * is over its high-water mark. Bytes gather until the loop has handled what it read, then go out in one flush.
 */
final class BodyWriter extends PacedSink {
    private final MessageOut out;
    private final Runnable onEnd;
    private final Consumer<BodyException> onFailure;

    /** The connection is told of the end, and of a body that did not come whole, but not of chunks. */
    BodyWriter(MessageOut out, Body body, Runnable onEnd, Consumer<BodyException> onFailure) {
        super(body);
        this.out = out;
        this.onEnd = onEnd;
        this.onFailure = onFailure;
    }

    @Override
    protected boolean write(Chunk chunk) {
        if (!out.outlet().channel().isActive()) {
            chunk.release();
            return true;
        }
        out.bytes(BufChunk.toWrite(chunk));
        boolean room = out.outlet().channel().isWritable();
        if (room) {
            out.outlet().flushSoon();
        }
        return room;
    }

    @Override
    protected void held() {
        out.outlet().flush();
    }

    @Override
    protected void ended(Headers trailers) {
        out.end(trailers);
        out.outlet().flushSoon();
        onEnd.run();
    }

    @Override
    protected void broke(BodyException cause) {
        onFailure.accept(cause);
    }
}
