// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes an application off its clouds. */
@Command(
        name = "destroy",
        description =
                "Remove everything of the documents' application from the clouds they name; nobody else's is touched.")
public final class DestroyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Option(
            names = {"-y", "--yes"},
            description = "Don't ask.")
    private boolean yes;

    @Mixin
    private LeftClouds.Abandoned abandoned = new LeftClouds.Abandoned();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        ApplyWalk walk = new ApplyWalk(spec.commandLine().getOut(), err);
        try (AccountSession session = AccountSession.open(files.paths, AccountSession.Depth.CLOUDS, err)) {
            List<String> clouds = List.copyOf(session.accounts().keySet());
            LeftClouds left = LeftClouds.of(session);
            left.refuseUnless(abandoned.clouds);
            int exit = walk.run("destroy", session, path -> path.planRemoval(clouds), "remove all of this?", yes);
            if (exit == 0) {
                left.forget(abandoned.clouds, spec.commandLine().getOut());
            }
            return exit;
        }
    }
}
