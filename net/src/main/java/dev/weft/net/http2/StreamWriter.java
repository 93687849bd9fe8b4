// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;

/** Writes an answer's body to a stream as fast as the caller gives it room: pauses the body while there is none. */
final class StreamWriter implements Body.Sink {
    private final StreamExchange exchange;
    private final StreamsConnection connection;
    private final Http2Stream stream;
    private final Body body;
    private boolean paused;
    private boolean over;

    StreamWriter(StreamExchange exchange, StreamsConnection connection, Http2Stream stream, Body body) {
        this.exchange = exchange;
        this.connection = connection;
        this.stream = stream;
        this.body = body;
    }

    @Override
    public void chunk(Chunk chunk) {
        if (over || chunk.length() == 0) {
            chunk.release();
            return;
        }
        ByteBuf bytes = BufChunk.toWrite(chunk);
        if (!connection.writeData(stream, bytes)) {
            paused = true;
            body.pause();
        }
    }

    @Override
    public void end(Headers trailers) {
        if (!over) {
            over = true;
            exchange.ended(trailers);
        }
    }

    @Override
    public void failed(BodyException cause) {
        if (!over) {
            over = true;
            exchange.broke();
        }
    }

    /** The caller gives room again. */
    void writable() {
        if (paused && !over) {
            paused = false;
            body.resume();
        }
    }

    /** The stream is gone and has no more use for the body. */
    void stop() {
        if (!over) {
            over = true;
            body.discard();
        }
    }

    /** Whether the caller is the one waited for. */
    boolean paused() {
        return paused && !over;
    }
}
