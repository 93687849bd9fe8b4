// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Mistake;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * An app as the zip file in which a client deploys it.
 *
 * @param functions those that are found without running anything; of a Node.js app, perhaps not all
 * @param problems why it can't be run here, each a sentence
 */
public record ZippedApp(List<Found> functions, List<String> problems) {
    /** Runtimes that there are. */
    public static final String RUNTIMES = AzureRuntime.KNOWN;

    private static final String LIBRARY = "@azure/functions";
    private static final long MANIFEST_BYTES_MAX = 1 << 20;

    public ZippedApp {
        functions = List.copyOf(functions);
        problems = List.copyOf(problems);
    }

    /**
     * One of its functions.
     *
     * @param bindings an array of JSON; null where the code's text does not tell them whole
     * @param route the path that its trigger answers, with the app's prefix; null where there is none, or it is not told
     */
    public record Found(
            String name,
            @Nullable String bindings,
            @Nullable String route) {}

    /** Whether {@code runtime} is one, in the words of a document. */
    public static boolean runs(String runtime) {
        return AzureRuntime.parse(runtime) != null;
    }

    /** Reads one; what is no zip file at all has a problem that says so. Blocking: it stands in a file of its own meanwhile. */
    public static ZippedApp read(String runtime, byte[] zip) {
        AzureRuntime parsed = AzureRuntime.parse(runtime);
        if (parsed == null) {
            return new ZippedApp(List.of(), List.of("there is no runtime " + runtime + "; there are " + RUNTIMES));
        }
        try {
            Path file = Files.createTempFile("weft-app", ".zip"); // readable by this user only
            try {
                Files.write(file, zip);
                try (FileSystem inside = FileSystems.newFileSystem(file)) {
                    return read(parsed.worker(), inside.getPath("/"));
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | IllegalArgumentException broken) {
            return new ZippedApp(List.of(), List.of("it is no zip file that can be read"));
        }
    }

    private static ZippedApp read(AzureRuntime.Worker worker, Path folder) {
        List<Mistake> mistakes = new ArrayList<>();
        boolean told = worker != AzureRuntime.Worker.JAVA || hasFunctionJson(folder);
        AzureApp app = told
                ? AzureApp.read(worker, folder, mistakes)
                : new AzureApp(HostJson.ABSENT, List.of(), java.util.Map.of());
        List<String> problems = new ArrayList<>();
        mistakes.forEach(each -> problems.add(each.message()));
        if (!told) {
            problems.add(
                    "there is no <name>/function.json, by which Azure finds Java functions: azure-functions-maven-plugin"
                            + " writes them to target/azure-functions");
        }
        if (worker == AzureRuntime.Worker.NODE) {
            missing(folder, problems);
        }
        List<Found> found = app.functions().stream()
                .map(each -> found(each, app.host().routePrefix(), worker))
                .toList();
        return new ZippedApp(found, problems);
    }

    private static boolean hasFunctionJson(Path folder) {
        try (var all = Files.list(folder)) {
            return all.anyMatch(each -> Files.isRegularFile(each.resolve("function.json")));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static Found found(AzureFunction function, String prefix, AzureRuntime.Worker worker) {
        if (worker == AzureRuntime.Worker.NODE) {
            return new Found(function.name(), null, null); // what else it says of itself is known once the code has run
        }
        ArrayNode bindings = JsonMapper.shared().createArrayNode();
        function.bindings().forEach(each -> bindings.add(each.settings()));
        String route = null;
        if (function.http()) {
            String own = function.trigger().route();
            route = (prefix.isEmpty() ? "" : prefix + '/') + (own.isEmpty() ? function.name() : own);
        }
        return new Found(function.name(), bindings.toString(), route);
    }

    /** Nothing is installed here, so packages have to be in the file; Azure's own library Weft has. */
    private static void missing(Path folder, List<String> problems) {
        if (Files.isDirectory(folder.resolve("node_modules"))) {
            return;
        }
        TreeSet<String> names = new TreeSet<>();
        Path file = folder.resolve("package.json");
        try {
            JsonNode manifest = Files.isRegularFile(file) && Files.size(file) <= MANIFEST_BYTES_MAX
                    ? JsonMapper.shared().readTree(Files.readAllBytes(file))
                    : JsonMapper.shared().createObjectNode();
            names.addAll(manifest.path("dependencies").propertyNames());
        } catch (IOException | JacksonException unreadable) {
            return; // said by who reads the code
        }
        names.remove(LIBRARY);
        if (!names.isEmpty()) {
            problems.add("the code needs packages that are not in the zip file, and Weft installs none: " + names
                    + "; put node_modules into it");
        }
    }
}
