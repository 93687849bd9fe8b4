// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.api.spi.Loop;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A body that arrives on one loop and is read on another. Whoever reads {@code source} on the first passes what comes to
 * {@link #sink}; the body itself belongs to the second. The source is paused while {@link #WAITING_BYTES_MAX} bytes are
 * on their way, and resumed when half of them have been taken.
 */
public final class RelayedBody implements Body {
    /** Bytes handed over and not yet taken by the reader; past it the source is paused. */
    public static final int WAITING_BYTES_MAX = 256 * 1024;

    private final Body source;
    private final Loop from;
    private final Loop to;
    private final AtomicLong onTheirWay = new AtomicLong();
    /** Written on the loop it comes from only. */
    private volatile boolean heldBack;

    // what follows belongs to the loop it goes to
    private final ArrayDeque<Chunk> waiting = new ArrayDeque<>();
    private @Nullable Sink reader;
    private @Nullable Headers trailers;
    private @Nullable BodyException failure;
    private boolean paused;
    private boolean over;

    /** What comes from {@code source} on loop {@code from}, for a reader on loop {@code to}. */
    public RelayedBody(Body source, Loop from, Loop to) {
        this.source = source;
        this.from = from;
        this.to = to;
    }

    /** Takes what the source delivers, on the loop it comes from. */
    public Sink sink() {
        return new Sink() {
            @Override
            public void chunk(Chunk chunk) {
                if (onTheirWay.addAndGet(chunk.length()) > WAITING_BYTES_MAX && !heldBack) {
                    heldBack = true;
                    source.pause();
                }
                to.execute(() -> arrived(chunk));
            }

            @Override
            public void end(Headers last) {
                to.execute(() -> {
                    trailers = last;
                    deliver();
                });
            }

            @Override
            public void failed(BodyException cause) {
                to.execute(() -> {
                    failure = cause;
                    deliver();
                });
            }
        };
    }

    private void arrived(Chunk chunk) {
        if (over) {
            chunk.release();
            return;
        }
        waiting.add(chunk);
        deliver();
    }

    private void deliver() {
        Sink sink = reader;
        if (sink == null) {
            return;
        }
        while (!paused && !over && !waiting.isEmpty()) {
            Chunk next = waiting.remove();
            taken(next.length());
            sink.chunk(next);
        }
        if (paused || over) {
            return;
        }
        if (trailers != null) {
            over = true;
            sink.end(trailers);
        } else if (failure != null) {
            over = true;
            sink.failed(failure);
        }
    }

    private void taken(int bytes) {
        // a pause is always seen here in time: the chunk that caused it arrives after it
        if (onTheirWay.addAndGet(-bytes) <= WAITING_BYTES_MAX / 2 && heldBack) {
            from.execute(() -> {
                if (heldBack && onTheirWay.get() <= WAITING_BYTES_MAX / 2) {
                    heldBack = false;
                    source.resume();
                }
            });
        }
    }

    @Override
    public long length() {
        return LENGTH_UNKNOWN;
    }

    @Override
    public void read(Sink sink) {
        if (reader != null || over) {
            throw new IllegalStateException("this body has been read or discarded already");
        }
        reader = sink;
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
        if (over) {
            return;
        }
        over = true;
        while (!waiting.isEmpty()) {
            waiting.remove().release();
        }
        from.execute(source::discard);
    }
}
