// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A root folder for an image, of this machine's own Node.js as {@code /bin/node} and what it is linked with: no shell, no other program. */
public final class NodeRoot {
    private static final Pattern LIBRARY = Pattern.compile("(/[^ ()]+)");

    private NodeRoot() {}

    /** Fills {@code root}. */
    public static Path fill(Path root) throws IOException, InterruptedException {
        String node = said("node", "-p", "process.execPath").strip();
        List<Path> files = new ArrayList<>(List.of(Path.of(node)));
        Matcher libraries = LIBRARY.matcher(said("ldd", node));
        while (libraries.find()) {
            files.add(Path.of(libraries.group(1)));
        }
        for (Path each : files) {
            Path to = root.resolve(
                    each.equals(Path.of(node)) ? "bin/node" : each.toString().substring(1));
            Path above = to.getParent();
            Files.createDirectories(above == null ? root : above);
            Files.copy(each.toRealPath(), to);
        }
        for (String each : List.of("acorn", "acorn-walk", "cjs-module-lexer", "undici")) {
            // what Debian's own Node.js keeps beside its program
            Path builtin = Path.of("/usr/share/nodejs", each);
            if (Files.exists(builtin)) {
                copy(builtin.toRealPath(), root.resolve("usr/share/nodejs").resolve(each));
            }
        }
        Files.createDirectories(root.resolve("tmp"));
        return root;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> all = Files.list(from)) {
            for (Path each : all.toList()) {
                Path copy = to.resolve(each.getFileName());
                if (Files.isDirectory(each)) {
                    copy(each, copy);
                } else {
                    Files.copy(each, copy);
                }
            }
        }
    }

    private static String said(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + '\n' + out);
        }
        return out;
    }
}
