// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import org.jspecify.annotations.Nullable;

/** Counts an answer's bytes on their way to the caller, and keeps why it broke off if it did. */
final class WatchedBody implements Body {
    private final Body body;
    private long bytes;
    private @Nullable BodyException failure;

    WatchedBody(Body body) {
        this.body = body;
    }

    long bytes() {
        return bytes;
    }

    @Nullable
    BodyException failure() {
        return failure;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public void read(Sink sink) {
        body.read(new Sink() {
            @Override
            public void chunk(Chunk chunk) {
                bytes += chunk.length();
                sink.chunk(chunk);
            }

            @Override
            public void end(Headers trailers) {
                sink.end(trailers);
            }

            @Override
            public void failed(BodyException cause) {
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
        body.discard();
    }
}
