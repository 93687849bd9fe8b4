// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Unpacks what Google hands out as a function's source; nothing gets outside the folder, and nothing grows beyond the limits. */
final class SourceDownload {
    /** Files of one function. */
    static final int FILES_MAX = 20_000;

    private SourceDownload() {}

    /** The files of {@code zip} in {@code folder}. */
    static void unpack(byte[] zip, Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        long left = GoogleLimits.UNPACKED_BYTES_MAX;
        int files = 0;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (++files > FILES_MAX) {
                    throw refused("it has more than " + FILES_MAX + " files");
                }
                Path file = inside(root, entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.resolveSibling("."));
                left -= write(in, file, left);
            }
        } catch (IOException broken) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN,
                    "the source that Google handed out can't be unpacked: " + broken.getMessage(),
                    broken);
        }
        if (files == 0) {
            throw refused("it is no zip file, or an empty one");
        }
    }

    private static Path inside(Path root, String name) {
        try {
            Path file = root.resolve(name).normalize();
            if (file.startsWith(root) && !file.equals(root)) {
                return file;
            }
        } catch (InvalidPathException odd) {
            throw refused("it has a file whose name can't be one here: " + odd.getReason());
        }
        throw refused("it has a file named " + name + ", which is outside of its folder");
    }

    private static long write(InputStream in, Path file, long most) throws IOException {
        long written = 0;
        byte[] buffer = new byte[64 << 10];
        try (var out = Files.newOutputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                written += read;
                if (written > most) {
                    throw refused("it unpacks to more than " + GoogleLimits.UNPACKED_BYTES_MAX + " bytes");
                }
                out.write(buffer, 0, read);
            }
        }
        return written;
    }

    private static CloudException refused(String why) {
        return new CloudException(
                CloudException.Kind.INVALID, "the source that Google handed out is not unpacked: " + why, null);
    }
}
