// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to change functions that clients put: of two Wefts with the same documents, one of which takes the other's place,
 * the one that has it. The kernel lets go of it when its process ends. Not for use by two threads at once.
 */
final class UploadLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.weft.app");
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path file;
    private @Nullable FileChannel channel;
    private volatile boolean givenUp;

    UploadLock(Path file) {
        this.file = file;
    }

    /** Whether this process has it, after waiting at most {@code most} for another to let go. Blocking. */
    boolean take(Duration most) throws IOException, InterruptedException {
        if (channel != null) {
            return true;
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent()), Staging.ONLY_MINE);
        FileChannel open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            long began = System.nanoTime();
            taken = locked(open);
            while (!taken && !givenUp && System.nanoTime() - began < most.toNanos()) {
                Thread.sleep(LOOK);
                taken = locked(open);
            }
        } finally {
            if (taken) {
                channel = open;
            } else {
                open.close();
            }
        }
        return taken;
    }

    /** What a Weft does once it has it, and not otherwise. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    /** {@code work} for a thread of its own: takes it first, see {@link #take}. */
    Runnable taking(Duration most, Work work) {
        return () -> {
            try {
                if (take(most)) {
                    work.run();
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            } catch (IOException | UncheckedIOException broken) {
                LOG.log(System.Logger.Level.ERROR, "functions of clients can't be kept on this machine", broken);
            }
        };
    }

    /** Waits no longer, now and later. On any thread. */
    void giveUp() {
        givenUp = true;
    }

    private static boolean locked(FileChannel open) throws IOException {
        try {
            FileLock lock = open.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException ours) {
            return false; // another Weft of this process has it
        }
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException stuck) {
            LOG.log(System.Logger.Level.WARNING, file + " could not be closed", stuck);
        }
    }
}
