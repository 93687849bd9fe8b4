// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.resource.Document;
import dev.weft.api.resource.Metadata;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.control.Application;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What an application is called, so that its functions are known again: the label {@value #LABEL} of its documents, Kubernetes'
 * own for this; where none has it, the name of the folder.
 */
final class ApplicationName {
    /** Names the application that a document is part of. */
    static final String LABEL = "app.kubernetes.io/part-of";

    private ApplicationName() {}

    /** The one name; a {@link CliException} where documents disagree or nothing names it. */
    static String of(Application documents, List<Path> paths) {
        Set<String> named = new TreeSet<>();
        Stream.of(documents.clouds(), documents.functions(), documents.routes(), documents.services())
                .flatMap(List::stream)
                .map(Document::metadata)
                .filter(each -> each.labels().containsKey(LABEL))
                .forEach(each -> named.add(each.labels().get(LABEL)));
        if (named.size() > 1) {
            throw wrong("documents name several applications by the label " + LABEL + ": " + String.join(", ", named)
                    + "; one file is one application");
        }
        String name =
                named.isEmpty() ? folder(paths.getFirst()) : named.iterator().next();
        if (!name.matches(Metadata.LABEL)) {
            throw wrong(
                    "'" + name + "' can't name an application: it must be a DNS label (lower-case letters, digits and"
                            + " '-', at most 63); name it by the label " + LABEL + " in metadata.labels of a document");
        }
        return name;
    }

    private static String folder(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        Path folder = Files.isDirectory(whole) ? whole : whole.getParent();
        Path name = folder == null ? null : folder.getFileName();
        return name == null ? "" : name.toString().toLowerCase(Locale.ROOT).replaceAll("[^-a-z0-9]+", "-");
    }

    private static CliException wrong(String message) {
        return new CliException(Exit.FAILED, message);
    }
}
