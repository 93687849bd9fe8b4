// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.Ownership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An app's settings, which are its environment: those of Azure's runtime, those of the document, and others' that stay as
 * they are. Redacted in every text. Pure.
 */
record AppSettings(Map<String, String> values) {
    static final String STORAGE = "AzureWebJobsStorage";
    static final String WORKER = "FUNCTIONS_WORKER_RUNTIME";
    static final String VERSION = "FUNCTIONS_EXTENSION_VERSION";
    static final String PACKAGE = "WEBSITE_RUN_FROM_PACKAGE";
    static final String HOST_ID = "AzureFunctionsWebHost__hostid";
    static final String TIMEOUT = "AzureFunctionsJobHost__functionTimeout";
    static final String CONCURRENCY = "AzureFunctionsJobHost__extensions__http__maxConcurrentRequests";
    static final String PROGRAM = "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath";
    static final String ARGUMENT = "AzureFunctionsJobHost__customHandler__description__arguments__";

    /** Names of the document's variables, joined by commas: what is not among them is not Weft's. */
    static final String NAMES = "WEFT_ENV_NAMES";

    /** Characters of a host's id; a longer app name is cut by Azure, and two apps with the same beginning would be one. */
    static final int HOST_ID_CHARS = 32;

    private static final Set<String> WEFTS = Set.of(
            STORAGE, WORKER, VERSION, PACKAGE, HOST_ID, TIMEOUT, CONCURRENCY, PROGRAM, NAMES, FlexConfig.CONNECTION);
    private static final Pattern AZURES = Pattern.compile(
            "(?:AzureWebJobs|FUNCTIONS_|WEBSITE_|WEBSITES_|AzureFunctions|APPINSIGHTS_|APPLICATIONINSIGHTS_|SCM_|DOCKER_"
                    + "|DEPLOYMENT_STORAGE_|ENABLE_ORYX_BUILD|BUILD_FLAGS|XDG_CACHE_HOME|WEFT_).*");
    private static final Pattern SPAN = Pattern.compile("(?:([0-9]+)\\.)?([0-9]{1,2}):([0-9]{2}):([0-9]{2})");

    AppSettings {
        values = Map.copyOf(values);
    }

    /** Whether Weft writes the setting of that name itself, so that a document can't. */
    static boolean written(String name) {
        return WEFTS.contains(name) || name.startsWith(ARGUMENT);
    }

    /** The variables that are the document's, or would be: of an app that Weft never deployed all that are not Azure's. */
    Map<String, String> env() {
        Map<String, String> env = new TreeMap<>();
        String names = values.get(NAMES);
        if (names == null) {
            values.forEach((name, value) -> {
                if (!AZURES.matcher(name).matches()) {
                    env.put(name, value);
                }
            });
        } else {
            for (String name : AppTags.listed(names)) {
                String value = values.get(name);
                if (value != null) {
                    env.put(name, value);
                }
            }
        }
        return env;
    }

    /** Whether Weft ever wrote them. */
    boolean deployed() {
        return values.containsKey(NAMES);
    }

    @Nullable
    String packaged() {
        return values.get(PACKAGE);
    }

    /** The host's time limit in seconds; null where the app says none. */
    @Nullable
    Long timeoutSeconds() {
        Matcher span = SPAN.matcher(values.getOrDefault(TIMEOUT, ""));
        if (!span.matches()) {
            return null;
        }
        long days = span.group(1) == null ? 0 : Long.parseLong(span.group(1));
        return Duration.ofDays(days)
                .plusHours(Long.parseLong(span.group(2)))
                .plusMinutes(Long.parseLong(span.group(3)))
                .plusSeconds(Long.parseLong(span.group(4)))
                .toSeconds();
    }

    /** A time as the host's configuration has it. */
    static String span(Duration time) {
        return "%02d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }

    /** The program and arguments that stand in for host.json's; empty where it holds. */
    List<String> command() {
        List<String> command = new ArrayList<>();
        String program = values.get(PROGRAM);
        if (program != null) {
            command.add(program);
            for (int i = 0; values.containsKey(ARGUMENT + i); i++) {
                command.add(values.getOrDefault(ARGUMENT + i, ""));
            }
        }
        return command;
    }

    /** These settings with Weft's in place of what Weft wrote before; all others stay. */
    AppSettings with(Map<String, String> wefts, Map<String, String> env) {
        Map<String, String> all = new TreeMap<>(values);
        all.keySet().removeIf(AppSettings::written);
        env().keySet().forEach(all::remove);
        all.putAll(wefts);
        all.putAll(env);
        all.put(NAMES, String.join(",", new TreeMap<>(env).keySet()));
        return new AppSettings(all);
    }

    /** An id of its own for the host of an app with a long name; null where the name itself does. */
    static @Nullable String hostId(String app) {
        if (app.length() <= HOST_ID_CHARS) {
            return null;
        }
        String lower = app.toLowerCase(java.util.Locale.ROOT);
        String hash = Ownership.hash(app.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return lower.substring(0, 20).replaceAll("-+$", "") + '-' + hash.substring(0, 10);
    }

    @Override
    public String toString() {
        return "AppSettings[" + values.size() + ", redacted]";
    }
}
