// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A function as Google's API is told of it: whole when it is made, else only the fields that change and their mask. */
final class FunctionDocument {
    /** In a mask, everything that needs a new build. */
    static final String BUILD = "buildConfig.";

    /** In a mask, the variables whose values Secret Manager keeps. */
    static final String SECRETS = "serviceConfig.secretEnvironmentVariables";

    private static final String TOLD = "buildConfig.environmentVariables";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final GoogleProject project;
    private final Wanted wanted;
    private final Packing packing;

    FunctionDocument(GoogleProject project, Wanted wanted, Packing packing) {
        this.project = project;
        this.wanted = wanted;
        this.packing = packing;
    }

    /** What Weft writes on it. */
    Ownership owner() {
        return new Ownership(
                wanted.application(),
                wanted.function().name(),
                wanted.artifact().hash(),
                Ownership.hash(settings()));
    }

    /** What it comes to in Google's words. */
    Map<String, String> settings() {
        return FunctionSettings.of(wanted, packing, project);
    }

    /** Its labels, Weft's among them. */
    Map<String, String> labels() {
        return FunctionLabels.of(owner(), wanted.function().metadata().labels());
    }

    /** All of it, with its code in {@code source} and its secrets where {@code stored} says. */
    ObjectNode whole(JsonNode source, ArrayNode stored) {
        return fields(source, all(true).keySet(), stored);
    }

    /**
     * Paths in {@code seen}'s mask that differ; with {@code code} also the source. Weft's labels count like every other field.
     *
     * @param now what its settings are
     */
    Set<String> differing(JsonNode seen, Map<String, String> now, boolean code) {
        Set<String> paths = new TreeSet<>();
        Map<String, String> then = settings();
        all(code).forEach((path, setting) -> {
            if (setting.isEmpty() || !String.valueOf(now.get(setting)).equals(String.valueOf(then.get(setting)))) {
                paths.add(path);
            }
        });
        if (Stream.of("signature", "source").allMatch(each -> Objects.equals(now.get(each), then.get(each)))) {
            paths.remove(TOLD);
        }
        if (env(now, false).equals(env(then, false))) {
            paths.remove("serviceConfig.environmentVariables");
        }
        if (env(now, true).equals(env(then, true)) && !collides(seen)) {
            paths.remove(SECRETS);
        }
        if (labels(seen).equals(labels())) {
            paths.remove("labels");
        }
        if (seen.path("serviceConfig").path("allTrafficOnLatestRevision").asBoolean(false) && paths.size() == 1) {
            paths.remove("serviceConfig.allTrafficOnLatestRevision");
        }
        return paths;
    }

    /** The fields that {@code paths} name. */
    ObjectNode fields(@Nullable JsonNode source, Set<String> paths, ArrayNode stored) {
        ObjectNode function = JSON.createObjectNode().put("name", project.function(wanted.name()));
        if (paths.contains("labels")) {
            labels().forEach(function.putObject("labels")::put);
        }
        if (paths.stream().anyMatch(path -> path.startsWith(BUILD))) {
            build(function.putObject("buildConfig"), source, paths);
        }
        ObjectNode service = JSON.createObjectNode();
        service(service, paths);
        if (paths.contains(SECRETS) && !stored.isEmpty()) {
            service.set("secretEnvironmentVariables", stored);
        }
        if (!service.isEmpty()) {
            function.set("serviceConfig", service);
        }
        return function;
    }

    private void build(ObjectNode build, @Nullable JsonNode source, Set<String> paths) {
        if (paths.contains("buildConfig.runtime")) {
            build.put("runtime", packing.runtime());
        }
        if (paths.contains("buildConfig.entryPoint")) {
            build.put("entryPoint", packing.handler());
        }
        if (source != null && paths.contains("buildConfig.source")) {
            build.putObject("source").set("storageSource", source);
        }
        Map<String, String> told = told();
        if (paths.contains(TOLD) && !told.isEmpty()) {
            told.forEach(build.putObject("environmentVariables")::put);
        }
    }

    /** What the build is told of the function by variables of its own. */
    private Map<String, String> told() {
        Map<String, String> told = new TreeMap<>();
        told.put(FunctionSettings.SIGNATURE_BUILT, FunctionSettings.signature(wanted));
        told.put(FunctionSettings.SOURCE, FunctionSettings.source(wanted, packing));
        told.values().removeIf(String::isEmpty);
        return told;
    }

    private void service(ObjectNode service, Set<String> paths) {
        Function.Spec spec = wanted.function().spec();
        if (paths.contains("serviceConfig.availableMemory")) {
            service.put("availableMemory", spec.memory().toString());
        }
        if (paths.contains("serviceConfig.availableCpu")) {
            service.put("availableCpu", Processors.of(spec.memory().mebibytes(), spec.concurrency()));
        }
        if (paths.contains("serviceConfig.timeoutSeconds")) {
            service.put("timeoutSeconds", spec.timeout().toSeconds());
        }
        if (paths.contains("serviceConfig.maxInstanceRequestConcurrency")) {
            service.put("maxInstanceRequestConcurrency", spec.concurrency());
        }
        if (paths.contains("serviceConfig.minInstanceCount") && spec.minInstances() > 0) {
            service.put("minInstanceCount", spec.minInstances());
        }
        if (paths.contains("serviceConfig.maxInstanceCount")) {
            service.put("maxInstanceCount", spec.maxInstances());
        }
        if (paths.contains("serviceConfig.serviceAccountEmail") && project.serviceAccount() != null) {
            service.put("serviceAccountEmail", project.serviceAccount());
        }
        if (paths.contains("serviceConfig.environmentVariables")) {
            ObjectNode env = service.putObject("environmentVariables");
            wanted.plain().forEach((name, value) -> {
                if (!FunctionSettings.built(name)) {
                    env.put(name, value);
                }
            });
        }
        if (paths.contains("serviceConfig.allTrafficOnLatestRevision")) {
            service.put("allTrafficOnLatestRevision", true);
        }
    }

    /** Every field that Weft sets, and the setting that tells whether it differs; empty where another comparison does. */
    private static Map<String, String> all(boolean code) {
        Map<String, String> all = new LinkedHashMap<>();
        if (code) {
            all.put("buildConfig.source", "");
        }
        all.put("buildConfig.runtime", "runtime");
        all.put("buildConfig.entryPoint", "handler");
        all.put(TOLD, "");
        all.put("labels", "");
        all.put("serviceConfig.allTrafficOnLatestRevision", "");
        all.put("serviceConfig.availableCpu", "cpu");
        all.put("serviceConfig.availableMemory", "memory");
        all.put("serviceConfig.environmentVariables", "");
        all.put("serviceConfig.maxInstanceCount", "maxInstances");
        all.put("serviceConfig.maxInstanceRequestConcurrency", "concurrency");
        all.put("serviceConfig.minInstanceCount", "minInstances");
        all.put(SECRETS, "");
        all.put("serviceConfig.serviceAccountEmail", "serviceAccount");
        all.put("serviceConfig.timeoutSeconds", "timeout");
        return all;
    }

    /** Whether a variable that is wanted comes from a secret of somebody else's there: that reference has to go. */
    private boolean collides(JsonNode seen) {
        for (JsonNode each : seen.path("serviceConfig").path("secretEnvironmentVariables")) {
            String key = each.path("key").asString("");
            if (wanted.env().containsKey(key)
                    && !RunApi.last(each.path("secret").asString(""))
                            .equals(FunctionSecrets.id(project, wanted.name(), key))) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, String> env(Map<String, String> settings, boolean stored) {
        Map<String, String> env = new TreeMap<>(settings);
        env.entrySet()
                .removeIf(each ->
                        !each.getKey().startsWith("env.") || each.getValue().startsWith(Ownership.STORED) != stored);
        return env;
    }

    private static Map<String, String> labels(JsonNode seen) {
        Map<String, String> labels = new TreeMap<>();
        seen.path("labels")
                .properties()
                .forEach(each -> labels.put(each.getKey(), each.getValue().asString("")));
        return labels;
    }
}
