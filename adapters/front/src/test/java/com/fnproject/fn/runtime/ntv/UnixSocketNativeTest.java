// SPDX-License-Identifier: Apache-2.0
package com.fnproject.fn.runtime.ntv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketNativeTest {
    private static final long SOON = 5_000;

    @TempDir
    Path folder;

    private final List<Integer> open = new ArrayList<>();
    private int server;

    @BeforeEach
    void listen() throws IOException {
        server = kept(UnixSocketNative.socket());
        UnixSocketNative.bind(server, path());
        UnixSocketNative.listen(server, 1);
    }

    @AfterEach
    void close() throws IOException {
        for (int each : open) {
            UnixSocketNative.close(each);
        }
    }

    @Test
    void whatOneSideSendsTheOtherReceives() throws IOException {
        int client = connected();
        int accepted = accepted();

        send(client, "hello");
        assertThat(received(accepted)).isEqualTo("hello");
        send(accepted, "and back");
        assertThat(received(client)).isEqualTo("and back");
    }

    @Test
    void nobodyToAcceptIsZeroAfterTheTime() throws IOException {
        assertThat(UnixSocketNative.accept(server, 1)).isZero();
        int client = connected();
        assertThat(accepted()).isNotZero().isNotEqualTo(client);
    }

    @Test
    void aWaitingAcceptTakesWhoComesLater() throws Exception {
        CompletableFuture<Integer> accepted = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                accepted.complete(UnixSocketNative.accept(server, SOON));
            } catch (IOException broken) {
                accepted.completeExceptionally(broken);
            }
        });
        connected();

        assertThat(kept(accepted.get(SOON, TimeUnit.MILLISECONDS))).isNotZero();
        waiting.join();
    }

    @Test
    void theEndOfTheOtherSideIsMinusOne() throws IOException {
        int client = connected();
        int accepted = accepted();

        send(client, "last");
        UnixSocketNative.shutdown(client, false, true);

        assertThat(received(accepted)).isEqualTo("last");
        assertThat(UnixSocketNative.recv(accepted, new byte[8], 0, 8)).isEqualTo(-1);
    }

    @Test
    void onlyTheGivenPartOfTheArrayIsUsed() throws IOException {
        int client = connected();
        int accepted = accepted();

        UnixSocketNative.send(client, "(part)".getBytes(StandardCharsets.UTF_8), 1, 4);
        byte[] into = "______".getBytes(StandardCharsets.UTF_8);
        assertThat(UnixSocketNative.recv(accepted, into, 1, 4)).isEqualTo(4);
        assertThat(new String(into, StandardCharsets.UTF_8)).isEqualTo("_part_");
    }

    @Test
    void silenceBeyondTheTimeoutIsATimeoutAndTheConnectionLives() throws IOException {
        int client = connected();
        int accepted = accepted();
        UnixSocketNative.setRecvTimeout(accepted, 1);
        UnixSocketNative.setSendTimeout(accepted, 1_000);

        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> UnixSocketNative.recv(accepted, new byte[8], 0, 8))
                .withMessageContaining("1 ms");
        send(accepted, "still here");
        assertThat(received(client)).isEqualTo("still here");
        assertThat(UnixSocketNative.getRecvTimeout(accepted)).isEqualTo(1);
        assertThat(UnixSocketNative.getSendTimeout(accepted)).isEqualTo(1_000);
    }

    @Test
    void buffersCanBeAskedFor() throws IOException {
        int client = connected();

        UnixSocketNative.setSendBufSize(client, 65_535);
        UnixSocketNative.setRecvBufSize(client, 65_535);
        send(client, "hello");
        assertThat(received(accepted())).isEqualTo("hello");
    }

    @Test
    void aClosedSocketIsOfNoUseAndClosingItAgainIsHarmless() throws IOException {
        int client = connected();
        UnixSocketNative.close(client);
        UnixSocketNative.close(client);
        UnixSocketNative.close(server);

        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> UnixSocketNative.send(client, new byte[1], 0, 1));
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> UnixSocketNative.accept(server, 1));
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        int second = kept(UnixSocketNative.socket());

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            UnixSocketNative.bind(second, path());
            UnixSocketNative.listen(second, 1);
        });
    }

    @Test
    void aSocketIsUsedInOrder() {
        int raw = kept(UnixSocketNative.socket());

        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> UnixSocketNative.listen(raw, 1));
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> UnixSocketNative.accept(raw, 1));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> UnixSocketNative.recv(raw, new byte[1], 0, 1));
    }

    private String path() {
        return folder.resolve("s.sock").toString();
    }

    private int connected() throws IOException {
        int client = kept(UnixSocketNative.socket());
        UnixSocketNative.connect(client, path());
        return client;
    }

    private int accepted() throws IOException {
        return kept(UnixSocketNative.accept(server, SOON));
    }

    private int kept(int socket) {
        open.add(socket);
        return socket;
    }

    private static void send(int socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(UnixSocketNative.send(socket, bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }

    private static String received(int socket) throws IOException {
        byte[] into = new byte[64];
        int count = UnixSocketNative.recv(socket, into, 0, into.length);
        return new String(into, 0, count, StandardCharsets.UTF_8);
    }
}
