// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.home;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file that holds a secret of this user's Weft, and is for nobody else. */
public final class SecretFile {
    private static final Set<PosixFilePermission> MINE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final FileAttribute<?> ONLY_MINE = PosixFilePermissions.asFileAttribute(MINE);

    private SecretFile() {}

    /** Whether {@code environment} names another file than the one in Weft's folder. */
    public static boolean elsewhere(Map<String, String> environment, String variable) {
        String other = environment.get(variable);
        return other != null && !other.isBlank();
    }

    /** The file that {@code environment} names by {@code variable}, else {@code name} in {@code home}. */
    public static Path of(Map<String, String> environment, String variable, Home home, String name) {
        return elsewhere(environment, variable)
                ? Path.of(environment.getOrDefault(variable, "").strip())
                        .toAbsolutePath()
                        .normalize()
                : home.folder().resolve(name);
    }

    /**
     * Makes {@code name} in {@code home}, on disk. Another process finds the whole of it or nothing: it is written beside it, and
     * linked to its name. Where another process was first, its file is the one.
     */
    public static void make(Home home, String name, byte[] bytes) throws IOException {
        home.make();
        Path beside = home.folder().resolve(name + '.' + UUID.randomUUID() + ".new");
        try (FileChannel channel =
                FileChannel.open(beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ONLY_MINE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        try {
            Files.createLink(home.folder().resolve(name), beside);
        } catch (FileAlreadyExistsException theirs) {
            return;
        } finally {
            Files.deleteIfExists(beside);
        }
        try (FileChannel entries = FileChannel.open(home.folder(), StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /** The permissions of a file that others may use, as {@code ls} writes them; null where only its user may. */
    public static @Nullable String othersMay(Path file) throws IOException {
        Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(file);
        return MINE.containsAll(allowed) ? null : PosixFilePermissions.toString(allowed);
    }
}
