// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.Sha256;
import dev.weft.api.spi.ContractHost.Language;
import dev.weft.api.spi.ContractHost.Program;
import dev.weft.engine.tools.InstalledLanguages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's ahead-of-time caches (JEP 483, 514), one for each class path of a host's Java program: classes are not read,
 * checked and linked again in each process. Made once, by a process without a function, and kept under Weft's home.
 * A JVM that finds its cache does not match goes on without it. Safe for many threads.
 */
final class JavaCaches implements AutoCloseable {
    /** Making one takes two processors for seconds: nobody who has just started Weft should wait for that. */
    static final Duration QUIET = Duration.ofSeconds(5);

    /** Longer, and it is given up. */
    static final Duration TRAINING_MAX = Duration.ofSeconds(60);

    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private final Path folder;
    private final Map<Program.Java, String> keys = new ConcurrentHashMap<>();
    // guarded by this
    private final Map<Plan, Long> wanted = new LinkedHashMap<>();
    private @Nullable BoxedProcess training;
    private boolean closed;

    /** Runs a process of {@code plan} that leaves its cache in a folder, and waits for it. */
    interface Trainer {
        /** The process that leaves {@code file} in {@code folder}. */
        BoxedProcess start(Plan plan, Path folder, String file) throws IOException, InterruptedException;
    }

    JavaCaches(Path folder) {
        this.folder = folder;
    }

    /** The cache for {@code plan}; null where there is none. */
    @Nullable
    Path find(Plan plan, Path boot) {
        if (!(plan.program() instanceof Program.Java java)) {
            return null;
        }
        String key = keyOf(plan, java, boot);
        Path file = folder.resolve(key + ".aot");
        return key.isEmpty() || !Files.isRegularFile(file) ? null : file;
    }

    /** There is a function with this plan. */
    synchronized void expect(Plan plan) {
        if (plan.program() instanceof Program.Java) {
            wanted.putIfAbsent(plan, System.nanoTime());
        }
    }

    /** What time does: makes one that is missing, if it has been wanted for a while. Blocking, for seconds. */
    void tick(Path boot, Trainer trainer) {
        Plan next = null;
        synchronized (this) {
            for (Map.Entry<Plan, Long> each : wanted.entrySet()) {
                if (System.nanoTime() - each.getValue() > QUIET.toNanos()) {
                    next = each.getKey();
                }
            }
            if (next == null || closed) {
                return;
            }
            wanted.remove(next);
        }
        if (find(next, boot) == null && next.program() instanceof Program.Java java) {
            String key = keyOf(next, java, boot);
            if (!key.isEmpty()) {
                make(next, key, trainer);
            }
        }
    }

    private void make(Plan plan, String key, Trainer trainer) {
        try {
            Files.createDirectories(folder);
            Path output = Files.createTempDirectory(folder, "making-");
            // the process has a user of its own
            Files.setPosixFilePermissions(output, PosixFilePermissions.fromString("rwxrwxrwx"));
            try (BoxedProcess process = begun(trainer.start(plan, output, key))) {
                boolean ended = process.process().waitFor(TRAINING_MAX.toMillis(), TimeUnit.MILLISECONDS);
                Path made = output.resolve(key);
                if (ended && Files.isRegularFile(made)) {
                    // a copy is Weft's own; the file itself belongs to the process' user
                    Path copy = Files.copy(made, output.resolve("copy"));
                    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
                    Files.move(copy, folder.resolve(key + ".aot"), StandardCopyOption.ATOMIC_MOVE);
                } else if (!isClosed()) {
                    LOG.log(System.Logger.Level.WARNING, "no start-up cache for " + plan.program());
                }
            } finally {
                Sweep.delete(output);
            }
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "no start-up cache for " + plan.program(), failed);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends with Weft, if that ends first. */
    private synchronized BoxedProcess begun(BoxedProcess process) {
        training = process;
        if (closed) {
            process.kill();
        }
        return process;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (training != null) {
            training.kill();
        }
    }

    private String keyOf(Plan plan, Program.Java java, Path boot) {
        return keys.computeIfAbsent(java, same -> key(plan, same, boot));
    }

    /** Names all that the JVM compares, and what it does not; empty where a folder on the class path rules a cache out. */
    private static String key(Plan plan, Program.Java java, Path boot) {
        Path jdk = InstalledLanguages.program(Language.JAVA);
        List<String> parts = new ArrayList<>(
                List.of(java.main(), String.valueOf(jdk), Runtime.version().toString()));
        List<Path> files = new ArrayList<>(List.of(boot));
        for (Path inside : java.classpath()) {
            files.add(plan.outside(inside));
            // the JVM takes a cache of files that lay elsewhere, and then can't say where their classes are from
            parts.add(inside.toString());
        }
        try {
            for (Path file : files) {
                if (!Files.isRegularFile(file)) {
                    return "";
                }
                parts.add("%s %d %d"
                        .formatted(
                                file.getFileName(),
                                Files.size(file),
                                Files.getLastModifiedTime(file).toMillis()));
            }
            MessageDigest digest = Sha256.begin();
            digest.update(Files.readAllBytes(boot));
            digest.update(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (IOException unreadable) {
            return "";
        }
    }
}
