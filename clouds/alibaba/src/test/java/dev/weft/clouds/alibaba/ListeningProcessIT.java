// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ListeningProcessIT {
    private static final long OWN = ProcessHandle.current().pid();

    @Test
    void onlyTheProcessThatListensOwnsThePort() throws IOException {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();

            assertThat(ListeningProcess.owns(OWN, port)).isTrue();
            assertThat(ListeningProcess.owns(Path.of("/proc", Long.toString(OWN), "root/run/weft"), port))
                    .isTrue();
            assertThat(ListeningProcess.owns(stranger.pid(), port)).isFalse();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void aPortThatNobodyListensOnIsNobodys() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        assertThat(ListeningProcess.owns(OWN, port)).isFalse();
    }

    @Test
    void aFolderThatIsNoProcesssIsNobodys() {
        assertThat(ListeningProcess.owns(Path.of("/run/weft"), 9000)).isFalse();
        assertThat(ListeningProcess.owns(Path.of("/proc/self/root/run"), 9000)).isFalse();
    }
}
