// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.resource.Quantity;
import dev.weft.engine.tools.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sets a function's process apart: what it sees, as whom it runs, and that it dies with Weft.
 *
 * <p>The function's environment never reaches the tools that build the sandbox: those still have Weft's rights, and a
 * variable such as LD_PRELOAD would give them to the function. Nor does it stand on a command line, which everybody on
 * the machine may read. A shell inside, already without rights, reads it from its standard input.
 */
public final class Sandbox {
    /** Where the code is seen inside. */
    public static final Path TASK = Path.of("/var/task");

    /** Where hosts' files are seen inside. */
    public static final Path SHARED = Path.of("/opt/weft");

    /** A small folder in memory, for sockets: the host reaches it through the process. */
    public static final Path FOLDER = Path.of("/run/weft");

    /** Where it is seen that a process leaves something for Weft. */
    static final Path OUTPUT = Path.of("/var/weft");

    private static final Path MODULES = Path.of("/var/node_modules");
    private static final long PROBE_SECONDS_MAX = 5;
    private static final int NOBODY = 65_534;
    private static final String LOADER = "set -a; eval \"$(cat)\"; set +a; exec \"$@\" </dev/null";
    private static final String WAITER = "read -r line && exec \"$@\"";
    /** Debian's JVMs keep their settings in folders of that name, and do not start without. */
    private static final List<String> ETC = List.of(("hosts nsswitch.conf ssl ca-certificates pki ld.so.cache localtime"
                    + " alternatives java-11-openjdk java-17-openjdk java-21-openjdk java-25-openjdk")
            .split(" ", -1));

    private static final List<String> ROOT_FOLDERS = List.of("bin", "sbin", "lib", "lib64", "lib32");

    /** How a program comes into its box. */
    enum Entry {
        /** At once. */
        PLAIN,
        /** With an environment that it reads first. */
        LOADING,
        /** When one line has come; the box stands until then. */
        ASKED,
        /** At once, behind all others that want a processor. */
        YIELDING
    }

    /** What is used on this machine. */
    public enum Kind {
        BUBBLEWRAP_AS_ROOT,
        BUBBLEWRAP_AS_USER,
        USER_ONLY,
        NONE
    }

    /**
     * One instance's place.
     *
     * @param uid as whom it runs, where Weft is root
     * @param code the staged folder
     * @param shared what is seen under {@link #SHARED}, by its {@link Plan#sharedName}
     * @param modules seen one folder above the code, as its {@code node_modules}
     * @param memory what it may use, of which files in memory are a part
     * @param output a folder that it may write to, seen as {@link #OUTPUT}
     */
    record Box(
            int uid,
            Path code,
            Tables tables,
            List<Path> shared,
            @Nullable Path modules,
            Quantity memory,
            @Nullable Path output) {
        Box {
            shared = List.copyOf(shared);
        }
    }

    /**
     * Files of /etc that are not this machine's own.
     *
     * @param passwd a made-up user table, so that the process finds its own name
     * @param resolver resolv.conf
     */
    record Tables(Path passwd, Path resolver) {}

    private final Kind kind;

    private Sandbox(Kind kind) {
        this.kind = kind;
    }

    /** The strongest that works here, or exactly what was asked for; refuses when that can't be. */
    public static Sandbox choose(Isolation wanted, Path scratch) {
        String system = System.getProperty("os.name", "");
        boolean linux = system.equals("Linux");
        if (!linux && !system.startsWith("Mac")) {
            throw new IllegalArgumentException(
                    "Weft runs functions on Linux and macOS, not on " + system + "; use it in a Linux container");
        }
        boolean root = "root".equals(System.getProperty("user.name"));
        Sandbox bubblewrap = new Sandbox(root ? Kind.BUBBLEWRAP_AS_ROOT : Kind.BUBBLEWRAP_AS_USER);
        Sandbox user = new Sandbox(Kind.USER_ONLY);
        return switch (wanted) {
            case NONE -> new Sandbox(Kind.NONE);
            case BUBBLEWRAP -> required(linux && bubblewrap.works(scratch), bubblewrap, "bubblewrap (bwrap)");
            case USER -> required(linux && root && user.works(scratch), user, "setpriv, as root on Linux");
            case BEST -> {
                if (linux && bubblewrap.works(scratch)) {
                    yield bubblewrap;
                }
                yield linux && root && user.works(scratch) ? user : new Sandbox(Kind.NONE);
            }
        };
    }

    public Kind kind() {
        return kind;
    }

    /** Whether processes have mounts and a pid space of their own. */
    public boolean sandboxed() {
        return switch (kind) {
            case BUBBLEWRAP_AS_ROOT, BUBBLEWRAP_AS_USER -> true;
            case USER_ONLY, NONE -> false;
        };
    }

    /** Whether the environment is read from standard input rather than inherited. */
    public boolean loadsEnvironment() {
        return kind != Kind.NONE;
    }

    /** One sentence for the user. */
    public String sentence() {
        return switch (kind) {
            case BUBBLEWRAP_AS_ROOT -> "functions run in bubblewrap, each as a user of its own";
            case BUBBLEWRAP_AS_USER -> "functions run in bubblewrap";
            case USER_ONLY ->
                "NO SANDBOX: bubblewrap is missing or does not work here; functions run as users of their own, but see"
                        + " this machine's files. Install bubblewrap";
            case NONE -> "NO SANDBOX: functions run as you, and can read whatever you can read";
        };
    }

    /** Where the process finds its code. */
    public Path codeInside(Path staged) {
        return sandboxed() ? TASK : staged;
    }

    /** Where the process finds a host's file. */
    public Path sharedInside(Path file) {
        return sandboxed() ? SHARED.resolve(Plan.sharedName(file)) : file;
    }

    /** Whether a process that gives way to others can be raised again. */
    boolean raises() {
        return kind == Kind.BUBBLEWRAP_AS_ROOT;
    }

    /** The whole command that runs {@code program} in {@code box}. */
    List<String> command(Box box, List<String> program, Entry entry) {
        List<String> resolved = new ArrayList<>(program);
        Path file = Programs.find(program.getFirst());
        if (file != null && !program.getFirst().contains("/")) {
            resolved.set(0, real(file).toString());
        }
        List<String> command = new ArrayList<>();
        switch (kind) {
            case BUBBLEWRAP_AS_ROOT -> {
                bubblewrap(command, box, file);
                if (entry == Entry.YIELDING) {
                    command.addAll(List.of("/bin/sh", "-c", Priority.YIELD, "weft"));
                }
                drop(command, box.uid());
            }
            case BUBBLEWRAP_AS_USER -> {
                bubblewrap(command, box, file);
                command.add("--unshare-user");
            }
            case USER_ONLY -> {
                drop(command, box.uid());
                command.addAll(List.of("--pdeathsig", "KILL"));
            }
            case NONE -> {}
        }
        if (entry == Entry.LOADING || entry == Entry.ASKED) {
            command.addAll(List.of("/bin/sh", "-c", entry == Entry.LOADING ? LOADER : WAITER, "weft"));
        }
        command.addAll(resolved);
        return command;
    }

    /** What {@link #LOADER} reads. */
    public static String script(Map<String, String> env) {
        StringBuilder script = new StringBuilder();
        env.forEach((name, value) -> script.append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        return script.toString();
    }

    private static void bubblewrap(List<String> command, Box box, @Nullable Path program) {
        command.addAll(Mounts.apart());
        command.addAll(List.of("--ro-bind", "/usr", "/usr"));
        for (String each : ROOT_FOLDERS) {
            Path folder = Path.of("/", each);
            if (Files.isSymbolicLink(folder)) {
                command.addAll(List.of("--symlink", target(folder), folder.toString()));
            } else if (Files.isDirectory(folder)) {
                command.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
            }
        }
        command.addAll(Mounts.ofKernel(box.memory()));
        Set<Path> made = new TreeSet<>();
        parents(command, made, Path.of("/etc/x"));
        for (String each : ETC) {
            command.addAll(List.of("--ro-bind-try", "/etc/" + each, "/etc/" + each));
        }
        bind(command, made, box.tables().passwd(), Path.of("/etc/passwd"));
        if (Files.exists(box.tables().resolver())) {
            bind(command, made, box.tables().resolver(), Path.of("/etc/resolv.conf"));
        }
        bind(command, made, box.code(), TASK);
        for (Path each : box.shared()) {
            bind(command, made, each, SHARED.resolve(Plan.sharedName(each)));
        }
        if (box.modules() != null) {
            bind(command, made, box.modules(), MODULES);
        }
        if (box.output() != null) {
            parents(command, made, OUTPUT);
            command.addAll(List.of("--bind", box.output().toString(), OUTPUT.toString()));
        }
        parents(command, made, FOLDER);
        command.addAll(Mounts.folder());
        Path prefix = prefix(program);
        if (prefix != null) {
            bind(command, made, prefix, prefix);
        }
        command.addAll(List.of("--chdir", TASK.toString()));
    }

    private static void bind(List<String> command, Set<Path> made, Path from, Path to) {
        parents(command, made, to);
        command.addAll(List.of("--ro-bind", from.toString(), to.toString()));
    }

    /** Bubblewrap makes missing parents that only root may enter. */
    private static void parents(List<String> command, Set<Path> made, Path path) {
        Path parent = path.getParent();
        if (parent != null && parent.getNameCount() > 0) {
            parents(command, made, parent);
            if (made.add(parent) && !parent.startsWith("/tmp")) {
                command.addAll(List.of("--perms", "0755", "--dir", parent.toString()));
            }
        }
    }

    /** What must be seen of a program that is not under /usr: the folder it was installed to, never a home. */
    private static @Nullable Path prefix(@Nullable Path program) {
        if (program == null) {
            return null;
        }
        Path real = real(program);
        Path folder = real.getParent();
        if (real.startsWith("/usr")
                || folder == null
                || ROOT_FOLDERS.contains(real.getName(0).toString())) {
            return null;
        }
        Path above = folder.getParent();
        boolean installed = folder.endsWith("bin")
                && above != null
                && above.getNameCount() > 0
                && !Path.of(System.getProperty("user.home", "/")).startsWith(above)
                && !above.equals(Path.of("/home"));
        return installed ? above : real;
    }

    /** Becomes that user, for good. */
    static void drop(List<String> command, int uid) {
        String id = Integer.toString(uid);
        command.addAll(List.of(tool("setpriv"), "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs"));
        command.addAll(List.of("--bounding-set=-all", "--inh-caps=-all"));
    }

    /** Runs the real thing once: a kernel or container may forbid what the tool needs. */
    private boolean works(Path scratch) {
        try {
            Path passwd = passwd(scratch, NOBODY);
            Path code = Files.createDirectories(scratch.resolve("probe"));
            ProcessBuilder builder = new ProcessBuilder(command(
                            new Box(
                                    NOBODY,
                                    code,
                                    new Tables(passwd, Path.of("/etc/resolv.conf")),
                                    List.of(),
                                    null,
                                    Quantity.parse("64Mi"),
                                    null),
                            List.of("true"),
                            Entry.PLAIN))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            builder.environment().put("PATH", Programs.PATH);
            Process process = builder.start();
            process.getOutputStream().close();
            if (process.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            Processes.kill(process);
            return false;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A user table with the one user that matters. */
    public static Path passwd(Path scratch, int uid) throws IOException {
        Files.createDirectories(scratch);
        Path file = scratch.resolve("passwd-" + uid);
        if (!Files.exists(file)) {
            Files.writeString(
                    file, "root:x:0:0::/:/bin/false\nfunction:x:%d:%d::/tmp:/bin/false\n".formatted(uid, uid));
            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        }
        return file;
    }

    private static Sandbox required(boolean works, Sandbox sandbox, String what) {
        if (!works) {
            throw new IllegalArgumentException("isolation: " + what + " is asked for but does not work here");
        }
        return sandbox;
    }

    /** The path of a program of this machine's. */
    static String tool(String name) {
        Path file = Programs.find(name);
        return file == null ? name : file.toString();
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException unreadable) {
            throw new IllegalStateException("link can't be read: " + link, unreadable);
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException gone) {
            return file;
        }
    }
}
