// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Java function's folder as Lambda lays it out, classes in it and jars in its lib, which is where AWS's client looks. */
public final class TaskFolder {
    private TaskFolder() {}

    /**
     * The folder that AWS's client is told of: {@code code} itself, or, where jars lie beside the classes, which is where a build
     * leaves them, a folder of links in which they are in lib too.
     */
    public static Path of(Path code) throws IOException {
        List<Path> beside = jars(code);
        if (beside.isEmpty()) {
            return code;
        }
        Path links = Files.createTempDirectory("task-");
        Path lib = Files.createDirectory(links.resolve("lib"));
        for (Path each : Stream.concat(list(code.resolve("lib")).stream(), beside.stream())
                .toList()) {
            Path link = lib.resolve(each.getFileName());
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, each);
            }
        }
        for (Path each : list(code)) {
            if (!each.endsWith("lib")) {
                Files.createSymbolicLink(links.resolve(each.getFileName()), each);
            }
        }
        return links;
    }

    /** The jars in {@code folder}, by name. */
    static List<Path> jars(Path folder) throws IOException {
        return list(folder).stream()
                .filter(each -> each.toString().endsWith(".jar"))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }
}
