// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Control groups: what holds instances to their memory, by the kernel itself. Version 2, or
 * version 1 where that is what the machine has. Source: Linux, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
 */
public final class Cgroups implements AutoCloseable {
    /** Processes and threads of one instance; what AWS allows. */
    public static final int TASKS_MAX = 1024;

    /** Of a Weft's folder, followed by its number and a counter. */
    private static final String NAME = "weft-";

    private static final Pattern NAMED = Pattern.compile(NAME + "([0-9]{1,18})(-[0-9]+)?");
    private static final long PROBE_BYTES = 64L << 20;
    /** A process may open several, one after the other or side by side. */
    private static final AtomicInteger OPENED = new AtomicInteger();

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Duration EMPTY_MAX = Duration.ofMillis(500);
    private static final Duration EMPTY_LOOK = Duration.ofMillis(2);
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    /** Of a process that is in none. */
    static final Group NO_GROUP = new Group(true, List.of());

    private final boolean second;
    private final List<Path> folders;

    private Cgroups(boolean second, List<Path> folders) {
        this.second = second;
        this.folders = folders;
    }

    /** In the version that works here, under a name of this Weft's own; without folders where none does. */
    public static Cgroups open() {
        String name = NAME + ProcessHandle.current().pid() + '-' + OPENED.incrementAndGet();
        if (!"root".equals(System.getProperty("user.name")) || !Files.isDirectory(ROOT)) {
            return new Cgroups(true, List.of());
        }
        try {
            Cgroups found = Files.exists(ROOT.resolve("cgroup.controllers")) ? version2(name) : version1(name);
            found.probe();
            return found;
        } catch (IOException forbidden) {
            LOG.log(System.Logger.Level.DEBUG, "no control groups here", forbidden);
            return new Cgroups(true, List.of());
        }
    }

    private static Cgroups version2(String name) throws IOException {
        Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+memory");
        Path own = Files.createDirectories(ROOT.resolve(name));
        Files.writeString(own.resolve("cgroup.subtree_control"), "+memory");
        return new Cgroups(true, List.of(own));
    }

    private static Cgroups version1(String name) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String controller : List.of("memory", "pids")) {
            Path own = ROOT.resolve(controller).resolve(ownGroup(controller)).resolve(name);
            Path parent = own.getParent();
            folders.add(Files.createDirectory(
                    parent != null && Files.isDirectory(parent)
                            ? own
                            : ROOT.resolve(controller).resolve(name)));
        }
        return new Cgroups(false, List.copyOf(folders));
    }

    /** Below what already bounds Weft itself. */
    private static String ownGroup(String controller) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
                return parts[2].replaceFirst("^/+", "");
            }
        }
        return "";
    }

    private void probe() throws IOException {
        try (Group probe = group("probe")) {
            probe.limit(PROBE_BYTES);
            if (probe.outOfMemory()) {
                throw new IOException("a group that nobody is in can't be out of memory");
            }
        }
    }

    /** Whether limits are held by the kernel; else only by looking every now and then. */
    public boolean work() {
        return !folders.isEmpty();
    }

    /** Where they are, for whoever sweeps up after a crash. */
    public List<Path> folders() {
        return folders;
    }

    /** A group of its own for the instance {@code id}; without a limit as yet. */
    Group group(String id) throws IOException {
        List<Path> made = new ArrayList<>();
        for (Path folder : folders) {
            made.add(Files.createDirectory(folder.resolve(id)));
        }
        return new Group(second, List.copyOf(made));
    }

    @Override
    public void close() {
        folders.forEach(Cgroups::remove);
    }

    /** Whether it is the folder of a Weft, and no process has that Weft's number now. */
    static boolean ownerGone(Path folder) {
        Matcher named = NAMED.matcher(folder.getFileName().toString());
        return named.matches()
                && Processes.startOf(Long.parseLong(named.group(1))).isEmpty();
    }

    /** Kills who is in a group or in those below it; says how many that were. */
    static int killAll(Path folder) throws IOException {
        int killed = 0;
        try (Stream<Path> all = Files.walk(folder, 2)) {
            for (Path procs : all.filter(each -> each.endsWith("cgroup.procs")).toList()) {
                for (String pid : Files.readAllLines(procs)) {
                    boolean doomed = ProcessHandle.of(Long.parseLong(pid))
                            .map(ProcessHandle::destroyForcibly)
                            .orElse(false);
                    killed += doomed ? 1 : 0;
                }
            }
        }
        return killed;
    }

    /** Removes a group and those in it, once they are empty; whoever stays in there is left, and the group with it. */
    static void remove(Path folder) {
        try (Stream<Path> below = Files.list(folder)) {
            below.filter(Files::isDirectory).forEach(Cgroups::removeSoon);
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "control group not read, folder=" + folder, gone);
        }
        removeSoon(folder);
    }

    /** Its processes are gone, or will be in a moment: waits for that a little. */
    private static void removeSoon(Path folder) {
        long until = System.nanoTime() + EMPTY_MAX.toNanos();
        while (!removed(folder) && System.nanoTime() < until) {
            try {
                Thread.sleep(EMPTY_LOOK);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static boolean removed(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }

    /** One instance's group. */
    public static final class Group implements AutoCloseable {
        private final boolean second;
        private final List<Path> folders;

        private Group(boolean second, List<Path> folders) {
            this.second = second;
            this.folders = folders;
        }

        /** Holds all that is in it to so much memory, from now on. */
        void limit(long memoryBytes) throws IOException {
            for (Path folder : folders) {
                String bytes = Long.toString(memoryBytes);
                write(folder, second ? "memory.max" : "memory.limit_in_bytes", bytes);
                write(folder, second ? "memory.swap.max" : "memory.memsw.limit_in_bytes", second ? "0" : bytes);
                write(folder, "memory.oom.group", "1");
            }
        }

        private static void write(Path folder, String file, String value) throws IOException {
            if (Files.exists(folder.resolve(file))) {
                Files.writeString(folder.resolve(file), value);
            }
        }

        /**
         * A process of one thread that writes 0 into each of these is in the group, with all that it starts. Version 1
         * lets a thread move itself; moving a whole process, which is all that version 2 offers, stops whatever on this
         * machine starts a process or a thread until all processors have been heard.
         */
        public List<Path> doors() {
            return folders.stream()
                    .map(each -> each.resolve(second ? "cgroup.procs" : "tasks"))
                    .toList();
        }

        /** Whether the kernel has ended a process of it for want of memory. */
        public boolean outOfMemory() {
            for (Path folder : folders) {
                Path events = folder.resolve(second ? "memory.events" : "memory.oom_control");
                try {
                    if (Files.exists(events)
                            && Files.readAllLines(events).stream()
                                    .anyMatch(line -> line.startsWith("oom_kill ") && !line.endsWith(" 0"))) {
                        return true;
                    }
                } catch (IOException gone) {
                    return false;
                }
            }
            return false;
        }

        /** Its processes are gone, or will be in a moment. Waits for that a little: not for loops. */
        @Override
        public void close() {
            folders.forEach(Cgroups::removeSoon);
        }
    }
}
