// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import org.jspecify.annotations.Nullable;

/** A body whose length nobody declared, broken off when it passes a limit. Lives on the body's loop. */
final class LimitedBody implements Body, Body.Sink {
    private final Body inner;
    private final long bytesMax;
    private @Nullable Sink reader;
    private long bytes;
    private boolean over;

    private LimitedBody(Body inner, long bytesMax) {
        this.inner = inner;
        this.bytesMax = bytesMax;
    }

    /** {@code body} itself where its declared length keeps the limit. */
    static Body of(Body body, long bytesMax) {
        return body.length() == LENGTH_UNKNOWN || body.length() > bytesMax ? new LimitedBody(body, bytesMax) : body;
    }

    @Override
    public long length() {
        return inner.length();
    }

    @Override
    public void read(Sink sink) {
        reader = sink;
        inner.read(this);
    }

    @Override
    public void pause() {
        inner.pause();
    }

    @Override
    public void resume() {
        inner.resume();
    }

    @Override
    public void discard() {
        over = true;
        inner.discard();
    }

    @Override
    public void chunk(Chunk chunk) {
        Sink sink = reader;
        bytes += chunk.length();
        if (over || sink == null) {
            chunk.release();
        } else if (bytes > bytesMax) {
            over = true;
            chunk.release();
            inner.discard();
            sink.failed(new BodyException(
                    BodyException.Reason.TOO_LARGE, "the answer is larger than " + bytesMax + " bytes", null));
        } else {
            sink.chunk(chunk);
        }
    }

    @Override
    public void end(Headers trailers) {
        Sink sink = reader;
        if (!over && sink != null) {
            over = true;
            sink.end(trailers);
        }
    }

    @Override
    public void failed(BodyException cause) {
        Sink sink = reader;
        if (!over && sink != null) {
            over = true;
            sink.failed(cause);
        }
    }
}
