// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The languages that actions run in here: how OpenWhisk names them, and what an action's folder must hold. */
enum ActionRuntime {
    /** Node.js, by {@code nodejs:20} and the like. */
    NODE("nodejs:?(default|18|20|22|24)", 18, "(?:[^.]+\\.)?[A-Za-z_$][\\w$]*(?:\\.[A-Za-z_$][\\w$]*)*"),
    /** Python, by {@code python:3.11} and the like. */
    PYTHON("python:?(?:default|3(?:\\.(9|1[0-3]))?)", 9, "[A-Za-z_]\\w*"),
    /** Java, by {@code java:8} and the like; it runs on the Java that Weft itself runs on. */
    JAVA("java:?(default|8|11|17|21)", 8, JavaAction.HANDLER);

    /** What an action's function is called where nothing else is said. */
    static final String MAIN = "main";

    private static final List<String> NODE_ENDS = List.of(".js", ".mjs", ".cjs");

    private final Pattern name;
    private final int least;
    private final Pattern handler;

    ActionRuntime(String name, int least, String handler) {
        this.name = Pattern.compile(name);
        this.least = least;
        this.handler = Pattern.compile(handler);
    }

    /** The runtime that {@code function} names, if it is one of ours. */
    static Optional<ActionRuntime> of(Function function) {
        String runtime = function.spec().runtime();
        return runtime == null
                ? Optional.empty()
                : Stream.of(values())
                        .filter(each -> each.name.matcher(runtime).matches())
                        .findFirst();
    }

    /** What the action's function is called. */
    static String main(Function function) {
        String handler = function.spec().handler();
        return handler == null ? MAIN : handler;
    }

    /** What keeps {@code function} from running here. */
    static List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
        Optional<ActionRuntime> runtime = of(function);
        if (runtime.isEmpty()) {
            return List.of(Mistake.at(
                    "spec.runtime",
                    function.spec().runtime(),
                    "contract openwhisk runs nodejs:18, nodejs:20, nodejs:22, nodejs:24, nodejs:default, python:3,"
                            + " python:3.9 to python:3.13, java:8, java:11, java:17, java:21 and java:default here"));
        }
        return runtime.get().mistakes(function, code, languages);
    }

    private List<Mistake> mistakes(Function function, Path code, ContractHost.Languages languages) {
        List<Mistake> mistakes = new ArrayList<>();
        String written = String.valueOf(function.spec().runtime());
        Mistake missing =
                switch (this) {
                    case NODE ->
                        languages.missing(ContractHost.Language.NODE, version(written), "spec.runtime", written);
                    case PYTHON ->
                        languages.missing(ContractHost.Language.PYTHON, version(written), "spec.runtime", written);
                    case JAVA ->
                        languages.missing(ContractHost.Language.JAVA, version(written), "spec.runtime", written);
                };
        if (missing != null) {
            mistakes.add(missing);
        }
        String main = main(function);
        boolean unsaid = this == JAVA && function.spec().handler() == null; // a class has no usual name
        if (unsaid || !handler.matcher(main).matches()) {
            mistakes.add(Mistake.at("spec.handler", function.spec().handler(), handlerRule()));
        } else {
            String lacks = lacks(code, main, written);
            if (lacks != null) {
                boolean named = this == JAVA || main.contains(".");
                mistakes.add(Mistake.at(
                        named ? "spec.handler" : "spec.code.path",
                        named ? main : function.spec().code().path(),
                        lacks));
            }
        }
        return mistakes;
    }

    private int version(String written) {
        Matcher matcher = name.matcher(written);
        String version = matcher.matches() ? matcher.group(1) : null;
        return version == null || version.equals("default") ? least : Integer.parseInt(version);
    }

    private String handlerRule() {
        return switch (this) {
            case NODE -> "must be a function's name, for example main, or file.name for one in another file";
            case PYTHON -> "must be the name of a function in __main__.py, for example main";
            case JAVA -> JavaAction.RULE;
        };
    }

    private @Nullable String lacks(Path code, String main, String written) {
        return switch (this) {
            case NODE -> nodeLacks(code, main);
            case PYTHON -> pythonLacks(code);
            case JAVA -> JavaAction.lacks(code, main, written.endsWith("default") ? 0 : version(written));
        };
    }

    private static @Nullable String nodeLacks(Path code, String main) {
        int dot = main.indexOf('.');
        if (dot > 0) {
            String file = main.substring(0, dot);
            boolean there = Files.exists(code.resolve(file))
                    || NODE_ENDS.stream().anyMatch(end -> Files.isRegularFile(code.resolve(file + end)));
            return there ? null : "no file " + file + ".js, .mjs or .cjs in the function's folder";
        }
        List<String> scripts = files(code, NODE_ENDS);
        boolean whole = Files.isRegularFile(code.resolve("package.json"))
                || scripts.size() == 1
                || NODE_ENDS.stream().anyMatch(end -> scripts.contains("index" + end));
        return whole
                ? null
                : "the folder needs a package.json or an index.js, or exactly one .js or .mjs file; it has "
                        + listed(scripts);
    }

    private static @Nullable String pythonLacks(Path code) {
        List<String> scripts = files(code, List.of(".py"));
        return scripts.contains("__main__.py") || scripts.size() == 1
                ? null
                : "the folder needs a __main__.py, or exactly one .py file; it has " + listed(scripts);
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names.subList(0, Math.min(5, names.size())));
    }

    private static List<String> files(Path code, List<String> ends) {
        if (!Files.isDirectory(code)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(code)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(file -> !file.startsWith(".") && ends.stream().anyMatch(file::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of(); // that a folder can't be read is said where it is opened
        }
    }
}
