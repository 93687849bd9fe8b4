// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Packing;
import dev.weft.control.code.CodeFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Zip files that are the same, byte for byte, for the same files: entries in order of their names, one time for all, no owner,
 * permissions reduced to "a program" and "a file".
 */
final class ZipArchives {
    /** Files of one archive. */
    static final int FILES_MAX = 50_000;
    /** Size of what is packed. */
    static final long BYTES_MAX = 1L << 30;

    private static final String MANIFEST = "package.json";
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final int PROGRAM = 0100755;
    private static final int FILE = 0100644;

    private ZipArchives() {}

    /** What was written. */
    record Written(long unpackedBytes) {}

    /** Writes {@code folder}'s code, and what {@code packing} adds beside it, to {@code target}. */
    static Written write(Path folder, Packing packing, Path target) throws IOException {
        Map<String, byte[]> added = packing.added();
        Map<String, Path> files = files(folder);
        for (String name : added.keySet()) {
            // an adapter's manifest is the code's own with another entry file
            boolean merged = name.equals(MANIFEST) && !packing.adapter().isEmpty();
            if (files.containsKey(name) && !merged) {
                throw new PackagingException(
                        "spec.code.path",
                        "the file " + name + " is one that Weft adds for this cloud; give yours another name",
                        null);
            }
        }
        Map<String, Object> all = new TreeMap<>(files);
        all.putAll(added);
        long bytes = 0;
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
                ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
            out.setLevel(Deflater.BEST_COMPRESSION);
            for (Map.Entry<String, Object> each : all.entrySet()) {
                ZipArchiveEntry entry = new ZipArchiveEntry(each.getKey());
                entry.setTimeLocal(TIME);
                boolean program = each.getValue() instanceof Path path && Files.isExecutable(path);
                entry.setUnixMode(program ? PROGRAM : FILE);
                out.putArchiveEntry(entry);
                bytes += content(each.getValue(), out, bytes);
                out.closeArchiveEntry();
            }
        }
        return new Written(bytes);
    }

    private static long content(Object value, OutputStream out, long before) throws IOException {
        if (value instanceof byte[] bytes) {
            out.write(bytes);
            return bytes.length;
        }
        try (InputStream in = Files.newInputStream((Path) value)) {
            long count = in.transferTo(out);
            if (before + count > BYTES_MAX) {
                throw new PackagingException(
                        "spec.code.path",
                        "the code has more than " + (BYTES_MAX >> 20) + " MiB; no cloud takes that in an archive",
                        null);
            }
            return count;
        }
    }

    /** Names with '/', to files; a link stands for what it leads to, which must be in the folder. */
    private static Map<String, Path> files(Path folder) throws IOException {
        Path real = folder.toRealPath();
        Map<String, Path> files = new TreeMap<>();
        for (Path each : CodeFolder.files(folder)) {
            String name = folder.relativize(each).toString().replace('\\', '/');
            Path target = each;
            if (Files.isSymbolicLink(each)) {
                if (!Files.exists(each)) {
                    throw new PackagingException("spec.code.path", "the link " + name + " leads to nothing", null);
                }
                target = each.toRealPath();
                if (!target.startsWith(real)) {
                    throw new PackagingException(
                            "spec.code.path",
                            "the link " + name + " leads out of the folder; copy what it leads to",
                            null);
                }
                if (Files.isDirectory(target)) {
                    continue; // its files are packed where they are; archives of most clouds have no links
                }
            }
            files.put(name, target);
        }
        if (files.size() > FILES_MAX) {
            throw new PackagingException(
                    "spec.code.path",
                    "the folder has " + files.size() + " files; at most " + FILES_MAX + " are packed",
                    null);
        }
        if (files.isEmpty()) {
            throw new PackagingException("spec.code.path", "the folder " + folder + " has no file", null);
        }
        return files;
    }
}
