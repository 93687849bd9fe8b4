// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost.Program;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is settled about a process before its function is known: two functions with equal plans can use the same one.
 *
 * @param shared hosts' files and folders that it sees
 * @param modules packages that its code finds one folder up
 * @param memory what it may use
 */
public record Plan(
        Program program, List<Path> shared, @Nullable Path modules, Quantity memory) {
    /** As it is now. */
    public Plan {
        shared = List.copyOf(shared);
    }

    /** Whether a process of it can be booted before its function is known. */
    boolean bootable() {
        return switch (program) {
            case Program.Command _ -> false;
            case Program.Node _, Program.Python _, Program.Java _ -> true;
        };
    }

    /** Bytes that one booted process of it occupies while it waits: measured on Node 20, Python 3.11, JDK 25. */
    long bytesWaiting() {
        return switch (program) {
            case Program.Command _ -> 0;
            case Program.Node _ -> 48L << 20;
            case Program.Python _ -> 14L << 20;
            case Program.Java _ -> 72L << 20;
        };
    }
}
