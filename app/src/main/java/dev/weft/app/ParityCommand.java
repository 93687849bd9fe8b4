// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.Mistake;
import dev.weft.app.account.CloudChecks;
import dev.weft.app.account.Vendors;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.app.cli.Reach;
import dev.weft.app.home.Home;
import dev.weft.app.parity.CaseRecording;
import dev.weft.app.parity.CloudArtifacts;
import dev.weft.app.parity.ParityRun;
import dev.weft.app.parity.RealTrials;
import dev.weft.app.parity.Trials;
import dev.weft.app.parity.cases.BuiltInCases;
import dev.weft.app.parity.cases.CaseReader;
import dev.weft.app.parity.cases.CaseReader.WrongCasesException;
import dev.weft.app.parity.cases.Cases;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a function the same on every cloud of its placement and says where the answers differ. */
@Command(
        name = "parity",
        description = "Ask a function the same on every cloud of its placement, and say where the answers differ.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every cloud could be tried and answers as the first one does",
            "1:answers differ, or a cloud could not be tried",
            "2:the command line or the cases are wrong"
        },
        footer = {
            "",
            "Each cloud is stood in for on this machine, and runs what weft apply would upload to it, by that cloud's"
                    + " own contract; --real asks the clouds."
        })
final class ParityCommand implements Callable<Integer> {
    private static final int RECORD_SECONDS = 300;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FUNCTION", description = "The function's name in the documents.")
    private String function = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH",
            description = "Documents: YAML files, or folders of them (default: this folder).")
    private List<Path> paths = List.of();

    @Option(
            names = "--cases",
            paramLabel = "FILE",
            description = "The requests, in YAML; without it, built-in ones that only read: GET, HEAD and OPTIONS.")
    @Nullable
    private Path cases;

    @Option(
            names = "--with-bodies",
            description =
                    "Send also the built-in requests with bodies, by POST, PUT, PATCH and DELETE, and events: only"
                            + " where it does no harm that the function is run on made-up input.")
    private boolean withBodies;

    @Option(
            names = "--real",
            description = "Ask the clouds themselves, with their accounts, as weft serve does: weft apply comes first.")
    private boolean real;

    @Option(
            names = "--sign",
            description =
                    "Write FUNCTION.parity.json beside the documents: a signed certificate of the clouds that answer as"
                            + " the first one does, which placement.requireParity asks for.")
    private boolean sign;

    @Option(
            names = "--record",
            paramLabel = "N",
            description =
                    "Write the next N requests (1 to 500) that a running Weft gets for FUNCTION as cases, instead of"
                            + " asking clouds. Needs --consent and --into.")
    @Nullable
    private Integer record;

    @Option(
            names = "--consent",
            description =
                    "With --record: I may keep what callers send. Authorization, cookies, API keys and the like are"
                            + " redacted; paths, other fields and bodies are written as they are.")
    private boolean consent;

    @Option(names = "--into", paramLabel = "FILE", description = "With --record: the new file, for its user only.")
    @Nullable
    private Path into;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            description = "With --record: how long requests are waited for, 1 to 3600 (default: 300).")
    @Nullable
    private Integer within;

    @Mixin
    private Reach reach = new Reach();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (record != null || consent || into != null || within != null) {
            boolean any = recording().run(reach.client(), spec.commandLine().getOut(), err);
            return any ? 0 : Exit.FAILED.code();
        }
        if (cases != null && withBodies) {
            throw new CliException(Exit.USAGE, "--with-bodies is of the built-in cases; leave it or --cases out");
        }
        Cases asked = cases(err);
        List<Path> read = paths.isEmpty() ? List.of(Path.of(".")) : paths;
        Map<String, String> environment = System.getenv();
        Vendors vendors = new Vendors(environment);
        ParityRun run =
                ParityRun.read(function, read, real ? new CloudChecks(vendors) : StandInClouds.KIND.check(), err);
        InstantSource clock = InstantSource.system();
        if (sign) {
            run.signable();
        }
        try (CloudArtifacts artifacts = CloudArtifacts.open(vendors, environment);
                Trials trials = real
                        ? new RealTrials(vendors, vendors.tls(), artifacts, clock)
                        : new StandInTrials(Home.of(environment), artifacts, clock, err::println)) {
            ParityRun.Finished finished = run.with(trials, asked, clock);
            boolean equal = finished.print(output, spec.commandLine().getOut());
            if (sign) {
                finished.sign(new ParityRun.Signing(real, environment, folder(read.getFirst()), clock), artifacts, err);
            }
            return equal ? 0 : Exit.FAILED.code();
        }
    }

    private CaseRecording recording() {
        int seconds = within == null ? RECORD_SECONDS : within;
        if (record == null || into == null) {
            throw new CliException(Exit.USAGE, "--record N, --into FILE and --consent belong together");
        }
        if (record < 1 || record > CaseRecording.COUNT_MAX) {
            throw new CliException(Exit.USAGE, "--record: 1 to " + CaseRecording.COUNT_MAX + ", got " + record);
        }
        if (seconds < 1 || seconds > CaseRecording.SECONDS_MAX) {
            throw new CliException(Exit.USAGE, "--within: 1 to " + CaseRecording.SECONDS_MAX + ", got " + seconds);
        }
        if (!consent) {
            throw new CliException(
                    Exit.USAGE,
                    "--record writes down what callers of " + function + " send: paths, fields and bodies, without"
                            + " Authorization, cookies and keys; say --consent if you may keep that");
        }
        if (cases != null || withBodies || real || sign || !paths.isEmpty()) {
            throw new CliException(
                    Exit.USAGE,
                    "--record only writes cases: leave out --cases, --with-bodies, --real, --sign and documents");
        }
        return new CaseRecording(function, record, seconds, into);
    }

    private static Path folder(Path document) {
        Path whole = document.toAbsolutePath().normalize();
        Path parent = whole.getParent();
        return Files.isDirectory(whole) || parent == null ? whole : parent;
    }

    private Cases cases(PrintWriter err) {
        if (cases == null) {
            return withBodies ? BuiltInCases.everything() : BuiltInCases.reading();
        }
        try {
            return CaseReader.read(cases);
        } catch (WrongCasesException wrong) {
            List<Mistake> mistakes = wrong.mistakes();
            mistakes.forEach(err::println);
            throw new CliException(
                    Exit.USAGE,
                    mistakes.size() == 1 ? "1 mistake in the cases" : mistakes.size() + " mistakes in the cases");
        }
    }
}
