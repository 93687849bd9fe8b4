// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.body;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import org.jspecify.annotations.Nullable;

/** A body that says, once, when nothing more of it will come, and that can be broken off. On its loop. */
public final class EndingBody implements Body {
    private final Body inner;
    private final Runnable whenOver;
    private @Nullable Sink reader;
    private boolean over;

    /** {@code whenOver} runs once, when nothing more will come. */
    public EndingBody(Body inner, Runnable whenOver) {
        this.inner = inner;
        this.whenOver = whenOver;
    }

    /** Ends it here, unless it has ended already: its sender is told to stop, its reader hears {@code cause}. */
    public void breakOff(BodyException cause) {
        if (!over) {
            end();
            inner.discard();
            Sink sink = reader;
            if (sink != null) {
                sink.failed(cause);
            }
        }
    }

    private void end() {
        over = true;
        whenOver.run();
    }

    @Override
    public long length() {
        return inner.length();
    }

    @Override
    public boolean complete() {
        return inner.complete();
    }

    @Override
    public void read(Sink sink) {
        reader = sink;
        inner.read(new Sink() {
            @Override
            public void chunk(Chunk chunk) {
                if (over) {
                    chunk.release();
                } else {
                    sink.chunk(chunk);
                }
            }

            @Override
            public void end(Headers trailers) {
                if (!over) {
                    EndingBody.this.end();
                    sink.end(trailers);
                }
            }

            @Override
            public void failed(BodyException cause) {
                if (!over) {
                    EndingBody.this.end();
                    sink.failed(cause);
                }
            }
        });
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
        if (!over) {
            end();
            inner.discard();
        }
    }
}
