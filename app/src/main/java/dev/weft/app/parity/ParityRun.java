// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.app.parity.cases.Cases;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Nearest;
import dev.weft.control.Reading;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/** One function of documents that were read, to be tried. */
public record ParityRun(Application documents, Function function) {
    /** Reads {@code paths}; every mistake is told on {@code err}, and ends the command. */
    public static ParityRun read(String function, List<Path> paths, PrintWriter err) {
        Reading reading = DocumentReader.read(paths, System.getenv(), (each, code) -> List.of());
        return switch (reading) {
            case Reading.Valid(Application read) -> of(read.bounded(), function);
            case Reading.Invalid(List<Mistake> mistakes) -> {
                mistakes.forEach(err::println);
                err.flush();
                throw new CliException(Exit.USAGE, mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes");
            }
        };
    }

    private static ParityRun of(Application documents, String name) {
        Function found = documents.function(name);
        if (found == null) {
            throw new CliException(
                    Exit.USAGE,
                    "there is no function " + name + " in the documents; "
                            + Nearest.hint(
                                    name,
                                    documents.functions().stream()
                                            .map(Function::name)
                                            .collect(Collectors.toSet())));
        }
        return new ParityRun(documents, found);
    }

    /** Tries it in {@code trials} with {@code cases}. */
    public Finished with(Trials trials, Cases cases, InstantSource clock) throws InterruptedException {
        TrialCaller caller =
                new TrialCaller(trials.loop(), clock, function.spec().timeout());
        List<Trial> all = trials.of(documents, function);
        return new Finished(new ParityPath(caller).run(function.name(), all, cases));
    }

    /** What came of it. */
    public record Finished(Report report) {
        /** Prints it; whether every cloud is equal. */
        public boolean print(Output output, PrintWriter out) {
            ReportWords.print(report, output, out);
            return report.allEqual();
        }
    }
}
