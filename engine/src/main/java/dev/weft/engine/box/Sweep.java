// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Cleans up after Wefts that could not do it themselves. A Weft that lives is never touched. */
public final class Sweep {
    public static final String OWNER = "owner";
    public static final String PROCESSES = "processes";

    /** Names control groups that go with it. */
    static final String CGROUPS = "cgroups";

    /** Names a folder outside the run folder that goes with it. */
    public static final String OUTSIDE = "outside";

    public static final String OUTSIDE_PREFIX = "weft-code-";
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private Sweep() {}

    /** Kills what dead Wefts under {@code home} left running and deletes their folders; says how many processes it killed. */
    public static int of(Path home) {
        Path runs = home.resolve("run");
        if (!Files.isDirectory(runs)) {
            return 0;
        }
        int killed = 0;
        try (Stream<Path> folders = Files.list(runs)) {
            for (Path each : folders.toList()) {
                if (each.getFileName().toString().matches("[0-9]{1,18}") && dead(each)) {
                    killed += killAll(each);
                    deleteOutside(each);
                    killed += removeCgroups(each);
                    delete(each);
                }
            }
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "left-overs not swept, folder=" + runs, unreadable);
        }
        return killed;
    }

    /** Deletes a folder and everything in it; what can't be deleted is left and said. Links are not followed. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | java.io.UncheckedIOException stuck) {
            LOG.log(System.Logger.Level.WARNING, "folder not deleted, folder=" + folder + " reason=" + stuck);
        }
    }

    private static void deleteOutside(Path run) throws IOException {
        Path named = run.resolve(OUTSIDE);
        if (Files.exists(named)) {
            Path folder = Path.of(Files.readString(named).strip());
            Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
            if (temporary.equals(folder.getParent())
                    && folder.getFileName().toString().startsWith(OUTSIDE_PREFIX)) {
                delete(folder);
            }
        }
    }

    /**
     * With whoever is in them still: a Weft that dies between a process's start and its record leaves one that only its
     * group names.
     */
    private static int removeCgroups(Path run) throws IOException {
        Path named = run.resolve(CGROUPS);
        int killed = 0;
        if (Files.exists(named)) {
            for (String line : Files.readAllLines(named)) {
                Path folder = Path.of(line);
                if (folder.startsWith("/sys/fs/cgroup") && Cgroups.ownerGone(folder) && Files.isDirectory(folder)) {
                    killed += Cgroups.killAll(folder);
                    Cgroups.remove(folder);
                }
            }
        }
        return killed;
    }

    private static boolean dead(Path run) throws IOException {
        long pid = Long.parseLong(run.getFileName().toString());
        Path owner = run.resolve(OWNER);
        String now = Processes.startOf(pid);
        // a Weft that has not yet written its owner file is alive as long as its number is
        return Files.exists(owner) ? !Files.readString(owner).strip().equals(now) : now.isEmpty();
    }

    private static int killAll(Path run) throws IOException {
        Path record = run.resolve(PROCESSES);
        if (!Files.exists(record)) {
            return 0;
        }
        int killed = 0;
        for (String line : Files.readAllLines(record)) {
            String[] parts = line.split(" ", 2);
            if (parts.length == 2 && parts[0].matches("[0-9]{1,18}") && !parts[1].isBlank()) {
                killed += kill(Long.parseLong(parts[0]), parts[1].strip());
            }
        }
        return killed;
    }

    private static int kill(long pid, String start) {
        if (pid == ProcessHandle.current().pid() || !Processes.startOf(pid).equals(start)) {
            return 0;
        }
        List<ProcessHandle> doomed = new ArrayList<>();
        ProcessHandle.of(pid).ifPresent(each -> {
            each.descendants().forEach(doomed::add);
            doomed.add(each);
        });
        doomed.forEach(ProcessHandle::destroyForcibly);
        return doomed.size();
    }
}
