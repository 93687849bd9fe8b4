// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.spi.ContractHost;
import dev.weft.engine.box.Processes;
import dev.weft.engine.box.Sandbox;
import dev.weft.net.NetworkSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;

/**
 * What every instance needs to come into being.
 *
 * @param scratch a folder only Weft may read
 * @param shared a folder that functions can walk to, for hosts' files, where they have no mounts of their own
 */
record Workshop(
        Processes processes,
        Sandbox sandbox,
        NetworkSpace space,
        ContractHost.GatewayAddresses addresses,
        InstantSource clock,
        Path scratch,
        Path shared) {
    /** The path at which a process reads a host's file. */
    synchronized Path share(Path file) throws IOException {
        if (sandbox.kind() != Sandbox.Kind.USER_ONLY) {
            return sandbox.sharedInside(file);
        }
        Path copy = shared.resolve(file.getFileName());
        if (!Files.exists(copy)) {
            Files.createDirectories(shared);
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx--x--x"));
            Files.copy(file, copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return copy;
    }
}
