// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An app's folder as Azure itself would run it: read as the engine reads it, packed as it is. What Azure needs and the engine
 * does not is added: {@code host.json}, and a Java function's {@code function.json}.
 */
final class AzureFolder {
    private static final String LIBRARY = "node_modules/@azure/functions";
    private static final String BUNDLE = "Microsoft.Azure.Functions.ExtensionBundle";

    private final Function function;
    private final Path code;
    private final boolean flex;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final Map<String, byte[]> added = new TreeMap<>();

    private AzureFolder(Function function, Path code, boolean flex) {
        this.function = function;
        this.code = code;
        this.flex = flex;
    }

    static Packed read(Function function, Path code) {
        return new AzureFolder(function, code, false).read();
    }

    /** For a Flex plan, which does not look into containers of blobs by itself. */
    static Packed readForFlex(Function function, Path code) {
        return new AzureFolder(function, code, true).read();
    }

    private Packed read() {
        Packing packing = packing();
        return packing == null || !mistakes.isEmpty() ? new Packed.Not(mistakes) : new Packed.As(packing);
    }

    private @Nullable Packing packing() {
        Function.Spec spec = function.spec();
        if (spec.payload() == Function.Payload.RAW) {
            mistake("spec.payload", "raw", "contract azure-functions has one mapping, its trigger's; leave it out");
        }
        AzureRuntime runtime = AzureRuntime.parse(spec.runtime());
        if (runtime == null) {
            mistake("spec.runtime", spec.runtime(), "Weft deploys " + AzureRuntime.KNOWN + " to Azure");
            return null;
        }
        if (!Files.isDirectory(code)) {
            mistake("spec.code.path", spec.code().path(), "there is no folder " + code.toAbsolutePath());
            return null;
        }
        List<Mistake> inFiles = new ArrayList<>();
        AzureApp app = AzureApp.read(runtime.worker(), code, inFiles);
        inFiles.forEach(each -> mistake(each.field(), spec.code().path(), each.message()));
        AzureFunction chosen = chosen(app, runtime);
        switch (runtime.worker()) {
            case NODE -> node();
            case JAVA -> java(app);
            case CUSTOM -> custom(app);
        }
        boolean custom = runtime.worker() == AzureRuntime.Worker.CUSTOM;
        if (!custom && !spec.command().isEmpty()) {
            mistake(
                    "spec.command",
                    String.join(" ", spec.command()),
                    "only runtime custom is started by a command; leave it out");
        }
        if (chosen != null && chosen.http() && spec.timeout().compareTo(AzureHost.HTTP_ANSWER_MAX) > 0) {
            mistake(
                    "spec.timeout",
                    spec.timeout().toSeconds() + "s",
                    "function %s is begun by HTTP, and Azure waits 230 s for such an answer; at most that"
                            .formatted(chosen.name()));
        }
        if (flex && chosen != null) {
            chosen.bindings().stream()
                    .filter(each -> each.is("blobTrigger")
                            && !each.settings().path("source").asString("").equalsIgnoreCase("EventGrid"))
                    .forEach(
                            each -> mistake(
                                    "spec.handler",
                                    chosen.name(),
                                    "on a Flex Consumption plan a blobTrigger needs \"source\": \"EventGrid\"; without it spec.account.plan names another plan"));
        }
        host(app);
        String handler = chosen != null ? chosen.name() : spec.handler() == null ? "" : spec.handler();
        return new Packing(Packing.Form.ZIP, "", added, List.of(), Map.of(), handler, word(runtime));
    }

    private static String word(AzureRuntime runtime) {
        return switch (runtime.worker()) {
            case CUSTOM -> "custom";
            case NODE -> "Node|" + runtime.version();
            case JAVA -> "Java|" + runtime.version();
        };
    }

    private void mistake(String field, @Nullable String value, String words) {
        mistakes.add(Mistake.at(field, value, words));
    }

    /** What a Node.js app registers only its worker knows, so a name that its text does not have is no mistake. */
    private @Nullable AzureFunction chosen(AzureApp app, AzureRuntime runtime) {
        String handler = function.spec().handler();
        if (runtime.worker() == AzureRuntime.Worker.NODE) {
            return app.choose(handler, new ArrayList<>());
        }
        AzureFunction chosen = app.choose(handler, mistakes);
        if (chosen != null
                && chosen.bindings().stream().filter(Binding::trigger).count() != 1) {
            mistake("spec.handler", handler, "function %s needs exactly one trigger".formatted(chosen.name()));
            return null;
        }
        return chosen;
    }

    private void node() {
        String path = function.spec().code().path();
        String missing = NodeFunctions.missingEntry(code);
        if (missing != null) {
            mistake("spec.code.path", path, missing);
        } else if (!Files.isDirectory(code.resolve(LIBRARY)) && NodeFunctions.asksFor(code, "@azure/functions")) {
            mistake(
                    "spec.code.path",
                    path,
                    "the code asks for @azure/functions, and Azure installs nothing: run npm install --omit=dev in the folder");
        }
    }

    /** Azure finds Java functions by function.json, which its Maven plugin writes; for one jar Weft writes the same. */
    private void java(AzureApp app) {
        if (app.functions().isEmpty() || hasFunctionJson()) {
            return;
        }
        List<String> jars = jars();
        if (jars.size() != 1) {
            mistake(
                    "spec.code.path",
                    function.spec().code().path(),
                    "Azure needs the functions in one jar at the folder's top (here are %d) with their libraries in lib, as azure-functions-maven-plugin leaves them in target/azure-functions"
                            .formatted(jars.size()));
            return;
        }
        for (AzureFunction each : app.functions()) {
            ObjectNode json = JsonMapper.shared()
                    .createObjectNode()
                    .put("scriptFile", "../" + jars.getFirst())
                    .put("entryPoint", each.entryPoint());
            ArrayNode bindings = json.putArray("bindings");
            for (Binding one : each.bindings()) {
                ObjectNode written = bindings.addObject();
                one.settings().properties().forEach(field -> written.set(field.getKey(), field.getValue()));
                written.put("name", one.name()).put("type", one.type()).put("direction", one.out() ? "out" : "in");
            }
            added.put(each.name() + "/function.json", json.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private boolean hasFunctionJson() {
        try (Stream<Path> all = Files.list(code)) {
            return all.anyMatch(each -> Files.isRegularFile(each.resolve("function.json")));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private List<String> jars() {
        try (Stream<Path> all = Files.list(code)) {
            return all.map(each -> String.valueOf(each.getFileName()))
                    .filter(each -> each.endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The program is the folder's, or the image's; which programs that has only Azure knows. */
    private void custom(AzureApp app) {
        HostJson.CustomHandler handler = app.host().handler();
        List<String> command = function.spec().command();
        if (handler == null && command.isEmpty()) {
            mistake(
                    "spec.command",
                    null,
                    "runtime custom needs the program that is the handler: customHandler.description.defaultExecutablePath in host.json, or spec.command");
            return;
        }
        String program =
                command.isEmpty() && handler != null ? handler.command().getFirst() : command.getFirst();
        Path file = code.resolve(program).normalize();
        if (Files.isRegularFile(file) && windows(file)) {
            mistake("spec.code.path", program, "it is a program for Windows, and Weft deploys to Linux");
        }
    }

    private static boolean windows(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(2);
            return head.length == 2 && head[0] == 'M' && head[1] == 'Z';
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Without host.json the host does not start; triggers that aren't HTTP or timers come with the extension bundle. */
    private void host(AzureApp app) {
        if (Files.exists(code.resolve(HostJson.NAME))) {
            return;
        }
        ObjectNode json = JsonMapper.shared().createObjectNode().put("version", "2.0");
        boolean more = app.functions().stream()
                .flatMap(each -> each.bindings().stream())
                .anyMatch(each -> !each.is("httpTrigger") && !each.is("http") && !each.is("timerTrigger"));
        if (more) {
            json.putObject("extensionBundle").put("id", BUNDLE).put("version", "[4.*, 5.0.0)");
        }
        added.put(HostJson.NAME, json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
