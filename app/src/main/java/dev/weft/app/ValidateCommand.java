// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.Mistake;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        return switch (DocumentReader.read(paths, System.getenv())) {
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

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
