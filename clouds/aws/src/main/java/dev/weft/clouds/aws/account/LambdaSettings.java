// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a function is set to, in Lambda's words: of a document and of what Lambda says, in the same spelling. Pure. */
final class LambdaSettings {
    /** Variables that begin so are Weft's own. */
    static final String OWN_ENV = "WEFT_";

    /** Name of the setting that sums Weft's own variables up. */
    static final String ADAPTER = "adapter";

    static final String ARCHITECTURE = "architecture";
    static final String CONCURRENCY = "concurrency";
    static final String PAYLOAD = "payload";
    private static final String RUNTIME = "runtime";
    private static final String HANDLER = "handler";
    private static final String MEMORY = "memory";
    private static final String TIMEOUT = "timeout";
    private static final String ROLE = "role";
    private static final String KMS_KEY = "kmsKey";
    private static final String ENV = "env.";

    private LambdaSettings() {}

    /** Everything that {@code wanted} says. */
    static Map<String, String> of(Wanted wanted, Packing packing, AccountOptions options) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> settings = configuration(wanted, packing, options);
        settings.put(PAYLOAD, payload(spec));
        if (options.reserves()) {
            settings.put(CONCURRENCY, Integer.toString(spec.maxInstances()));
        }
        LambdaTags.labels(wanted).forEach((name, value) -> settings.put(LambdaTags.SETTING + name, value));
        return settings;
    }

    /** The part of it that a version holds. */
    static Map<String, String> configuration(Wanted wanted, Packing packing, AccountOptions options) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> settings = new TreeMap<>();
        if (wanted.artifact() instanceof Artifact.Archive) {
            settings.put(RUNTIME, packing.runtime());
            settings.put(HANDLER, packing.handler());
        }
        settings.put(MEMORY, Long.toString(spec.memory().mebibytes()));
        settings.put(TIMEOUT, Long.toString(spec.timeout().toSeconds()));
        settings.put(ARCHITECTURE, architecture(spec));
        settings.put(ROLE, options.role());
        if (options.kmsKey() != null) {
            settings.put(KMS_KEY, options.kmsKey());
        }
        environment(settings, wanted.name(), env(wanted, packing));
        return settings;
    }

    /** The same part, of a function or version as Lambda describes it. */
    static Map<String, String> configuration(JsonNode said) {
        Map<String, String> settings = new TreeMap<>();
        put(settings, RUNTIME, said.path("Runtime"));
        put(settings, HANDLER, said.path("Handler"));
        put(settings, MEMORY, said.path("MemorySize"));
        put(settings, TIMEOUT, said.path("Timeout"));
        settings.put(ARCHITECTURE, said.path("Architectures").path(0).asString("x86_64"));
        put(settings, ROLE, said.path("Role"));
        put(settings, KMS_KEY, said.path("KMSKeyArn"));
        environment(settings, said.path("FunctionName").asString(""), env(said));
        return settings;
    }

    /** Everything that Lambda says of a function. */
    static Map<String, String> of(JsonNode configuration, @Nullable String reserved, Map<String, String> tags) {
        Map<String, String> settings = configuration(configuration);
        settings.put(PAYLOAD, tags.getOrDefault(LambdaTags.PAYLOAD, LambdaTags.MAPPED));
        if (reserved != null) {
            settings.put(CONCURRENCY, reserved);
        }
        LambdaTags.labels(tags).forEach((name, value) -> settings.put(LambdaTags.SETTING + name, value));
        return settings;
    }

    /** The body of a request that sets all that a version holds but its code. */
    static Map<String, Object> request(Wanted wanted, Packing packing, AccountOptions options) {
        Function.Spec spec = wanted.function().spec();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("Role", options.role());
        if (wanted.artifact() instanceof Artifact.Archive) {
            request.put("Runtime", packing.runtime());
            request.put("Handler", packing.handler());
        }
        request.put("MemorySize", spec.memory().mebibytes());
        request.put("Timeout", spec.timeout().toSeconds());
        request.put("Environment", Map.of("Variables", env(wanted, packing)));
        request.put("KMSKeyArn", options.kmsKey() == null ? "" : options.kmsKey());
        return request;
    }

    /** The user's variables and the adapter's. */
    static Map<String, String> env(Wanted wanted, Packing packing) {
        Map<String, String> env = new TreeMap<>(wanted.env());
        env.putAll(packing.env());
        return env;
    }

    /** A function's variables as Lambda says them. */
    static Map<String, String> env(JsonNode configuration) {
        Map<String, String> env = new TreeMap<>();
        configuration
                .path("Environment")
                .path("Variables")
                .properties()
                .forEach(each -> env.put(each.getKey(), each.getValue().asString("")));
        return env;
    }

    static String architecture(Function.Spec spec) {
        return switch (spec.architecture()) {
            case AMD64 -> "x86_64";
            case ARM64 -> "arm64";
        };
    }

    static List<String> architectures(Function.Spec spec) {
        return List.of(architecture(spec));
    }

    static String payload(Function.Spec spec) {
        return spec.payload().name().toLowerCase(Locale.ROOT);
    }

    private static void environment(Map<String, String> settings, String function, Map<String, String> env) {
        Map<String, String> own = new HashMap<>();
        env.forEach((name, value) -> {
            if (name.startsWith(OWN_ENV)) {
                own.put(name, value);
            } else {
                settings.put(ENV + name, Ownership.sealed(function, name, value));
            }
        });
        if (!own.isEmpty()) {
            settings.put(ADAPTER, Ownership.hash(own));
        }
    }

    private static void put(Map<String, String> settings, String name, JsonNode value) {
        String text = value.isMissingNode() || value.isNull() ? "" : value.asString("");
        if (!text.isEmpty()) {
            settings.put(name, text);
        }
    }
}
