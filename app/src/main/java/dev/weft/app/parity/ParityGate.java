// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.app.cli.CliException;
import dev.weft.app.home.Home;
import dev.weft.control.Application;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which clouds take no calls because a function's placement requires parity there and no certificate says it. The first cloud of a
 * placement needs none: it is what the others are compared with.
 */
public final class ParityGate {
    private final Map<String, String> environment;
    private final Home home;
    private final Accounts accounts;

    /** Keys come from {@code environment} and {@code home}. */
    public ParityGate(Map<String, String> environment, Home home, Accounts accounts) {
        this.accounts = accounts;
        this.environment = Map.copyOf(environment);
        this.home = home;
    }

    /**
     * A cloud that is not called.
     *
     * @param why what is lacking, after the name of the cloud
     */
    public record Withheld(String function, String cloud, String why) {}

    /** All of {@code documents}. Packages the functions that require parity. Blocking. */
    public List<Withheld> check(Application documents) {
        List<Function> asking = documents.functions().stream()
                .filter(each -> each.spec().placement().requireParity())
                .toList();
        List<Withheld> withheld = new ArrayList<>();
        if (!asking.isEmpty()) {
            try (CloudArtifacts artifacts = CloudArtifacts.open(accounts, environment)) {
                asking.forEach(each -> check(documents, each, artifacts, withheld));
            }
        }
        return withheld;
    }

    /** The same by the names of clouds, each with its functions and what is lacking. */
    public static Map<String, Map<String, String>> byCloud(List<Withheld> withheld) {
        Map<String, Map<String, String>> byCloud = new LinkedHashMap<>();
        withheld.forEach(each -> byCloud.computeIfAbsent(each.cloud(), cloud -> new LinkedHashMap<>())
                .put(each.function(), each.why()));
        return byCloud;
    }

    private void check(Application documents, Function function, CloudArtifacts artifacts, List<Withheld> withheld) {
        List<Choice> clouds = function.spec().placement().clouds();
        for (Choice each : clouds.subList(1, clouds.size())) {
            String why;
            try {
                why = lacking(documents, function, each.name(), artifacts);
            } catch (CliException | UncheckedIOException unusable) { // a key that can't be used certifies nothing
                why = String.valueOf(unusable.getMessage());
            }
            if (!why.isEmpty()) {
                withheld.add(new Withheld(function.name(), each.name(), "lacks a certificate of parity: " + why));
            }
        }
    }

    /** Empty for nothing. */
    private String lacking(Application documents, Function function, String cloud, CloudArtifacts artifacts) {
        Path folder = folders(documents).stream()
                .filter(each -> Files.exists(Certificate.file(each, function.name())))
                .findFirst()
                .orElse(null);
        if (folder == null) {
            return "there is none; make one: weft parity " + function.name() + " --sign";
        }
        Certificate certificate = Certificate.read(Certificate.file(folder, function.name()));
        if (certificate == null) {
            return "its certificate can't be read";
        }
        CodeHashes now = CodeHashes.of(documents, function, artifacts);
        String stale = certificate.stale(function.name(), folder, TrustedKeys.of(environment, home, folder), now);
        String first = function.spec().placement().clouds().getFirst().name();
        return stale.isEmpty() ? certificate.silent(first, cloud, now) : stale;
    }

    /** That documents were read from, always in the same order. */
    private static SortedSet<Path> folders(Application documents) {
        SortedSet<Path> folders = new TreeSet<>();
        for (Path each : documents.files()) {
            Path folder = each.toAbsolutePath().getParent();
            if (folder != null) {
                folders.add(folder);
            }
        }
        return folders;
    }

    /** The files that {@link #check} looks at besides documents and code, or would if they were there. */
    public static Set<Path> files(Application documents) {
        Set<Path> files = new LinkedHashSet<>();
        for (Function each : documents.functions()) {
            if (each.spec().placement().requireParity()) {
                for (Path folder : folders(documents)) {
                    Path file = Certificate.file(folder, each.name());
                    files.add(file);
                    files.add(folder.resolve(TrustedKeys.FILE));
                    Certificate certificate = Certificate.read(file);
                    Path cases = certificate == null ? null : certificate.casesFile(folder);
                    if (cases != null) {
                        files.add(cases);
                    }
                }
            }
        }
        return files;
    }
}
