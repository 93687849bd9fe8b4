// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A body that a connection delivers: what comes before it has a reader, or while the reader pauses, waits here. How its
 * sender is held back meanwhile is the connection's own matter. On one loop.
 */
public abstract class ArrivingBody implements Body {
    private final long length;
    private final Runnable onFirstRead;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);
    private @Nullable Sink sink;
    private @Nullable Headers trailers;
    private @Nullable BodyException failure;
    private boolean paused;
    private boolean over;
    private boolean discarded;

    /**
     * Of {@code length} bytes, if known.
     *
     * @param onFirstRead for example asks the sender to go on; once, before the first byte is waited for
     */
    protected ArrivingBody(long length, Runnable onFirstRead) {
        this.length = length;
        this.onFirstRead = onFirstRead;
    }

    /** The reader has taken {@code bytes} that had to wait. */
    protected abstract void taken(int bytes);

    /** {@code bytes} that had to wait will never be read. */
    protected abstract void dropped(int bytes);

    /** Nothing waits, and more is wanted. */
    protected abstract void caughtUp();

    @Override
    public final long length() {
        return length;
    }

    @Override
    public final void read(Sink reader) {
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
    public final void resume() {
        paused = false;
        deliver();
    }

    @Override
    public void discard() {
        discarded = true;
        over = true;
        while (!waiting.isEmpty()) {
            ByteBuf next = waiting.remove();
            int bytes = next.readableBytes();
            next.release();
            dropped(bytes);
        }
    }

    /** Takes {@code bytes} over, of a body that is not discarded: whether its reader has them already. */
    protected final boolean passed(ByteBuf bytes) {
        Sink reader = sink;
        if (reader != null && !paused && waiting.isEmpty()) {
            reader.chunk(new BufChunk(bytes));
            return true;
        }
        waiting.add(bytes);
        return false;
    }

    /** The last byte has come. */
    public final void end(Headers last) {
        trailers = last;
        deliver();
    }

    /** The sender broke off. */
    public final void fail(BodyException cause) {
        if (!ended()) {
            failure = cause;
            deliver();
        }
    }

    /** Whether the sender has sent all, or will never send more. */
    public final boolean ended() {
        return trailers != null || failure != null;
    }

    /** Whether the reader has lost interest, or will never come. */
    public final boolean discarded() {
        return discarded;
    }

    /** Whether somebody reads it, and does not pause. */
    protected final boolean readOn() {
        return sink != null && !discarded && !paused;
    }

    protected final boolean paused() {
        return paused;
    }

    /** Whether nobody reads it, or not any more. */
    public final boolean unread() {
        return sink == null || discarded;
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
            taken(bytes);
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
        } else {
            caughtUp();
        }
    }
}
