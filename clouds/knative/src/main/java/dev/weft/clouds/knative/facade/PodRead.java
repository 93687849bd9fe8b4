// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.resource.Quantity;
import dev.weft.clouds.knative.facade.KubeStatus.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pod of a Service's template. Pure.
 *
 * @param secrets gets, by the name of a variable, the Secret that its value is in, a slash and the value's name there; null where
 *     that is not done
 */
record PodRead(Fields fields, @Nullable Map<String, String> secrets) {
    /** In a document's spec, and for as long as it is not known whether it is run: the name of the container's image. */
    static final String IMAGE = "image";

    private static final String POD = "spec.template.spec";
    private static final String ONE = POD + ".containers[0]";
    private static final int CONCURRENCY_MAX = 1000;
    private static final int TIMEOUT_MAX = 3600;
    private static final int PORT_MAX = 65_535;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> SETS_ITSELF =
            Set.of("PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION", "WEFT_URL");

    /** Resources that are only shown again: Weft gives processor time as it is there. */
    private static final Set<String> SHOWN = Set.of("cpu", "memory", "ephemeral-storage");

    /** Its environment; what it asks for goes to {@code wanted}, and goes out of {@code kept}. */
    Map<String, String> read(JsonNode pod, ObjectNode kept, Map<String, Object> wanted) {
        fields.only(pod, POD, Set.of("containers", "containerConcurrency", "timeoutSeconds", "serviceAccountName"));
        Integer concurrency = fields.number(pod, POD, "containerConcurrency", CONCURRENCY_MAX);
        wanted.put("concurrency", concurrency == null ? 0 : concurrency);
        Integer timeout = fields.number(pod, POD, "timeoutSeconds", TIMEOUT_MAX);
        if (timeout != null && timeout > 0) {
            wanted.put("timeout", timeout + "s");
        }
        fields.text(pod, POD, "serviceAccountName");
        List<JsonNode> containers = fields.list(pod, POD, "containers");
        if (containers.size() != 1 || !containers.getFirst().isObject()) {
            fields.wrong(Cause.required(POD + ".containers", "exactly one container: Weft runs no sidecars"));
            return Map.of();
        }
        Map<String, String> env = container(containers.getFirst(), wanted);
        forget(kept);
        return env;
    }

    /** What is shown from the function itself. */
    private static void forget(ObjectNode kept) {
        if (kept.path("spec") instanceof ObjectNode pod && pod.path("containers") instanceof ArrayNode containers) {
            pod.remove(List.of("containerConcurrency", "timeoutSeconds"));
            if (containers.path(0) instanceof ObjectNode container) {
                container.remove("env");
                if (container.path("resources").path("limits") instanceof ObjectNode limits) {
                    limits.remove("memory");
                }
            }
        }
    }

    private Map<String, String> container(JsonNode container, Map<String, Object> wanted) {
        fields.only(
                container,
                ONE,
                Set.of(
                        "name",
                        IMAGE,
                        "imagePullPolicy",
                        "command",
                        "args",
                        "ports",
                        "env",
                        "resources",
                        "readinessProbe"));
        fields.text(container, ONE, "name");
        fields.text(container, ONE, "imagePullPolicy");
        String image = fields.text(container, ONE, IMAGE);
        if (image.isEmpty()) {
            fields.wrong(Cause.required(ONE + ".image", "an image must be named, also where it is not run"));
        }
        wanted.put(IMAGE, image);
        List<String> command = new ArrayList<>(fields.words(container, ONE, "command"));
        command.addAll(fields.words(container, ONE, "args"));
        if (command.isEmpty()) {
            wanted.remove("command");
        } else {
            wanted.put("command", command);
        }
        wanted.put("appProtocol", ports(fields.list(container, ONE, "ports")));
        wanted.put("memory", memory(fields.object(container, ONE, "resources")));
        JsonNode probe = fields.object(container, ONE, "readinessProbe");
        // what Knative puts there itself: whether the port can be connected to, which is when Weft takes an instance
        // for ready
        fields.only(
                probe,
                ONE + ".readinessProbe",
                Set.of("tcpSocket", "successThreshold", "periodSeconds", "timeoutSeconds", "failureThreshold"));
        return env(fields.list(container, ONE, "env"));
    }

    /** The server reads its port from PORT, so any will do. */
    private String ports(List<JsonNode> ports) {
        if (ports.size() > 1) {
            fields.wrong(Cause.forbidden(ONE + ".ports", "a Service has one port"));
        }
        String protocol = "http";
        for (JsonNode each : ports) {
            String path = ONE + ".ports[0]";
            fields.only(each, path, Set.of("name", "containerPort", "protocol"));
            fields.number(each, path, "containerPort", PORT_MAX);
            String name = fields.text(each, path, "name");
            if (name.equals("h2c")) {
                protocol = "h2c";
            } else if (!name.isEmpty() && !name.equals("http1")) {
                fields.wrong(Cause.value(path + ".name", name, "must be http1 or h2c"));
            }
            if (!Set.of("", "TCP").contains(fields.text(each, path, "protocol"))) {
                fields.value(path + ".protocol", each.path("protocol"), "must be TCP");
            }
        }
        return protocol;
    }

    private Object memory(JsonNode resources) {
        String path = ONE + ".resources";
        fields.only(resources, path, Set.of("limits", "requests"));
        JsonNode limits = fields.object(resources, path, "limits");
        fields.only(limits, path + ".limits", Set.of("cpu", "memory"));
        fields.only(fields.object(resources, path, "requests"), path + ".requests", SHOWN);
        JsonNode memory = limits.path("memory");
        if (Fields.empty(memory)) {
            return 0;
        }
        try {
            return Quantity.parse(memory.asString("")).toString();
        } catch (IllegalArgumentException wrong) {
            fields.value(path + ".limits.memory", memory, "must be a quantity such as 256Mi");
            return 0;
        }
    }

    private void reference(String name, JsonNode from, String path) {
        if (secrets == null || from.isMissingNode()) {
            return;
        }
        fields.only(from, path, Set.of("secretKeyRef"));
        JsonNode reference = fields.object(from, path, "secretKeyRef");
        String at = path + ".secretKeyRef";
        fields.only(reference, at, Set.of("name", "key"));
        String secret = fields.text(reference, at, "name");
        String key = fields.text(reference, at, "key");
        if (secret.isEmpty() || key.isEmpty()) {
            fields.wrong(Cause.required(at, "a Secret's name and a key of it"));
        } else {
            secrets.put(name, secret + '/' + key);
        }
    }

    private Map<String, String> env(List<JsonNode> env) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < env.size(); i++) {
            String path = ONE + ".env[" + i + ']';
            JsonNode each = env.get(i);
            fields.only(each, path, secrets == null ? Set.of("name", "value") : Set.of("name", "value", "valueFrom"));
            String name = fields.text(each, path, "name");
            reference(name, fields.object(each, path, "valueFrom"), path + ".valueFrom");
            if (!VARIABLE.matcher(name).matches()) {
                fields.wrong(Cause.value(path + ".name", name, "must be letters, digits and '_'"));
            } else if (SETS_ITSELF.contains(name)) {
                fields.wrong(Cause.forbidden(path + ".name", name + " is set by the system"));
            }
            if (values.put(name, fields.text(each, path, "value")) != null) {
                fields.wrong(new Cause("FieldValueDuplicate", "Duplicate value: \"" + name + '"', path + ".name"));
            }
        }
        return values;
    }
}
