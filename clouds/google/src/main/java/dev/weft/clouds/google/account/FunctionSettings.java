// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Quantity;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is compared: the same words from a document and from what Google answers. */
final class FunctionSettings {
    /** Which signature the build gives the functions framework, where it is not HTTP. */
    static final String SIGNATURE_BUILT = "GOOGLE_FUNCTION_SIGNATURE_TYPE";

    /** The same in a document, as the functions frameworks read it. */
    static final String SIGNATURE = "FUNCTION_SIGNATURE_TYPE";

    /** Which file the build of a Python function takes, where it is not main.py. */
    static final String SOURCE = "GOOGLE_FUNCTION_SOURCE";

    private static final Pattern DEFAULT_ACCOUNT = Pattern.compile("\\d+-compute@developer\\.gserviceaccount\\.com");

    private FunctionSettings() {}

    /** Of {@code wanted}, as it would be in {@code project}. */
    static Map<String, String> of(Wanted wanted, Packing packing, GoogleProject project) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> settings = new TreeMap<>();
        settings.put("runtime", packing.runtime());
        settings.put("handler", packing.handler());
        settings.put("memory", spec.memory().toString());
        settings.put("cpu", Processors.of(spec.memory().mebibytes(), spec.concurrency()));
        settings.put("timeout", Long.toString(spec.timeout().toSeconds()));
        settings.put("concurrency", Integer.toString(spec.concurrency()));
        settings.put("minInstances", Integer.toString(spec.minInstances()));
        settings.put("maxInstances", Integer.toString(spec.maxInstances()));
        settings.put("public", Boolean.toString(project.open()));
        account(project.serviceAccount(), settings);
        put("signature", signature(wanted), settings);
        put("source", source(wanted, packing), settings);
        wanted.env().forEach((name, value) -> {
            if (!built(name)) {
                settings.put(
                        "env." + name,
                        wanted.secrets().contains(name)
                                ? Ownership.stored(wanted.name(), name, value)
                                : Ownership.sealed(wanted.name(), name, value));
            }
        });
        wanted.function()
                .metadata()
                .labels()
                .forEach((key, value) -> settings.put("tag." + FunctionLabels.key(key), value));
        return settings;
    }

    /** What the build is told of the signature: empty for HTTP, which is what it takes anyway. */
    static String signature(Wanted wanted) {
        String said = wanted.env().getOrDefault(SIGNATURE, "");
        return said.equals("cloudevent") || said.equals("event") ? said : "";
    }

    /** Which file the build takes: an adapter's, else the code's own; empty for the usual one. */
    static String source(Wanted wanted, Packing packing) {
        return packing.env().getOrDefault(SOURCE, wanted.env().getOrDefault(SOURCE, ""));
    }

    /** Whether a variable of a document's is the build's, not the function's. */
    static boolean built(String name) {
        return name.equals(SIGNATURE) || name.equals(SOURCE);
    }

    /**
     * Of a function that is there under {@code name}.
     *
     * @param open whether everybody may call it
     * @param stored settings of what its secrets hold
     */
    static Map<String, String> of(String name, JsonNode function, boolean open, Map<String, String> stored) {
        JsonNode build = function.path("buildConfig");
        JsonNode service = function.path("serviceConfig");
        Map<String, String> settings = new TreeMap<>();
        settings.put("runtime", build.path("runtime").asString(""));
        settings.put("handler", build.path("entryPoint").asString(""));
        settings.put("memory", memory(service.path("availableMemory").asString("256M")));
        settings.put("cpu", Processors.read(service.path("availableCpu").asString("")));
        settings.put("timeout", Integer.toString(service.path("timeoutSeconds").asInt(60)));
        settings.put(
                "concurrency",
                Integer.toString(service.path("maxInstanceRequestConcurrency").asInt(1)));
        settings.put(
                "minInstances",
                Integer.toString(service.path("minInstanceCount").asInt(0)));
        settings.put(
                "maxInstances",
                Integer.toString(service.path("maxInstanceCount").asInt(0)));
        settings.put("public", Boolean.toString(open));
        account(service.path("serviceAccountEmail").asString(""), settings);
        JsonNode told = build.path("environmentVariables");
        put("signature", told.path(SIGNATURE_BUILT).asString(""), settings);
        put("source", told.path(SOURCE).asString(""), settings);
        service.path("environmentVariables")
                .properties()
                .forEach(each -> settings.put(
                        "env." + each.getKey(),
                        Ownership.sealed(name, each.getKey(), each.getValue().asString(""))));
        settings.putAll(stored);
        FunctionLabels.own(function.path("labels")).forEach((key, value) -> settings.put("tag." + key, value));
        return settings;
    }

    /** Google's spelling in ours; what is no quantity stays as it is. */
    static String memory(String said) {
        try {
            return Quantity.parse(said).toString();
        } catch (IllegalArgumentException odd) {
            return said;
        }
    }

    /** The project's default account can't be told from none said, so it counts as none. */
    private static void account(@Nullable String account, Map<String, String> settings) {
        if (account != null
                && !account.isEmpty()
                && !DEFAULT_ACCOUNT.matcher(account).matches()) {
            settings.put("serviceAccount", account);
        }
    }

    private static void put(String name, String value, Map<String, String> settings) {
        if (!value.isEmpty()) {
            settings.put(name, value);
        }
    }
}
