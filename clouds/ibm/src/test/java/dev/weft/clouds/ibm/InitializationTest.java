// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.NetworkSpace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InitializationTest {
    @Test
    void aProxyThatSaysOkIsReady() {
        assertThatCode(() -> initialize(answer(200, "{\"OK\":true}"))).doesNotThrowAnyException();
    }

    @Test
    void aProxyThatRefusesSaysWhy() {
        Outcome.Failure failure =
                refused(answer(502, "{\"error\":\"Initialization has failed due to: Error: no\\n  at x\"}"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(failure.message()).isEqualTo("Initialization has failed due to: Error: no");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8)).contains("at x");
    }

    @Test
    void anAnswerBeyondTheLimitIsNotReadToItsEnd() {
        String large = "{\"error\":\"" + "x".repeat(2 * Initialization.ANSWER_BYTES_MAX) + "\"}";

        assertThat(refused(answer(502, large)).message()).contains("did not initialize");
    }

    @Test
    void aProcessThatBreaksOffDidNotInitialize() {
        assertThat(refused("").message()).isEqualTo("The action did not initialize and exited unexpectedly.");
    }

    private static String answer(int status, String body) {
        return "HTTP/1.1 %d x\r\ncontent-type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.length(), body);
    }

    private static Outcome.Failure refused(String answer) {
        ContractHost.InitException why =
                catchThrowableOfType(ContractHost.InitException.class, () -> initialize(answer));
        assertThat(why).isNotNull();
        return why.failure();
    }

    private static void initialize(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = Thread.ofVirtual().start(() -> serve(server, answer));
            Initialization.of(NetworkSpace.own(), server.getLocalPort(), "/default/greeter", "main");
            serving.join();
        }
    }

    private static void serve(ServerSocket server, String answer) {
        try (Socket client = server.accept()) {
            int read = client.getInputStream().read(new byte[4096]);
            assertThat(read).isPositive();
            client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException hungUp) {
            assertThat(answer.length()).isGreaterThan(Initialization.ANSWER_BYTES_MAX);
        }
    }
}
