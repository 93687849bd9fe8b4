// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.CloudException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * A zip file with a function's code, as clouds hand it out: somebody else made it, so nothing of it is trusted. What it calls a
 * link becomes a small file, which leads nowhere.
 */
public final class CodeArchive {
    /** Files and folders of one archive, where a cloud says nothing less. */
    public static final int ENTRIES_MAX = 100_000;

    private static final int BUFFER = 64 * 1024;

    private final Path folder;
    private final int entriesMax;
    private final long bytesMax;
    private long bytes;
    private int entries;

    private CodeArchive(Path folder, int entriesMax, long bytesMax) {
        this.folder = folder.toAbsolutePath().normalize();
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    /**
     * Unpacks {@code zip} into {@code folder}. An entry that would land elsewhere, one that is there already, more than {@code
     * entriesMax} of them or more than {@code bytesMax} bytes is a {@link CloudException} of kind INVALID, with nothing more
     * written.
     */
    public static void unpack(byte[] zip, Path folder, int entriesMax, long bytesMax) {
        CodeArchive archive = new CodeArchive(folder, entriesMax, bytesMax);
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                archive.entry(entry, in);
            }
        } catch (ZipException | FileAlreadyExistsException | EOFException broken) {
            throw refused("something that cannot be unpacked: " + broken.getMessage());
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        if (archive.entries == 0) {
            throw new CloudException(CloudException.Kind.INVALID, "the package is empty, or is no zip file", null);
        }
    }

    private void entry(ZipEntry entry, ZipInputStream in) throws IOException {
        Path to = inside(entry);
        if (++entries > entriesMax) {
            throw refused("more than " + entriesMax + " files and folders");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(to);
            return;
        }
        Path parent = to.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
                if (bytes > bytesMax) {
                    throw refused("more than " + bytesMax + " bytes");
                }
                out.write(buffer, 0, read);
            }
        }
    }

    /** Some tools write an entry for the folder itself, "./": it is within. */
    private Path inside(ZipEntry entry) {
        String name = entry.getName();
        try {
            Path to = folder.resolve(name).normalize();
            if (!name.contains("\\") && to.startsWith(folder) && (entry.isDirectory() || !to.equals(folder))) {
                return to;
            }
        } catch (InvalidPathException nonsense) {
            throw refused("an entry whose name no file can have");
        }
        throw refused("the entry '" + name + "', which would land outside of the folder");
    }

    private static CloudException refused(String what) {
        return new CloudException(CloudException.Kind.INVALID, "the package has " + what, null);
    }
}
