// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.code;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What in a function's folder is code: everything but what tools keep there for themselves. */
public final class CodeFolder {
    /** Version control, and what running the code leaves behind. */
    private static final Set<String> NOT_CODE = Set.of(".git", "__pycache__", ".DS_Store");

    private CodeFolder() {}

    /** Whether {@code path} itself is not code. */
    public static boolean ignored(Path path) {
        return NOT_CODE.contains(String.valueOf(path.getFileName()));
    }

    /** Its files and links, sorted. */
    public static List<Path> files(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        walk(root, files);
        files.sort(null);
        return files;
    }

    private static void walk(Path root, List<Path> files) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (!folder.equals(root) && ignored(folder)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!ignored(file) && !attributes.isOther()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
                if (why instanceof NoSuchFileException && !file.equals(root)) {
                    return FileVisitResult.CONTINUE;
                }
                throw why;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException why) throws IOException {
                if (why != null && !(why instanceof NoSuchFileException)) {
                    throw why;
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
