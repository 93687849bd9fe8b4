// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Weft's folder for tests that need no fresh one. Vendors' libraries and start-up caches are made once for all tests of a
 * build; but commands find a running Weft by its home, so each process that tests run in, at the same time, has its own.
 */
public final class SharedHome {
    private static final Path FIRST = Path.of("target/contract-libraries").toAbsolutePath();
    private static final String ONLY = "fork-1";

    /** The name of this process among those that tests run in at a time. */
    static final String FORK = System.getProperty("weft.fork", ONLY);

    private static final List<String> KEPT = List.of("libraries", "cache");

    /** Of this process. */
    public static final Path FOLDER =
            FORK.equals(ONLY) ? FIRST : lend(FIRST.resolveSibling(FIRST.getFileName() + "-" + FORK));

    private SharedHome() {}

    /** Makes {@code home}, with the libraries and caches of all. */
    public static Path lend(Path home) {
        try {
            Files.createDirectories(home);
            for (String kept : KEPT) {
                Path mine = home.resolve(kept);
                if (Files.notExists(mine)) {
                    Files.createSymbolicLink(mine, Files.createDirectories(FIRST.resolve(kept)));
                }
            }
            return home;
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** Leaves {@code home} what is its own. */
    public static void takeBack(Path home) {
        try {
            for (String kept : KEPT) {
                if (Files.isSymbolicLink(home.resolve(kept))) {
                    Files.delete(home.resolve(kept));
                }
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
