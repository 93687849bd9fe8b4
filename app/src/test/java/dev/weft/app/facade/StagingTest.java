// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Changed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagingTest {
    @TempDir
    private Path scratch;

    private Instant now = Instant.parse("2026-11-30T09:00:00Z");

    private Staging staging(int count, long bytes) {
        return new Staging(scratch.resolve("staged"), () -> now, count, bytes);
    }

    @Test
    void whatIsPutIsFoundInItsNamespaceForHalfAnHour() throws Exception {
        Staging staging = staging(4, 100);
        assertThat(staging.put("default", "a.zip", new byte[] {1, 2})).isNull();
        assertThat(staging.find("default", "a.zip")).containsExactly(1, 2);
        assertThat(staging.find("other", "a.zip")).isNull();
        assertThat(staging.find("default", "b.zip")).isNull();
        Path file = scratch.resolve("staged/default.a.zip");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        now = now.plus(Staging.KEPT).plusSeconds(1);
        assertThat(staging.find("default", "a.zip")).isNull();
        assertThat(staging.put("default", "b.zip", new byte[] {3})).isNull();
        assertThat(Files.exists(file)).isFalse();
        staging.remove("default", "b.zip");
        assertThat(staging.find("default", "b.zip")).isNull();
        staging.clear();
        assertThat(Files.exists(file.getParent())).isFalse();
    }

    @Test
    void thereIsRoomForSoManyAndSoMuch() {
        Staging staging = staging(2, 10);
        assertThat(staging.put("default", "a", new byte[4])).isNull();
        assertThat(staging.put("default", "b", new byte[11]))
                .isInstanceOfSatisfying(Changed.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Changed.Reason.FULL));
        assertThat(staging.put("default", "b", new byte[6])).isNull();
        assertThat(staging.put("default", "c", new byte[0])).isNotNull();
        assertThat(staging.put("default", "b", new byte[5]))
                .as("in place of itself")
                .isNull();
        now = now.plus(Staging.KEPT).plusSeconds(1);
        assertThat(staging.put("default", "c", new byte[10]))
                .as("the others are old")
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../a", "a/b", ".a", "a\u0000"})
    void aNameIsNoPath(String id) {
        Staging staging = staging(2, 10);
        assertThatThrownBy(() -> staging.put("default", id, new byte[1])).isInstanceOf(IllegalArgumentException.class);
        for (String namespace : List.of("", "..", "A/b")) {
            assertThatThrownBy(() -> staging.find(namespace, "a")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
