// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A missing command is an excuse only where the list says so. */
class VendorCommandTest {
    private static final List<String> LIST = List.of("# tool  what a remark says", "tool  nobody offers it", "bare");

    @TempDir
    private Path folder;

    @Test
    void whatIsInstalledIsNotLeftOut() throws IOException {
        assertThat(Files.createFile(folder.resolve("tool")).toFile().setExecutable(true))
                .isTrue();
        assertThat(VendorCommand.absence("tool", List.of(folder), LIST)).isEmpty();
    }

    @Test
    void whatIsListedIsLeftOutWithItsReason() {
        assertThat(VendorCommand.absence("tool", List.of(folder), LIST)).contains("nobody offers it");
    }

    @Test
    void whatIsNotListedOrHasNoReasonFails() {
        for (String name : List.of("other", "bare")) {
            assertThatThrownBy(() -> VendorCommand.absence(name, List.of(folder), LIST))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(name + " is not installed");
        }
    }
}
