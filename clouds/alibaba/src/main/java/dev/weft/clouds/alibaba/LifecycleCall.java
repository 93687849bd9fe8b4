// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Headers;
import dev.weft.net.NetworkSpace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One request of the platform's own to an instance, outside any call and so outside any event loop: blocking, for virtual
 * threads. HTTP/1.0, so that the answer ends with its connection.
 */
final class LifecycleCall {
    /** Bytes of an answer; what comes after is not read. */
    static final int ANSWER_BYTES_MAX = 1 << 20;

    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private LifecycleCall() {}

    /** What the instance said. */
    record Answer(int status, Headers headers, byte[] body) {}

    /**
     * Sends a request without a body and waits for the answer.
     *
     * @throws IOException the instance broke off, or does not speak HTTP
     */
    static Answer send(NetworkSpace space, int port, String line, Headers headers)
            throws IOException, InterruptedException {
        StringBuilder head = new StringBuilder(line).append(" HTTP/1.0\r\nhost: localhost\r\ncontent-length: 0\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        try (SocketChannel channel = space.insideOrFail(() -> SocketChannel.open(StandardProtocolFamily.INET))) {
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            ByteBuffer request = ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.UTF_8));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            return parse(read(channel));
        } catch (ClosedByInterruptException stopped) {
            InterruptedException interrupted = new InterruptedException("stopped while waiting for " + line);
            interrupted.initCause(stopped);
            throw interrupted;
        }
    }

    private static byte[] read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (all.size() < ANSWER_BYTES_MAX && channel.read(buffer) >= 0) {
            all.write(buffer.array(), 0, Math.min(buffer.position(), ANSWER_BYTES_MAX - all.size()));
            buffer.clear();
        }
        return all.toByteArray();
    }

    /** Reads a whole answer. */
    static Answer parse(byte[] answer) throws IOException {
        int end = headEnd(answer);
        String[] lines = new String(answer, 0, end, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] status = lines[0].split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("not an HTTP answer");
        }
        Headers.Builder headers = Headers.builder();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.add(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip());
            }
        }
        int from = Math.min(answer.length, end + HEAD_END.length);
        byte[] body = new byte[answer.length - from];
        System.arraycopy(answer, from, body, 0, body.length);
        return new Answer(Integer.parseInt(status[1]), headers.build(), body);
    }

    private static int headEnd(byte[] answer) throws IOException {
        for (int i = 0; i + HEAD_END.length <= answer.length; i++) {
            if (java.util.Arrays.equals(answer, i, i + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
                return i;
            }
        }
        throw new IOException("the connection ended before the answer's head did");
    }
}
