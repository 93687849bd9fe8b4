// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.WithCode;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.control.account.Adoption;
import dev.weft.store.Left;
import dev.weft.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes functions over that are there already. */
@Command(
        name = "import",
        description =
                "Take over functions that a cloud already has: write documents and code that plan to no change, and"
                        + " Weft's tags on the functions. Nothing else of them is changed.")
public final class ImportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Parameters(index = "0", paramLabel = "CLOUD", description = "The cloud's name in the documents.")
    private String cloud = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "NAME",
            description = "What the functions are called there (default: all that are nobody's).")
    private List<String> names = List.of();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FOLDER",
            description = "Where documents and code are written; made if it is not there, must be empty.")
    private Path folder = Path.of("");

    @Option(
            names = {"-y", "--yes"},
            description = "Write Weft's tags on the functions; without it only the files are written.")
    private boolean yes;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (AccountSession session = AccountSession.open(
                files.paths, AccountSession.Depth.CLOUDS, spec.commandLine().getErr())) {
            CloudAccount account = session.account(cloud);
            if (!(account instanceof WithCode withCode)) {
                throw new CliException(
                        Exit.FAILED,
                        "cloud " + cloud + " does not hand out its functions' code; route to them with existing: true");
            }
            Cloud document = session.documents().clouds().stream()
                    .filter(each -> each.name().equals(cloud))
                    .findFirst()
                    .orElseThrow();
            emptied();
            Adoption adoption = new Adoption(session.name(), document, account, withCode, session.packager());
            for (Seen each : chosen(account)) {
                Adoption.Adopted adopted = adoption.write(each, folder);
                out.println("wrote " + adopted.document()
                        + (adopted.image() ? ", which names its image" : " and its code"));
                adopted.notes().forEach(note -> out.println("  note: " + note));
                if (yes) {
                    adoption.tag(each, adopted);
                    record(session, adopted, each);
                    out.println(
                            "  " + each.name() + " on " + cloud + " is the application " + session.name() + "'s now");
                }
                out.flush();
            }
            out.println(
                    yes
                            ? "weft plan -f " + folder + " says whether all is as wanted"
                            : "the functions are still nobody's; import again with --yes to take them over");
            out.flush();
            return 0;
        }
    }

    /** It is the application's from now on, so history has to know of it. */
    private void record(AccountSession session, Adoption.Adopted adopted, Seen seen) {
        try (Store store = Stores.open(System.getenv())) {
            Recorder.whole(
                    store.history(),
                    session.name(),
                    "import",
                    List.of(new Left(adopted.function(), cloud, seen.name(), Instant.now())));
        }
    }

    private void emptied() throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException file) {
            throw new CliException(Exit.FAILED, folder + " is a file; name a folder");
        }
        try (var inside = Files.list(folder)) {
            if (inside.findAny().isPresent()) {
                throw new CliException(Exit.FAILED, "the folder " + folder + " is not empty; nothing was written");
            }
        }
    }

    private List<Seen> chosen(CloudAccount account) {
        if (names.isEmpty()) {
            List<Seen> free =
                    account.list().stream().filter(each -> each.owner() == null).toList();
            if (free.isEmpty()) {
                throw new CliException(Exit.FAILED, "cloud " + cloud + " has no function that is nobody's");
            }
            return free;
        }
        List<Seen> chosen = new ArrayList<>();
        for (String name : names) {
            Seen seen = account.find(name);
            if (seen == null) {
                throw new CliException(
                        Exit.FAILED, "cloud " + cloud + " has no function " + name + "; weft discover lists them");
            }
            if (seen.owner() != null) {
                throw new CliException(
                        Exit.FAILED,
                        name + " is the application " + seen.owner().application() + "'s already");
            }
            chosen.add(seen);
        }
        return chosen;
    }
}
