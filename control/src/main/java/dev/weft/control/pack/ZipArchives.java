// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Packing;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Zip files that are the same, byte for byte, for the same files: entries in order of their names, one time for all, no owner,
 * permissions reduced to "a program" and "a file".
 */
final class ZipArchives {
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final int PROGRAM = 0100755;
    private static final int FILE = 0100644;

    private ZipArchives() {}

    /** What was written. */
    record Written(long unpackedBytes) {}

    /** Writes {@code folder}'s code, and what {@code packing} adds beside it, to {@code target}. */
    static Written write(Path folder, Packing packing, Path target) throws IOException {
        PackedFiles files = PackedFiles.of(folder, packing);
        long bytes = 0;
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
                ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
            out.setLevel(Deflater.BEST_COMPRESSION);
            for (Map.Entry<String, PackedFiles.Part> each : files.parts().entrySet()) {
                ZipArchiveEntry entry = new ZipArchiveEntry(each.getKey());
                entry.setTimeLocal(TIME);
                entry.setUnixMode(each.getValue().program() ? PROGRAM : FILE);
                out.putArchiveEntry(entry);
                bytes += files.write(each.getValue(), out, bytes);
                out.closeArchiveEntry();
            }
        }
        return new Written(bytes);
    }
}
