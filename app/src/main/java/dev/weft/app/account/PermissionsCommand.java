// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Wanted;
import dev.weft.control.account.AccountPlan;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the rights that the documents need. */
@Command(
        name = "permissions",
        description =
                "Print the least rights that deploying and calling the documents' functions on a cloud needs, in that"
                        + " vendor's own form; asks no cloud.")
public final class PermissionsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Parameters(paramLabel = "CLOUD", description = "The cloud's name in the documents.")
    private String cloud = "";

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (AccountSession session = AccountSession.open(
                files.paths, AccountSession.Depth.FUNCTIONS, spec.commandLine().getErr())) {
            CloudAccount account = session.account(cloud);
            List<Wanted> wanted = session.path(Silence.KEPT).wanted(session.documents(), cloud).stream()
                    .map(AccountPlan.Ready::wanted)
                    .toList();
            out.println(account.permissions(wanted));
            out.flush();
            return 0;
        }
    }
}
