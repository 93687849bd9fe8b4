// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.net.NetworkSpace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a server that is just starting for {@code /} until it answers: on Azure, any HTTP answer says it is ready. */
final class ReadyRequest {
    /** What a worker says of itself; more is cut off. */
    static final int ANSWER_BYTES_MAX = 1 << 20;

    private static final String BEGINNING = "HTTP/";
    private static final Duration POLL = Duration.ofMillis(2);
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Azure-Functions-Host/%s\r\nConnection: close\r\n\r\n"
                    .formatted(CustomDialect.HOST_VERSION)
                    .getBytes(StandardCharsets.US_ASCII);

    private ReadyRequest() {}

    /**
     * Blocks until {@code port} answers.
     *
     * @param whole whether to wait for all of the answer, up to the limit; else its first bytes do
     */
    static String until(NetworkSpace space, int port, boolean whole) throws InterruptedException {
        while (true) {
            try (SocketChannel channel = space.insideOrFail(SocketChannel::open)) {
                channel.connect(new InetSocketAddress("127.0.0.1", port));
                String answer = ask(channel, whole);
                if (answer.startsWith(BEGINNING)) {
                    return answer;
                }
            } catch (ClosedByInterruptException stopped) {
                throw new InterruptedException(stopped.getMessage());
            } catch (IOException notYet) {
                System.getLogger(ReadyRequest.class.getName())
                        .log(System.Logger.Level.TRACE, "not ready yet, port=" + port, notYet);
            }
            Thread.sleep(POLL);
        }
    }

    private static String ask(SocketChannel channel, boolean whole) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(REQUEST);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(16 * 1024);
        int enough = whole ? ANSWER_BYTES_MAX : BEGINNING.length();
        while (answer.size() < enough && channel.read(in) >= 0) {
            answer.write(in.array(), 0, in.position());
            in.clear();
        }
        return answer.toString(StandardCharsets.UTF_8);
    }
}
