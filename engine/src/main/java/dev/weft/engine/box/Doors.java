// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.engine.tools.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Shells that stand in a control group of their own already and wait to be told what to become. Entering a group makes the
 * kernel wait for all its processors (10 to 30 ms measured): too long for a cold start, so a few enter ahead of time.
 */
final class Doors implements AutoCloseable {
    /** Waiting. */
    static final int AHEAD_MAX = 3;

    /** No core files, a limit of tasks, into the group; then one line says what comes, and the rest is for that. */
    private static final String WAIT = "n='\n'; ulimit -c 0; for d; do echo 0 >\"$d\" || exit 125; done;"
            + " prlimit --pid $$ --nproc=" + Cgroups.TASKS_MAX + "; IFS= read -r line && eval \"$line\"";

    private final Cgroups cgroups;
    private final Processes processes;
    private final AtomicLong made = new AtomicLong();
    // guarded by this
    private final ArrayDeque<Door> ahead = new ArrayDeque<>();
    private boolean wanted;
    private boolean closed;

    /** One shell in its group. */
    record Door(Process process, Cgroups.Group group) {
        /** From now on it is {@code command}, with that environment, in that folder; its standard input goes on. */
        void become(List<String> command, Map<String, String> env, Path folder) throws IOException {
            StringBuilder line = new StringBuilder("cd ").append(quoted(folder.toString()));
            env.forEach((name, value) ->
                    line.append("; export ").append(name).append('=').append(quoted(value)));
            line.append("; exec");
            command.forEach(each -> line.append(' ').append(quoted(each)));
            OutputStream in = process.getOutputStream();
            in.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
            in.flush();
        }

        private static String quoted(String text) {
            // one line is read, so the shell has a name for what would end it
            return "'" + text.replace("'", "'\\''").replace("\n", "'\"$n\"'") + "'";
        }

        void close() {
            Processes.kill(process);
            group.close();
        }
    }

    Doors(Cgroups cgroups, Processes processes) {
        this.cgroups = cgroups;
        this.processes = processes;
    }

    /** One that waits, else a new one, which will not have entered yet. */
    Door take() throws IOException, InterruptedException {
        Door door;
        synchronized (this) {
            wanted = true;
            door = ahead.poll();
            while (door != null && !door.process().isAlive()) {
                door.close();
                door = ahead.poll();
            }
        }
        return door == null ? open() : door;
    }

    private Door open() throws IOException, InterruptedException {
        Cgroups.Group group = cgroups.group("i" + made.incrementAndGet());
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", WAIT, "weft"));
        group.doors().forEach(each -> command.add(each.toString()));
        @Nullable Process process = null;
        try {
            process = processes.start(command, Map.of("PATH", Programs.PATH), Path.of("/"));
            return new Door(process, group);
        } finally {
            if (process == null) {
                group.close();
            }
        }
    }

    /** What time does: as many wait as there should be. */
    void tick() {
        while (true) {
            synchronized (this) {
                if (closed || !wanted || ahead.size() >= AHEAD_MAX) {
                    return;
                }
            }
            try {
                Door door = open();
                boolean late;
                synchronized (this) {
                    late = closed;
                    if (!late) {
                        ahead.add(door);
                    }
                }
                if (late) {
                    door.close();
                }
            } catch (IOException | RuntimeException failed) {
                System.getLogger("dev.weft.engine")
                        .log(System.Logger.Level.DEBUG, "no process could enter a control group ahead", failed);
                return;
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        List<Door> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(ahead);
            ahead.clear();
        }
        left.forEach(Door::close);
    }
}
