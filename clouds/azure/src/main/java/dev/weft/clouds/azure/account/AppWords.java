// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A function in Azure's words: what plan compares and prints. Pure. */
final class AppWords {
    private AppWords() {}

    static Map<String, String> wanted(Wanted wanted, Packing packing, AzureOptions options) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> words = new TreeMap<>();
        words.put("runtime", packing.runtime());
        words.put("timeout", Long.toString(spec.timeout().toSeconds()));
        if (spec.concurrency() > 0) {
            words.put("concurrency", Integer.toString(spec.concurrency()));
        }
        if (spec.maxInstances() > 0) {
            words.put("maxInstances", Integer.toString(spec.maxInstances()));
        }
        if (options.flex()) {
            words.put("memory", Long.toString(FlexConfig.size(spec)));
        }
        // an Elastic Premium app always has one
        if (spec.minInstances() > (options.flex() ? 0 : 1)) {
            words.put("minInstances", Integer.toString(spec.minInstances()));
        }
        words.put("plan", options.planWord());
        words.put("region", location(options.region()));
        if (!packing.handler().isEmpty()) {
            words.put("handler", packing.handler());
        }
        if (!spec.command().isEmpty()) {
            words.put("command", command(spec.command()));
        }
        env(wanted.name(), env(wanted, packing), words);
        wanted.function().metadata().labels().forEach((name, value) -> words.put("tag." + AppTags.name(name), value));
        return words;
    }

    /** What the function's environment is to hold: the document's variables and the packing's. */
    static Map<String, String> env(Wanted wanted, Packing packing) {
        Map<String, String> env = new TreeMap<>(packing.env());
        env.putAll(wanted.env());
        return env;
    }

    static Map<String, String> seen(Snapshot app) {
        Map<String, String> words = new TreeMap<>();
        AppSettings settings = app.settings();
        words.put("runtime", app.runtime());
        Long seconds = settings.timeoutSeconds();
        if (seconds != null) {
            words.put("timeout", seconds.toString());
        }
        words.putAll(app.flex() ? flex(app) : scale(app));
        words.put("plan", app.flex() ? AzureOptions.FLEX_PLAN : app.plan().toLowerCase(Locale.ROOT));
        words.put("region", location(app.region()));
        if (!app.handler().isEmpty()) {
            words.put("handler", app.handler());
        }
        if (!settings.command().isEmpty()) {
            words.put("command", command(settings.command()));
        }
        env(app.name(), settings.env(), words);
        AppTags.labels(app.tags()).forEach((name, value) -> words.put("tag." + name, value));
        return words;
    }

    /** What a document says of the app's instances; what the app says nothing of is left to Azure. */
    static Map<String, Object> instances(Snapshot app) {
        Map<String, String> words = app.flex() ? flex(app) : scale(app);
        Map<String, Object> said = new TreeMap<>();
        for (String each : List.of("concurrency", "maxInstances", "minInstances")) {
            said.put(each, Integer.valueOf(words.getOrDefault(each, "0")));
        }
        List<String> command = app.settings().command();
        if (!command.isEmpty()) {
            said.put("command", command);
        }
        return said;
    }

    private static Map<String, String> scale(Snapshot app) {
        Map<String, String> words = new TreeMap<>();
        String concurrency = app.settings().values().get(AppSettings.CONCURRENCY);
        if (concurrency != null) {
            words.put("concurrency", concurrency);
        }
        if (app.maxInstances() > 0) {
            words.put("maxInstances", Integer.toString(app.maxInstances()));
        }
        if (app.minInstances() > 1) {
            words.put("minInstances", Integer.toString(app.minInstances()));
        }
        return words;
    }

    /** Instances kept ready for another group than the function's stay by their own name, so that they show. */
    private static Map<String, String> flex(Snapshot app) {
        Map<String, String> words = new TreeMap<>(FlexConfig.words(app.site()));
        String ready = words.remove("alwaysReady." + app.group());
        if (ready != null) {
            words.put("minInstances", ready);
        }
        return words;
    }

    private static void env(String app, Map<String, String> env, Map<String, String> words) {
        env.forEach((name, value) -> words.put("env." + name, Ownership.sealed(app, name, value)));
    }

    private static String command(List<String> command) {
        return String.join(" ", command);
    }

    /** Azure says "West Europe" where it is asked with westeurope. */
    static String location(String region) {
        return region.toLowerCase(Locale.ROOT).replace(" ", "");
    }

    /** Azure answers NODE|22 or node|22 to Node|22. */
    static String runtime(String fx, String worker) {
        if (fx.isEmpty()) {
            return worker;
        }
        String lower = fx.toLowerCase(Locale.ROOT);
        return Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
    }
}
