// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An Azure Functions app as its folder says: {@code host.json}, {@code local.settings.json}, and its functions, from
 * {@code function.json} files or from the code. Several functions may live in one folder.
 *
 * @param functions those that could be read without running anything; of a Node.js app, perhaps not all
 * @param settings variables of {@code local.settings.json}, as the vendor's own local tools set them
 */
record AzureApp(HostJson host, List<AzureFunction> functions, Map<String, String> settings) {
    private static final String FUNCTION_JSON = "function.json";
    private static final String SETTINGS = "local.settings.json";
    private static final int FUNCTIONS_MAX = 1000;
    private static final long FILE_BYTES_MAX = 1 << 20;

    AzureApp {
        functions = List.copyOf(functions);
        settings = Map.copyOf(settings);
    }

    /** Reads {@code folder}; what is wrong in it is added to {@code mistakes}. */
    static AzureApp read(AzureRuntime.Worker worker, Path folder, List<Mistake> mistakes) {
        HostJson host = host(folder, mistakes);
        Map<String, String> settings = settings(worker, folder, mistakes);
        List<AzureFunction> functions = new ArrayList<>(functionJsons(worker, folder, mistakes));
        switch (worker) {
            case CUSTOM -> {}
            case NODE -> functions.addAll(NodeFunctions.read(folder));
            case JAVA -> {
                if (functions.isEmpty()) {
                    functions.addAll(JavaFunctions.read(folder, mistake(mistakes, "the code's folder")));
                }
            }
        }
        return new AzureApp(host, functions, settings);
    }

    /**
     * The function that {@code handler} names, or the only one. Null where it isn't there or isn't clear, which is then
     * in {@code mistakes}.
     */
    @Nullable
    AzureFunction choose(@Nullable String handler, List<Mistake> mistakes) {
        if (handler == null && functions.size() == 1) {
            return functions.getFirst();
        }
        AzureFunction named = named(handler);
        if (named == null) {
            mistakes.add(Mistake.at("spec.handler", handler, unclear(handler)));
        }
        return named;
    }

    /** The function of that name, which Azure compares without case, or null. */
    @Nullable
    AzureFunction named(@Nullable String handler) {
        return functions.stream()
                .filter(each -> each.name().equalsIgnoreCase(handler))
                .findFirst()
                .orElse(null);
    }

    /** Why {@code handler} names none of the functions. */
    String unclear(@Nullable String handler) {
        String names = functions.stream().map(AzureFunction::name).sorted().collect(Collectors.joining(", "));
        if (functions.isEmpty()) {
            return "there is no function in the code's folder: no <name>/function.json, and none in the code";
        }
        return handler == null
                ? "the app has %d functions; name one of them: %s".formatted(functions.size(), names)
                : "the app has no function of that name; it has " + names;
    }

    private static HostJson host(Path folder, List<Mistake> mistakes) {
        Path file = folder.resolve(HostJson.NAME);
        Consumer<String> mistake = mistake(mistakes, HostJson.NAME);
        JsonNode json = Files.exists(file) ? object(file, mistake) : null;
        return json == null ? HostJson.ABSENT : HostJson.read(json, mistake);
    }

    private static Map<String, String> settings(AzureRuntime.Worker worker, Path folder, List<Mistake> mistakes) {
        Path file = folder.resolve(SETTINGS);
        Consumer<String> mistake = mistake(mistakes, SETTINGS);
        JsonNode json = Files.exists(file) ? object(file, mistake) : null;
        Map<String, String> settings = new LinkedHashMap<>();
        if (json == null) {
            return settings;
        }
        if (json.path("IsEncrypted").asBoolean(false)) {
            mistake.accept("it is encrypted, which only the tool that wrote it can undo: func settings decrypt");
            return settings;
        }
        json.path("Values").properties().forEach(each -> {
            if (each.getValue().isValueNode()) {
                settings.put(
                        variable(each.getKey()), each.getValue().asString("").replace("\0", ""));
            } else {
                mistake.accept("Values." + each.getKey() + " must be text: a variable has no parts");
            }
        });
        String named = settings.getOrDefault("FUNCTIONS_WORKER_RUNTIME", worker.word);
        if (!named.equalsIgnoreCase(worker.word)) {
            mistake.accept(
                    "FUNCTIONS_WORKER_RUNTIME is '%s', and spec.runtime says '%s'".formatted(named, worker.word));
        }
        return settings;
    }

    /** A setting's name may have dots and colons; Azure on Linux makes underscores of what no variable may have. */
    private static String variable(String setting) {
        String name = setting.replaceAll("[^A-Za-z0-9_]", "_");
        return name.isEmpty() || Character.isDigit(name.charAt(0)) ? '_' + name : name;
    }

    private static List<AzureFunction> functionJsons(AzureRuntime.Worker worker, Path folder, List<Mistake> mistakes) {
        List<AzureFunction> functions = new ArrayList<>();
        for (Path each : folders(folder)) {
            String name = String.valueOf(each.getFileName());
            Consumer<String> mistake = mistake(mistakes, name + '/' + FUNCTION_JSON);
            JsonNode json = object(each.resolve(FUNCTION_JSON), mistake);
            if (json == null) {
                continue;
            }
            if (worker == AzureRuntime.Worker.NODE) {
                mistake.accept("functions of the programming model v3 (function.json) aren't run by this version;"
                        + " @azure/functions 4 registers them in the code: app.http('" + name + "', …)");
                continue;
            }
            String entryPoint = json.path("entryPoint").asString("");
            if (worker == AzureRuntime.Worker.JAVA && entryPoint.lastIndexOf('.') < 1) {
                mistake.accept("entryPoint names class and method, for example \"shop.Cart.add\"");
                continue;
            }
            if (json.path("disabled").asBoolean(false)) {
                mistake.accept("the function is disabled");
            }
            functions.add(AzureFunction.of(name, json, entryPoint.isEmpty() ? null : entryPoint));
        }
        return functions;
    }

    private static List<Path> folders(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> Files.isRegularFile(each.resolve(FUNCTION_JSON)))
                    .sorted()
                    .limit(FUNCTIONS_MAX)
                    .toList();
        } catch (IOException unreadable) {
            return List.of(); // a folder that isn't there is a mistake of its own
        }
    }

    private static @Nullable JsonNode object(Path file, Consumer<String> mistake) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                mistake.accept("it is larger than " + FILE_BYTES_MAX + " bytes");
                return null;
            }
            JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(file));
            if (json.isObject()) {
                return json;
            }
            mistake.accept("it must hold a JSON object");
        } catch (JacksonException malformed) {
            mistake.accept("it is not JSON: " + malformed.getOriginalMessage());
        } catch (IOException unreadable) {
            mistake.accept("it can't be read: " + unreadable.getMessage());
        }
        return null;
    }

    private static Consumer<String> mistake(List<Mistake> mistakes, String file) {
        return what -> mistakes.add(Mistake.at("spec.code.path", null, file + ": " + what));
    }
}
