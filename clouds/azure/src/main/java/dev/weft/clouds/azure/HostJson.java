// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an app's {@code host.json} says that matters here.
 *
 * @param routePrefix before every HTTP route, without slashes around it; may be empty
 * @param logLevel the least that is logged, in Azure's words
 * @param handler the custom handler; null where there is none
 */
record HostJson(
        String routePrefix, String logLevel, @Nullable CustomHandler handler) {
    static final String NAME = "host.json";

    private static final String DEFAULT_PREFIX = "api";
    private static final Set<String> LEVELS =
            Set.of("Trace", "Debug", "Information", "Warning", "Error", "Critical", "None");
    private static final Pattern TIMEOUT = Pattern.compile("-1|(?:[0-9]+\\.)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}");
    private static final Pattern VARIABLE = Pattern.compile("%[A-Za-z_][A-Za-z0-9_]*%");

    /** What holds where there is no such file. */
    static final HostJson ABSENT = new HostJson(DEFAULT_PREFIX, "Information", null);

    /**
     * The program that is the app.
     *
     * @param command program and arguments
     * @param folder where it is started, relative to the app; empty for the app's own folder
     * @param forwarding whether HTTP calls of functions that are only HTTP reach it as they came
     */
    record CustomHandler(List<String> command, String folder, boolean forwarding) {
        CustomHandler {
            command = List.copyOf(command);
        }
    }

    /** Reads it; {@code mistake} takes a sentence for everything that is wrong. */
    static HostJson read(JsonNode json, Consumer<String> mistake) {
        if (!json.path("version").asString("2.0").equals("2.0")) {
            mistake.accept("version is " + json.path("version") + "; this is \"2.0\" for every runtime since 2018");
        }
        JsonNode timeout = json.path("functionTimeout");
        if (!timeout.isMissingNode() && !TIMEOUT.matcher(timeout.asString("")).matches()) {
            mistake.accept("functionTimeout is " + timeout + "; a time is written \"00:05:00\"");
        }
        String prefix = json.path("extensions")
                .path("http")
                .path("routePrefix")
                .asString(DEFAULT_PREFIX)
                .replaceAll("^/+|/+$", "");
        return new HostJson(prefix, level(json.path("logging").path("logLevel"), mistake), handler(json, mistake));
    }

    private static String level(JsonNode levels, Consumer<String> mistake) {
        String level = levels.path("Function")
                .asString(levels.path("default").asString(levels.path("Default").asString("Information")));
        if (!LEVELS.contains(level)) {
            mistake.accept("logging.logLevel is '" + level + "'; it is one of " + new java.util.TreeSet<>(LEVELS));
            return "Information";
        }
        return level;
    }

    private static @Nullable CustomHandler handler(JsonNode json, Consumer<String> mistake) {
        JsonNode section = json.path("customHandler");
        if (json.has("httpWorker")) {
            mistake.accept("httpWorker is the old name; write customHandler");
        }
        if (!section.isObject()) {
            return null;
        }
        if (section.has("port")) {
            mistake.accept("customHandler.port can't be kept: instances share a network; leave it out and listen on"
                    + " FUNCTIONS_CUSTOMHANDLER_PORT");
        }
        if (section.has("http")) {
            mistake.accept("customHandler.http (routes without function.json) isn't run by this version; give each"
                    + " function a folder with its function.json");
        }
        JsonNode description = section.path("description");
        String program = description.path("defaultExecutablePath").asString("");
        if (program.isBlank()) {
            mistake.accept("customHandler.description.defaultExecutablePath names the program to start, for example"
                    + " \"handler\" or \"node\"");
        }
        List<String> command = new ArrayList<>();
        command.add(program);
        description.path("arguments").forEach(each -> command.add(each.asString("")));
        String worker = description.path("defaultWorkerPath").asString("");
        if (!worker.isEmpty()) {
            command.add(worker);
        }
        description.path("workerArguments").forEach(each -> command.add(each.asString("")));
        String folder = description.path("workingDirectory").asString("");
        for (String each : command) {
            if (VARIABLE.matcher(each).find()) {
                mistake.accept("customHandler.description: %NAME% isn't filled in by this version: " + each);
            }
        }
        boolean forwarding = section.path("enableForwardingHttpRequest").asBoolean(false);
        return new CustomHandler(command, folder, forwarding);
    }
}
