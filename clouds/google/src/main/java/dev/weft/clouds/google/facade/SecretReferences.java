// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Shelf;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which variables of a function come from secrets: kept as an annotation, which holds no value. A change of the function takes
 * their values anew, so a version that is destroyed keeps its value in functions until then.
 */
final class SecretReferences {
    /** Annotation with {@code SECRET/VERSION} by variable, as JSON. */
    static final String ANNOTATION = "google.weft.dev/secrets";

    /** Variables from secrets. */
    static final int REFERENCES_MAX = 100;

    private static final Pattern SECRET = Pattern.compile("(?:projects/([^/]{1,63})/secrets/)?([A-Za-z0-9_-]{1,255})");
    private static final Pattern VERSION = Pattern.compile("latest|[0-9]{1,9}");
    private static final JsonMapper JSON = JsonMapper.shared();

    private SecretReferences() {}

    /** What the field {@code secretEnvironmentVariables} says, as the annotation has it; null for none. */
    static @Nullable String said(String field, JsonNode value) throws Wrong {
        if (value.isMissingNode() || value.isNull() || value.isEmpty()) {
            return null;
        }
        if (!value.isArray() || value.size() > REFERENCES_MAX) {
            throw Wrong.invalid(field + " must be a list of at most " + REFERENCES_MAX);
        }
        Map<String, String> all = new TreeMap<>();
        for (JsonNode each : value) {
            String variable = each.path("key").asString("");
            Matcher secret = SECRET.matcher(each.path("secret").asString(""));
            String version = each.path("version").asString("");
            if (variable.isEmpty()
                    || !secret.matches()
                    || !VERSION.matcher(version).matches()) {
                throw Wrong.invalid(
                        field + ": each must have key, a variable's name, secret, and version, a number or latest");
            }
            all.put(variable, secret.group(2) + '/' + version);
        }
        return JSON.writeValueAsString(all);
    }

    /** What {@code annotations} say, by variable. */
    static Map<String, String> of(Map<String, String> annotations) {
        Map<String, String> all = new TreeMap<>();
        String said = annotations.get(ANNOTATION);
        if (said != null) {
            JSON.readTree(said)
                    .properties()
                    .forEach(each -> all.put(each.getKey(), each.getValue().asString("")));
        }
        return all;
    }

    /** All secrets of a namespace, by id. */
    static Map<String, Secret> secrets(String namespace, Shelf shelf) {
        Map<String, Secret> all = new TreeMap<>();
        for (Shelf.Item each : shelf.list(namespace, Secret.KIND)) {
            all.put(each.name(), Secret.read(each));
        }
        return all;
    }

    /** {@code draft} with the values that its references mean among {@code secrets}. Pure. */
    static Draft resolved(Draft draft, Map<String, Secret> secrets) throws Wrong {
        Map<String, String> references = of(draft.annotations());
        if (references.isEmpty()) {
            return draft;
        }
        Map<String, String> env = new TreeMap<>(draft.env());
        for (Map.Entry<String, String> each : references.entrySet()) {
            int slash = each.getValue().indexOf('/');
            String id = each.getValue().substring(0, slash);
            Secret secret = secrets.get(id);
            String number =
                    secret == null ? null : secret.number(each.getValue().substring(slash + 1));
            if (secret == null || number == null) {
                throw Wrong.invalid("variable " + each.getKey() + ": secret " + id + ", version "
                        + each.getValue().substring(slash + 1) + ", is not there, or destroyed");
            }
            if (env.put(each.getKey(), secret.text(number)) != null) {
                throw Wrong.invalid("variable " + each.getKey() + " has a value and comes from a secret too");
            }
        }
        return new Draft(draft.name(), draft.labels(), draft.annotations(), draft.spec(), env, draft.home());
    }

    /** As a function's document shows them. */
    static void show(Map<String, String> annotations, String project, ObjectNode document) {
        Map<String, String> references = of(annotations);
        if (references.isEmpty()) {
            return;
        }
        ArrayNode all = document.putArray("secretEnvironmentVariables");
        references.forEach((variable, reference) -> all.addObject()
                .put("key", variable)
                .put("projectId", project)
                .put("secret", reference.substring(0, reference.indexOf('/')))
                .put("version", reference.substring(reference.indexOf('/') + 1)));
    }
}
