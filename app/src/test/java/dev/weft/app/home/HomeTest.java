// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    private static final URI ADMIN = URI.create("http://127.0.0.1:8081");

    @TempDir
    private Path folder;

    @Test
    void anAnnouncedWeftIsFoundWithItsTokenUntilItCloses() {
        Home home = home();
        try (Home.Run run = home.open()) {
            assertThat(home.running()).isEmpty();

            run.announce(ADMIN);
            assertThat(home.running()).singleElement().satisfies(found -> {
                assertThat(found.url()).isEqualTo(ADMIN);
                assertThat(found.token()).isEqualTo(run.token()).hasSizeGreaterThan(40);
                assertThat(found.toString()).doesNotContain(run.token());
            });
        }
        assertThat(home.running()).isEmpty();
        assertThat(folder.resolve("run")).isEmptyDirectory();
    }

    @Test
    void onlyItsUserCanReadTheToken() throws IOException {
        try (Home.Run run = home().open()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run.folder())))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(run.folder().resolve("token"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aPidThatBelongsToAnotherProcessByNowIsNotAWeft() throws IOException {
        Path stale = stale(ProcessHandle.current().pid(), Instant.parse("2020-01-01T00:00:00Z"));

        assertThat(home().running()).isEmpty();
        home().sweep();
        assertThat(stale).doesNotExist();
    }

    @Test
    void aSweepLeavesThoseThatRun() {
        Home home = home();
        try (Home.Run run = home.open()) {
            run.announce(ADMIN);
            home.sweep();
            assertThat(home.running()).hasSize(1);
        }
    }

    private Path stale(long pid, Instant started) throws IOException {
        Path run = Files.createDirectories(folder.resolve("run").resolve(Long.toString(pid)));
        Files.writeString(run.resolve("token"), "old");
        Files.writeString(
                run.resolve("admin.json"),
                "{\"url\":\"%s\",\"pid\":%d,\"started\":\"%s\"}".formatted(ADMIN, pid, started));
        return run;
    }

    private Home home() {
        return Home.of(Map.of("WEFT_HOME", folder.toString()));
    }
}
