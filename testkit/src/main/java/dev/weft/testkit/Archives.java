// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs folders for tests of one cloud alone; Weft itself packs in {@code control}. */
public final class Archives {
    private Archives() {}

    /** {@code folder} as {@code packing} asks, in {@code file}. */
    public static Artifact.Archive pack(Path folder, Packing packing, Path file) throws IOException {
        Map<String, byte[]> files = new TreeMap<>(packing.added());
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).forEach(each -> {
                try {
                    files.put(folder.relativize(each).toString(), Files.readAllBytes(each));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            });
        }
        switch (packing.form()) {
            case ZIP -> {
                try (OutputStream to = Files.newOutputStream(file)) {
                    zip(files, to);
                }
            }
            case JAR, TEXT -> Files.write(file, files.values().iterator().next());
            case IMAGE -> throw new IllegalArgumentException("a test of images brings its own artifacts");
        }
        byte[] bytes = Files.readAllBytes(file);
        long unpacked = files.values().stream().mapToLong(each -> each.length).sum();
        return new Artifact.Archive(packing.form(), file, Ownership.hash(bytes), bytes.length, unpacked);
    }

    /** A zip file with one file in it. */
    public static byte[] zip(String name, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            zip(Map.of(name, text.getBytes(StandardCharsets.UTF_8)), bytes);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    private static void zip(Map<String, byte[]> files, OutputStream to) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(to)) {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
                out.putNextEntry(entry);
                out.write(each.getValue());
                out.closeEntry();
            }
        }
    }
}
