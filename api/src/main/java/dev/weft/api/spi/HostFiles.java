// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;

/** Gets a contract host's own files out of its jar, to where a function's process can read them. */
public final class HostFiles {
    private HostFiles() {}

    /** Copies resource {@code name}, beside {@code owner}, to {@code folder/as}; readable whatever Weft's umask. */
    public static Path copy(Class<?> owner, String name, Path folder, String as) {
        try (InputStream resource = open(owner, name)) {
            Files.createDirectories(folder);
            // whole at once: others may copy the same, and processes read it
            Path whole = Files.createTempFile(folder, as, ".new");
            Files.copy(resource, whole, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString("rw-r--r--"));
            return Files.move(whole, folder.resolve(as), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("can't write " + folder.resolve(as), unwritable);
        }
    }

    /** The text of resource {@code name}, beside {@code owner}. */
    public static String text(Class<?> owner, String name) {
        try (InputStream resource = open(owner, name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("can't read " + name, unreadable);
        }
    }

    /** The jar, or in a build the folder, that {@code owner} was loaded from: for a class path. */
    public static Path classes(Class<?> owner) {
        CodeSource source = owner.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException noFile) {
            throw new IllegalStateException("not loaded from a file: " + owner, noFile);
        }
    }

    private static InputStream open(Class<?> owner, String name) {
        InputStream resource = owner.getResourceAsStream(name);
        if (resource == null) {
            throw new IllegalStateException(name + " is missing beside " + owner.getName());
        }
        return resource;
    }
}
