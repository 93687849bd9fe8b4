// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.code;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import dev.weft.api.account.CodeArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Zip files with a function's code, unpacked: the same bytes are the same folder. Folders go when the process ends; of one
 * zip file that changes the last {@value #KEPT_MAX} stay, for what is still made of them. Blocking; safe for many threads.
 */
public final class OpenedArchives {
    /** Bytes of a zip file. */
    static final long PACKED_BYTES_MAX = 512L << 20;

    /** Bytes of what is in it, as much as a folder of code may have. */
    static final long UNPACKED_BYTES_MAX = 1L << 30;

    /** Files and folders in it. */
    static final int ENTRIES_MAX = 50_000;

    /** Unpacked folders of one zip file. */
    static final int KEPT_MAX = 2;

    private static final Set<PosixFilePermission> RUNS = EnumSet.of(
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

    private static final OpenedArchives OF_PROCESS =
            new OpenedArchives(PACKED_BYTES_MAX, UNPACKED_BYTES_MAX, ENTRIES_MAX);

    private final Map<Path, Deque<Path>> opened = new HashMap<>();
    private final long packedBytesMax;
    private final long unpackedBytesMax;
    private final int entriesMax;
    private @Nullable Path root;

    OpenedArchives(long packedBytesMax, long unpackedBytesMax, int entriesMax) {
        this.packedBytesMax = packedBytesMax;
        this.unpackedBytesMax = unpackedBytesMax;
        this.entriesMax = entriesMax;
    }

    /** Those of this process. */
    public static OpenedArchives ofProcess() {
        return OF_PROCESS;
    }

    /**
     * The folder with what is in {@code zip}. An {@link IllegalArgumentException} says what is wrong with the file, after a
     * "must be" or by itself.
     */
    public synchronized Path open(Path zip) {
        try {
            long size = Files.size(zip);
            if (size > packedBytesMax) {
                throw new IllegalArgumentException(
                        "the file has %d bytes; at most %d are taken".formatted(size, packedBytesMax));
            }
            byte[] bytes = Files.readAllBytes(zip);
            Path folder = root().resolve(Sha256.hex(bytes));
            if (!Files.isDirectory(folder)) {
                unpack(zip, bytes, folder);
            }
            kept(zip, folder);
            return folder;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the file can't be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private void unpack(Path zip, byte[] bytes, Path folder) throws IOException {
        Set<String> programs = programs(zip);
        Path incoming = folder.resolveSibling(folder.getFileName() + "-incoming");
        delete(incoming);
        try {
            Files.createDirectories(incoming);
            CodeArchive.unpack(bytes, incoming, entriesMax, unpackedBytesMax);
            for (String each : programs) {
                Path file = incoming.resolve(each).normalize();
                if (Files.isRegularFile(file)) {
                    Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
                    permissions.addAll(RUNS);
                    Files.setPosixFilePermissions(file, permissions);
                }
            }
            Files.move(incoming, folder);
        } catch (CloudException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        } catch (UncheckedIOException full) {
            throw full.getCause();
        } finally {
            delete(incoming);
        }
    }

    /** Names of the files that may be run; what only the zip file's directory tells is found out here too. */
    private static Set<String> programs(Path zip) throws IOException {
        Set<String> programs = new TreeSet<>();
        ZipFile opened;
        try {
            opened = ZipFile.builder().setPath(zip).get();
        } catch (IOException noZip) {
            throw new IllegalArgumentException("the file is no zip file: " + noZip.getMessage(), noZip);
        }
        try (opened) {
            for (ZipArchiveEntry each : Collections.list(opened.getEntries())) {
                if (each.isUnixSymlink()) {
                    throw new IllegalArgumentException("the package has the link '" + each.getName()
                            + "'; links are not taken from zip files: pack what it leads to, or use code.path");
                }
                if (each.getGeneralPurposeBit().usesEncryption()) {
                    throw new IllegalArgumentException(
                            "the package's entry '" + each.getName() + "' is encrypted; pack it without a password");
                }
                if (!each.isDirectory() && (each.getUnixMode() & 0111) != 0) {
                    programs.add(each.getName());
                }
            }
        }
        return programs;
    }

    private void kept(Path zip, Path folder) throws IOException {
        Deque<Path> all = opened.computeIfAbsent(zip, absent -> new ArrayDeque<>());
        all.remove(folder);
        all.addLast(folder);
        while (all.size() > KEPT_MAX) {
            Path old = all.removeFirst();
            if (opened.values().stream().noneMatch(each -> each.contains(old))) {
                delete(old);
            }
        }
    }

    private Path root() throws IOException {
        Path made = root;
        if (made == null) {
            Path fresh = Files.createTempDirectory("weft-archives-");
            root = fresh;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> sweep(fresh), "archives"));
            made = fresh;
        }
        return made;
    }

    private static void sweep(Path folder) {
        try {
            delete(folder);
        } catch (IOException inTheWay) {
            System.getLogger("dev.weft.control")
                    .log(System.Logger.Level.WARNING, "leftovers stay: " + inTheWay.getMessage());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> inside = Files.walk(folder)) {
            all = inside.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
