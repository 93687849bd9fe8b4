// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a function answers as messages of {@code application/vnd.amazon.eventstream}: a PayloadChunk for each part as it comes, and
 * InvokeComplete, which says how it ended. A function that breaks off says so there: the body itself ends whole. On its loop.
 * Source: AWS Lambda API reference, "InvokeWithResponseStream"; Amazon Transcribe developer guide, "Event stream encoding".
 */
final class EventStreamBody implements Body {
    private static final int TEXT = 7;
    private static final int BEGIN_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;

    private static final byte[] PART = headers("PayloadChunk", "application/octet-stream");
    private static final byte[] END = headers("InvokeComplete", "application/json");

    private final Body inner;
    private final @Nullable String error;

    /** Of {@code inner}, and {@code error} is its code if it is the function's failure although it comes whole. */
    EventStreamBody(Body inner, @Nullable String error) {
        this.inner = inner;
        this.error = error;
    }

    @Override
    public long length() {
        return LENGTH_UNKNOWN;
    }

    @Override
    public void read(Sink sink) {
        inner.read(new Sink() {
            @Override
            public void chunk(Chunk chunk) {
                if (chunk.length() > 0) {
                    sink.chunk(Chunk.of(payload(chunk.bytes())));
                }
                chunk.release();
            }

            @Override
            public void end(Headers trailers) {
                over(error, "the function answered with an error");
            }

            @Override
            public void failed(BodyException cause) {
                over("Runtime.TruncatedResponse", String.valueOf(cause.getMessage()));
            }

            private void over(@Nullable String code, String details) {
                sink.chunk(Chunk.of(code == null ? well() : failure(code, details)));
                sink.end(Headers.none());
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
        inner.discard();
    }

    private static byte[] payload(ByteBuffer bytes) {
        return message(PART, bytes);
    }

    private static byte[] well() {
        return message(END, ByteBuffer.wrap(new byte[] {'{', '}'}));
    }

    /** What ends a stream whose function failed. */
    static byte[] failure(String code, String details) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("ErrorCode", code);
        said.put("ErrorDetails", details);
        return message(END, ByteBuffer.wrap(JsonMapper.shared().writeValueAsBytes(said)));
    }

    private static byte[] message(byte[] headers, ByteBuffer payload) {
        int size = BEGIN_BYTES + headers.length + payload.remaining() + CHECKSUM_BYTES;
        ByteBuffer message = ByteBuffer.allocate(size).putInt(size).putInt(headers.length);
        message.putInt(checksum(message)).put(headers).put(payload);
        return message.putInt(checksum(message)).array();
    }

    private static byte[] headers(String event, String type) {
        String[] namesAndValues = {":message-type", "event", ":event-type", event, ":content-type", type};
        ByteBuffer headers = ByteBuffer.allocate(256);
        for (int at = 0; at < namesAndValues.length; at += 2) {
            byte[] name = namesAndValues[at].getBytes(StandardCharsets.US_ASCII);
            byte[] value = namesAndValues[at + 1].getBytes(StandardCharsets.US_ASCII);
            headers.put((byte) name.length).put(name).put((byte) TEXT);
            headers.putShort((short) value.length).put(value);
        }
        byte[] written = new byte[headers.position()];
        headers.get(0, written);
        return written;
    }

    /** Of what is written so far. */
    private static int checksum(ByteBuffer message) {
        CRC32 sum = new CRC32();
        sum.update(message.duplicate().flip());
        return (int) sum.getValue();
    }
}
