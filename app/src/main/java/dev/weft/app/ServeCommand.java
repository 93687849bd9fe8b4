// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.app.account.Vendors;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves an application from its real clouds. */
@Command(
        name = "serve",
        description = "Serve an application from its real clouds: the gateway and admin API of weft up, as a service.",
        footer = {
            "",
            "Functions are called where weft apply put them, or where they are already (existing: true); nothing is"
                    + " deployed. Ctrl-C lets calls finish, then stops."
        })
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "PATH",
            description = "Documents: a YAML file, or a folder of them; may be given several times.")
    private List<Path> paths = List.of();

    @Mixin
    private ListeningOptions listening = new ListeningOptions();

    @Override
    public Integer call() throws InterruptedException {
        return listening.run(paths, RealClouds.of(new Vendors(System.getenv())), 0);
    }
}
