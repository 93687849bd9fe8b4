// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Packing;
import dev.weft.control.code.CodeFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What goes into an artifact, by its name there: the code's files, and what an adapter puts beside them. */
final class PackedFiles {
    /** Files of one artifact. */
    static final int FILES_MAX = 50_000;
    /** Size of what is packed. */
    static final long BYTES_MAX = 1L << 30;

    private static final String MANIFEST = "package.json";

    private final SortedMap<String, Part> parts;

    private PackedFiles(SortedMap<String, Part> parts) {
        this.parts = Collections.unmodifiableSortedMap(parts);
    }

    /** One file. */
    sealed interface Part {
        /** Its bytes. */
        InputStream open() throws IOException;

        /** Whether it may be started. */
        boolean program();

        /** Of the code. */
        record OnDisk(Path file) implements Part {
            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }

            @Override
            public boolean program() {
                return Files.isExecutable(file);
            }
        }

        /** Of an adapter. */
        record Added(byte[] bytes) implements Part {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public boolean program() {
                return false;
            }
        }
    }

    /** Of {@code code}, a folder or a single file, with what {@code packing} adds. */
    static PackedFiles of(Path code, Packing packing) throws IOException {
        return of(code, packing, FILES_MAX);
    }

    /** Of no more than {@code filesMax} files of code. */
    static PackedFiles of(Path code, Packing packing, int filesMax) throws IOException {
        SortedMap<String, Part> parts = Files.isDirectory(code) ? folder(code, filesMax) : single(code);
        long bytes = 0;
        for (Part each : parts.values()) {
            bytes += each instanceof Part.OnDisk(Path file) ? Files.size(file) : 0;
        }
        if (bytes > BYTES_MAX) {
            throw tooMuch();
        }
        packing.added().forEach((name, content) -> {
            // an adapter's manifest is the code's own with another entry file
            boolean merged = name.equals(MANIFEST) && !packing.adapter().isEmpty();
            if (parts.containsKey(name) && !merged) {
                throw refused("the file " + name + " is one that Weft adds for this cloud; give yours another name");
            }
            parts.put(name, new Part.Added(content));
        });
        return new PackedFiles(parts);
    }

    /** In the order of their names, which have '/'. */
    SortedMap<String, Part> parts() {
        return parts;
    }

    /** Writes {@code part} to {@code out}, after {@code before} bytes of others; how many it has. */
    long write(Part part, OutputStream out, long before) throws IOException {
        try (InputStream in = part.open()) {
            long count = in.transferTo(out);
            if (before + count > BYTES_MAX) {
                throw tooMuch(); // it grew while it was read
            }
            return count;
        }
    }

    private static SortedMap<String, Part> single(Path file) {
        return new TreeMap<>(java.util.Map.of(String.valueOf(file.getFileName()), new Part.OnDisk(file)));
    }

    /** A link stands for what it leads to, which must be in the folder. */
    private static SortedMap<String, Part> folder(Path folder, int filesMax) throws IOException {
        Path real = folder.toRealPath();
        SortedMap<String, Part> files = new TreeMap<>();
        for (Path each : CodeFolder.files(folder)) {
            String name = folder.relativize(each).toString().replace('\\', '/');
            Path target = each;
            if (Files.isSymbolicLink(each)) {
                if (!Files.exists(each)) {
                    throw refused("the link " + name + " leads to nothing");
                }
                target = each.toRealPath();
                if (!target.startsWith(real)) {
                    throw refused("the link " + name + " leads out of the folder; copy what it leads to");
                }
                if (Files.isDirectory(target)) {
                    continue; // its files are packed where they are; archives of most clouds have no links
                }
            }
            files.put(name, new Part.OnDisk(target));
        }
        if (files.size() > filesMax) {
            throw refused("the folder has " + files.size() + " files; at most " + filesMax + " are packed");
        }
        if (files.isEmpty()) {
            throw refused("the folder " + folder + " has no file");
        }
        return files;
    }

    private static PackagingException tooMuch() {
        return refused("the code has more than " + (BYTES_MAX >> 20) + " MiB, and no more is packed");
    }

    private static PackagingException refused(String message) {
        return new PackagingException("spec.code.path", message, null);
    }
}
