// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the text of a Node.js app tells without being run: where it begins, and which functions it registers in so many
 * words ({@code app.timer('nightly', …)}). A worker that has loaded the code knows all of them.
 */
final class NodeFunctions {
    private static final int FILES_MAX = 2000;
    private static final int DEPTH_MAX = 12;
    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?js");
    private static final Pattern LINE_COMMENT = Pattern.compile("(?m)^\\s*//.*$");
    private static final Pattern REGISTERED =
            Pattern.compile("\\bapp\\s*\\.\\s*([a-zA-Z]+)\\s*\\(\\s*['\"`]([^'\"`\\s]{1,128})['\"`]");
    private static final Map<String, String> TRIGGERS = Map.ofEntries(
            Map.entry("http", "httpTrigger"),
            Map.entry("get", "httpTrigger"),
            Map.entry("put", "httpTrigger"),
            Map.entry("post", "httpTrigger"),
            Map.entry("patch", "httpTrigger"),
            Map.entry("deleteRequest", "httpTrigger"),
            Map.entry("timer", "timerTrigger"),
            Map.entry("storageQueue", "queueTrigger"),
            Map.entry("storageBlob", "blobTrigger"),
            Map.entry("serviceBusQueue", "serviceBusTrigger"),
            Map.entry("serviceBusTopic", "serviceBusTrigger"),
            Map.entry("eventHub", "eventHubTrigger"),
            Map.entry("eventGrid", "eventGridTrigger"),
            Map.entry("cosmosDB", "cosmosDBTrigger"));

    /** Where an app begins whose package.json does not say so. */
    private static final List<String> USUAL = List.of("index.js", "index.mjs", "index.cjs", "src/functions");

    private NodeFunctions() {}

    /** The functions that the app's own files register by name. */
    static List<AzureFunction> read(Path folder) {
        Map<String, AzureFunction> functions = new LinkedHashMap<>();
        for (Path each : scripts(folder)) {
            Matcher registered =
                    REGISTERED.matcher(LINE_COMMENT.matcher(text(each)).replaceAll(""));
            while (registered.find()) {
                String type = TRIGGERS.get(registered.group(1));
                if (type != null) {
                    ObjectNode binding = JsonMapper.shared().createObjectNode().put("type", type);
                    functions.putIfAbsent(
                            registered.group(2),
                            new AzureFunction(registered.group(2), List.of(Binding.of("trigger", binding)), null, 0));
                }
            }
        }
        return List.copyOf(functions.values());
    }

    /** Why there is nothing to begin with in {@code folder}, or null. */
    static @Nullable String missingEntry(Path folder) {
        String main = main(folder);
        if (main == null) {
            boolean usual = USUAL.stream().anyMatch(each -> Files.exists(folder.resolve(each)));
            return usual
                    ? null
                    : "package.json has no \"main\", which names the file or files (\"src/functions/*.js\") that register"
                            + " the functions; and there is no index.js";
        }
        try {
            // the tools' own ** also means no folder at all
            PathMatcher as = FileSystems.getDefault().getPathMatcher("glob:" + main);
            PathMatcher without = FileSystems.getDefault().getPathMatcher("glob:" + main.replace("**/", ""));
            boolean found = scripts(folder).stream()
                    .map(folder::relativize)
                    .anyMatch(each -> as.matches(each) || without.matches(each));
            return found ? null : "package.json: main is '" + main + "', and no file in the code's folder is that";
        } catch (PatternSyntaxException malformed) {
            return "package.json: main is '" + main + "', which is no file name and no pattern";
        }
    }

    /** Whether the app's own files ask for the package of that name. */
    static boolean asksFor(Path folder, String name) {
        Pattern asks = Pattern.compile("['\"]" + Pattern.quote(name) + "['\"]");
        return scripts(folder).stream()
                .anyMatch(each -> asks.matcher(text(each)).find());
    }

    private static @Nullable String main(Path folder) {
        try {
            String main = JsonMapper.shared()
                    .readTree(text(folder.resolve("package.json")))
                    .path("main")
                    .asString("");
            return main.isEmpty() ? null : main.replaceFirst("^\\./", "");
        } catch (JacksonException notThere) {
            return null;
        }
    }

    private static List<Path> scripts(Path folder) {
        List<Path> scripts = new ArrayList<>();
        try (Stream<Path> all = Files.find(
                folder,
                DEPTH_MAX,
                (each, attributes) -> attributes.isRegularFile()
                        && SCRIPT.matcher(each.toString()).matches()
                        && !folder.relativize(each).toString().contains("node_modules"))) {
            all.sorted().limit(FILES_MAX).forEach(scripts::add);
        } catch (IOException unreadable) {
            return scripts; // a folder that isn't there is a mistake of its own
        }
        return scripts;
    }

    private static String text(Path file) {
        try {
            return Files.size(file) > FILE_BYTES_MAX ? "" : Files.readString(file);
        } catch (IOException notText) {
            return "";
        }
    }
}
