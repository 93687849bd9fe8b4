// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Mistake;
import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Document;
import dev.weft.api.spi.DocumentForm;
import dev.weft.clouds.knative.facade.KubeStatus.Cause;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Knative Service in a user's file, read as a Function: its image runs where clouds run images, or its code is the folder that annotation
 * {@value ServicePut#PATH_SAID} names. It lives on the clouds that label {@value Draft#CLOUDS} names, or on the Cloud {@value #CLOUD}.
 * What a Function has no word for is refused, for it would be lost on the way to a cloud. Pure.
 */
public final class ServiceForm implements DocumentForm {
    /** Where it lives unless it says otherwise. */
    static final String CLOUD = "knative";

    private static final String SAID_MESSAGE = "Invalid value: \"";
    private static final int PORT = 8080;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** There is nothing to set up. */
    public ServiceForm() {}

    @Override
    public String apiVersion() {
        return Resource.VERSION;
    }

    @Override
    public String kind() {
        return Resource.SERVICES.kind();
    }

    @Override
    public Read read(Map<String, Object> document) {
        try {
            ObjectNode said = JSON.valueToTree(document);
            JsonNode name = said.path("metadata").path("name");
            Draft draft = ServicePut.document(said, name.asString(""));
            List<Cause> lost = lost(Kept.of(draft));
            return lost.isEmpty() ? new Read.As(function(draft, said)) : wrong(lost);
        } catch (Wrong wrong) {
            return wrong(causes(wrong.status()));
        } catch (JacksonException | IllegalArgumentException odd) {
            return wrong(List.of(new Cause("", "is no JSON: " + odd.getMessage(), "document")));
        }
    }

    private static List<Cause> causes(KubeStatus status) {
        List<Cause> causes = new ArrayList<>();
        status.details()
                .path("causes")
                .forEach(each -> causes.add(new Cause(
                        each.path("reason").asString(""),
                        each.path("message").asString(""),
                        each.path("field").asString(""))));
        return causes;
    }

    private static Read wrong(List<Cause> causes) {
        return new Read.Wrong(causes.stream().map(ServiceForm::mistake).toList());
    }

    /** A mistake names the value itself. */
    private static Mistake mistake(Cause cause) {
        String message = cause.message();
        int end = message.indexOf("\": ", SAID_MESSAGE.length());
        return message.startsWith(SAID_MESSAGE) && end > 0
                ? Mistake.at(cause.field(), message.substring(SAID_MESSAGE.length(), end), message.substring(end + 3))
                : Mistake.at(cause.field(), null, message);
    }

    /** What the façade would only show again. */
    private static List<Cause> lost(Kept kept) {
        List<Cause> lost = new ArrayList<>();
        JsonNode template = kept.template();
        String path = "spec.template";
        rest(template.path("metadata"), path + ".metadata", Set.of(), lost);
        JsonNode pod = template.path("spec");
        rest(pod, path + ".spec", Set.of("containers"), lost);
        JsonNode container = pod.path("containers").path(0);
        String one = path + ".spec.containers[0]";
        rest(container, one, Set.of("name", "image", "command", "args", "ports", "resources", "readinessProbe"), lost);
        rest(container.path("resources"), one + ".resources", Set.of("limits"), lost);
        rest(container.path("resources").path("limits"), one + ".resources.limits", Set.of(), lost);
        int port = container.path("ports").path(0).path("containerPort").asInt(PORT);
        if (port != PORT) {
            lost.add(Cause.value(
                    one + ".ports[0].containerPort",
                    Integer.toString(port),
                    "Weft's Services listen on " + PORT + ", or on PORT"));
        }
        return lost;
    }

    private static void rest(JsonNode object, String path, Set<String> carried, List<Cause> lost) {
        object.properties().forEach(each -> {
            if (!carried.contains(each.getKey()) && !Fields.empty(each.getValue())) {
                lost.add(Cause.forbidden(path + '.' + each.getKey(), Fields.NO_WORD));
            }
        });
    }

    private static Map<String, Object> function(Draft draft, JsonNode said) {
        Map<String, Object> spec = new TreeMap<>(draft.spec());
        Object path = spec.remove(ServicePut.PATH);
        String image = said.at("/spec/template/spec/containers/0/image").asString("");
        spec.put("code", path == null ? Map.of("image", image) : Map.of("path", path));
        if (!draft.env().isEmpty()) {
            spec.put("env", draft.env());
        }
        spec.put("placement", placement(draft.labels()));
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", said.path("metadata").path("name").asString(""));
        String namespace = said.path("metadata").path("namespace").asString("");
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("labels", draft.labels());
        Map<String, Object> annotations = new TreeMap<>();
        Kept.of(draft)
                .annotations()
                .properties()
                .forEach(each -> annotations.put(each.getKey(), each.getValue().asString("")));
        metadata.put("annotations", annotations);
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("apiVersion", Document.WEFT_V1ALPHA1);
        function.put("kind", "Function");
        function.put("metadata", metadata);
        function.put("spec", spec);
        return function;
    }

    private static Map<String, Object> placement(Map<String, String> labels) {
        List<Map<String, Object>> clouds = new ArrayList<>();
        for (String each : labels.getOrDefault(Draft.CLOUDS, CLOUD).split("_", -1)) {
            clouds.add(Map.of("name", each));
        }
        Map<String, Object> placement = new TreeMap<>(Map.of("clouds", clouds));
        String strategy = labels.get(Draft.STRATEGY);
        if (strategy != null) {
            placement.put("strategy", strategy);
        }
        return placement;
    }
}
