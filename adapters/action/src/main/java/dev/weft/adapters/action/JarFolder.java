// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What is in a jar, as files: more of it than its limits is not an action that OpenWhisk takes. */
final class JarFolder {
    static final int FILES_MAX = 50_000;

    static final long BYTES_MAX = 512L << 20;

    private JarFolder() {}

    /** Puts what is in {@code jar} into {@code root}, a folder of its own; returns that. */
    static Path of(Path jar, Path root, int filesMax, long bytesMax) throws IOException {
        byte[] part = new byte[64 << 10];
        long bytes = 0;
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            if (zip.size() > filesMax) {
                throw new IOException("the jar has more than " + filesMax + " files");
            }
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                File file = root.resolve(entry.getName()).normalize().toFile();
                if (!file.toPath().startsWith(root)) {
                    throw new IOException("the jar leads out of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file.toPath());
                    continue;
                }
                Files.createDirectories(file.toPath().getParent());
                try (InputStream in = zip.getInputStream(entry);
                        OutputStream out = Files.newOutputStream(file.toPath())) {
                    for (int count = in.read(part); count >= 0; count = in.read(part)) {
                        bytes += count;
                        if (bytes > bytesMax) {
                            throw new IOException("the jar unpacks to more than " + bytesMax + " bytes");
                        }
                        out.write(part, 0, count);
                    }
                }
            }
        }
        return root;
    }
}
