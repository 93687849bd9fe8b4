// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Quantity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Knative Service as Kubernetes writes it down, from what is wanted and into readable settings. Application and function are
 * labels, for they are selected by; hashes are annotations, also of the template, so that every revision knows its own. Pure.
 */
final class ServiceDocument {
    /** Annotation with the image that Weft asked for: another one there was put by hand. */
    static final String IMAGE = "weft.dev/image";

    /** Names of Secrets that Weft makes; the first group is the Service's. */
    static final Pattern SECRET = Pattern.compile("(.+)-env-[0-9a-f]{10}");

    /** Traffic that goes where the template says. */
    static final String LATEST = "latest";

    private static final String MIN = "autoscaling.knative.dev/min-scale";
    private static final String MAX = "autoscaling.knative.dev/max-scale";
    private static final String IDLE = "autoscaling.knative.dev/scale-to-zero-pod-retention-period";
    private static final String OWN_ENV = "WEFT_";
    private static final Set<String> FOREIGN_LABELS =
            Set.of("weft.dev", "serving.knative.dev", "networking.knative.dev", "app.openshift.io");
    private static final int PORT = 8080;
    private static final JsonMapper JSON = JsonMapper.shared();

    private ServiceDocument() {}

    /** Whether Weft sets this variable itself. */
    static boolean ownEnv(String name) {
        return name.startsWith(OWN_ENV);
    }

    /** Whether a label is the user's. */
    static boolean usersLabel(String name) {
        int slash = name.indexOf('/');
        return slash < 0 || !FOREIGN_LABELS.contains(name.substring(0, slash));
    }

    /** All of the environment: the user's and what the packing adds. */
    static Map<String, String> env(Wanted wanted, Packing packing) {
        Map<String, String> env = new TreeMap<>(wanted.env());
        env.putAll(packing.env());
        return env;
    }

    /** A Service whose environment's values are in {@code secret}; what {@code before} holds of others stays. */
    static ObjectNode write(Wanted wanted, Packing packing, String secret, @Nullable ObjectNode before) {
        ObjectNode service = before == null ? JSON.createObjectNode() : before.deepCopy();
        service.put("apiVersion", "serving.knative.dev/v1")
                .put("kind", "Service")
                .remove("status");
        ObjectNode metadata = object(service, "metadata").put("name", wanted.name());
        ObjectNode labels = object(metadata, "labels");
        List<String> stale = labels.propertyNames().stream()
                .filter(ServiceDocument::usersLabel)
                .toList();
        stale.forEach(labels::remove);
        wanted.function().metadata().labels().forEach(labels::put);
        labels.put(Ownership.APPLICATION, wanted.application())
                .put(Ownership.FUNCTION, wanted.function().name());
        ObjectNode spec = object(service, "spec");
        spec.set("template", template(wanted, packing, secret, spec.path("template")));
        if (!spec.has("traffic") || !traffic(service).equals(LATEST)) {
            spec.putArray("traffic").addObject().put("latestRevision", true).put("percent", 100);
        }
        return service;
    }

    private static ObjectNode template(Wanted wanted, Packing packing, String secret, JsonNode before) {
        Function.Spec wantedSpec = wanted.function().spec();
        ObjectNode template = before instanceof ObjectNode there ? there.deepCopy() : JSON.createObjectNode();
        ObjectNode metadata = object(template, "metadata");
        metadata.remove("name"); // a fixed name would refuse the next change
        ObjectNode annotations = object(metadata, "annotations").put(MIN, Integer.toString(wantedSpec.minInstances()));
        said(annotations, MAX, wantedSpec.maxInstances() == 0, Integer.toString(wantedSpec.maxInstances()));
        said(
                annotations,
                IDLE,
                wantedSpec.idleTimeout().isZero(),
                wantedSpec.idleTimeout().toSeconds() + "s");
        ObjectNode spec = object(template, "spec")
                .put("containerConcurrency", wantedSpec.concurrency())
                .put("timeoutSeconds", wantedSpec.timeout().toSeconds());
        ArrayNode containers = spec.path("containers") instanceof ArrayNode there && !there.isEmpty()
                ? there
                : spec.putArray("containers");
        ObjectNode container = containers.isEmpty() ? containers.addObject() : (ObjectNode) containers.get(0);
        if (wanted.artifact() instanceof Artifact.Image image) {
            container.put("image", image.reference());
        }
        said(
                object(object(container, "resources"), "limits"),
                "memory",
                wantedSpec.memory().bytes() == 0,
                wantedSpec.memory().toString());
        container.remove("command");
        container.remove("args");
        if (!packing.command().isEmpty()) {
            packing.command().forEach(container.putArray("command")::add);
        }
        boolean h2c = wantedSpec.appProtocol() == Function.AppProtocol.H2C;
        if (h2c && !h2c(container)) {
            container.putArray("ports").addObject().put("name", "h2c").put("containerPort", PORT);
        } else if (!h2c && h2c(container)) {
            container.remove("ports");
        }
        ArrayNode env = container.putArray("env");
        env(wanted, packing).keySet().forEach(name -> {
            ObjectNode reference =
                    env.addObject().put("name", name).putObject("valueFrom").putObject("secretKeyRef");
            reference.put("name", secret).put("key", name);
        });
        return template;
    }

    /** Writes {@code value}, unless it is left to Knative. */
    private static void said(ObjectNode where, String name, boolean open, String value) {
        if (open) {
            where.remove(name);
        } else {
            where.put(name, value);
        }
    }

    private static boolean h2c(JsonNode container) {
        return container.path("ports").path(0).path("name").asString("").equals("h2c");
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return parent.path(name) instanceof ObjectNode there ? there : parent.putObject(name);
    }

    /** Writes the hashes on {@code service} and its template. */
    static void mark(ObjectNode service, Map<String, String> annotations) {
        ObjectNode own = object(object(service, "metadata"), "annotations");
        annotations.forEach(own::put);
        ObjectNode template = object(object(service, "spec"), "template");
        ObjectNode ofTemplate = object(object(template, "metadata"), "annotations");
        annotations.forEach(ofTemplate::put);
    }

    /** What changes {@code there} into {@code wanted}, by RFC 7386; empty where they say the same. What became of it is left out. */
    static ObjectNode difference(ObjectNode there, ObjectNode wanted) {
        ObjectNode bare = there.deepCopy();
        bare.remove("status");
        return patch(bare, (ObjectNode) JSON.readTree(JSON.writeValueAsBytes(wanted))); // numbers as they are read
    }

    private static ObjectNode patch(ObjectNode there, ObjectNode wanted) {
        ObjectNode patch = JSON.createObjectNode();
        for (String name : there.propertyNames()) {
            if (!wanted.has(name)) {
                patch.putNull(name);
            }
        }
        wanted.properties().forEach(each -> {
            JsonNode old = there.path(each.getKey());
            if (old instanceof ObjectNode before && each.getValue() instanceof ObjectNode after) {
                ObjectNode inner = patch(before, after);
                if (!inner.isEmpty()) {
                    patch.set(each.getKey(), inner);
                }
            } else if (!old.equals(each.getValue())) {
                patch.set(each.getKey(), each.getValue());
            }
        });
        return patch;
    }

    /** Values of {@code env} as a Secret of Weft's. */
    static ObjectNode secret(String name, Wanted wanted, Map<String, String> env) {
        ObjectNode secret = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
        secret.putObject("metadata")
                .put("name", name)
                .putObject("labels")
                .put(Ownership.APPLICATION, wanted.application())
                .put(Ownership.FUNCTION, wanted.function().name());
        secret.put("type", "Opaque").put("immutable", true);
        ObjectNode data = secret.putObject("data");
        env.forEach((key, value) ->
                data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return secret;
    }

    /** What a Secret holds. */
    static Map<String, String> values(@Nullable JsonNode secret) {
        Map<String, String> values = new TreeMap<>();
        if (secret != null) {
            secret.path("data")
                    .properties()
                    .forEach(each -> values.put(
                            each.getKey(),
                            new String(
                                    Base64.getDecoder().decode(each.getValue().asString("")), StandardCharsets.UTF_8)));
        }
        return values;
    }

    /** The Secret that a template's environment is in; null where it is in none, or in several. */
    static @Nullable String secretOf(JsonNode template) {
        Set<String> names = new TreeSet<>();
        template.path("spec")
                .path("containers")
                .path(0)
                .path("env")
                .forEach(each -> names.add(
                        each.path("valueFrom").path("secretKeyRef").path("name").asString("")));
        names.remove("");
        return names.size() == 1 ? names.iterator().next() : null;
    }

    /** Whose it is; null where it is not Weft's. */
    static @Nullable Ownership owner(JsonNode service) {
        JsonNode labels = service.path("metadata").path("labels");
        JsonNode annotations = service.path("metadata").path("annotations");
        String application = labels.path(Ownership.APPLICATION).asString("");
        String function = labels.path(Ownership.FUNCTION).asString("");
        return application.isEmpty() || function.isEmpty()
                ? null
                : new Ownership(
                        application,
                        function,
                        annotations.path(Ownership.CODE).asString(""),
                        annotations.path(Ownership.SETTINGS).asString(""));
    }

    /** How the Secrets of a Service's environment are called, all but the end. */
    static String secretPrefix(String service) {
        return service + "-env-";
    }

    /** What a template runs. */
    static String image(JsonNode template) {
        return template.path("spec").path("containers").path(0).path("image").asString("");
    }

    /** Where a Service sends its calls: {@code latest}, or shares by revision. */
    static String traffic(JsonNode service) {
        JsonNode traffic = service.path("spec").path("traffic");
        if (traffic.isEmpty()) {
            return LATEST;
        }
        List<String> shares = new ArrayList<>();
        for (JsonNode each : traffic) {
            long percent = each.path("percent").asLong(0);
            String to = each.path("revisionName").asString(LATEST);
            if (percent > 0) {
                shares.add(percent == 100 ? to : percent + "% " + to);
            }
        }
        return String.join(", ", shares);
    }

    /**
     * What a person would say of {@code service}; no value of the environment is among it.
     *
     * @param template of what calls reach: the Service's own, or a revision
     * @param values of the Secret that the template's environment is in
     */
    static Map<String, String> settings(JsonNode service, JsonNode template, Map<String, String> values) {
        String name = service.path("metadata").path("name").asString("");
        Map<String, String> settings = new TreeMap<>();
        settings.put("traffic", traffic(service));
        JsonNode annotations = template.path("metadata").path("annotations");
        settings.put("min-scale", annotations.path(MIN).asString("0"));
        settings.put("max-scale", annotations.path(MAX).asString("0"));
        settings.put("idle", annotations.path(IDLE).asString("0s"));
        JsonNode spec = template.path("spec");
        settings.put("concurrency", spec.path("containerConcurrency").asString("0"));
        settings.put("timeout", spec.path("timeoutSeconds").asString("300"));
        JsonNode container = spec.path("containers").path(0);
        settings.put("memory", quantity(memory(container)));
        // arguments after a command are as good as a part of it; without one they are the image's entry point's
        ArrayNode words = words(container.path("command"), container.path("args"));
        if (!words.isEmpty()) {
            settings.put(container.path("command").isEmpty() ? "args" : "command", words.toString());
        }
        if (h2c(container)) {
            settings.put("protocol", "h2c");
        }
        for (JsonNode each : container.path("env")) {
            String variable = each.path("name").asString("");
            if (!ownEnv(variable)) {
                settings.put("env." + variable, variable(name, each, values));
            }
        }
        service.path("metadata").path("labels").properties().forEach(each -> {
            if (usersLabel(each.getKey())) {
                settings.put("tag." + each.getKey(), each.getValue().asString(""));
            }
        });
        return settings;
    }

    /** What a document says of what {@code template} runs; its image stays in its registry. Values that another Secret holds are not read. */
    static Found found(JsonNode template, Map<String, String> values) {
        JsonNode spec = template.path("spec");
        JsonNode container = spec.path("containers").path(0);
        JsonNode annotations = template.path("metadata").path("annotations");
        Map<String, String> env = new TreeMap<>(values);
        for (JsonNode each : container.path("env")) {
            if (!each.has("valueFrom")) {
                env.put(each.path("name").asString(""), each.path("value").asString(""));
            }
        }
        env.keySet().removeIf(ServiceDocument::ownEnv);
        Map<String, Object> more = new TreeMap<>();
        more.put("concurrency", spec.path("containerConcurrency").asInt(0));
        more.put("minInstances", Integer.valueOf(annotations.path(MIN).asString("0")));
        more.put("maxInstances", Integer.valueOf(annotations.path(MAX).asString("0")));
        more.put("idleTimeout", annotations.path(IDLE).asString("0s"));
        if (!container.path("command").isEmpty()) {
            more.put(
                    "command",
                    words(container.path("command"), container.path("args"))
                            .valueStream()
                            .map(each -> each.asString(""))
                            .toList());
        }
        if (h2c(container)) {
            more.put("appProtocol", "h2c");
        }
        String memory = memory(container);
        return new Found(
                Function.Contract.HTTP,
                image(template),
                null,
                null,
                memory.isEmpty() ? 0 : Quantity.parse(memory).bytes(),
                Duration.ofSeconds(spec.path("timeoutSeconds").asLong(300)),
                env,
                values.keySet(),
                more);
    }

    private static String memory(JsonNode container) {
        return container.path("resources").path("limits").path("memory").asString("");
    }

    private static ArrayNode words(JsonNode command, JsonNode arguments) {
        ArrayNode words = JSON.createArrayNode();
        command.forEach(words::add);
        arguments.forEach(words::add);
        return words;
    }

    /** In one spelling, whatever the server made of it. */
    private static String quantity(String text) {
        try {
            return text.isEmpty() ? "0" : Quantity.parse(text).toString();
        } catch (IllegalArgumentException another) {
            return text;
        }
    }

    private static String variable(String function, JsonNode variable, Map<String, String> values) {
        String name = variable.path("name").asString("");
        JsonNode from = variable.path("valueFrom");
        if (from.isMissingNode()) {
            return Ownership.sealed(function, name, variable.path("value").asString(""));
        }
        String key = from.path("secretKeyRef").path("key").asString("");
        String value = values.get(key);
        return value == null ? "from " + from.propertyNames() : Ownership.sealed(function, name, value);
    }
}
