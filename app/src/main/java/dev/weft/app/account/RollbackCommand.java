// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.WithVersions;
import dev.weft.api.account.CloudAccount.WithVersions.Version;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets calls reach an earlier version, without an upload. */
@Command(
        name = "rollback",
        description = "Let calls of a function reach its version before, or the one named; nothing is uploaded.",
        footer = {"", "The documents still say what they say: weft apply brings their version back."})
public final class RollbackCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Parameters(paramLabel = "FUNCTION", description = "The function's name in the documents.")
    private String function = "";

    @Option(
            names = "--cloud",
            paramLabel = "CLOUD",
            description = "Only on this cloud (default: on all of its clouds).")
    @Nullable
    private String cloud;

    @Option(
            names = "--to",
            paramLabel = "VERSION",
            description = "The version to go to; needs --cloud (default: the one before the current one).")
    @Nullable
    private String to;

    @Option(names = "--list", description = "Only list the versions there are.")
    private boolean list;

    @Override
    public Integer call() {
        if (to != null && cloud == null) {
            throw new CliException(Exit.USAGE, "--to needs --cloud: each cloud numbers its own versions");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (AccountSession session = AccountSession.open(
                files.paths, AccountSession.Depth.CLOUDS, spec.commandLine().getErr())) {
            Function document = session.function(function);
            List<Choice> choices = document.spec().placement().clouds().stream()
                    .filter(each -> cloud == null || each.name().equals(cloud))
                    .toList();
            if (choices.isEmpty()) {
                throw new CliException(Exit.FAILED, function + " is not on the cloud " + cloud);
            }
            for (Choice choice : choices) {
                on(session, choice, out);
            }
            return 0;
        }
    }

    private void on(AccountSession session, Choice choice, PrintWriter out) {
        CloudAccount account = session.account(choice.name());
        String where = function + " on " + choice.name();
        if (!(account instanceof WithVersions versioned)) {
            throw new CliException(
                    Exit.FAILED,
                    where + ": this cloud keeps no versions; apply the documents as they were before instead");
        }
        String name = choice.nameOf(function);
        Seen seen = account.find(name);
        if (seen == null || !seen.ownedBy(session.name())) {
            throw new CliException(
                    Exit.FAILED,
                    where
                            + (seen == null
                                    ? ": there is no function " + name
                                    : ": the function there is not this application's"));
        }
        List<Version> versions = versioned.versions(seen);
        if (list) {
            out.println(where);
            versions.forEach(each -> out.println("  " + (each.current() ? "* " : "  ") + each.name()
                    + (each.published() == null ? "" : "   " + each.published())));
        } else {
            Version target = target(versions, where);
            versioned.point(seen, target, words -> out.println("  " + where + ": " + words));
            out.println(where + ": calls reach version " + target.name() + " now");
        }
        out.flush();
    }

    private Version target(List<Version> versions, String where) {
        String all = String.join(", ", versions.stream().map(Version::name).toList());
        if (to != null) {
            return versions.stream()
                    .filter(each -> each.name().equals(to))
                    .findFirst()
                    .orElseThrow(() -> new CliException(
                            Exit.FAILED, where + ": there is no version " + to + "; there are " + all));
        }
        int current = 0;
        while (current < versions.size() && !versions.get(current).current()) {
            current++;
        }
        if (current + 1 >= versions.size()) {
            throw new CliException(
                    Exit.FAILED, where + ": there is no version before the current one; there are " + all);
        }
        return versions.get(current + 1);
    }
}
