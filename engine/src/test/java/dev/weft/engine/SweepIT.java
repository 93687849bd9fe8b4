// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

    /** A Weft may die between a process's start and its record. */
    @Test
    void whoeverIsInADeadWeftsControlGroupIsKilledAndTheGroupGoes() throws Exception {
        Path group = group("weft-999999999-1");
        Process left = sleeper();
        Path inner = Files.createDirectory(group.resolve("instance"));
        Files.writeString(inner.resolve("cgroup.procs"), Long.toString(left.pid()));
        Path run = Files.createDirectories(home.resolve("run/999999999"));
        Files.writeString(run.resolve("cgroups"), group + "\n");

        assertThat(Engine.sweep(home)).isEqualTo(1);

        assertThat(left.waitFor()).isNotZero();
        assertThat(group).doesNotExist();
        assertThat(run).doesNotExist();
    }

    /** Another Weft, of another home, may have got the number of the one that died. */
    @Test
    void theControlGroupOfALivingProcessIsLeftAlone() throws Exception {
        Process living = sleeper();
        Path group = group("weft-" + living.pid() + "-1");
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(living.pid()));
        Path run = Files.createDirectories(home.resolve("run/999999999"));
        Files.writeString(run.resolve("cgroups"), group + "\n");

        assertThat(Engine.sweep(home)).isZero();

        assertThat(living.isAlive()).isTrue();
        assertThat(group).exists();
        living.destroyForcibly().waitFor();
        Files.delete(group);
    }

    private static Path group(String name) throws Exception {
        Path root = Path.of("/sys/fs/cgroup");
        Path groups = Files.exists(root.resolve("cgroup.controllers")) ? root : root.resolve("memory");
        assumeTrue(Files.isWritable(groups), "no control groups of one's own here");
        return Files.createDirectory(groups.resolve(name));
    }

    private static Process sleeper() throws Exception {
        return new ProcessBuilder("sleep", "60").start();
    }
}
