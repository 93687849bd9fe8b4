// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;

/** A body that says when nothing more of it will come. It may say so twice. */
final class EndingBody implements Body {
    private final Body body;
    private final Runnable ended;

    EndingBody(Body body, Runnable ended) {
        this.body = body;
        this.ended = ended;
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
                sink.chunk(chunk);
            }

            @Override
            public void end(Headers trailers) {
                ended.run();
                sink.end(trailers);
            }

            @Override
            public void failed(BodyException cause) {
                ended.run();
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
        ended.run();
        body.discard();
    }
}
