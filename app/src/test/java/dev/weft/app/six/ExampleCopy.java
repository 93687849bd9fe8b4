// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** examples/six-clouds in a folder of the test's own, where documents may be changed. */
final class ExampleCopy {
    /** The variable that functions' secret comes from. */
    static final String SECRET_VARIABLE = "TARIFF_KEY";

    private static final Path EXAMPLE = Path.of("../examples/six-clouds");
    private static final List<String> FILES = List.of("weft.yaml", "images/weft.yaml");

    private final Path folder;

    /** Copies it; its clouds are {@code clouds}, and its functions know a secret. */
    ExampleCopy(Path parent, PlayedClouds clouds) throws IOException {
        folder = parent.resolve("six-clouds");
        try (Stream<Path> files = Files.walk(EXAMPLE)) {
            for (Path each : files.toList()) {
                Path to = folder.resolve(EXAMPLE.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(each, to);
                }
            }
        }
        each("Cloud", clouds::describe);
        each("Function", (name, spec) -> env(spec).put(SECRET_VARIABLE, "${env:" + SECRET_VARIABLE + '}'));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> env(Map<String, Object> spec) {
        return (Map<String, Object>) Objects.requireNonNull(spec.get("env"));
    }

    Path folder() {
        return folder;
    }

    /** Arguments that name all of its documents. */
    List<String> documents() {
        return List.of("-f", folder.toString(), "-f", folder.resolve("images").toString());
    }

    /** Changes the spec of every document of {@code kind}. */
    void each(String kind, BiConsumer<String, Map<String, Object>> change) throws IOException {
        edit(document -> {
            if (kind.equals(document.get("kind"))) {
                change.accept(name(document), part(document, "spec"));
            }
            return true;
        });
    }

    /** Changes the spec of one function. */
    void function(String name, java.util.function.Consumer<Map<String, Object>> change) throws IOException {
        each("Function", (each, spec) -> {
            if (each.equals(name)) {
                change.accept(spec);
            }
        });
    }

    /** Takes the function out, and its route. */
    void remove(String function) throws IOException {
        edit(document -> {
            if (part(document, "spec").get("rules") instanceof List<?> rules) {
                rules.removeIf(rule -> rule.toString().contains("name=" + function));
            }
            return !"Function".equals(document.get("kind")) || !name(document).equals(function);
        });
    }

    /** Keeps the documents for which {@code kept} says so. */
    private void edit(java.util.function.Predicate<Map<String, Object>> kept) throws IOException {
        for (String each : FILES) {
            Path file = folder.resolve(each);
            List<Map<String, Object>> documents = new ArrayList<>();
            for (Object loaded : new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(file))) {
                Map<String, Object> document = mutable(loaded);
                if (kept.test(document)) {
                    documents.add(document);
                }
            }
            Files.writeString(
                    file,
                    new Dump(DumpSettings.builder()
                                    .setDefaultFlowStyle(FlowStyle.BLOCK)
                                    .setExplicitStart(true)
                                    .build())
                            .dumpAllToString(documents.iterator()));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> mutable(Object loaded) {
        return new LinkedHashMap<>((Map<String, Object>) loaded);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Map<String, Object> document, String name) {
        return (Map<String, Object>) Objects.requireNonNull(document.get(name));
    }

    private static String name(Map<String, Object> document) {
        return String.valueOf(part(document, "metadata").get("name"));
    }
}
