// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.engine.box.Isolation;
import dev.weft.testkit.Caller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions on this machine's own network: other machines must not reach them past the gateway. */
class ExposedServerIT {
    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder, Isolation.NONE);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aServerOnEveryInterfaceIsRefusedAndToldWhatToDo() {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/net/tcp")), "Linux only");
        fixture.deploy(EngineFixture.server("open"), listeningAt("process.env.PORT"), Map.of());

        Caller.Heard heard = fixture.call("open", "/", "");

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
            assertThat(failure.message())
                    .contains("every interface")
                    .contains("$HOST")
                    .contains("127.0.0.1");
        });
        assertThat(EngineFixture.eventually(() -> fixture.cloud.instances().isEmpty()))
                .isTrue();
    }

    @Test
    void aServerOnTheAddressItWasGivenServes() {
        fixture.deploy(EngineFixture.server("kept"), listeningAt("process.env.PORT, process.env.HOST"), Map.of());

        assertThat(fixture.call("kept", "/", "").text()).isEqualTo("127.0.0.1");
    }

    @Test
    void knativesVariablesNameTheServiceAndItsRevision() {
        fixture.deploy(EngineFixture.server("shop"), "one");

        String env = fixture.call("shop", "/env", "").text();

        assertThat(env)
                .contains("\"K_SERVICE\":\"shop\"")
                .contains("\"K_CONFIGURATION\":\"shop\"")
                .contains("\"K_REVISION\":\"shop-"
                        + fixture.cloud.list().getFirst().hash() + '"');
    }

    private static String listeningAt(String where) {
        return "import http from 'node:http';\nhttp.createServer((_, response) => response.end(process.env.HOST)).listen("
                + where + ");\n";
    }
}
