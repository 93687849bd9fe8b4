// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * Puts an image's layers into one folder, one upon the other, with the white-outs of OCI's image specification. Devices, pipes,
 * owners, the bits of set-uid and attributes are left out; everybody may read what is there. What is not right is an
 * {@link IllegalArgumentException} whose message follows the image's name.
 */
final class Unpacking {
    private static final String WHITE_OUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** What other storage drivers keep for themselves. */
    private static final String FOREIGN = ".wh..wh.";

    /** Bytes of what precedes a single entry: long names, attributes. */
    static final int PRELUDE_BYTES_MAX = 64 << 10;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int ZSTD = 0x28b52ffd;
    private static final int GZIP = 0x1f8b;
    private static final int ANY_EXECUTE = 0111;

    private final RootFolder root;
    private final Limits limits;
    private int entries;
    private long read;
    private long written;

    /**
     * Of all layers together.
     *
     * @param bytesMax unpacked
     */
    record Limits(int entriesMax, long bytesMax) {}

    Unpacking(RootFolder root, Limits limits) {
        this.root = root;
        this.limits = limits;
    }

    /** Puts one more layer upon what is there: a tar file, or one in gzip. */
    void layer(InputStream packed) throws IOException {
        Set<Path> own = new HashSet<>();
        try (InputStream plain = plain(packed);
                TarArchiveInputStream tar = new Headed(new Counted(plain))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                another();
                put(entry, tar, own);
            }
        } catch (InvalidPathException foreign) {
            throw new IllegalArgumentException(
                    "has the name '" + RootFolder.shown(foreign.getInput())
                            + "', which can't be written in this locale: start Weft with LC_ALL=C.UTF-8",
                    foreign);
        }
    }

    private static InputStream plain(InputStream packed) throws IOException {
        BufferedInputStream in = new BufferedInputStream(packed, BUFFER_BYTES);
        in.mark(Integer.BYTES);
        byte[] magic = in.readNBytes(Integer.BYTES);
        in.reset();
        int first = 0;
        for (byte each : magic) {
            first = (first << Byte.SIZE) | (each & 0xff);
        }
        if (first == ZSTD) {
            throw new IllegalArgumentException(
                    "has layers in zstd, which are not read here: push it with layers in gzip, for example by"
                            + " docker buildx build --output type=image,compression=gzip,force-compression=true");
        }
        return magic.length == Integer.BYTES && (first >>> Short.SIZE) == GZIP
                ? new GZIPInputStream(in, BUFFER_BYTES)
                : in;
    }

    private void another() {
        if (++entries > limits.entriesMax()) {
            throw new IllegalArgumentException("has more than " + limits.entriesMax() + " entries");
        }
    }

    private void put(TarArchiveEntry entry, InputStream content, Set<Path> own) throws IOException {
        List<String> parts = RootFolder.parts(entry.getName());
        if (parts.isEmpty()) {
            return;
        }
        Path folder = root.folder(parts.subList(0, parts.size() - 1));
        String name = parts.getLast();
        if (name.startsWith(WHITE_OUT)) {
            whiteOut(folder, name, own);
            return;
        }
        if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            return;
        }
        Path place = folder.resolve(name);
        if (entry.isDirectory()) {
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                RootFolder.remove(place, Set.of());
                Files.createDirectory(place);
            }
            permit(place, RootFolder.FOLDER_MODE);
        } else if (entry.isSymbolicLink()) {
            RootFolder.remove(place, Set.of());
            Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            link(entry, place);
        } else if (entry.isFile()) {
            RootFolder.remove(place, Set.of());
            write(entry, content, place);
        } else {
            throw new IllegalArgumentException(
                    "has '" + RootFolder.shown(entry.getName()) + "', which is no file, folder or link");
        }
        own.add(place);
    }

    /** Takes away what lower layers put there, and nothing of this one. */
    private static void whiteOut(Path folder, String name, Set<Path> own) throws IOException {
        if (name.equals(OPAQUE)) {
            List<Path> inside;
            try (Stream<Path> all = Files.list(folder)) {
                inside = all.toList();
            }
            for (Path each : inside) {
                RootFolder.remove(each, own);
            }
        } else if (!name.startsWith(FOREIGN)) {
            String hidden = name.substring(WHITE_OUT.length());
            if (RootFolder.parts(hidden).isEmpty()) {
                throw new IllegalArgumentException("has the white-out '" + name + "', of nothing");
            }
            RootFolder.remove(folder.resolve(hidden), own);
        }
    }

    private void link(TarArchiveEntry entry, Path place) throws IOException {
        List<String> parts = RootFolder.parts(entry.getLinkName());
        if (parts.isEmpty()) {
            throw new IllegalArgumentException(
                    "has the hard link '" + RootFolder.shown(entry.getName()) + "' to its root");
        }
        Path target = root.folder(parts.subList(0, parts.size() - 1)).resolve(parts.getLast());
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS) || !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("has the hard link '" + RootFolder.shown(entry.getName()) + "' to '"
                    + RootFolder.shown(entry.getLinkName()) + "', where there is no file");
        }
        if (!target.equals(place)) {
            RootFolder.remove(place, Set.of());
            Files.createLink(place, target);
        }
    }

    private void write(TarArchiveEntry entry, InputStream content, Path place) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int some = content.read(buffer); some >= 0; some = content.read(buffer)) {
                written += some;
                bounded(written);
                out.write(buffer, 0, some);
            }
        }
        permit(place, (entry.getMode() & ANY_EXECUTE) == 0 ? "rw-r--r--" : "rwxr-xr-x");
        // compiled Python is only taken while its source has the time that it was compiled at
        Files.setLastModifiedTime(place, entry.getLastModifiedTime());
    }

    private void bounded(long bytes) {
        if (bytes > limits.bytesMax()) {
            throw new IllegalArgumentException("has more than " + limits.bytesMax() + " bytes, unpacked");
        }
    }

    private static void permit(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /** What comes out of gzip is held to the limit as well: headers, and what is skipped. */
    private final class Counted extends FilterInputStream {
        Counted(InputStream plain) {
            super(plain);
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            read += one < 0 ? 0 : 1;
            bounded(read);
            return one;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int some = in.read(buffer, offset, length);
            read += Math.max(some, 0);
            bounded(read);
            return some;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long some = in.skip(bytes);
            read += some;
            bounded(read);
            return some;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    /** Long names and attributes are read into memory before an entry is seen. */
    private final class Headed extends TarArchiveInputStream {
        private static final String KINDS = "xXgLK";
        private static final int KIND_AT = 156;
        private static final int SIZE_AT = 124;
        private static final int SIZE_BYTES = 12;

        Headed(InputStream plain) {
            super(plain, StandardCharsets.UTF_8.name());
        }

        @Override
        protected byte[] readRecord() throws IOException {
            byte[] record = super.readRecord();
            if (record != null && KINDS.indexOf(record[KIND_AT]) >= 0) {
                another();
                long size = TarUtils.parseOctalOrBinary(record, SIZE_AT, SIZE_BYTES);
                if (size > PRELUDE_BYTES_MAX) {
                    throw new IllegalArgumentException(
                            "has a name or attributes of more than " + PRELUDE_BYTES_MAX + " bytes");
                }
            }
            return record;
        }
    }
}
