// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import dev.weft.engine.tools.Programs;
import dev.weft.net.NetworkSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes boxed processes: each with mounts, user, limits and network of its kind. Safe for many threads. */
public final class Boxes implements AutoCloseable {
    /** Above what distributions and container engines hand out, below where tools see negative numbers. */
    private static final int UIDS_FROM = 1_900_000_000;

    private static final int UIDS_PER_WEFT = 10_000;
    private static final int WEFTS_MAX = 10_000;
    private static final Quantity TRAINING_MEMORY = Quantity.parse("512Mi");
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private final Sandbox sandbox;
    private final ImageBoxes imageBoxes;
    private final NetworkSpace space;
    private final Cgroups cgroups;
    private final Processes processes;
    private final Doors doors;
    private final BootFiles boot;
    private final JavaCaches javaCaches;
    private final PythonCaches pythonCaches;
    private final AtomicBoolean training = new AtomicBoolean();
    private final Path scratch;
    private final BitSet uids = new BitSet();

    private Boxes(Sandbox sandbox, NetworkSpace space, Path run, BootFiles boot, JavaCaches javaCaches) {
        this.sandbox = sandbox;
        this.space = space;
        this.boot = boot;
        this.javaCaches = javaCaches;
        this.pythonCaches = new PythonCaches(run.resolve("boot"));
        this.scratch = run.resolve("sandbox");
        this.imageBoxes = new ImageBoxes(sandbox, scratch);
        this.cgroups = Cgroups.open();
        this.processes = new Processes(run.resolve(Sweep.PROCESSES), space);
        this.doors = new Doors(cgroups, processes);
    }

    /** In the strongest isolation that works here, or exactly what was asked for; keeps what takes time to make in {@code home}. */
    public static Boxes open(Isolation wanted, NetworkSpace space, Path home, Path run) throws IOException {
        Sandbox sandbox = Sandbox.choose(wanted, run.resolve("sandbox"));
        Boxes boxes = new Boxes(
                sandbox,
                space,
                run,
                BootFiles.write(run.resolve("boot")),
                new JavaCaches(home.resolve("cache").resolve("java")));
        Files.write(
                run.resolve(Sweep.CGROUPS),
                boxes.cgroups.folders().stream().map(Path::toString).toList());
        return boxes;
    }

    /** How processes are set apart. */
    public Sandbox sandbox() {
        return sandbox;
    }

    /** What keeps images from running here: a part of a sentence; empty if nothing does. May try it. */
    public String imagesProblem() {
        return imageBoxes.problem();
    }

    /** Whether the kernel holds instances to their memory. */
    public boolean limitsMemory() {
        return cgroups.work();
    }

    /** How a process gets its environment. */
    public sealed interface Start {
        /** On its standard input, once its language has booted. */
        record Booting(When when) implements Start {}

        /** On its standard input, before its language boots. */
        record Loading() implements Start {}

        /** On its standard input, by what puts it into its box: an image need have no shell that could read it. */
        record Options() implements Start {}

        /** It lives without a function, and leaves the JVM's cache as {@code file} in {@code folder}. */
        record Training(Path folder, String file) implements Start {}

        /** From the beginning, as any process. */
        record Inheriting(Map<String, String> env) implements Start {
            @Override
            public String toString() {
                return "Inheriting[redacted]";
            }
        }
    }

    /** When a language boots, and for whom. */
    public enum When {
        /** For a function that is called. */
        NOW,
        /** For a function that will be called, when it is told to. */
        ASKED,
        /** For no function yet, so there is time to warm up. */
        AHEAD
    }

    /** Whether processes of {@code plan} can be booted before their function is known. */
    public boolean boots(Plan plan) {
        return plan.bootable() && sandbox.sandboxed();
    }

    /** How a process of {@code plan} for a function with {@code env} is best started. */
    public Start start(Plan plan, Map<String, String> env) {
        if (plan.image() != null) {
            return new Start.Options();
        }
        if (!sandbox.loadsEnvironment()) {
            return new Start.Inheriting(env);
        }
        return boots(plan) && !plan.disturbedBy(env) ? new Start.Booting(When.NOW) : new Start.Loading();
    }

    /**
     * Starts a process that sees {@code code}.
     *
     * @param owner as whom it runs where the code may be read by that user alone; 0 for a user of its own
     */
    public BoxedProcess start(Plan plan, Path code, Start start, int owner) throws IOException, InterruptedException {
        int uid = owner == 0 ? takeUid() : owner;
        boolean whole = false;
        try {
            List<Path> shared = new ArrayList<>(plan.shared());
            BootFiles files = new BootFiles(boot.node(), pythonCaches.boot(boot.python()), boot.java());
            if (plan.bootable()) {
                shared.add(files.of(plan));
            }
            List<String> cache = new ArrayList<>();
            Path output = null;
            Path found = plan.bootable() ? javaCaches.find(plan, boot.of(plan)) : null;
            if (start instanceof Start.Training(Path folder, String file)) {
                output = folder;
                cache.add("-XX:AOTCacheOutput=" + Sandbox.OUTPUT.resolve(file));
            } else if (found != null) {
                shared.add(found);
                cache.add("-XX:AOTCache=" + sandbox.sharedInside(found));
            }
            Path compiled = pythonCaches.find(plan);
            if (compiled != null) {
                shared.add(compiled);
            }
            Sandbox.Box box = new Sandbox.Box(uid, code, tables(uid), shared, plan.modules(), plan.memory(), output);
            List<String> program = Commands.of(plan.program(), plan.memory(), files.inside(sandbox), cache);
            Sandbox.Entry entry = entry(start);
            ImageFolder image = plan.image();
            List<String> command =
                    image == null ? sandbox.command(box, program, entry) : imageBoxes.command(box, image, program);
            Doors.Door door = enter(plan, command, environment(plan, start), code);
            whole = true;
            return new BoxedProcess(
                    this,
                    new BoxedProcess.Held(
                            plan, code, door.group(), owner == 0 ? uid : 0, entry == Sandbox.Entry.YIELDING),
                    door.process());
        } finally {
            if (!whole) {
                giveBackUid(owner == 0 ? uid : 0);
            }
        }
    }

    private Sandbox.Entry entry(Start start) {
        Sandbox.Entry ahead = sandbox.raises() ? Sandbox.Entry.YIELDING : Sandbox.Entry.PLAIN;
        return switch (start) {
            case Start.Booting(When when) ->
                switch (when) {
                    case NOW -> Sandbox.Entry.PLAIN;
                    case ASKED -> Sandbox.Entry.ASKED;
                    case AHEAD -> ahead;
                };
            case Start.Training _ -> ahead;
            case Start.Loading _ -> Sandbox.Entry.LOADING;
            case Start.Options _ -> Sandbox.Entry.PLAIN;
            case Start.Inheriting _ -> Sandbox.Entry.PLAIN;
        };
    }

    /** Whether all is made that a process of {@code plan} would be given: one that is started now will not miss what comes later. */
    boolean settled(Plan plan) {
        return switch (plan.program()) {
            case ContractHost.Program.Java _ -> javaCaches.find(plan, boot.java()) != null;
            case ContractHost.Program.Python _ ->
                pythonCaches.find(plan) != null
                        && !pythonCaches.boot(boot.python()).equals(boot.python());
            case ContractHost.Program.Node _, ContractHost.Program.Command _, ContractHost.Program.Image _ -> true;
        };
    }

    private static Map<String, String> environment(Plan plan, Start start) {
        Map<String, String> env = new HashMap<>(
                switch (start) {
                    case Start.Booting _, Start.Training _ -> BASE;
                    case Start.Loading _, Start.Options _ -> Map.of("PATH", Programs.PATH);
                    case Start.Inheriting(Map<String, String> all) -> all;
                });
        if (start instanceof Start.Booting) {
            env.putAll(plan.early());
        }
        env.putAll(Commands.environment(plan.program(), start));
        return env;
    }

    /** Starts it in a group of its own where that can be; an environment that may hold anything is not told to a shell. */
    private Doors.Door enter(Plan plan, List<String> command, Map<String, String> env, Path folder)
            throws IOException, InterruptedException {
        if (cgroups.work() && sandbox.loadsEnvironment()) {
            Doors.Door door = doors.take();
            boolean entered = false;
            try {
                door.group().limit(plan.memory().bytes());
                door.become(command, env, folder);
                entered = true;
                return door;
            } finally {
                if (!entered) {
                    door.close();
                }
            }
        }
        List<String> limited = new ArrayList<>();
        limitTasks(limited);
        limited.addAll(command);
        return new Doors.Door(processes.start(limited, env, folder), Cgroups.NO_GROUP);
    }

    /** There is a function with this plan. */
    public void expect(Plan plan) {
        if (sandbox.sandboxed()) {
            javaCaches.expect(plan);
            pythonCaches.expect(plan, boot.python(), boot.inside(sandbox).python());
        }
    }

    /** What time does. */
    public void tick() {
        if (cgroups.work()) {
            doors.tick();
        }
        if (training.compareAndSet(false, true)) {
            Thread.ofVirtual().name("java-cache").start(() -> {
                try {
                    javaCaches.tick(boot.java(), this::train);
                } finally {
                    training.set(false);
                }
            });
        }
    }

    private BoxedProcess train(Plan plan, Path folder, String file) throws IOException, InterruptedException {
        Plan roomy = new Plan(plan.program(), plan.shared(), plan.modules(), TRAINING_MEMORY, plan.early(), null);
        BoxedProcess process = start(roomy, folder, new Start.Training(folder, file), 0);
        process.onLine(line -> LOG.log(System.Logger.Level.DEBUG, "start-up cache: " + line));
        return process;
    }

    /** What every process has in its environment. */
    public static final Map<String, String> BASE =
            Map.of("PATH", Programs.PATH, "HOME", "/tmp", "TMPDIR", "/tmp", "LANG", "C.UTF-8");

    /** Where there are no control groups, at least a function can't fill the process table. */
    private static void limitTasks(List<String> command) {
        Path tool = Programs.find("prlimit");
        if (tool != null) {
            command.addAll(List.of(tool.toString(), "--nproc=" + Cgroups.TASKS_MAX, "--core=0"));
        }
    }

    private Sandbox.Tables tables(int uid) throws IOException {
        return new Sandbox.Tables(Sandbox.passwd(scratch, uid), resolver());
    }

    /** Where functions have a network of their own, this machine's resolver is not at its usual address. */
    private synchronized Path resolver() throws IOException {
        Path own = Path.of("/etc/resolv.conf");
        if (!space.apart()) {
            return own;
        }
        Path file = scratch.resolve("resolv.conf");
        if (!Files.exists(file)) {
            List<String> lines = new ArrayList<>(List.of("nameserver " + space.resolver()));
            if (Files.isReadable(own)) {
                Files.readAllLines(own).stream()
                        .filter(line -> line.startsWith("search ") || line.startsWith("options "))
                        .forEach(lines::add);
            }
            Files.createDirectories(scratch);
            Files.write(file, lines);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return file;
    }

    /** It is gone: no need to remember it. */
    void ended(Process process, int uid) {
        processes.ended(process);
        giveBackUid(uid);
    }

    private int takeUid() {
        synchronized (uids) {
            int free = uids.nextClearBit(1);
            if (free >= UIDS_PER_WEFT) {
                throw new IllegalStateException("more than " + UIDS_PER_WEFT + " function processes");
            }
            uids.set(free);
            return uid(free);
        }
    }

    private void giveBackUid(int uid) {
        if (uid > 0) {
            synchronized (uids) {
                uids.clear(uid - uid(0));
            }
        }
    }

    private static int uid(int number) {
        return UIDS_FROM + (int) (ProcessHandle.current().pid() % WEFTS_MAX) * UIDS_PER_WEFT + number;
    }

    @Override
    public void close() {
        javaCaches.close();
        doors.close();
        processes.close();
        cgroups.close();
        Sweep.delete(scratch);
    }
}
