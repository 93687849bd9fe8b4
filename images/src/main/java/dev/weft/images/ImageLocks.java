// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Who uses which image, between all Wefts of one home: parts of one file are locked, and the kernel lets go of a process's locks when
 * it dies. Two names may share a part: then one is kept longer than it need be.
 */
final class ImageLocks {
    /** The kernel drops all of a process's locks when the process closes the file anywhere: it is opened once, and stays open. */
    private static final Map<Path, ImageLocks> OPEN = new ConcurrentHashMap<>();

    private final FileChannel channel;
    private final Map<Long, Held> held = new HashMap<>();

    private record Held(FileLock lock, int users) {}

    private ImageLocks(Path file) {
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("images can't be kept in " + file.getParent(), unwritable);
        }
    }

    /** Those of {@code folder}, which is there. */
    static ImageLocks in(Path folder) throws IOException {
        return OPEN.computeIfAbsent(folder.toRealPath().resolve("locks"), ImageLocks::new);
    }

    /** One user more. Waits while another process removes it. */
    synchronized void hold(String name) throws IOException {
        long part = part(name);
        Held now = held.get(part);
        held.put(part, now == null ? new Held(channel.lock(part, 1, true), 1) : new Held(now.lock(), now.users() + 1));
    }

    /** One user fewer. */
    synchronized void letGo(String name) throws IOException {
        long part = part(name);
        Held now = held.remove(part);
        if (now != null && now.users() > 1) {
            held.put(part, new Held(now.lock(), now.users() - 1));
        } else if (now != null) {
            now.lock().release();
        }
    }

    /** Does it while nobody uses {@code name} or begins to; says whether that could be. Short: others wait. */
    synchronized boolean alone(String name, Doing doing) throws IOException {
        long part = part(name);
        if (held.containsKey(part)) {
            return false;
        }
        @Nullable FileLock lock = channel.tryLock(part, 1, false);
        if (lock == null) {
            return false;
        }
        try {
            doing.run();
            return true;
        } finally {
            lock.release();
        }
    }

    /** What may fail. */
    interface Doing {
        void run() throws IOException;
    }

    private static long part(String name) {
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }
}
