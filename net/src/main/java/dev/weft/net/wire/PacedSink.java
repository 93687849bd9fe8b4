// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;

/** Sends a body as fast as the other side takes it: pauses the body while there is no room. On one loop. */
public abstract class PacedSink implements Body.Sink {
    private final Body body;
    private boolean paused;
    private boolean over;

    /** Of {@code body}, which is to be read by this. */
    protected PacedSink(Body body) {
        this.body = body;
    }

    /** Takes {@code chunk} over; whether there is room for more. */
    protected abstract boolean write(Chunk chunk);

    /** All of it has come. */
    protected abstract void ended(Headers trailers);

    /** It did not come whole. */
    protected abstract void broke(BodyException cause);

    /** The body has been paused for want of room. */
    protected void held() {
        // room comes by itself where writes are not gathered
    }

    @Override
    public final void chunk(Chunk chunk) {
        if (over) {
            chunk.release();
        } else if (!write(chunk)) {
            paused = true;
            body.pause();
            held();
        }
    }

    @Override
    public final void end(Headers trailers) {
        if (!over) {
            over = true;
            ended(trailers);
        }
    }

    @Override
    public final void failed(BodyException cause) {
        if (!over) {
            over = true;
            broke(cause);
        }
    }

    /** There is room again. */
    public final void writable() {
        if (paused && !over) {
            paused = false;
            body.resume();
        }
    }

    /** The other side is gone or has no more use for the body. */
    public final void stop() {
        if (!over) {
            over = true;
            body.discard();
        }
    }

    /** Whether the other side is the one waited for. */
    public final boolean paused() {
        return paused && !over;
    }

    /** Whether all of it has been written, or never will be. */
    public final boolean over() {
        return over;
    }
}
