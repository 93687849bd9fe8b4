// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Upstreams;
import dev.weft.testkit.HostTools;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Custom runtimes on this machine's own network, played by sockets of the test's. */
@EnabledOnOs(OS.LINUX)
class AlibabaHostIT {
    @TempDir
    Path folder;

    private final Upstreams upstreams = new Upstreams();
    private ContractHost.Hosted instance;
    private Map<String, String> env;

    @BeforeEach
    void open() {
        AlibabaHost host = new AlibabaHost(upstreams, HostTools.in(folder));
        instance = host.open(new ContractHost.Setup(
                SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "custom", null)
                        .function(),
                "greeter-0",
                new ContractHost.StandInCloud("alibaba", "cn-hangzhou"),
                folder,
                HostTools.seen(folder),
                "1",
                line -> {}));
        env = instance.launch().env();
    }

    @AfterEach
    void close() {
        instance.close();
        upstreams.close();
    }

    private int port() {
        return Integer.parseInt(env.getOrDefault("FC_SERVER_PORT", "0"));
    }

    @Test
    void aServerThatListensWhereItIsToldIsReady() throws Exception {
        try (ServerSocket socket = new ServerSocket(port(), 5, InetAddress.getByName(env.get("HOST")))) {
            assertThat(socket.isBound()).isTrue();

            instance.awaitReady();
        }
    }

    @Test
    void aServerThatOtherMachinesCouldReachIsRefusedWhereTheNetworkIsShared() throws IOException {
        try (ServerSocket socket = new ServerSocket(port())) {
            assertThat(socket.isBound()).isTrue();

            assertThatThrownBy(instance::awaitReady)
                    .isInstanceOf(ContractHost.InitException.class)
                    .hasMessageContaining("listen on $HOST")
                    .hasMessageContaining("slirp4netns");
        }
    }

    @Test
    void everyVariableThatTellsThePortTellsTheSame() {
        assertThat(env.get("PORT")).isEqualTo(env.get("FC_SERVER_PORT")).isEqualTo(env.get("FC_CUSTOM_LISTEN_PORT"));
        assertThat(port()).isPositive();
        assertThat(instance.launch().reserved()).contains("PORT", "FC_SERVER_PORT", "FC_CUSTOM_LISTEN_PORT");
    }
}
