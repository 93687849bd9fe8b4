// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.NetworkSpace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /init}, once an instance: tells the proxy which function to load. It blocks, so it is a request of its own
 * and not one of the event loops'.
 */
final class Initialization {
    /** Of an answer to it: an error with its stack. */
    static final int ANSWER_BYTES_MAX = 256 * 1024;

    /** For the process to be noticed as dead when it breaks off. */
    private static final Duration EXIT_NOTICE_MAX = Duration.ofSeconds(1);

    private static final JsonMapper JSON = JsonMapper.shared();

    private Initialization() {}

    /**
     * Has the proxy at {@code port} load the action that lies in its folder: no code travels.
     *
     * @throws ContractHost.InitException the proxy said why it can't
     */
    static void of(NetworkSpace space, int port, String name, String main)
            throws ContractHost.InitException, InterruptedException {
        byte[] body = JSON.writeValueAsBytes(Map.of("value", Map.of("name", name, "main", main, "binary", true)));
        String answer;
        try {
            answer = exchange(space, port, body);
        } catch (ClosedByInterruptException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedException("initialization was stopped");
        } catch (IOException brokenOff) {
            answer = "";
        }
        if (answer.isEmpty()) {
            // its process has ended or is about to: the engine knows best how, and interrupts when it does
            Thread.sleep(EXIT_NOTICE_MAX);
        }
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            throw new ContractHost.InitException(failure(answer));
        }
    }

    private static String exchange(NetworkSpace space, int port, byte[] body) throws IOException {
        String head =
                "POST /init HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nconnection: close\r\ncontent-type: application/json\r\n"
                                .formatted(port)
                        + "content-length: " + body.length + "\r\n\r\n";
        try (SocketChannel channel = space.insideOrFail(() -> SocketChannel.open(StandardProtocolFamily.INET))) {
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            ByteBuffer out =
                    ByteBuffer.wrap((head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer in = ByteBuffer.allocate(8 * 1024);
            while (!whole(all) && all.size() < ANSWER_BYTES_MAX && channel.read(in.clear()) >= 0) {
                all.write(in.array(), 0, in.position());
            }
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    /** Both proxies declare the length of what they answer. */
    private static boolean whole(ByteArrayOutputStream bytes) {
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        for (String field : text.substring(0, end).split("\r\n", -1)) {
            if (field.regionMatches(true, 0, "content-length:", 0, 15)) {
                return text.length() - end - 4
                        >= Integer.parseInt(field.substring(15).strip());
            }
        }
        return false;
    }

    private static Outcome.Failure failure(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        JsonNode error = end < 0 ? null : error(answer.substring(end + 4));
        return error == null
                ? ActivationFailure.of(
                        Outcome.Failure.Reason.INIT,
                        ActivationFailure.sentence(Outcome.Failure.Reason.INIT, Duration.ZERO))
                : ActivationFailure.initialization(error);
    }

    private static @Nullable JsonNode error(String body) {
        try {
            return JSON.readTree(body).get("error");
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
