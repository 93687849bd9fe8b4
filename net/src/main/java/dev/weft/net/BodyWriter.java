// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import dev.weft.net.wire.ConnectionFields;
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
final class BodyWriter implements Body.Sink {
    private final Channel channel;
    private final Body body;
    private final Runnable flushSoon;
    private final Consumer<Headers> onEnd;
    private final Consumer<BodyException> onFailure;
    private boolean paused;
    private boolean over;

    /** The connection is told of the end, and of a body that did not come whole, but not of chunks. */
    BodyWriter(
            Channel channel,
            Body body,
            Runnable flushSoon,
            Consumer<Headers> onEnd,
            Consumer<BodyException> onFailure) {
        this.channel = channel;
        this.body = body;
        this.flushSoon = flushSoon;
        this.onEnd = onEnd;
        this.onFailure = onFailure;
    }

    @Override
    public void chunk(Chunk chunk) {
        if (over || !channel.isActive()) {
            chunk.release();
            return;
        }
        channel.write(new DefaultHttpContent(BufChunk.toWrite(chunk)), channel.voidPromise());
        if (!channel.isWritable()) {
            paused = true;
            body.pause();
            channel.flush();
        } else {
            flushSoon.run();
        }
    }

    @Override
    public void end(Headers trailers) {
        if (!over) {
            over = true;
            onEnd.accept(trailers);
        }
    }

    @Override
    public void failed(BodyException cause) {
        if (!over) {
            over = true;
            onFailure.accept(cause);
        }
    }

    /** The write buffer has drained. */
    void writable() {
        if (paused && !over) {
            paused = false;
            body.resume();
        }
    }

    /** The connection is gone or has no more use for the body. */
    void stop() {
        if (!over) {
            over = true;
            body.discard();
        }
    }

    /** Whether the other side is the one waited for. */
    boolean paused() {
        return paused && !over;
    }

    /** Whether all of it has been written, or never will be. */
    boolean over() {
        return over;
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
