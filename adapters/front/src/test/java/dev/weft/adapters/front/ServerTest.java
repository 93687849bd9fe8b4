// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerTest {
    private static final int BODY_BYTES_MAX = 10;

    private static String said(String request) throws IOException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Server.Served echo = asked -> new Code.Answer(200, Fields.of("x-target", asked.target()), asked.body());
        try (Server server = Server.open(free, BODY_BYTES_MAX, echo);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void requestsFollowEachOtherAndATargetMayBeNoUri() throws IOException {
        assertThat(
                        said(
                                "GET /{a|b} HTTP/1.1\r\n\r\nPOST /x HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 \r\nx-target: /{a|b}\r\ncontent-length: 0\r\n\r\n"
                        + "HTTP/1.1 200 \r\nx-target: /x\r\ncontent-length: 2\r\n\r\nhi");
    }

    @Test
    void whoeverWaitsToSendItsBodyIsToldTo() throws IOException {
        assertThat(said("POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\na"))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")
                .endsWith("a");
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() throws IOException {
        assertThat(said("POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\n0123456789"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(said("POST / HTTP/1.1\r\ncontent-length: 11\r\n\r\n0123456789a"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void aHeadBeyondTheLimitIsRefused() throws IOException {
        assertThat(said("GET / HTTP/1.1\r\na: " + "x".repeat(Wire.HEAD_BYTES_MAX) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aFieldOfAnAnswerIsOneLine() throws IOException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Server.Served broken = asked -> new Code.Answer(200, Fields.of("x-a", "b\r\nx-evil: yes"), new byte[0]);
        try (Server server = Server.open(free, BODY_BYTES_MAX, broken);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("x-a: b  x-evil: yes\r\n");
        }
    }
}
