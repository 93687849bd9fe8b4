// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds programs the way a shell does. */
public final class Programs {
    /** Where function processes look for programs. */
    public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Programs() {}

    /** The file that {@code name} means on Weft's own PATH or the functions', or null. */
    public static @Nullable Path find(String name) {
        if (name.startsWith("/")) {
            return Files.isExecutable(Path.of(name)) ? Path.of(name) : null;
        }
        String own = System.getenv().getOrDefault("PATH", "");
        for (String folder : (own + ':' + PATH).split(":", -1)) {
            // a version manager's stand-in asks for its own folder, which no sandbox shows
            boolean usable = folder.startsWith("/") && !folder.endsWith("/shims");
            Path file = usable ? Path.of(folder, name) : null;
            if (file != null && Files.isRegularFile(file) && Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }
}
