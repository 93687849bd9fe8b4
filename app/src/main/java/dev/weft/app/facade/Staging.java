// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.facade.Changed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Code that clients sent before they said of what function it is: files that only their user may read, for half an hour. Blocking.
 * Safe on any thread.
 */
final class Staging {
    /** How long each is kept. */
    static final Duration KEPT = Duration.ofMinutes(30);

    /** How many there are at once. */
    static final int COUNT_MAX = 32;

    /** Bytes of all. */
    static final long BYTES_MAX = 1L << 30;

    static final FileAttribute<?> ONLY_MINE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> ONLY_MINE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final InstantSource clock;
    private final int countMax;
    private final long bytesMax;

    Staging(Path folder, InstantSource clock) {
        this(folder, clock, COUNT_MAX, BYTES_MAX);
    }

    /** The same with other limits. */
    Staging(Path folder, InstantSource clock, int countMax, long bytesMax) {
        this.folder = folder;
        this.clock = clock;
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** Keeps it; null where that was done. */
    synchronized Changed.@Nullable Refused put(String namespace, String id, byte[] zip) {
        try {
            Files.createDirectories(folder, ONLY_MINE);
            Path file = file(namespace, id);
            Files.deleteIfExists(file);
            long bytes = zip.length;
            int count = 1;
            for (Path each : files()) {
                if (old(each)) {
                    Files.deleteIfExists(each);
                } else {
                    bytes += Files.size(each);
                    count++;
                }
            }
            if (count > countMax || bytes > bytesMax) {
                return new Changed.Refused(
                        Changed.Reason.FULL,
                        "at most " + countMax + " uploads and " + bytesMax
                                + " bytes wait for their function to be made; come back in half an hour");
            }
            Files.createFile(file, ONLY_MINE_FILE);
            Files.write(file, zip);
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(clock.instant()));
            return null;
        } catch (IOException full) {
            remove(namespace, id);
            return new Changed.Refused(Changed.Reason.FAILED, "the upload can't be kept: the disk refused it");
        }
    }

    /** Null where there is none, or none any more. */
    synchronized byte @Nullable [] find(String namespace, String id) {
        Path file = file(namespace, id);
        try {
            return old(file) ? null : Files.readAllBytes(file);
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("an upload can't be read", unreadable);
        }
    }

    synchronized void remove(String namespace, String id) {
        delete(file(namespace, id));
    }

    /** Forgets all. */
    synchronized void clear() {
        files().forEach(Staging::delete);
        delete(folder);
    }

    private boolean old(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().plus(KEPT).isBefore(clock.instant());
    }

    private Path file(String namespace, String id) {
        if (!namespace.matches("[-a-z0-9]{1,63}") || !id.matches("[-A-Za-z0-9][-.A-Za-z0-9]{0,63}")) {
            throw new IllegalArgumentException("'" + namespace + "', '" + id + "' is no upload's name");
        }
        return folder.resolve(namespace + '.' + id);
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("can't read " + folder, unreadable);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException inTheWay) {
            System.getLogger("dev.weft.app")
                    .log(System.Logger.Level.WARNING, "an upload stays: " + inTheWay.getMessage());
        }
    }
}
