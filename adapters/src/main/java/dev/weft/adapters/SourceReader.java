// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.adapters.action.ActionProxy;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds out of what kind code is, and how it is started. Looks into its folder only. */
final class SourceReader {
    private static final String FRAMEWORK = "node_modules/@google-cloud/functions-framework";
    private static final String PYTHON_FRAMEWORK = "functions_framework";
    private static final String INVOKER = "com.google.cloud.functions.invoker.runner.Invoker";
    private static final String ENTRY_POINT = "com.fnproject.fn.runtime.EntryPoint";
    /** The map behind System.getenv is opened to it: an action sees its activation there. */
    private static final List<String> ACTION_PROXY = List.of(
            "java",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "-cp",
            AddedFiles.ACTION_JAR + ':' + AddedFiles.GSON_JAR,
            ActionProxy.class.getName());

    private static final String FDK = "node_modules/@fnproject/fdk";
    private static final String HOST_JSON = "host.json";
    private static final String PREFIX = "api";
    private static final List<String> NODE_ENDS = List.of(".js", ".mjs", ".cjs");
    private static final List<String> PYTHON_ENDS = List.of(".py", ".pyc", "/__init__.py");

    private SourceReader() {}

    static Source.Read read(Function function, Path code) {
        Function.Spec spec = function.spec();
        boolean folder = spec.code().path() != null || spec.code().zip() != null;
        if (!folder || !Files.isDirectory(code)) {
            return Source.not(
                    "spec.code",
                    null,
                    "code for the cloud of another contract is given as a folder, by code.path or code.zip");
        }
        return switch (spec.contract()) {
            case AWS_LAMBDA -> lambda(function, code);
            case HTTP, CLOUDEVENTS -> Source.byCommand(spec.command(), "spec.command", "");
            case GOOGLE_FUNCTIONS -> google(function, code);
            case OPENWHISK -> openwhisk(function, code);
            case FN -> fn(function, code);
            case ALIBABA_FC -> alibaba(function);
            case AZURE_FUNCTIONS -> azure(function, code);
        };
    }

    private static Source.Read lambda(Function function, Path code) {
        Source.Read read = Source.byRuntime(
                function,
                Map.of(
                        Source.Language.NODE, List.of(),
                        Source.Language.PYTHON, List.of(),
                        Source.Language.JAVA, List.of()));
        if (!(read instanceof Source.Read.Is(Source source))) {
            return read;
        }
        String handler = function.spec().handler();
        int dot = handler == null ? -1 : handler.indexOf('.', handler.lastIndexOf('/') + 1);
        if (source.language() == Source.Language.JAVA) {
            String wrong = JavaCode.wrong(code, handler == null ? "" : handler);
            return wrong == null ? read : Source.not("spec.handler", handler, wrong);
        }
        boolean node = source.language() == Source.Language.NODE;
        String stem = handler == null || dot < 1
                ? ""
                : node
                        ? handler.substring(0, dot)
                        : handler.substring(0, handler.lastIndexOf('.')).replace('.', '/');
        boolean there = !stem.isEmpty()
                && (node ? NODE_ENDS : PYTHON_ENDS)
                        .stream().anyMatch(end -> Files.isRegularFile(code.resolve(stem + end)));
        return there
                ? read
                : Source.not(
                        "spec.handler",
                        handler,
                        node
                                ? "contract aws-lambda needs file.export of a file in the folder, for example index.handler"
                                : "contract aws-lambda needs module.function of a module in the folder, for example"
                                        + " app.handler");
    }

    private static Source.Read openwhisk(Function function, Path code) {
        Source.Read read = Source.byRuntime(
                function,
                Map.of(
                        Source.Language.NODE, List.of("node", Adapters.FOLDER + "openwhisk-start.mjs"),
                        Source.Language.PYTHON, List.of("python3", Adapters.FOLDER + "openwhisk_proxy.py"),
                        Source.Language.JAVA, ACTION_PROXY));
        String handler = function.spec().handler();
        String wrong = read instanceof Source.Read.Is(Source source) && source.language() == Source.Language.JAVA
                ? JavaCode.wrongAction(code, handler == null ? "" : handler)
                : null;
        return wrong == null ? read : Source.not("spec.handler", handler, wrong);
    }

    private static Source.Read google(Function function, Path code) {
        String runtime = function.spec().runtime();
        if (runtime != null && runtime.startsWith("java")) {
            String jar = JavaCode.jarWith(code, INVOKER);
            String handler = function.spec().handler();
            return jar == null || handler == null
                    ? Source.not(
                            "spec.code.path",
                            function.spec().code().path(),
                            "elsewhere than on Google the folder's lib must hold the functions framework itself:"
                                    + " java-function-invoker of com.google.cloud.functions.invoker")
                    : Source.byRuntime(
                            function,
                            Map.of(
                                    Source.Language.JAVA,
                                    List.of(
                                            "java",
                                            "-cp",
                                            jar,
                                            INVOKER,
                                            "--classpath",
                                            ".:*:lib/*",
                                            "--target",
                                            handler)));
        }
        if (runtime != null && runtime.startsWith("python")) {
            return Files.isRegularFile(code.resolve(PYTHON_FRAMEWORK).resolve("__main__.py"))
                    ? Source.byRuntime(
                            function, Map.of(Source.Language.PYTHON, List.of("python3", "-m", PYTHON_FRAMEWORK)))
                    : Source.not(
                            "spec.code.path",
                            function.spec().code().path(),
                            "elsewhere than on Google the folder must hold the functions framework itself: pip install"
                                    + " --target . functions-framework");
        }
        Path manifest = code.resolve(FRAMEWORK).resolve("package.json");
        JsonNode read = json(manifest);
        String program =
                read == null ? "" : read.path("bin").path("functions-framework").asString("");
        if (program.isEmpty()) {
            return Source.not(
                    "spec.code.path",
                    function.spec().code().path(),
                    "elsewhere than on Google the folder must hold the functions framework itself: npm install"
                            + " @google-cloud/functions-framework");
        }
        return Source.byRuntime(function, Map.of(Source.Language.NODE, List.of("node", FRAMEWORK + '/' + program)));
    }

    private static Source.Read fn(Function function, Path code) {
        if ("docker".equals(function.spec().runtime())) {
            return Source.byCommand(function.spec().command(), "spec.command", "");
        }
        String runtime = function.spec().runtime();
        if (runtime != null && runtime.startsWith("java")) {
            return fnJava(function, code);
        }
        if (!Files.isDirectory(code.resolve(FDK))) {
            return Source.not(
                    "spec.code.path",
                    function.spec().code().path(),
                    "elsewhere than on Fn the folder must hold the FDK itself: npm install @fnproject/fdk");
        }
        String handler = function.spec().handler();
        return Source.byRuntime(
                function, Map.of(Source.Language.NODE, List.of("node", handler == null ? "func.js" : handler)));
    }

    private static Source.Read fnJava(Function function, Path code) {
        String handler = function.spec().handler();
        if (JavaCode.jarWith(code, ENTRY_POINT) == null) {
            return Source.not(
                    "spec.code.path",
                    function.spec().code().path(),
                    "elsewhere than on Fn the folder's lib must hold the FDK itself, com.fnproject.fn:runtime, and all that"
                            + " it needs");
        }
        if (handler == null || !handler.contains("::")) {
            return Source.not(
                    "spec.handler",
                    handler,
                    "runtime java needs class and method, for example com.example.fn.HelloFunction::handleRequest");
        }
        String classpath = String.join(":", AddedFiles.FN_JAR, ".", "*", "lib/*");
        return Source.byRuntime(
                function, Map.of(Source.Language.JAVA, List.of("java", "-cp", classpath, ENTRY_POINT, handler)));
    }

    private static Source.Read alibaba(Function function) {
        String runtime = function.spec().runtime();
        return runtime == null || runtime.startsWith("custom")
                ? Source.byCommand(function.spec().command(), "spec.command", "")
                : Source.byRuntime(
                        function,
                        Map.of(Source.Language.PYTHON, List.of("python3", Adapters.FOLDER + "alibaba_start.py")));
    }

    /** A custom handler that is forwarded HTTP as it came. */
    private static Source.Read azure(Function function, Path code) {
        if (!"custom".equals(function.spec().runtime())) {
            return Source.not("spec.runtime", function.spec().runtime(), "");
        }
        JsonNode host = json(code.resolve(HOST_JSON));
        JsonNode handler = host == null ? null : host.path("customHandler");
        if (host == null
                || handler == null
                || !handler.path("enableForwardingHttpRequest").asBoolean(false)) {
            return Source.not(
                    "spec.code.path",
                    HOST_JSON,
                    "elsewhere than on Azure a custom handler must set enableForwardingHttpRequest: it is called by plain"
                            + " HTTP there");
        }
        List<String> command = new ArrayList<>(function.spec().command());
        if (command.isEmpty()) {
            JsonNode description = handler.path("description");
            command.add(description.path("defaultExecutablePath").asString(""));
            description.path("arguments").forEach(each -> command.add(each.asString("")));
        }
        String name = function.spec().handler();
        String chosen = name == null ? onlyFunction(code) : name;
        JsonNode own = chosen == null ? null : json(code.resolve(chosen).resolve("function.json"));
        if (chosen == null || own == null) {
            return Source.not(
                    "spec.handler", name, "names the function: a folder with its function.json in the code's folder");
        }
        String prefix = host.path("extensions").path("http").path("routePrefix").asString(PREFIX);
        return Source.byCommand(
                command, "spec.command", (prefix.isEmpty() ? "/" : '/' + prefix + '/') + route(own, chosen));
    }

    /** Its route without parameters. */
    private static String route(JsonNode own, String name) {
        for (JsonNode each : own.path("bindings")) {
            String route = each.path("route").asString("");
            if (each.path("type").asString("").equalsIgnoreCase("httpTrigger") && !route.isEmpty()) {
                return route.replaceAll("/?\\{[^{}]*}", "");
            }
        }
        return name;
    }

    private static @Nullable String onlyFunction(Path code) {
        try (var all = Files.list(code)) {
            List<Path> found = all.filter(each -> Files.isRegularFile(each.resolve("function.json")))
                    .toList();
            return found.size() == 1 ? String.valueOf(found.getFirst().getFileName()) : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    static @Nullable JsonNode json(Path file) {
        try {
            return Files.isRegularFile(file) ? JsonMapper.shared().readTree(Files.readAllBytes(file)) : null;
        } catch (IOException | JacksonException unreadable) {
            return null;
        }
    }
}
