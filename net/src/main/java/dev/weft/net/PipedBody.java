// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.api.spi.Loop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A body that a blocking writer fills: at most {@link #CHUNKS_WAITING_MAX} chunks wait, then the writer does. */
public final class PipedBody implements Body {
    /** Chunks that wait for the reader. */
    public static final int CHUNKS_WAITING_MAX = 16;

    private final Loop loop;
    private final Semaphore room = new Semaphore(CHUNKS_WAITING_MAX);
    private final java.util.ArrayDeque<byte[]> waiting = new java.util.ArrayDeque<>();
    private volatile boolean discarded;
    // what follows belongs to the loop
    private @Nullable Sink sink;
    private boolean paused;
    private boolean ended;
    private boolean over;

    /** Read on {@code loop}; written on any other thread. */
    public PipedBody(Loop loop) {
        this.loop = loop;
    }

    /** The writer's end; each write becomes a chunk. */
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (length > 0) {
                    offer(Arrays.copyOfRange(bytes, from, from + length));
                }
            }

            @Override
            public void close() {
                loop.execute(() -> {
                    ended = true;
                    deliver();
                });
            }
        };
    }

    private void offer(byte[] bytes) throws IOException {
        try {
            room.acquire();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the reader has gone").initCause(stopped);
        }
        if (discarded) {
            room.release();
            throw new IOException("the reader has gone");
        }
        loop.execute(() -> {
            waiting.add(bytes);
            deliver();
        });
    }

    private void deliver() {
        Sink reader = sink;
        while (reader != null && !paused && !over && !waiting.isEmpty()) {
            byte[] next = waiting.remove();
            room.release();
            reader.chunk(Chunk.of(next));
        }
        if (reader != null && ended && !over && waiting.isEmpty()) {
            over = true;
            reader.end(Headers.none());
        }
    }

    @Override
    public long length() {
        return LENGTH_UNKNOWN;
    }

    @Override
    public void read(Sink reader) {
        sink = reader;
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
        over = true;
        discarded = true;
        waiting.clear();
        room.release(CHUNKS_WAITING_MAX);
    }

    /** Ends the body as broken; for writers that fail midway. */
    public void fail(BodyException cause) {
        loop.run(() -> {
            Sink reader = sink;
            if (reader != null && !over) {
                over = true;
                reader.failed(cause);
            }
        });
    }
}
