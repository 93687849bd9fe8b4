// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.SelfSigned;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kubectl as its users have it: over TLS, with a token, and HTTP/2, where a watch is one of many streams. */
@Tag("system")
@Timeout(120)
class KnativeTlsIT {
    @TempDir
    private Path folder;

    @Test
    void kubectlListsAndWatchesWithATokenAndItsWatchEndsWithWeft() throws Exception {
        Path home = folder.resolve("home");
        Key deploy = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        SSLContext ignored = SelfSigned.write(folder);
        Path app = ThreeFunctions.write(folder.resolve("app"));
        Path out = folder.resolve("watched.txt");
        WeftInTest weft = WeftInTest.withFacadesOverTls(home, List.of("knative"), folder, app);
        Process watching;
        long began;
        try {
            Kubectl kubectl =
                    Kubectl.with(folder.resolve("kube"), weft.facade("knative"), deploy, folder.resolve("tls.crt"));
            assertThat(kubectl.does("get", "ksvc"))
                    .containsPattern("https://server\\.default\\.[a-z0-9]{60}\\.localhost:");
            watching = kubectl.begin(out, "get", "ksvc", "-w");
            WeftInTest.await(Duration.ofSeconds(20), () -> Files.readString(out).contains("server"));
            began = System.nanoTime();
        } finally {
            weft.close();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        assertThat(watching.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
}
