// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/** A zip file that Weft made, as files again, programs still programs. */
final class Unzipped {
    private Unzipped() {}

    /** Unpacks {@code zip} into {@code folder}, which is empty; the folder. */
    static Path into(Path zip, Path folder) throws IOException {
        try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", true))) {
            Path root = inside.getPath("/");
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                    Files.createDirectories(target(each));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                    Path file = target(each);
                    Files.copy(each, file);
                    Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(each));
                    return FileVisitResult.CONTINUE;
                }

                private Path target(Path each) {
                    return folder.resolve(root.relativize(each).toString());
                }
            });
        }
        return folder;
    }
}
