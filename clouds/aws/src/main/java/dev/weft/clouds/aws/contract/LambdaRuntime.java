// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.contract;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A runtime as Lambda names it, and what keeps a function from running in it here. Source: AWS Lambda developer guide,
 * "Lambda runtimes" and the pages on handlers.
 *
 * @param version of the language, as {@link ContractHost.Languages} counts it
 * @param id Lambda's own spelling, for example {@code nodejs20.x}
 */
public record LambdaRuntime(ContractHost.Language language, int version, String id) {
    private static final Pattern NODE = Pattern.compile("nodejs(18|20|22|24)(\\.x)?");
    private static final Pattern PYTHON = Pattern.compile("python3\\.(9|10|11|12|13|14)");
    private static final Pattern JAVA = Pattern.compile("java(11|17|21|25)");
    private static final String KNOWN =
            "this version runs nodejs18 to nodejs24, python3.9 to python3.14 and java11 to java25 under contract"
                    + " aws-lambda";

    private static final Pattern NODE_HANDLER = Pattern.compile("((?:[^/]+/)*[^./]+)\\.[A-Za-z0-9_$.]+");
    private static final Pattern PYTHON_HANDLER = Pattern.compile("([^./]+(?:[./][^./]+)*)\\.([^./]+)");
    private static final Pattern JAVA_HANDLER = Pattern.compile("([\\w$]+(?:\\.[\\w$]+)*)(?:::[\\w$]+)?");

    /** The runtime of that name; null if there is none. */
    public static @Nullable LambdaRuntime of(@Nullable String name) {
        for (Map.Entry<ContractHost.Language, Pattern> each : Map.of(
                        ContractHost.Language.NODE, NODE,
                        ContractHost.Language.PYTHON, PYTHON,
                        ContractHost.Language.JAVA, JAVA)
                .entrySet()) {
            Matcher matcher = each.getValue().matcher(name == null ? "" : name);
            if (matcher.matches()) {
                String id = each.getKey() == ContractHost.Language.NODE
                        ? "nodejs" + matcher.group(1) + ".x"
                        : matcher.group();
                return new LambdaRuntime(each.getKey(), Integer.parseInt(matcher.group(1)), id);
            }
        }
        return null;
    }

    /** The runtime of a function that has been checked. */
    public static LambdaRuntime of(Function function) {
        LambdaRuntime runtime = of(function.spec().runtime());
        if (runtime == null) {
            throw new IllegalStateException(
                    "not checked: runtime " + function.spec().runtime());
        }
        return runtime;
    }

    /** What keeps {@code function} from running here. */
    public static List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
        List<Mistake> mistakes = new ArrayList<>();
        String name = function.spec().runtime();
        String handler = function.spec().handler();
        LambdaRuntime runtime = of(name);
        if (runtime == null) {
            mistakes.add(Mistake.at("spec.runtime", name, KNOWN));
            return mistakes;
        }
        Mistake missing = languages.missing(runtime.language(), runtime.version(), "spec.runtime", name);
        if (missing != null) {
            mistakes.add(missing);
        }
        if (function.spec().payload() == Function.Payload.STREAMED
                && runtime.language() != ContractHost.Language.NODE) {
            mistakes.add(Mistake.at(
                    "spec.payload",
                    "streamed",
                    "runtime %s does not stream: Lambda's runtimes for Node.js do, and programs of one's own under provided.al2023"
                            .formatted(runtime.id())));
        }
        String wrong = wrong(runtime.language(), handler == null ? "" : handler, code);
        if (wrong != null) {
            mistakes.add(Mistake.at("spec.handler", handler, wrong));
        }
        return mistakes;
    }

    private static @Nullable String wrong(ContractHost.Language language, String handler, Path code) {
        return switch (language) {
            case NODE -> {
                Matcher parts = NODE_HANDLER.matcher(handler);
                if (!parts.matches() || handler.contains("..")) {
                    yield "contract aws-lambda needs file.export, for example index.handler";
                }
                yield file(code, parts.group(1), List.of(".js", ".mjs", ".cjs"))
                        ? null
                        : "no file %s.js, .mjs or .cjs in the function's folder".formatted(parts.group(1));
            }
            case PYTHON -> {
                Matcher parts = PYTHON_HANDLER.matcher(handler);
                if (!parts.matches()) {
                    yield "contract aws-lambda needs module.function, for example app.handler or pkg.app.handler";
                }
                String module = parts.group(1).replace('.', '/');
                yield file(code, module, List.of(".py", ".pyc", "/__init__.py", "/__init__.pyc"))
                                || extension(code.resolve(module))
                        ? null
                        : "no file %s.py in the function's folder".formatted(module);
            }
            case JAVA -> {
                Matcher parts = JAVA_HANDLER.matcher(handler);
                if (!parts.matches()) {
                    yield "contract aws-lambda needs package.Class::method, or package.Class for a class that"
                            + " implements RequestHandler or RequestStreamHandler";
                }
                yield type(code, parts.group(1).replace('.', '/') + ".class")
                        ? null
                        : "no class %s in the function's folder, nor in a .jar in it or in its lib folder"
                                .formatted(parts.group(1));
            }
        };
    }

    private static boolean file(Path code, String stem, List<String> ends) {
        return ends.stream().anyMatch(end -> Files.isRegularFile(code.resolve(stem + end)));
    }

    /** Whether the module is a compiled extension, for example {@code fast.cpython-311-x86_64-linux-gnu.so}. */
    private static boolean extension(Path module) {
        String start = module.getFileName() + ".";
        return list(module.getParent()).stream()
                .map(each -> String.valueOf(each.getFileName()))
                .anyMatch(name -> name.startsWith(start) && name.endsWith(".so"));
    }

    /** Whether the class is where the function's class path leads; also where a jar can't be read, so can't be told. */
    private static boolean type(Path code, String name) {
        if (Files.isRegularFile(code.resolve(name))) {
            return true;
        }
        return Stream.of(code, code.resolve("lib"))
                .flatMap(folder -> list(folder).stream())
                .filter(file -> file.toString().endsWith(".jar"))
                .anyMatch(jar -> {
                    try (ZipFile opened = new ZipFile(jar.toFile())) {
                        return opened.getEntry(name) != null;
                    } catch (IOException unreadable) {
                        return true;
                    }
                });
    }

    private static List<Path> list(@Nullable Path folder) {
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
