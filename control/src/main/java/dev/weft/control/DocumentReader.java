// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Service;
import dev.weft.control.ManifestReader.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and checks documents: files, folders, several documents in one. Changes nothing. */
public final class DocumentReader {
    /** Files of one reading. */
    static final int FILES_MAX = 1000;
    /** Mistakes that one reading tells; more help nobody. */
    static final int MISTAKES_MAX = 200;

    private static final String FIRST = "weft.yaml";

    private final Map<String, String> environment;
    private final FunctionCheck check;
    private final Known known;
    private final List<Mistake> mistakes = new ArrayList<>();

    private DocumentReader(Map<String, String> environment, FunctionCheck check, Known known) {
        this.environment = environment;
        this.check = check;
        this.known = known;
    }

    /** What files held when they were last read, so that one that has not changed is not read again. For one thread at a time. */
    public static final class Known {
        private Map<Path, ManifestReader.Manifest> manifests = Map.of();
        private @Nullable Around around;
    }

    /** All of other documents that a route's checks look at. */
    private record Around(
            Set<String> functions,
            Set<String> eventsOnly,
            List<Service> services,
            Set<String> limits,
            boolean complete) {}

    /** What else must hold of a function, for example what a contract's host asks for. */
    @FunctionalInterface
    public interface FunctionCheck {
        /** Mistakes named by {@link Mistake#at}; the reader adds where they stand. */
        List<Mistake> check(Function function, Path code);

        /** Mistakes of a cloud, named and placed in the same way. */
        default List<Mistake> check(Cloud cloud) {
            return List.of();
        }

        /** Whether a function that is somebody else's can do without code of its own. */
        default boolean needsNoCode(Function function) {
            return false;
        }

        /** Whether a route may lead to it: whether it can answer an HTTP exchange. */
        default boolean takesExchanges(Function function, Path code) {
            return true;
        }
    }

    /** Reads {@code paths}: files, or folders with {@code *.yaml} and {@code *.yml}. Never throws for bad content. */
    public static Reading read(List<Path> paths, Map<String, String> environment) {
        return read(paths, environment, (function, code) -> List.of());
    }

    /** The same, and asks {@code check} about every function that is right so far. */
    public static Reading read(List<Path> paths, Map<String, String> environment, FunctionCheck check) {
        return read(paths, environment, check, new Known());
    }

    /**
     * The same, again and again: documents of files that are as {@code known} has them are the very ones of the reading
     * before, and only what they have to do with others is checked anew.
     */
    public static Reading read(List<Path> paths, Map<String, String> environment, FunctionCheck check, Known known) {
        return new DocumentReader(environment, check, known).read(paths);
    }

    private Reading read(List<Path> paths) {
        Set<Path> files = files(paths);
        ManifestReader manifests = new ManifestReader(mistakes, known.manifests);
        for (Path file : files) {
            manifests.read(file, shown(file));
        }
        known.manifests = manifests.read();
        if (mistakes.isEmpty()
                && manifests.clouds().isEmpty()
                && manifests.functions().isEmpty()
                && manifests.services().isEmpty()) {
            String where = String.join(", ", paths.stream().map(Path::toString).toList());
            mistakes.add(Mistake.at(where, null, "holds no Cloud, no Function and no Service"));
        }
        Map<String, Path> code = new HashMap<>();
        Map<String, References.Resolved> env = new HashMap<>();
        Around around = check(manifests, code, env);
        known.around = mistakes.isEmpty() ? around : null;
        if (mistakes.isEmpty()) {
            return new Reading.Valid(new Application(
                    documents(manifests.clouds()),
                    documents(manifests.functions()),
                    documents(manifests.routes()),
                    documents(manifests.services()),
                    documents(manifests.limits()),
                    manifests.facades(),
                    code,
                    each(env, References.Resolved::values),
                    each(env, References.Resolved::secrets),
                    FunctionChecks.archivesToo(files, manifests.functions())));
        }
        return new Reading.Invalid(sorted(files));
    }

    private static <T> Map<String, T> each(
            Map<String, References.Resolved> all, java.util.function.Function<References.Resolved, T> part) {
        return all.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> part.apply(each.getValue())));
    }

    private Around check(ManifestReader manifests, Map<String, Path> code, Map<String, References.Resolved> env) {
        Map<String, Source<Cloud>> clouds = byName(manifests.clouds());
        Map<String, Source<Function>> functions = byName(manifests.functions());
        byName(manifests.routes());
        manifests.clouds().forEach(DocumentReader::everywhere);
        byName(manifests.checkedFacades());
        manifests.clouds().stream()
                .filter(each -> each.findings().sound("spec"))
                .forEach(source -> check.check(source.document())
                        .forEach(each -> source.findings().wrong(each.field(), each.value(), each.message())));
        FunctionChecks checks = new FunctionChecks(clouds, functions, manifests.complete());
        References references = new References(environment);
        Set<String> eventsOnly = new HashSet<>();
        for (Source<Function> source : manifests.functions()) {
            int before = mistakes.size();
            checks.check(source);
            Path folder = checks.code(source);
            References.Resolved resolved = references.resolve(source);
            boolean elsewhere = folder == null
                    && source.findings().sound("spec.existing")
                    && source.document().spec().existing()
                    && source.findings().sound("spec.code");
            if (elsewhere && mistakes.size() == before && !check.needsNoCode(source.document())) {
                source.findings()
                        .wrong(
                                "spec.code",
                                null,
                                "is required here: what stands in for the existing function needs code");
            }
            if (folder != null && mistakes.size() == before && source.findings().sound("spec.contract")) {
                code.put(source.document().name(), folder);
                env.put(source.document().name(), resolved);
                check.check(source.document(), folder).forEach(each -> source.findings()
                        .wrong(FunctionChecks.field(source, each), each.value(), each.message()));
                if (mistakes.size() == before && !check.takesExchanges(source.document(), folder)) {
                    eventsOnly.add(source.document().name());
                }
            }
        }
        Around around = new Around(
                new LinkedHashSet<>(functions.keySet()),
                eventsOnly,
                documents(manifests.services()),
                new LinkedHashSet<>(byName(manifests.limits()).keySet()),
                manifests.complete());
        FilterChecks.LimitChecks limits = new FilterChecks.LimitChecks(around.limits(), around.complete());
        manifests.limits().forEach(limits::check);
        manifests.functions().forEach(limits::checkFunction);
        manifests.services().forEach(BackendChecks::checkService);
        BackendChecks backends =
                new BackendChecks(around.functions(), eventsOnly, byName(manifests.services()), around.complete());
        boolean same = around.equals(known.around);
        for (Source<HttpRoute> route : manifests.routes()) {
            if (!same || !route.known()) { // else it was right, and is as it was
                new RouteChecks(backends, route.document().metadata().namespace()).check(route);
                limits.checkRoute(route);
            }
        }
        return around;
    }

    private static void everywhere(Source<Cloud> source) {
        Metadata metadata = source.document().metadata();
        if (source.findings().sound("metadata.namespace")
                && !metadata.namespace().equals(Metadata.DEFAULT_NAMESPACE)) {
            source.findings()
                    .wrong(
                            "metadata.namespace",
                            metadata.namespace(),
                            "clouds run functions of all namespaces; leave it out");
        }
    }

    private static <D extends Document> Map<String, Source<D>> byName(List<Source<D>> sources) {
        Map<String, Source<D>> byName = new LinkedHashMap<>();
        for (Source<D> source : sources) {
            D document = source.document();
            Findings findings = source.findings();
            if (!findings.sound("metadata.name")) {
                continue;
            }
            // with a namespace that is told to be wrong it is taken to be where others look for it
            String name = findings.sound("metadata.namespace")
                    ? document.name()
                    : document.metadata().name();
            Source<D> first = byName.putIfAbsent(name, source);
            if (first != null) {
                findings.wrong(
                        "metadata.name",
                        document.metadata().name(),
                        "another " + document.kind() + " has this name" + in(document) + ", at "
                                + first.findings().position("metadata.name"));
            }
        }
        return byName;
    }

    private static String in(Document document) {
        String namespace = document.metadata().namespace();
        return namespace.equals(Metadata.DEFAULT_NAMESPACE) ? "" : " in namespace " + namespace;
    }

    private static <D extends Document> List<D> documents(List<Source<D>> sources) {
        return sources.stream().map(Source::document).toList();
    }

    private Set<Path> files(List<Path> paths) {
        Set<Path> files = new LinkedHashSet<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                folder(path, files);
            } else if (Files.exists(path)) {
                files.add(path.toAbsolutePath().normalize());
            } else {
                mistakes.add(Mistake.at(path.toString(), null, "there is no such file or folder"));
            }
        }
        if (files.size() > FILES_MAX) {
            mistakes.add(Mistake.at("documents", null, files.size() + " files; at most " + FILES_MAX + " are allowed"));
            return Set.of();
        }
        return files;
    }

    private void folder(Path folder, Set<Path> files) {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> documents = all.filter(DocumentReader::isDocument)
                    .sorted(Comparator.comparing((Path file) -> !file.endsWith(FIRST))
                            .thenComparing(Path::toString))
                    .map(file -> file.toAbsolutePath().normalize())
                    .toList();
            if (documents.isEmpty()) {
                mistakes.add(
                        Mistake.at(folder.toString(), null, "holds no " + FIRST + " and no other *.yaml or *.yml"));
            }
            files.addAll(documents);
        } catch (IOException unreadable) {
            mistakes.add(Mistake.at(folder.toString(), null, "cannot be read: " + unreadable.getMessage()));
        }
    }

    /** Whether a folder's {@code file} is read: YAML that is not hidden. */
    static boolean isDocument(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        return yaml && !name.startsWith(".") && !Files.isDirectory(file);
    }

    /** As the user would type it. */
    private static String shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
    }

    private List<Mistake> sorted(Set<Path> files) {
        List<String> order = files.stream().map(DocumentReader::shown).toList();
        Comparator<Mistake> byPlace = Comparator.comparingInt((Mistake each) -> each.position() == null
                        ? -1
                        : order.indexOf(each.position().file()))
                .thenComparingInt(
                        each -> each.position() == null ? 0 : each.position().line())
                .thenComparingInt(
                        each -> each.position() == null ? 0 : each.position().column());
        List<Mistake> sorted = new ArrayList<>(mistakes.stream().sorted(byPlace).toList());
        if (sorted.size() > MISTAKES_MAX) {
            int more = sorted.size() - MISTAKES_MAX;
            sorted.subList(MISTAKES_MAX, sorted.size()).clear();
            sorted.add(Mistake.at("documents", null, more + " more mistakes are not shown"));
        }
        return sorted;
    }
}
