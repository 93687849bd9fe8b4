// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder as Google's builds take it: a zip file of it. What a build would stumble over is said beforehand. Source: the
 * functions_framework buildpacks of GoogleCloudPlatform/buildpacks (2026); the files gcloud 528 asks for.
 */
final class GooglePacking {
    /** Languages, for a sentence. */
    static final String RUNTIMES =
            "nodejs18 to nodejs24, python39 to python314, java11, java17, java21, java25, go122 to go126,"
                    + " ruby32 to ruby34, php82 to php84, dotnet6, dotnet8";

    private static final Pattern RUNTIME = Pattern.compile("(nodejs)(?:18|20|22|24)|(python)3(?:9|1[0-4])"
            + "|(java)(?:11|17|21|25)|(go)12[2-6]|(ruby)3[2-4]|(php)8[2-4]|(dotnet)[68]");
    private static final Pattern JAVA_CLASS = Pattern.compile("[\\p{Alpha}_$][\\w$]*(\\.[\\p{Alpha}_$][\\w$]*)*");
    private static final Map<String, List<String>> NEEDED = Map.of(
            "python", List.of("requirements.txt"),
            "go", List.of("go.mod"),
            "ruby", List.of("app.rb", "Gemfile"),
            "php", List.of("index.php", "composer.json"));
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FRAMEWORK = "@google-cloud/functions-framework";
    private static final String MANIFEST = "package.json";

    private final Function function;
    private final Path code;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final Map<String, byte[]> added = new TreeMap<>();

    private GooglePacking(Function function, Path code) {
        this.function = function;
        this.code = code;
    }

    /** How {@code function}, whose code is in the folder {@code code}, is packed. */
    static Packed of(Function function, Path code) {
        return switch (function.spec().contract()) {
            case GOOGLE_FUNCTIONS -> new GooglePacking(function, code).own();
            case AWS_LAMBDA, AZURE_FUNCTIONS, OPENWHISK, FN, ALIBABA_FC, HTTP, CLOUDEVENTS ->
                Adapters.packing(function, code, Target.GOOGLE);
        };
    }

    private Packed own() {
        String runtime = function.spec().runtime();
        Matcher language = RUNTIME.matcher(runtime == null ? "" : runtime);
        if (!language.matches()) {
            wrong("spec.runtime", runtime, "Google runs " + RUNTIMES);
        }
        if (!Files.isDirectory(code)) {
            wrong("spec.code.path", path(), "there is no folder " + code.toAbsolutePath());
        }
        signature(runtime == null ? "" : runtime);
        if (!mistakes.isEmpty()) {
            return new Packed.Not(mistakes);
        }
        String name = language.replaceFirst("$1$2$3$4$5$6$7");
        switch (name) {
            case "nodejs" -> node();
            case "java" -> java();
            default -> other(name);
        }
        String handler = function.spec().handler();
        if (!mistakes.isEmpty() || handler == null || runtime == null) {
            return new Packed.Not(mistakes);
        }
        return new Packed.As(new Packing(Packing.Form.ZIP, "", added, List.of(), Map.of(), handler, runtime));
    }

    private void signature(String runtime) {
        String said = function.spec().env().get(Signature.VARIABLE);
        List<String> words = Stream.of(Signature.values())
                .filter(each -> each != Signature.TYPED || runtime.startsWith("java") || runtime.startsWith("python"))
                .map(Signature::word)
                .toList();
        if (said != null && !words.contains(said)) {
            wrong("spec.env." + Signature.VARIABLE, said, "must be one of " + String.join(", ", words));
        }
    }

    /** The build reads only what package.json names as main, else index.js, else function.js; by its exact name. */
    private void node() {
        List<Mistake> found = new ArrayList<>();
        NodeCode.check(function, code, found);
        mistakes.addAll(found);
        if (!found.isEmpty()) {
            return;
        }
        String usual = Files.isRegularFile(code.resolve("index.js")) ? "index.js" : "function.js";
        if (!Files.isRegularFile(code.resolve(MANIFEST))) {
            added.put(
                    MANIFEST,
                    "{\"name\":\"weft-function\",\"version\":\"1.0.0\",\"private\":true,\"main\":\"%s\"}\n"
                            .formatted(usual)
                            .getBytes(StandardCharsets.UTF_8));
            return;
        }
        JsonNode manifest = json(MANIFEST);
        if (manifest == null) {
            return;
        }
        String main = manifest.path("main").asString("");
        String file = main.isEmpty() ? usual : main;
        if (!Files.isRegularFile(code.resolve(file))) {
            wrong(
                    "spec.code.path",
                    path(),
                    "Google's build wants the very file that package.json names as main, and there is no file " + file
                            + ": name it with its ending, for example index.js");
        }
        boolean framework = manifest.path("dependencies").has(FRAMEWORK);
        if (!framework && Files.isRegularFile(code.resolve("pnpm-lock.yaml"))) {
            wrong(
                    "spec.code.path",
                    path(),
                    "with pnpm, Google's build wants " + FRAMEWORK + " among the dependencies: pnpm add " + FRAMEWORK);
        }
        locked(manifest);
    }

    /** {@code npm ci} ends the build where the lock file is not of this manifest. */
    private void locked(JsonNode manifest) {
        String name = "package-lock.json";
        if (!Files.isRegularFile(code.resolve(name))) {
            return;
        }
        JsonNode lock = json(name);
        if (lock == null) {
            return;
        }
        JsonNode root = lock.path("packages").path("");
        if (!root.isMissingNode() && !same(root.path("dependencies"), manifest.path("dependencies"))) {
            wrong(
                    "spec.code.path",
                    path(),
                    "package-lock.json has other dependencies than package.json, and Google's build ends at that: npm"
                            + " install, then again");
        }
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return one.properties().equals(other.properties());
    }

    private @Nullable JsonNode json(String name) {
        try {
            return JSON.readTree(Files.readString(code.resolve(name)));
        } catch (IOException | JacksonException unreadable) {
            wrong("spec.code.path", path(), name + " can't be read as JSON");
            return null;
        }
    }

    /** The build takes a Maven or Gradle project, or one jar that holds everything. */
    private void java() {
        String handler = function.spec().handler();
        if (handler == null || !JAVA_CLASS.matcher(handler).matches()) {
            wrong("spec.handler", handler, "must be the function's class with its package, for example shop.Hello");
            return;
        }
        if (Files.isRegularFile(code.resolve("pom.xml")) || Files.isRegularFile(code.resolve("build.gradle"))) {
            return;
        }
        List<String> jars;
        try (Stream<Path> files = Files.list(code)) {
            jars = files.map(each -> String.valueOf(each.getFileName()))
                    .filter(each -> each.endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            wrong("spec.code.path", path(), "can't be read: " + unreadable.getMessage());
            return;
        }
        if (jars.size() != 1) {
            wrong(
                    "spec.code.path",
                    path(),
                    "Google's build takes a folder with a pom.xml, with a build.gradle, or with one jar that holds the"
                            + " function and all it needs; here "
                            + (jars.isEmpty() ? "is none of them" : "are " + String.join(", ", jars)));
            return;
        }
        JavaCode.check(function, code, mistakes);
    }

    private void other(String language) {
        String handler = function.spec().handler();
        if (handler == null || handler.isBlank()) {
            wrong("spec.handler", handler, "must be the name of the function that Google calls, its entry point");
        }
        for (String file : NEEDED.getOrDefault(language, List.of())) {
            if (!Files.isRegularFile(code.resolve(file))) {
                wrong(
                        "spec.code.path",
                        path(),
                        "Google's builds of " + language + " need a file " + file + " in the folder");
            }
        }
        if (language.equals("python")) {
            PythonCode.source(function, code, mistakes);
        }
    }

    private @Nullable String path() {
        return function.spec().code().path();
    }

    private void wrong(String field, @Nullable String value, String message) {
        mistakes.add(Mistake.at(field, value, message));
    }
}
