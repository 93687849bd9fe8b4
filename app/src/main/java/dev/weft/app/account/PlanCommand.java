// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.app.home.Home;
import dev.weft.app.parity.ParityGate;
import dev.weft.app.parity.ParityGate.Withheld;
import dev.weft.control.account.AccountPlan;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what apply would do. */
@Command(
        name = "plan",
        description = "Say what apply would change on the clouds of the documents; changes nothing.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing would change",
            "1:it could not be planned",
            "2:something would change, or is left on a cloud that the documents do not name any more"
        })
public final class PlanCommand implements Callable<Integer> {
    /** Something would change. */
    static final int CHANGES = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Mixin
    private Output output = new Output();

    @Option(
            names = {"-a", "--all"},
            description = "Show also what is as wanted.")
    private boolean all;

    @Override
    public Integer call() {
        try (AccountSession session = AccountSession.open(
                files.paths, AccountSession.Depth.FUNCTIONS, spec.commandLine().getErr())) {
            // to open a store takes about as long as to ask a cloud
            CompletableFuture<LeftClouds> history = CompletableFuture.supplyAsync(
                    () -> LeftClouds.of(session), task -> Thread.ofVirtual().start(task));
            AccountPlan plan = session.path(Silence.KEPT).plan(session.documents());
            LeftClouds left = history.join();
            List<Withheld> withheld = new ParityGate(
                            System.getenv(), Home.of(System.getenv()), new Vendors(System.getenv()))
                    .check(session.documents());
            PlanWords.print(
                    plan,
                    new PlanWords.Besides(left, withheld),
                    all,
                    output,
                    spec.commandLine().getOut());
            if (!plan.unread().isEmpty() || !plan.blocked().isEmpty()) {
                return Exit.FAILED.code();
            }
            return plan.empty() && left.isEmpty() ? 0 : CHANGES;
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException why ? why : failed;
        }
    }
}
