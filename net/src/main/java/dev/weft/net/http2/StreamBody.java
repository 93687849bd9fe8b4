// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request body on a stream. Holds its sender back by HTTP/2's flow control: bytes that nobody has read yet, or while
 * the reader pauses, give the sender no room for more.
 */
final class StreamBody implements Body {
    private final long length;
    private final Runnable onFirstRead;
    private final IntConsumer onTaken;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);
    private @Nullable Sink sink;
    private @Nullable Headers trailers;
    private @Nullable BodyException failure;
    private boolean paused;
    private boolean over;
    private boolean discarded;
    private long unwanted;

    /**
     * Of {@code length} bytes, if known.
     *
     * @param onFirstRead for example asks the sender to go on; once, before the first byte is waited for
     * @param onTaken gives the sender room for that many bytes more
     */
    StreamBody(long length, Runnable onFirstRead, IntConsumer onTaken) {
        this.length = length;
        this.onFirstRead = onFirstRead;
        this.onTaken = onTaken;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(Sink reader) {
        if (sink != null || discarded) {
            throw new IllegalStateException("this body has been read or discarded already");
        }
        sink = reader;
        if (!ended()) {
            onFirstRead.run();
        }
        deliver();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        deliver();
    }

    @Override
    public void discard() {
        discarded = true;
        over = true;
        while (!waiting.isEmpty()) {
            ByteBuf each = waiting.remove();
            int bytes = each.readableBytes();
            each.release();
            onTaken.accept(unwanted(bytes));
        }
    }

    /** More bytes have come, not retained yet; how many of them make room at once. */
    int receive(ByteBuf bytes) {
        int count = bytes.readableBytes();
        Sink reader = sink;
        if (discarded || count == 0) {
            return unwanted(count);
        }
        if (reader != null && !paused && waiting.isEmpty()) {
            reader.chunk(new BufChunk(bytes.retainedSlice()));
            return count;
        }
        waiting.add(bytes.retainedSlice());
        return 0;
    }

    private int unwanted(int bytes) {
        unwanted += bytes;
        return unwanted > Http2Limits.UNWANTED_BYTES_MAX ? 0 : bytes;
    }

    /** The last byte has come. */
    void end(Headers last) {
        trailers = last;
        deliver();
    }

    /** The sender broke off. */
    void fail(BodyException cause) {
        if (!ended()) {
            failure = cause;
            deliver();
        }
    }

    /** Whether the sender has sent all, or will never send more. */
    boolean ended() {
        return trailers != null || failure != null;
    }

    /** Whether somebody waits for bytes from the sender. */
    boolean wanted() {
        return !ended() && !paused && sink != null && !discarded;
    }

    private void deliver() {
        Sink reader = sink;
        if (reader == null) {
            return;
        }
        while (!paused && !over && !waiting.isEmpty()) {
            ByteBuf next = waiting.remove();
            int bytes = next.readableBytes();
            reader.chunk(new BufChunk(next));
            onTaken.accept(bytes);
        }
        if (over || paused) {
            return;
        }
        Headers last = trailers;
        BodyException cause = failure;
        if (last != null) {
            over = true;
            reader.end(last);
        } else if (cause != null) {
            over = true;
            reader.failed(cause);
        }
    }
}
