// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.body;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import org.jspecify.annotations.Nullable;

/** Counts an answer's bytes on their way to the caller, and keeps why it broke off if it did. */
public final class WatchedBody implements Body {
    private final Body body;
    private long bytes;
    private @Nullable BodyException failure;
    private @Nullable Sink reader;

    public WatchedBody(Body body) {
        this.body = body;
    }

    public long bytes() {
        return bytes;
    }

    @Nullable
    public BodyException failure() {
        return failure;
    }

    /** Ends it here, unless it has ended already: its sender is told to stop, its reader hears {@code cause}. */
    public void breakOff(BodyException cause) {
        Sink hears = reader;
        reader = null;
        if (hears != null) {
            failure = cause;
            body.discard();
            hears.failed(cause);
        }
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public void read(Sink sink) {
        reader = sink;
        body.read(new Sink() {
            @Override
            public void chunk(Chunk chunk) {
                bytes += chunk.length();
                sink.chunk(chunk);
            }

            @Override
            public void end(Headers trailers) {
                reader = null;
                sink.end(trailers);
            }

            @Override
            public void failed(BodyException cause) {
                reader = null;
                failure = cause;
                sink.failed(cause);
            }
        });
    }

    @Override
    public void pause() {
        body.pause();
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void discard() {
        reader = null;
        body.discard();
    }
}
