// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The code of a Node.js function as the framework will find it: its entry file, and how it registers itself. */
final class NodeCode {
    /** Bytes of source that are searched for a registration, all files together. */
    static final long SOURCE_BYTES_MAX = 8 << 20;

    private static final Pattern TARGET = Pattern.compile("[A-Za-z_$][\\w$-]*(\\.[A-Za-z_$][\\w$-]*)*");
    private static final Pattern REGISTERED = Pattern.compile("\\b(http|cloudEvent)\\)?\\(\\s*['\"`]([^'\"`]+)['\"`]");
    private static final Pattern SOURCE = Pattern.compile(".*\\.[cm]?[jt]s");
    private static final JsonMapper JSON = JsonMapper.shared();

    private NodeCode() {}

    /** Notes what keeps the framework from finding the function. */
    static void check(Function function, Path code, List<Mistake> mistakes) {
        String target = function.spec().handler();
        if (target == null || !TARGET.matcher(target).matches()) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    target,
                    "contract google-functions needs the name that the code exports or registers, Google's entry point,"
                            + " for example helloHttp"));
        }
        String source = function.spec().env().get(PythonCode.SOURCE);
        if (source != null) {
            mistakes.add(Mistake.at(
                    "spec.env." + PythonCode.SOURCE,
                    source,
                    "Google's builds of Node.js take no other file by this name: say it in package.json, as main"));
        }
        String problem = entryProblem(code);
        if (problem != null) {
            mistakes.add(Mistake.at("spec.code.path", function.spec().code().path(), problem));
        }
    }

    /** Looks where Node looks: what package.json names as main, then index.js, then the framework's own function.js. */
    private static @Nullable String entryProblem(Path code) {
        Path manifest = code.resolve("package.json");
        String main = null;
        if (Files.isRegularFile(manifest)) {
            try {
                JsonNode read = JSON.readTree(Files.readString(manifest));
                main = read.path("main").asString("");
            } catch (IOException | JacksonException unreadable) {
                return "package.json can't be read: " + firstLine(unreadable);
            }
        }
        if (main != null && !main.isBlank() && module(code, main)) {
            return null;
        }
        if (module(code, "index.js") || module(code, "function.js")) {
            return null;
        }
        return main == null || main.isBlank()
                ? "there is no index.js in the folder, and no package.json whose main names another file"
                : "package.json names " + main + " as its main file, which is not there, and there is no index.js";
    }

    private static boolean module(Path code, String name) {
        try {
            return Stream.of("", ".js", ".json", "/index.js")
                    .anyMatch(end -> Files.isRegularFile(code.resolve(name + end)));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    private static String firstLine(Exception problem) {
        return String.valueOf(problem.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * The signature under which the code registers {@code target} with the framework, as far as its text shows it; null
     * where it does not. What a name is computed from can't be seen.
     */
    static @Nullable Signature registered(Path code, String target) {
        long left = SOURCE_BYTES_MAX;
        try (Stream<Path> files = Files.walk(code)) {
            List<Path> sources = files.filter(each -> own(code.relativize(each)) && Files.isRegularFile(each))
                    .sorted()
                    .toList();
            for (Path each : sources) {
                left -= Files.size(each);
                if (left < 0) {
                    return null;
                }
                Matcher found =
                        REGISTERED.matcher(Files.readString(each, java.nio.charset.StandardCharsets.ISO_8859_1));
                while (found.find()) {
                    if (found.group(2).equals(target)) {
                        return found.group(1).equals("http") ? Signature.HTTP : Signature.CLOUDEVENT;
                    }
                }
            }
            return null;
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            return null; // the same folder is staged next, and that tells
        }
    }

    private static boolean own(Path file) {
        return SOURCE.matcher(file.toString()).matches() && !file.toString().contains("node_modules");
    }
}
