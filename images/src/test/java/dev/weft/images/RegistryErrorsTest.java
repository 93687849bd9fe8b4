// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class RegistryErrorsTest {
    private static CloudException told(Throwable failure) {
        Credentials credentials = new Credentials(Map.of("DOCKER_CONFIG", "/run/docker"), Path.of("/home/weaver"));
        return RegistryErrors.told("pushing image r.example/shop/a:1", "r.example", credentials, failure);
    }

    @Test
    void whatIsInsideOfAFailureIsWhatIsTold() {
        CloudException late = told(new ExecutionException(new IOException(new SocketTimeoutException("connect"))));
        assertThat(late.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(late).hasMessageStartingWith("pushing image r.example/shop/a:1: r.example does not answer");
        assertThat(told(new SSLException("no"))).hasMessageContaining("plain HTTP");
        CloudException denied = told(new RegistryAuthenticationFailedException("r.example", "shop/a", "no"));
        assertThat(denied.kind()).isEqualTo(Kind.DENIED);
        assertThat(denied)
                .hasMessageContaining("docker login r.example")
                .hasMessageContaining("/run/docker/config.json");
    }

    @Test
    void whatIsNotKnownIsACutOffInItsOwnFirstLine() {
        CloudException cut = told(new SocketException("Broken pipe\nand more"));
        assertThat(cut.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(cut)
                .hasMessage(
                        "pushing image r.example/shop/a:1 was cut off: Broken pipe; nothing runs of it, apply again");
        CloudException own = new CloudException(Kind.INVALID, "as it is", null);
        assertThat(told(new IOException(own))).isSameAs(own);
    }

    @Test
    void onlyThisMachineIsHere() {
        assertThat(Registry.here("localhost:5000")).isTrue();
        assertThat(Registry.here("127.0.0.1:5000")).isTrue();
        assertThat(Registry.here("127.1.2.3")).isTrue();
        for (String other : new String[] {"10.0.0.1:5000", "localhost.example", "127.0.0.1.example", "registry:5000"}) {
            assertThat(Registry.here(other)).as(other).isFalse();
        }
    }
}
