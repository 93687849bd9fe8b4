// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A body coming in on a connection. Holds the sender back by not reading the connection: until it has a reader, and
 * while the reader pauses. What was decoded already then waits here, at most one read's worth.
 */
final class InboundBody implements Body {
    private final Channel channel;
    private final long length;
    private final Runnable onFirstRead;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private @Nullable Sink sink;
    private @Nullable Headers trailers;
    private @Nullable BodyException failure;
    private boolean paused;
    private boolean over;
    private Runnable onDiscard = () -> {};
    private boolean discarded;
    private long received;

    /**
     * Reads from {@code channel}.
     *
     * @param onFirstRead for example asks the sender to go on; once, before the first byte is waited for
     */
    InboundBody(Channel channel, long length, Runnable onFirstRead) {
        this.channel = channel;
        this.length = length;
        this.onFirstRead = onFirstRead;
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
        if (!ended()) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void resume() {
        paused = false;
        deliver();
    }

    @Override
    public void discard() {
        if (discarded) {
            return;
        }
        discarded = true;
        over = true;
        while (!waiting.isEmpty()) {
            waiting.remove().release();
        }
        channel.config().setAutoRead(true);
        if (!ended()) {
            onDiscard.run();
        }
    }

    /** Runs {@code task} when the reader has lost interest before the end. At most one task. */
    void onDiscard(Runnable task) {
        onDiscard = task;
    }

    /** More bytes have come; takes {@code bytes} over. */
    void receive(ByteBuf bytes) {
        received += bytes.readableBytes();
        Sink reader = sink;
        if (discarded || !bytes.isReadable()) {
            bytes.release();
        } else if (reader != null && !paused && waiting.isEmpty()) {
            reader.chunk(new BufChunk(bytes));
        } else {
            waiting.add(bytes);
            channel.config().setAutoRead(false);
        }
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
        return !ended() && !paused && (sink != null || discarded);
    }

    /** Whether the reader has lost interest, or will never come. */
    boolean discarded() {
        return discarded;
    }

    /** Whether nobody reads it, or not any more. */
    boolean unread() {
        return sink == null || discarded;
    }

    /** Bytes so far. */
    long received() {
        return received;
    }

    private void deliver() {
        Sink reader = sink;
        if (reader == null) {
            return;
        }
        while (!paused && !over && !waiting.isEmpty()) {
            reader.chunk(new BufChunk(waiting.remove()));
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
            channel.config().setAutoRead(true);
        }
    }
}
