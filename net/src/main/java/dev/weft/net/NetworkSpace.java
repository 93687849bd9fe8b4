// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The network that functions live in. Where Weft is root on Linux, that is a network namespace with nothing but its own
 * loopback and a way out: what a function listens on, on whichever address, is reached by Weft alone.
 *
 * <p>A namespace belongs to a thread, and a socket belongs to the namespace of the thread that made it, for good. So one
 * thread of Weft's lives in there and makes sockets and processes; any loop may use them afterwards. No packet takes a
 * detour.
 */
public final class NetworkSpace implements AutoCloseable {
    /** How long the way out may take to come up. */
    private static final Duration READY_MAX = Duration.ofSeconds(3);

    /** slirp4netns answers there in the words of this machine's own resolver. */
    private static final String RESOLVER = "10.0.2.3";

    private static final NetworkSpace OWN = new NetworkSpace(null, null, "");

    private final @Nullable NetworkThread inhabitant;
    private final @Nullable Process wayOut;
    private final String problem;

    private NetworkSpace(@Nullable NetworkThread inhabitant, @Nullable Process wayOut, String problem) {
        this.inhabitant = inhabitant;
        this.wayOut = wayOut;
        this.problem = problem;
    }

    /** This machine's own network. */
    public static NetworkSpace own() {
        return OWN;
    }

    /**
     * A network of its own where that works here, else this machine's. The way out is {@code slirp4netns}, which ends with
     * Weft whatever happens to Weft.
     */
    public static NetworkSpace separate() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return new NetworkSpace(null, null, "only Linux has network namespaces");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return new NetworkSpace(null, null, "only root may make a network namespace");
        }
        Path program = slirp();
        if (program == null) {
            return new NetworkSpace(null, null, "slirp4netns, by which functions reach the outside, is not installed");
        }
        NetworkThread inhabitant;
        try {
            inhabitant = NetworkThread.start();
        } catch (IOException refused) {
            return new NetworkSpace(null, null, "a network namespace can't be made here: " + refused.getMessage());
        }
        try {
            return new NetworkSpace(inhabitant, wayOut(program, inhabitant), "");
        } catch (IOException refused) {
            inhabitant.end();
            return new NetworkSpace(null, null, "a network namespace can't be made here: " + refused.getMessage());
        }
    }

    /** Whether functions are apart from this machine's network. */
    public boolean apart() {
        return inhabitant != null;
    }

    /** Why functions are not apart; empty if they are, or if nobody asked for it. */
    public String problem() {
        return problem;
    }

    /** Runs {@code task} in there and waits for it: it makes a socket or starts a process, and does nothing that takes long. */
    public <T> T inside(Supplier<T> task) {
        NetworkThread there = inhabitant;
        return there == null ? task.get() : there.get(task);
    }

    /** The same for a task that may fail at input or output. */
    public <T> T insideOrFail(Callable<T> task) throws IOException {
        try {
            NetworkThread there = inhabitant;
            return there == null ? task.call() : there.run(task);
        } catch (IOException | RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IOException(failed);
        }
    }

    @Override
    public void close() {
        Process way = wayOut;
        if (way != null) {
            way.destroyForcibly();
            try {
                way.waitFor(READY_MAX.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
        NetworkThread there = inhabitant;
        if (there != null) {
            there.end();
        }
    }

    /** Where names are asked for in there; empty where this machine's own settings hold. */
    public String resolver() {
        return apart() ? RESOLVER : "";
    }

    private static @Nullable Path slirp() {
        for (String folder : List.of("/usr/bin", "/usr/local/bin", "/bin")) {
            Path file = Path.of(folder, "slirp4netns");
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** Its standard input ends with Weft, and it with that; on its standard output it says when it is ready. */
    private static Process wayOut(Path program, NetworkThread inhabitant) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                program.toString(),
                "--configure",
                "--mtu=65520",
                "--disable-host-loopback",
                "--enable-sandbox",
                "--exit-fd=0",
                "--ready-fd=1",
                "--netns-type=path",
                inhabitant.path().toString(),
                "weft0");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        Process process = builder.start();
        Thread late = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(READY_MAX);
                process.destroyForcibly();
            } catch (InterruptedException ready) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            if (process.getInputStream().read() < 0) {
                throw new IOException("slirp4netns does not work here");
            }
            return process;
        } finally {
            late.interrupt();
        }
    }
}
