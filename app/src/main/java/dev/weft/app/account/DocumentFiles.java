// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The documents that a verb works with. */
final class DocumentFiles {
    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "PATH",
            description = "Documents: a YAML file, or a folder of them; may be given several times.")
    List<Path> paths = List.of();
}
