// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.net.NetworkSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts every process from one thread that lives as long as Weft, the network space's where functions have one: Linux ties "die with your parent" to the thread that
 * made the process, not to the whole of Weft. Each is written down, so that the next Weft can sweep up after a crash.
 */
public final class Processes implements AutoCloseable {
    private static final int PAGE_BYTES = 4096;
    private static final int STALE_LINES_MAX = 200;

    private final Path record;
    private final NetworkSpace space;
    private final ExecutorService starter;
    private final Map<Long, String> alive = new LinkedHashMap<>();
    private int lines;

    /** Writes down what it starts in {@code record}. */
    public Processes(Path record, NetworkSpace space) {
        this.record = record;
        this.space = space;
        starter = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("weft-processes").daemon(true).factory());
    }

    /** Starts one, with exactly that environment, output and errors in one stream. */
    public Process start(List<String> command, Map<String, String> env, Path directory)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(env);
        try {
            return starter.submit(() -> space.insideOrFail(() -> {
                        Process process = builder.start();
                        write(process.pid());
                        return process;
                    }))
                    .get();
        } catch (ExecutionException failed) {
            throw new IOException("could not start " + command.getFirst() + ": " + failed.getCause(), failed);
        }
    }

    /** It is gone: no need to remember it. */
    public synchronized void ended(Process process) {
        alive.remove(process.pid());
    }

    /** Kills the process and what it started. */
    public static void kill(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    /** Tells a process from a later one with the same number. Empty where there is none. */
    public static String startOf(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            if (Files.isReadable(stat)) {
                String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
                // the name, in parentheses, may hold anything: count from its end; field 22 is the start, in ticks
                String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
                String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
                return boot.strip() + ':' + fields[19];
            }
        } catch (IOException gone) {
            return "";
        }
        return ProcessHandle.of(pid)
                .flatMap(each -> each.info().startInstant())
                .map(Instant::toString)
                .orElse("");
    }

    /** What a process occupies of this machine's memory; 0 where that can't be told. */
    static long residentBytes(long pid) {
        try {
            String[] pages = Files.readString(Path.of("/proc", Long.toString(pid), "statm"))
                    .split(" ", 3);
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException gone) {
            return 0;
        }
    }

    private synchronized void write(long pid) throws IOException {
        alive.put(pid, startOf(pid));
        if (lines - alive.size() >= STALE_LINES_MAX || lines == 0) {
            StringBuilder all = new StringBuilder();
            alive.forEach((each, start) -> all.append(line(each, start)));
            Files.writeString(record, all);
            lines = alive.size();
        } else {
            Files.writeString(record, line(pid, alive.getOrDefault(pid, "")), StandardOpenOption.APPEND);
            lines++;
        }
    }

    private static String line(long pid, String start) {
        return pid + " " + start + '\n';
    }

    @Override
    public void close() {
        starter.shutdownNow();
    }
}
