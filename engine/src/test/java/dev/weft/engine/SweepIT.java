// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.box.Processes;
import dev.weft.engine.box.Sweep;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepIT {
    @TempDir
    Path home;

    @Test
    void whatADeadWeftLeftIsKilledAndDeleted() throws Exception {
        Process left = sleeper();
        Path run = Files.createDirectories(home.resolve("run/999999999"));
        Files.writeString(run.resolve(Sweep.OWNER), "long:gone");
        Files.writeString(run.resolve(Sweep.PROCESSES), left.pid() + " " + Processes.startOf(left.pid()) + "\n");

        assertThat(Engine.sweep(home)).isEqualTo(1);

        assertThat(left.waitFor()).isNotZero();
        assertThat(run).doesNotExist();
    }

    @Test
    void aLivingWeftAndItsProcessesAreLeftAlone() throws Exception {
        Process mine = sleeper();
        long pid = ProcessHandle.current().pid();
        Path run = Files.createDirectories(home.resolve("run/" + pid));
        Files.writeString(run.resolve(Sweep.OWNER), Processes.startOf(pid));
        Files.writeString(run.resolve(Sweep.PROCESSES), mine.pid() + " " + Processes.startOf(mine.pid()) + "\n");

        assertThat(Engine.sweep(home)).isZero();

        assertThat(mine.isAlive()).isTrue();
        assertThat(run).exists();
        mine.destroyForcibly();
    }

    @Test
    void aLaterProcessWithTheSameNumberIsNotKilled() throws Exception {
        Process other = sleeper();
        Path run = Files.createDirectories(home.resolve("run/999999999"));
        Files.writeString(run.resolve(Sweep.PROCESSES), other.pid() + " another-boot:1\n");

        assertThat(Engine.sweep(home)).isZero();

        assertThat(other.isAlive()).isTrue();
        other.destroyForcibly();
    }

    private static Process sleeper() throws Exception {
        return new ProcessBuilder("sleep", "60").start();
    }
}
