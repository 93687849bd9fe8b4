// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.resource.Function;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Nearest;
import dev.weft.control.Reading;
import dev.weft.control.account.AccountChecks;
import dev.weft.control.account.AccountPath;
import dev.weft.control.pack.LocalPackager;
import dev.weft.control.pack.Packager;
import dev.weft.images.JibImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Documents that were read and checked, and the accounts that they name, opened; closing leaves nothing behind. */
final class AccountSession implements AutoCloseable {
    private final String name;
    private final Application documents;
    private final Map<String, CloudAccount> accounts;
    private final Packager packager;
    private final Path scratch;

    private AccountSession(
            String name, Application documents, Map<String, CloudAccount> accounts, Packager packager, Path scratch) {
        this.name = name;
        this.documents = documents;
        this.accounts = accounts;
        this.packager = packager;
        this.scratch = scratch;
    }

    /** How much of the documents must hold. */
    enum Depth {
        /** Clouds only: what looks at accounts. */
        CLOUDS,
        /** Functions too, packaged and checked against each vendor's limits: what deploys. */
        FUNCTIONS
    }

    /** Reads {@code paths}; every mistake is told on {@code err}, and ends the command. Sends nothing. */
    static AccountSession open(List<Path> paths, Depth depth, PrintWriter err) {
        Vendors vendors = new Vendors(System.getenv());
        DocumentReader.Known known = new DocumentReader.Known();
        Application documents =
                valid(DocumentReader.read(paths, System.getenv(), new CloudChecks(vendors), known), err);
        String name = ApplicationName.of(documents, paths);
        Map<String, CloudAccount> accounts = new LinkedHashMap<>();
        documents.clouds().forEach(each -> accounts.put(each.name(), vendors.open(each)));
        Path scratch = scratch();
        JibImages images = new JibImages(scratch, System.getenv(), Path.of(System.getProperty("user.home")));
        Packager packager = new LocalPackager(scratch, images);
        AccountSession session = new AccountSession(name, documents, accounts, packager, scratch);
        if (depth == Depth.FUNCTIONS) {
            try {
                AccountChecks checks = new AccountChecks(name, documents, accounts, session.packager);
                checks.ahead();
                valid(DocumentReader.read(paths, System.getenv(), checks, known), err);
            } catch (RuntimeException failed) {
                session.close();
                throw failed;
            }
        }
        return session;
    }

    private static Application valid(Reading reading, PrintWriter err) {
        return switch (reading) {
            case Reading.Valid(Application application) -> application;
            case Reading.Invalid(List<Mistake> mistakes) -> {
                mistakes.forEach(err::println);
                err.flush();
                throw new CliException(
                        Exit.FAILED,
                        (mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes") + "; nothing was changed");
            }
        };
    }

    private static Path scratch() {
        try {
            return Files.createTempDirectory("weft-artifacts-");
        } catch (IOException full) {
            throw new UncheckedIOException("no temporary folder can be made", full);
        }
    }

    /** The application's name. */
    String name() {
        return name;
    }

    /** Its documents. */
    Application documents() {
        return documents;
    }

    /** The accounts by their clouds' names. */
    Map<String, CloudAccount> accounts() {
        return accounts;
    }

    /** The account of {@code cloud}; a {@link CliException} names those there are. */
    CloudAccount account(String cloud) {
        CloudAccount account = accounts.get(cloud);
        if (account == null) {
            throw new CliException(
                    Exit.FAILED,
                    "there is no cloud " + cloud + " in the documents; " + Nearest.hint(cloud, accounts.keySet()));
        }
        return account;
    }

    /** The function's document; a {@link CliException} names those there are. */
    Function function(String function) {
        return documents.functions().stream()
                .filter(each -> each.name().equals(function))
                .findFirst()
                .orElseThrow(() -> new CliException(
                        Exit.FAILED,
                        "there is no function " + function + " in the documents; "
                                + Nearest.hint(
                                        function,
                                        documents.functions().stream()
                                                .map(Function::name)
                                                .collect(Collectors.toSet()))));
    }

    /** What packages their code. */
    Packager packager() {
        return packager;
    }

    /** The walk over these accounts. */
    AccountPath path(AccountPath.StepListener record) {
        return new AccountPath(name, accounts, packager, record);
    }

    @Override
    public void close() {
        accounts.values().forEach(each -> {
            try {
                each.close();
            } catch (Exception stuck) {
                System.getLogger("dev.weft.app").log(System.Logger.Level.WARNING, "an account did not close", stuck);
            }
        });
        try (Stream<Path> inside = Files.walk(scratch)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException inTheWay) {
            System.getLogger("dev.weft.app")
                    .log(System.Logger.Level.WARNING, "leftovers stay: " + inTheWay.getMessage());
        }
    }
}
