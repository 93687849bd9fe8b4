// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Weft's folder for tests that need no fresh one. Vendors' libraries are made once for all tests of a build; what says that a Weft
 * runs is of one process of tests, for commands look there for theirs.
 */
public final class SharedHome {
    private static final Path FIRST = Path.of("target/contract-libraries").toAbsolutePath();
    private static final String ONLY = "fork-1";
    private static final String LIBRARIES = "libraries";

    /** The name of this process among those that tests run in at a time. */
    static final String FORK = System.getProperty("weft.fork", ONLY);

    /** Of this process. */
    public static final Path FOLDER =
            FORK.equals(ONLY) ? FIRST : withLibraries(FIRST.resolveSibling(FIRST.getFileName() + "-" + FORK));

    private SharedHome() {}

    private static Path withLibraries(Path home) {
        try {
            Files.createDirectories(home);
            Path mine = home.resolve(LIBRARIES);
            if (Files.notExists(mine)) {
                Files.createSymbolicLink(mine, Files.createDirectories(FIRST.resolve(LIBRARIES)));
            }
            return home;
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
