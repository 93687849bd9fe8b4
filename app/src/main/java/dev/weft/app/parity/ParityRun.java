// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.app.home.Home;
import dev.weft.app.parity.cases.Cases;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.Nearest;
import dev.weft.control.Reading;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One function of documents that were read, to be tried. */
public record ParityRun(Application documents, Function function) {
    /** Reads {@code paths}; every mistake is told on {@code err}, and ends the command. */
    public static ParityRun read(String function, List<Path> paths, FunctionCheck check, PrintWriter err) {
        Reading reading = DocumentReader.read(paths, System.getenv(), check);
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
        return new Finished(this, cases, new ParityPath(caller).run(function.name(), all, cases));
    }

    /** A {@link CliException} where no certificate could hold. */
    public void signable() {
        if (function.spec().existing()) {
            throw new CliException(
                    Exit.USAGE,
                    "--sign: function " + function.name()
                            + " is existing: true; a certificate holds of code, and whose code it is nobody here knows");
        }
    }

    /** How a certificate is made. @param real whether the clouds themselves were asked @param folder of the documents */
    public record Signing(boolean real, Map<String, String> environment, Path folder, InstantSource clock) {}

    /** What came of it. */
    public record Finished(ParityRun run, Cases cases, Report report) {
        /** Writes a certificate of the clouds that are equal, and says so on {@code err}; of one cloud alone there is nothing to say. */
        public void sign(Signing signing, CloudArtifacts artifacts, PrintWriter err) {
            List<String> equal = report.clouds().stream()
                    .map(Report.Tried::cloud)
                    .filter(report::equal)
                    .toList();
            report.clouds().stream()
                    .map(Report.Tried::cloud)
                    .filter(each -> !equal.contains(each))
                    .forEach(
                            each -> err.println(each + " is not certified: it could not be tried, or it is not equal"));
            if (equal.size() < 2) {
                err.println("no certificate was made: no other cloud is equal to the first");
                err.flush();
                return;
            }
            Home home = Home.of(signing.environment());
            SigningKey key = SigningKey.of(signing.environment(), home);
            CodeHashes hashes = CodeHashes.of(run.documents(), run.function(), artifacts);
            Certificate certificate = Certificate.sign(
                    report,
                    new Certificate.Made(signing.clock().instant(), signing.real(), hashes, cases),
                    signing.folder(),
                    key);
            Path file = Certificate.file(signing.folder(), report.function());
            certificate.write(file);
            err.println("certified " + String.join(", ", equal) + " in " + file);
            Path trusted = signing.folder().resolve(TrustedKeys.FILE);
            if (!TrustedKeys.in(trusted).contains(key.shared())) {
                err.println("other machines trust it with this line in " + trusted + ":\n" + key.shared());
            }
            err.flush();
        }

        /** Prints it; whether every cloud is equal. */
        public boolean print(Output output, PrintWriter out) {
            ReportWords.print(report, output, out);
            return report.allEqual();
        }
    }
}
