// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import org.jspecify.annotations.Nullable;

/** A body that streams up to a limit, and breaks off there as {@link BodyException.Reason#TOO_LARGE}. On its loop. */
public final class LimitedBody implements Body, Body.Sink {
    private final Body inner;
    private final long bytesMax;
    private final String what;
    private long seen;
    private boolean over;
    private Body.@Nullable Sink reader;

    private LimitedBody(Body inner, long bytesMax, String what) {
        this.inner = inner;
        this.bytesMax = bytesMax;
        this.what = what;
    }

    /**
     * {@code body} itself where its declared length keeps the limit.
     *
     * @param what the sentence that is said when it is passed; names the limit
     */
    public static Body of(Body body, long bytesMax, String what) {
        return body.length() == LENGTH_UNKNOWN || body.length() > bytesMax
                ? new LimitedBody(body, bytesMax, what)
                : body;
    }

    @Override
    public long length() {
        return inner.length();
    }

    @Override
    public void read(Body.Sink sink) {
        reader = sink;
        inner.read(this);
    }

    @Override
    public void pause() {
        if (!over) {
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
        if (!over) {
            over = true;
            inner.discard();
        }
    }

    @Override
    public void chunk(Chunk chunk) {
        Body.Sink sink = reader;
        if (over || sink == null) {
            chunk.release();
            return;
        }
        seen += chunk.length();
        if (seen > bytesMax) {
            over = true;
            chunk.release();
            inner.discard();
            sink.failed(new BodyException(BodyException.Reason.TOO_LARGE, what, null));
        } else {
            sink.chunk(chunk);
        }
    }

    @Override
    public void end(Headers trailers) {
        Body.Sink sink = reader;
        if (!over && sink != null) {
            over = true;
            sink.end(trailers);
        }
    }

    @Override
    public void failed(BodyException cause) {
        Body.Sink sink = reader;
        if (!over && sink != null) {
            over = true;
            sink.failed(cause);
        }
    }
}
