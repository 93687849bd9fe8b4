// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.api.spi.ContractHost;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import dev.weft.engine.tools.FetchedLibraries;
import dev.weft.engine.tools.InstalledLanguages;
import dev.weft.net.Loops;
import dev.weft.net.Upstreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads documents and says what is wrong with them. Needs no running Weft. */
@Command(name = "validate", description = "Check documents; every mistake is said, nothing is changed.")
final class ValidateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Documents: YAML files, or folders of them.")
    private List<Path> paths = List.of();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Reading reading;
        Path scratch = Files.createTempDirectory("weft-validate-");
        try (Loops loops = Loops.start(1);
                Upstreams upstreams = new Upstreams();
                Hosts hosts = Hosts.open(loops, upstreams, tools(scratch))) {
            reading =
                    DocumentReader.read(paths, System.getenv(), (function, code) -> check(hosts.all(), function, code));
        } finally {
            delete(scratch);
        }
        return switch (reading) {
            case Reading.Valid(Application application) -> {
                out.println("valid: " + count(application.clouds().size(), "cloud") + ", "
                        + count(application.functions().size(), "function") + ", "
                        + count(application.routes().size(), "route"));
                out.flush();
                yield 0;
            }
            case Reading.Invalid(List<Mistake> mistakes) -> {
                new Terminal(out, spec.commandLine().getErr(), false).mistakes(mistakes);
                yield Exit.FAILED.code();
            }
        };
    }

    /** What a host says of the function; a contract without a host here may still run on its cloud, so it is only told. */
    private List<Mistake> check(List<ContractHost> hosts, Function function, Path code) {
        boolean image = function.spec().code().image() != null;
        for (ContractHost host : hosts) {
            if (host.contract() == function.spec().contract() && (host.runsImages() || !image)) {
                return host.check(function, code);
            }
        }
        spec.commandLine()
                .getErr()
                .println("note: function " + function.name() + ": weft up does not run contract "
                        + Spelling.Words.of(function.spec().contract()) + (image ? " as an image" : " yet"));
        return List.of();
    }

    /** Nothing is fetched: what is checked is what the documents and this machine say. */
    private static ContractHost.Tools tools(Path scratch) {
        return new ContractHost.Tools(
                new InstalledLanguages(),
                new FetchedLibraries(scratch, line -> {}),
                scratch.resolve("hosts"),
                InstantSource.system());
    }

    private static void delete(Path scratch) throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
