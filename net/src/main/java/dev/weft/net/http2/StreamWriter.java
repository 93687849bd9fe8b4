// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import dev.weft.net.wire.BufChunk;
import dev.weft.net.wire.PacedSink;
import io.netty.handler.codec.http2.Http2Stream;

/** Writes an answer's body to a stream as fast as the caller gives it room: pauses the body while there is none. */
final class StreamWriter extends PacedSink {
    private final StreamExchange exchange;
    private final StreamsConnection connection;
    private final Http2Stream stream;

    StreamWriter(StreamExchange exchange, StreamsConnection connection, Http2Stream stream, Body body) {
        super(body);
        this.exchange = exchange;
        this.connection = connection;
        this.stream = stream;
    }

    @Override
    protected boolean write(Chunk chunk) {
        if (chunk.length() == 0) {
            chunk.release();
            return true;
        }
        return connection.writeData(stream, BufChunk.toWrite(chunk));
    }

    @Override
    protected void ended(Headers trailers) {
        exchange.ended(trailers);
    }

    @Override
    protected void broke(BodyException cause) {
        exchange.broke();
    }
}
