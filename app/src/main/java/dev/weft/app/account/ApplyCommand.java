// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes clouds match the documents. */
@Command(
        name = "apply",
        description = "Make the clouds match the documents: create, change and remove functions.",
        footer = {"", "Ctrl-C stops after the steps in hand; applying again goes on from there."})
public final class ApplyCommand implements Callable<Integer> {
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
        try (AccountSession session = AccountSession.open(files.paths, AccountSession.Depth.FUNCTIONS, err)) {
            LeftClouds left = LeftClouds.of(session);
            left.refuseUnless(abandoned.clouds);
            int exit = walk.run("apply", session, path -> path.plan(session.documents()), "apply this?", yes);
            if (exit == 0) {
                left.forget(abandoned.clouds, spec.commandLine().getOut());
            }
            return exit;
        }
    }
}
