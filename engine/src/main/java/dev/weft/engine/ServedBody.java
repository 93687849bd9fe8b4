// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An answer's body that says when it is over, however that comes about. Where an instance serves one call at a time, a
 * reader that leaves does not end it: the code is still busy with this call, so the rest is read away. Lives on the
 * call's loop.
 */
final class ServedBody implements Body, Body.Sink {
    private final Body inner;
    private final boolean readToTheEnd;
    private final Runnable whenOver;
    private Body.@Nullable Sink reader;
    private @Nullable BodyException broken;
    private boolean unwanted;
    private boolean over;

    ServedBody(Body inner, boolean readToTheEnd, Runnable whenOver) {
        this.inner = inner;
        this.readToTheEnd = readToTheEnd;
        this.whenOver = whenOver;
    }

    @Override
    public long length() {
        return inner.length();
    }

    @Override
    public void read(Body.Sink sink) {
        if (broken != null) {
            sink.failed(broken);
            return;
        }
        reader = sink;
        inner.read(this);
    }

    @Override
    public void pause() {
        if (!over && !unwanted) {
            inner.pause();
        }
    }

    @Override
    public void resume() {
        if (!over) {
            inner.resume();
        }
    }

    @Override
    public void discard() {
        if (over || unwanted) {
            return;
        }
        boolean begun = reader != null;
        reader = null;
        if (readToTheEnd) {
            unwanted = true;
            if (begun) {
                inner.resume();
            } else {
                inner.read(this);
            }
        } else {
            over = true;
            inner.discard();
            whenOver.run();
        }
    }

    @Override
    public void chunk(Chunk chunk) {
        Body.Sink sink = reader;
        if (over || sink == null) {
            chunk.release();
        } else {
            sink.chunk(chunk);
        }
    }

    @Override
    public void end(Headers trailers) {
        Body.Sink sink = reader;
        if (!over) {
            over = true;
            whenOver.run();
            if (sink != null) {
                sink.end(trailers);
            }
        }
    }

    @Override
    public void failed(BodyException cause) {
        Body.Sink sink = reader;
        if (!over) {
            over = true;
            whenOver.run();
            if (sink != null) {
                sink.failed(cause);
            }
        }
    }

    /** Ends it from our side; {@code whenOver} is not run, the caller knows. */
    void breakOff(BodyException cause) {
        if (over) {
            return;
        }
        over = true;
        inner.discard();
        Body.Sink sink = reader;
        if (sink == null) {
            broken = cause;
        } else {
            sink.failed(cause);
        }
    }
}
