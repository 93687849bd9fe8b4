// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.resource.Quantity;
import dev.weft.engine.box.Spares;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an application on this machine. */
@Command(
        name = "up",
        description = "Run an application on this machine; every cloud it names is stood in for.",
        footer = {"", "Ctrl-C lets calls finish, then stops everything."})
final class UpCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Documents: YAML files, or folders of them.")
    private List<Path> paths = List.of();

    @Option(
            names = "--spare-memory",
            paramLabel = "SIZE",
            description =
                    "Memory for processes booted ahead of the first call that needs them, for example 256Mi; 0 for"
                            + " none (default: a sixteenth of this machine's, at most 1Gi).")
    @Nullable
    private String spareMemory;

    @Mixin
    private ListeningOptions listening = new ListeningOptions();

    @Override
    public Integer call() throws InterruptedException {
        return listening.run(paths, StandInClouds.KIND, spareBytes());
    }

    private long spareBytes() {
        if (spareMemory == null) {
            return Spares.bytesOfThisMachine();
        }
        try {
            return Quantity.parse(spareMemory).bytes();
        } catch (IllegalArgumentException noSize) {
            throw new picocli.CommandLine.ParameterException(
                    spec.commandLine(), "--spare-memory: " + noSize.getMessage(), noSize);
        }
    }
}
