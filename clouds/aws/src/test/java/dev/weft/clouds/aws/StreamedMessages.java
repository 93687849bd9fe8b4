// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes what Lambda answers as an event stream. What it writes is read by boto3 in tests. */
public final class StreamedMessages {
    private StreamedMessages() {}

    /** Some of the function's bytes. */
    public static byte[] chunk(byte[] bytes) {
        return event("PayloadChunk", "application/octet-stream", bytes);
    }

    /** The end, as JSON says it. */
    public static byte[] complete(String json) {
        return event("InvokeComplete", "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Lambda's own failure. */
    public static byte[] exception(String type) {
        byte[] words = "{\"Message\":\"no\"}".getBytes(StandardCharsets.UTF_8);
        return raw(
                fields(":message-type", "exception", ":exception-type", type, ":content-type", "application/json"),
                words);
    }

    private static byte[] event(String type, String contentType, byte[] payload) {
        return raw(fields(":message-type", "event", ":event-type", type, ":content-type", contentType), payload);
    }

    private static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            byte[] value = namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8);
            fields.write(namesAndValues[i].length());
            fields.writeBytes(namesAndValues[i].getBytes(StandardCharsets.UTF_8));
            fields.writeBytes(new byte[] {7, (byte) (value.length >> 8), (byte) value.length});
            fields.writeBytes(value);
        }
        return fields.toByteArray();
    }

    /** The first twelve bytes of a message with these lengths. */
    public static byte[] begin(int length, int headers) {
        ByteBuffer begin = ByteBuffer.allocate(12).putInt(length).putInt(headers);
        return begin.putInt(checksum(begin.array(), 8)).array();
    }

    /** A message with these bytes as its header fields. */
    public static byte[] raw(byte[] fields, byte[] payload) {
        int length = 16 + fields.length + payload.length;
        ByteBuffer all = ByteBuffer.allocate(length)
                .put(begin(length, fields.length))
                .put(fields)
                .put(payload);
        return all.putInt(checksum(all.array(), length - 4)).array();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }
}
