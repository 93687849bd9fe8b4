// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A vendor's own command that system tests compare with. {@code .ci/run} installs it; what it can't install stands in {@code
 * .ci/absent} by name and reason, and only for what stands there is a test left out.
 */
public final class VendorCommand {
    private static final String ABSENT = ".ci/absent";

    private VendorCommand() {}

    /** Nothing where {@code name} is installed; else the test is left out with the list's reason, or fails if there is none. */
    public static void needed(String name) throws IOException {
        String path = System.getenv().getOrDefault("PATH", "");
        List<Path> folders = Stream.of(path.split(Pattern.quote(File.pathSeparator)))
                .filter(each -> !each.isEmpty())
                .map(Path::of)
                .toList();
        Optional<String> why = absence(name, folders, Files.readAllLines(list()));
        Assumptions.assumeTrue(why.isEmpty(), () -> name + " is not here: " + why.orElse(""));
    }

    /** Why {@code name} is in none of {@code folders}; empty where it is in one, an error where {@code list} does not say. */
    static Optional<String> absence(String name, List<Path> folders, List<String> list) {
        if (folders.stream().anyMatch(each -> Files.isExecutable(each.resolve(name)))) {
            return Optional.empty();
        }
        for (String line : list) {
            String[] words = line.strip().split("\\s+", 2);
            if (words.length == 2 && words[0].equals(name)) {
                return Optional.of(words[1]);
            }
        }
        throw new AssertionError(name + " is not installed; .ci/run installs it, or " + ABSENT + " says why it can't");
    }

    private static Path list() {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(ABSENT))) {
                return folder.resolve(ABSENT);
            }
        }
        throw new AssertionError("there is no " + ABSENT + " above " + here);
    }
}
