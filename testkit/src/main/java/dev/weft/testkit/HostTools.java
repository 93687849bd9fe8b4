// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.Mistake;
import dev.weft.api.spi.ContractHost;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What a contract host works with in a test without an engine: every language is there, no library is. */
public final class HostTools {
    private HostTools() {}

    /** Tools that keep their files in {@code files}. */
    public static ContractHost.Tools in(Path files) {
        return new ContractHost.Tools(new EveryLanguage(), new NoLibrary(), files, InstantSource.system());
    }

    /** Files that are seen where they are; the instance's own folder is {@code folder}. */
    public static ContractHost.Files seen(Path folder) {
        return new SeenFiles(folder);
    }

    private static final class EveryLanguage implements ContractHost.Languages {
        @Override
        public @Nullable Mistake missing(
                ContractHost.Language language, int version, String field, @Nullable String value) {
            return null;
        }
    }

    private static final class NoLibrary implements ContractHost.Libraries {
        @Override
        public Path npm(String name, String manifest, String lock) {
            throw new AssertionError("no library is fetched here: " + name);
        }

        @Override
        public Path maven(String name, String lock) {
            throw new AssertionError("no library is fetched here: " + name);
        }

        @Override
        public Path pip(String name, String lock) {
            throw new AssertionError("no library is fetched here: " + name);
        }
    }

    private record SeenFiles(Path own) implements ContractHost.Files {
        @Override
        public Path staged() {
            return own;
        }

        @Override
        public Path share(Path file) {
            return file;
        }

        @Override
        public void modules(Path nodeModules) {
            // nothing is started by what reads them
        }

        @Override
        public Folder folder() {
            return new Folder() {
                @Override
                public Path inside() {
                    return own;
                }

                @Override
                public Path outside() {
                    return own;
                }
            };
        }
    }
}
