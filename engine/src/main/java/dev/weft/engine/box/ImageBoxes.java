// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import dev.weft.engine.tools.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sets an image's process apart, with the image as its root: nothing of this machine is in there but the kernel's own file systems, and
 * no tool of Weft's could run in there. So rights are dropped before the box is built, in a user space of its own, and the box's
 * builder reads the environment: it has the function's rights already, and gains the function nothing by what it is told.
 *
 * <p>Where Weft is root, the function's user can't walk to the image, which may lie in root's home: what is mounted is first put in
 * a place of its own, in a mount space of its own.
 */
final class ImageBoxes {
    private static final int NOBODY = 65_534;
    private static final long PROBE_SECONDS_MAX = 5;
    private static final int SAID_BYTES_MAX = 1024;
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    /** Everybody has one of these; what is mounted there is seen by this process alone. */
    private static final List<Path> PLACES =
            List.of(Path.of("/mnt"), Path.of("/media"), Path.of("/srv"), Path.of("/opt"));

    /** The place, then the number of what is mounted and each of it, then what to become; the environment comes as descriptor 3. */
    private static final String MOUNTER =
            "at=$1; left=$2; shift 2; mount -n -t tmpfs -o mode=755,size=64k weft \"$at\" || exit 125;"
                    + " while [ \"$left\" -gt 0 ]; do"
                    + " if [ -d \"$1\" ]; then mkdir \"$at/$left\"; else : >\"$at/$left\"; fi && mount -n --bind \"$1\" \"$at/$left\" || exit 125;"
                    + " left=$((left - 1)); shift; done; exec \"$@\" 3<&0 </dev/null";

    private static final String ENTRY = "exec \"$@\" 3<&0 </dev/null";

    private final Sandbox sandbox;
    private final Path scratch;
    private @Nullable String problem;

    ImageBoxes(Sandbox sandbox, Path scratch) {
        this.sandbox = sandbox;
        this.scratch = scratch;
    }

    /** What keeps images from running here; empty if nothing does. Tries it once. */
    synchronized String problem() {
        if (problem == null) {
            problem = switch (sandbox.kind()) {
                case BUBBLEWRAP_AS_ROOT, BUBBLEWRAP_AS_USER -> tried();
                case USER_ONLY, NONE ->
                    "they need bubblewrap, which is missing or does not work here; install it, as bwrap";
            };
        }
        return problem;
    }

    /** The whole command that runs {@code program} of {@code image}; what {@link #options} says comes on its standard input. */
    List<String> command(Sandbox.Box box, ImageFolder image, List<String> program) {
        return command(box, image.workingFolder(), List.of(), program);
    }

    /** What puts a process into its box with {@code env}, and with no other variable. */
    static String options(Map<String, String> env) {
        StringBuilder options = new StringBuilder("--clearenv\0");
        env.forEach((name, value) -> options.append("--setenv\0")
                .append(name)
                .append('\0')
                .append(value)
                .append('\0'));
        return options.toString();
    }

    /** Something of this machine's, seen inside. */
    private record Mount(Path from, String to) {}

    private List<String> command(Sandbox.Box box, Path workingFolder, List<Mount> more, List<String> program) {
        List<Mount> mounts = new ArrayList<>(List.of(
                new Mount(box.code(), "/"),
                new Mount(box.tables().passwd(), "/etc/passwd"),
                new Mount(Path.of("/etc/hosts"), "/etc/hosts"),
                new Mount(box.tables().resolver(), "/etc/resolv.conf")));
        mounts.removeIf(each -> !Files.exists(each.from()));
        mounts.addAll(more);
        List<String> command = new ArrayList<>();
        if (sandbox.kind() == Sandbox.Kind.BUBBLEWRAP_AS_ROOT) {
            Path place = place(mounts);
            command.addAll(List.of(Sandbox.tool("unshare"), "--mount", "/bin/sh", "-c", MOUNTER, "weft"));
            command.addAll(List.of(place.toString(), Integer.toString(mounts.size())));
            for (int i = 0; i < mounts.size(); i++) {
                command.add(mounts.get(i).from().toString());
                String moved = Integer.toString(mounts.size() - i);
                mounts.set(i, new Mount(place.resolve(moved), mounts.get(i).to()));
            }
            Sandbox.drop(command, box.uid());
        } else {
            command.addAll(List.of("/bin/sh", "-c", ENTRY, "weft"));
        }
        command.addAll(Mounts.apart());
        command.add("--unshare-user");
        bind(command, mounts.getFirst());
        command.addAll(Mounts.ofKernel(box.memory()));
        command.addAll(Mounts.folder());
        mounts.subList(1, mounts.size()).forEach(each -> bind(command, each));
        command.addAll(List.of("--chdir", workingFolder.toString(), "--args", "3", "--"));
        command.addAll(program);
        return command;
    }

    private static void bind(List<String> command, Mount mount) {
        command.addAll(List.of("--ro-bind", mount.from().toString(), mount.to()));
    }

    private static Path place(List<Mount> mounts) {
        return PLACES.stream()
                .filter(Files::isDirectory)
                .filter(place -> mounts.stream().noneMatch(each -> each.from().startsWith(place)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("an image needs one of the folders " + PLACES
                        + " on this machine, in which nothing of Weft's lies"));
    }

    /** The real thing once, with this machine's programs in place of an image's: a kernel or container may forbid what the tool needs. */
    private String tried() {
        try {
            Path root = scratch.resolve("image-probe");
            List<Mount> programs = new ArrayList<>();
            for (String each : List.of("proc", "dev", "tmp", "run/weft", "etc")) {
                Files.createDirectories(root.resolve(each));
            }
            for (String each : List.of("usr", "bin", "lib", "lib64")) {
                Path here = Path.of("/", each);
                if (Files.isSymbolicLink(here)) {
                    Files.createSymbolicLink(root.resolve(each), Files.readSymbolicLink(here));
                } else if (Files.isDirectory(here)) {
                    Files.createDirectories(root.resolve(each));
                    programs.add(new Mount(here, here.toString()));
                }
            }
            for (String each : List.of("passwd", "hosts", "resolv.conf")) {
                Files.createFile(root.resolve("etc").resolve(each));
            }
            readable(root);
            Sandbox.Tables tables = new Sandbox.Tables(Sandbox.passwd(scratch, NOBODY), Path.of("/etc/resolv.conf"));
            Quantity memory = Quantity.parse("64Mi");
            Sandbox.Box box = new Sandbox.Box(NOBODY, root, tables, List.of(), null, memory, null);
            return said(command(box, Path.of("/"), programs, List.of("true")));
        } catch (IOException | IllegalStateException failed) {
            return "it could not be tried: " + failed.getMessage();
        }
    }

    private static void readable(Path root) throws IOException {
        try (var all = Files.walk(root)) {
            for (Path each : all.filter(one -> !Files.isSymbolicLink(one)).toList()) {
                Files.setPosixFilePermissions(
                        each, PosixFilePermissions.fromString(Files.isDirectory(each) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static String said(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", Programs.PATH);
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(options(Map.of("PATH", Programs.PATH)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException ended) {
            LOG.log(System.Logger.Level.DEBUG, "the trial of an image's sandbox took no environment", ended);
        }
        try {
            if (!process.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS)) {
                return "an empty sandbox for one did not end within " + PROBE_SECONDS_MAX + " s";
            }
            if (process.exitValue() == 0) {
                return "";
            }
            String why = new String(process.getInputStream().readNBytes(SAID_BYTES_MAX), StandardCharsets.UTF_8);
            return "they need bubblewrap with user namespaces, and here that fails: "
                    + why.lines().findFirst().orElse("status " + process.exitValue());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "it was stopped while it was tried";
        } finally {
            Processes.kill(process);
        }
    }
}
