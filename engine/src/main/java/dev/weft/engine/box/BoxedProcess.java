// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A process in its box, from its start to its end: environment in, lines out. Safe for many threads. */
public final class BoxedProcess implements AutoCloseable {
    /** A longer line is cut here. */
    public static final int LINE_BYTES_MAX = 16 * 1024;

    private static final String BOOTED = "\0booted";
    private static final Duration OUTPUT_END_MAX = Duration.ofMillis(750);
    private static final Duration KILL_MAX = Duration.ofMillis(500);
    private static final int READER_STACK_BYTES = 256 * 1024;
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private final Boxes boxes;
    private final Plan plan;
    private final Process process;
    private final Cgroups.Group group;
    private final int uid;
    private final Path code;
    private final boolean yields;
    private final Thread reader;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Consumer<String> lines = line -> {};
    private volatile boolean booted;
    private volatile boolean overMemory;
    private volatile boolean deletesCode;

    /**
     * What a process was started with.
     *
     * @param uid its own user, to be given back; 0 where that is not its alone
     * @param yields it gives way to others
     */
    record Held(Plan plan, Path code, Cgroups.Group group, int uid, boolean yields) {}

    BoxedProcess(Boxes boxes, Held held, Process process) {
        this.boxes = boxes;
        this.process = process;
        this.plan = held.plan();
        this.group = held.group();
        this.uid = held.uid();
        this.code = held.code();
        this.yields = held.yields();
        // a platform thread: a read from a pipe holds its carrier, and there may be a thousand of these
        this.reader = Thread.ofPlatform()
                .name("output-" + process.pid())
                .daemon(true)
                .stackSize(READER_STACK_BYTES)
                .start(this::readOutput);
    }

    /** Each line that it writes from now on. */
    public void onLine(Consumer<String> sink) {
        lines = sink;
    }

    /** Puts the code into the folder that it was started with, which was empty: by links, not a copy. */
    void fill(Path staged) throws IOException {
        link(staged, code);
    }

    /** Makes what is in {@code staged} appear in {@code code}, an empty folder of the same file system. */
    static void link(Path staged, Path code) throws IOException {
        Files.walkFileTree(staged, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!folder.equals(staged)) {
                    Path copy = code.resolve(staged.relativize(folder));
                    Files.createDirectory(copy);
                    Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(folder));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = code.resolve(staged.relativize(file));
                if (attributes.isSymbolicLink()) {
                    Files.createSymbolicLink(copy, Files.readSymbolicLink(file));
                } else {
                    Files.createLink(copy, file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Lets the language boot, where only the box stands so far. */
    void begin() throws IOException {
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
    }

    /** Somebody waits for it, or nothing is left to do: it need no longer give way to others. */
    void raise() {
        if (yields) {
            process.children().findFirst().ifPresent(inner -> Priority.restore(inner.pid()));
        }
    }

    /** Gives it its environment, once: what it waits for. */
    public void give(Boxes.Start start, Map<String, String> env) {
        byte[] message = message(start, env);
        try (OutputStream in = process.getOutputStream()) {
            in.write(message);
        } catch (IOException ended) {
            // it is gone already; its end is told by who waits for it, with what it wrote
            LOG.log(System.Logger.Level.DEBUG, "a process took no environment", ended);
        }
    }

    /** The environment as a process that is started so reads it. */
    public static byte[] message(Boxes.Start start, Map<String, String> env) {
        String text =
                switch (start) {
                    case Boxes.Start.Booting _ -> {
                        StringBuilder all = new StringBuilder("environment");
                        env.forEach((name, value) ->
                                all.append('\0').append(name).append('=').append(value));
                        yield all.toString();
                    }
                    case Boxes.Start.Loading _ -> Sandbox.script(env);
                    case Boxes.Start.Options _ -> ImageBoxes.options(env);
                    case Boxes.Start.Inheriting _, Boxes.Start.Training _ -> "";
                };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The folder it was started with is its alone, and goes when it ends. */
    void deleteCode() {
        deletesCode = true;
    }

    /** Whether its language has booted, and it waits. */
    boolean booted() {
        return booted;
    }

    Plan plan() {
        return plan;
    }

    /** The folder that {@link Sandbox#FOLDER} is inside. */
    public Path folder() {
        long inner = process.children().findFirst().map(ProcessHandle::pid).orElse(process.pid());
        return Path.of("/proc", Long.toString(inner), "root")
                .resolve(Path.of("/").relativize(Sandbox.FOLDER));
    }

    /** The process on this machine: of the box, where there is one. */
    public Process process() {
        return process;
    }

    /** The function's own process: inside the sandbox that is the first one's grandchild. */
    public ProcessHandle program() {
        ProcessHandle outer = process.toHandle();
        if (!boxes.sandbox().sandboxed()) {
            return outer;
        }
        return outer.children()
                .findFirst()
                .flatMap(inner -> inner.children().findFirst())
                .orElse(outer);
    }

    /** Waits a little for what it still writes, once it has ended. */
    public void endOfOutput() throws InterruptedException {
        reader.join(OUTPUT_END_MAX);
    }

    /** Whether it was ended because it used more memory than it may. */
    public boolean outOfMemory() {
        return overMemory || group.outOfMemory();
    }

    /** Looks at its memory where no kernel does, and ends it when it is too much. May take a moment: not for loops. */
    public void watchMemory() {
        if (boxes.limitsMemory() || !process.isAlive()) {
            return;
        }
        long resident = process.descendants()
                        .mapToLong(each -> Processes.residentBytes(each.pid()))
                        .sum()
                + Processes.residentBytes(process.pid());
        if (resident > plan.memory().bytes()) {
            overMemory = true;
            kill();
        }
    }

    /** Ends it now, with everything it started. May wait a little: not for loops. */
    public void kill() {
        if (!boxes.sandbox().sandboxed()) {
            Processes.kill(process);
            return;
        }
        // the inner process first: its pid space goes with it, and the outer one, still there, takes its exit status;
        // the other way round it would be left to an init that, in many containers, never asks
        process.toHandle().children().forEach(ProcessHandle::destroyForcibly);
        try {
            if (process.waitFor(KILL_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        if (closed.compareAndSet(false, true)) {
            boxes.ended(process, uid);
            group.close();
            if (deletesCode) {
                Sweep.delete(code);
            }
        }
    }

    private void readOutput() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 * 1024];
        try (InputStream in = process.getInputStream()) {
            int read = in.read(buffer);
            while (read >= 0) {
                for (int i = 0; i < read; i++) {
                    if (buffer[i] == '\n') {
                        said(line);
                    } else if (line.size() < LINE_BYTES_MAX) {
                        line.write(buffer[i]);
                    }
                }
                read = in.read(buffer);
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "output ended", gone);
        }
        if (line.size() > 0) {
            said(line);
        }
    }

    private void said(ByteArrayOutputStream line) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.equals(BOOTED)) {
            raise();
            booted = true;
        } else {
            lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        }
    }
}
