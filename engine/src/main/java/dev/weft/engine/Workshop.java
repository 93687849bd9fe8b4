// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.engine.box.Boxes;
import dev.weft.engine.box.Plan;
import dev.weft.engine.box.Sandbox;
import dev.weft.engine.box.Spares;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;

/**
 * What every instance needs to come into being.
 *
 * @param shared a folder that functions can walk to, for hosts' files, where they have no mounts of their own
 */
record Workshop(
        Boxes boxes, Spares spares, AddressesAhead addresses, ColdStarts starts, InstantSource clock, Path shared) {
    Sandbox sandbox() {
        return boxes.sandbox();
    }

    /** The path at which a process reads a host's file. */
    synchronized Path share(Path file) throws IOException {
        if (sandbox().kind() != Sandbox.Kind.USER_ONLY) {
            return sandbox().sharedInside(file);
        }
        Path copy = shared.resolve(Plan.sharedName(file));
        if (!Files.exists(copy)) {
            Files.createDirectories(shared);
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx--x--x"));
            copyAll(file, copy);
        }
        return copy;
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path copy = to.resolve(from.relativize(each).toString());
                if (Files.isSymbolicLink(each)) {
                    Files.createSymbolicLink(copy, Files.readSymbolicLink(each));
                } else if (Files.isDirectory(each)) {
                    Files.createDirectories(copy);
                    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
                } else {
                    Files.copy(each, copy);
                    Files.setPosixFilePermissions(
                            copy,
                            PosixFilePermissions.fromString(Files.isExecutable(each) ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
