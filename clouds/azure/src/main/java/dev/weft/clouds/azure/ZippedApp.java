// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Mistake;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
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

    /** Files in a zip file, and bytes of all of them unpacked. */
    static final int ENTRIES_MAX = 50_000;

    static final long UNPACKED_BYTES_MAX = 1L << 30;

    private static final String LIBRARY = "@azure/functions";
    private static final String MODULES = "node_modules";
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final long KEPT_BYTES_MAX = 64 << 20;
    private static final int PART_BYTES = 64 << 10;

    /** What says of an app what it is. */
    private static final Pattern TOLD =
            Pattern.compile("(.*/)?((host|function|package|local\\.settings)\\.json|[^/]*\\.[cm]?js)", Pattern.DOTALL);

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

    /** Reads one; what is no zip file at all has a problem that says so. Blocking: what is read stands in files meanwhile. */
    public static ZippedApp read(String runtime, byte[] zip) {
        return read(runtime, zip, UNPACKED_BYTES_MAX);
    }

    /** The same with another limit. */
    static ZippedApp read(String runtime, byte[] zip, long unpackedMax) {
        AzureRuntime parsed = AzureRuntime.parse(runtime);
        if (parsed == null) {
            return not("there is no runtime " + runtime + "; there are " + RUNTIMES);
        }
        try {
            Path folder = Files.createTempDirectory("weft-app"); // for this user only
            try {
                String wrong = unpack(zip, folder, unpackedMax);
                return wrong.isEmpty() ? read(parsed.worker(), folder) : not(wrong);
            } finally {
                delete(folder);
            }
        } catch (IOException | IllegalArgumentException broken) {
            return not("it is no zip file that can be read");
        }
    }

    private static ZippedApp not(String why) {
        return new ZippedApp(List.of(), List.of(why));
    }

    /** Puts the files that say what the app is into {@code folder}; why that can't be, or empty. */
    private static String unpack(byte[] zip, Path folder, long unpackedMax) throws IOException {
        byte[] part = new byte[PART_BYTES];
        long bytes = 0;
        long kept = 0;
        int entries = 0;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                Path file = folder.resolve(each.getName()).normalize();
                if (!file.startsWith(folder) || ++entries > ENTRIES_MAX) {
                    return entries > ENTRIES_MAX
                            ? "it has more than " + ENTRIES_MAX + " files"
                            : "file '" + each.getName() + "' would be outside of the app's folder";
                }
                if (wanted(each) && kept < KEPT_BYTES_MAX) {
                    byte[] content = in.readNBytes(FILE_BYTES_MAX + 1); // who reads it says that it is too large
                    Files.createDirectories(file.getParent());
                    Files.write(file, content);
                    bytes += content.length;
                    kept += content.length;
                } else if (each.getName().startsWith(MODULES + '/')) {
                    Files.createDirectories(folder.resolve(MODULES));
                }
                for (int read = in.read(part); read >= 0 && bytes <= unpackedMax; read = in.read(part)) {
                    bytes += read;
                }
                if (bytes > unpackedMax) {
                    return "it has more than " + unpackedMax + " bytes unpacked";
                }
            }
        }
        return entries == 0 ? "it is no zip file that can be read" : "";
    }

    private static boolean wanted(ZipEntry entry) {
        String name = entry.getName();
        return !entry.isDirectory()
                && !name.contains(MODULES)
                && TOLD.matcher(name).matches();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
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
        if (Files.isDirectory(folder.resolve(MODULES))) {
            return;
        }
        TreeSet<String> names = new TreeSet<>();
        Path file = folder.resolve("package.json");
        try {
            JsonNode manifest = Files.isRegularFile(file) && Files.size(file) <= FILE_BYTES_MAX
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
