// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost;
import dev.weft.engine.box.BoxedProcess;
import dev.weft.engine.box.Plan;
import dev.weft.engine.box.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a host lets one instance see; collected while the host prepares it. */
final class HostFilesSeen implements ContractHost.Files {
    private final Workshop workshop;
    private final String instance;
    private final Path staged;
    private final List<Path> shared = new ArrayList<>();
    private @Nullable Path modules;
    private volatile @Nullable BoxedProcess process;

    HostFilesSeen(Workshop workshop, String instance, Path staged) {
        this.workshop = workshop;
        this.instance = instance;
        this.staged = staged;
    }

    @Override
    public Path staged() {
        return staged;
    }

    @Override
    public Path share(Path file) {
        try {
            if (!shared.contains(file)) {
                shared.add(file);
            }
            return workshop.share(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("host file can't be shared: " + file, unreadable);
        }
    }

    @Override
    public void modules(Path nodeModules) {
        modules = nodeModules;
    }

    @Override
    public Folder folder() {
        return workshop.sandbox().sandboxed() ? new Inside() : here();
    }

    /** Without mounts of its own, a process and Weft see the same folder; it goes when the engine ends. */
    private Folder here() {
        Path same = workshop.shared().resolve(instance);
        try {
            Files.createDirectories(same);
            Files.setPosixFilePermissions(same, PosixFilePermissions.fromString("rwxrwxrwx"));
            Files.setPosixFilePermissions(workshop.shared(), PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException unwritable) {
            throw new UncheckedIOException("no folder for an instance: " + same, unwritable);
        }
        return new Here(same);
    }

    private record Here(Path inside) implements Folder {
        @Override
        public Path outside() {
            return inside;
        }
    }

    /** In the process' own memory: Weft sees it through the process. */
    private final class Inside implements Folder {
        @Override
        public Path inside() {
            return Sandbox.FOLDER;
        }

        @Override
        public Path outside() {
            BoxedProcess running = process;
            if (running == null) {
                throw new IllegalStateException("the folder is there once the process runs");
            }
            return running.folder();
        }
    }

    Plan plan(ContractHost.Launch launch, Quantity memory) {
        return Plan.of(launch, shared, modules, memory);
    }

    void started(BoxedProcess running) {
        process = running;
    }
}
