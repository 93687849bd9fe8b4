// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.PacedSink;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.Consumer;

/**
 * Writes a body to a connection as fast as the other side takes it: pauses the body while the connection's write buffer
 * is over its high-water mark. Bytes gather until the loop has handled what it read, then go out in one flush.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class BodyWriter extends PacedSink {
    private final Channel channel;
    private final Runnable flushSoon;
    private final Consumer<Headers> onEnd;
    private final Consumer<BodyException> onFailure;

    /** The connection is told of the end, and of a body that did not come whole, but not of chunks. */
    BodyWriter(
            Channel channel,
            Body body,
            Runnable flushSoon,
            Consumer<Headers> onEnd,
            Consumer<BodyException> onFailure) {
        super(body);
        this.channel = channel;
        this.flushSoon = flushSoon;
        this.onEnd = onEnd;
        this.onFailure = onFailure;
    }

    @Override
    protected boolean write(Chunk chunk) {
        if (!channel.isActive()) {
            chunk.release();
            return true;
        }
        channel.write(new DefaultHttpContent(BufChunk.toWrite(chunk)), channel.voidPromise());
        boolean room = channel.isWritable();
        if (room) {
            flushSoon.run();
        }
        return room;
    }

    @Override
    protected void held() {
        channel.flush();
    }

    @Override
    protected void ended(Headers trailers) {
        onEnd.accept(trailers);
    }

    @Override
    protected void broke(BodyException cause) {
        onFailure.accept(cause);
    }

    /** The message's end with its trailing fields. */
    static LastHttpContent last(Headers trailers) {
        if (trailers.size() == 0) {
            return LastHttpContent.EMPTY_LAST_CONTENT;
        }
        DefaultLastHttpContent last = new DefaultLastHttpContent();
        ConnectionFields.copyEndToEnd(trailers, last.trailingHeaders());
        return last;
    }
}
