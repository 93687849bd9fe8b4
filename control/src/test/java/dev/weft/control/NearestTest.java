// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> KNOWN = List.of("timeout", "memory", "handler", "env", "path");

    @Test
    void aMistypedWordFindsTheOneThatWasMeant() {
        assertThat(Nearest.of("timout", KNOWN)).contains("timeout");
        assertThat(Nearest.of("Memory", KNOWN)).contains("memory");
        assertThat(Nearest.of("hanlder", KNOWN)).contains("handler");
    }

    @Test
    void aDifferentWordFindsNone() {
        assertThat(Nearest.of("region", KNOWN)).isEmpty();
        assertThat(Nearest.of("x", KNOWN)).isEmpty();
        assertThat(Nearest.of("timeout".repeat(100), KNOWN)).isEmpty();
        assertThat(Nearest.hint("region", List.of())).isEqualTo("there is none");
    }
}
