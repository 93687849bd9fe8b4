// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Draft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A function as a client of Cloud Functions describes it, and what of that a {@link Draft} takes over. What Weft does not do is
 * refused unless it says what is meant without it. Pure. Source: the API's discovery documents, versions 1 and 2.
 *
 * @param first whether in the words of version 1
 * @param said the function's resource
 */
record Described(boolean first, JsonNode said) {
    /** What a field does to a draft. */
    @FunctionalInterface
    private interface Field {
        void set(Settings settings, String field, JsonNode value) throws Wrong;
    }

    private static final String SOURCE = "buildConfig.source";
    private static final String SOURCE_URL = "sourceUploadUrl";

    /** What the service says itself, and what is dealt with apart. */
    private static final Field NOTHING = (settings, field, value) -> {};

    private static final Field REGISTRY = only("ARTIFACT_REGISTRY", "DOCKER_REGISTRY_UNSPECIFIED");
    private static final Field INGRESS = only("ALLOW_ALL", "INGRESS_SETTINGS_UNSPECIFIED");
    /** Whether a URL is https is the listener's matter; gcloud always asks for it. */
    private static final Field SECURITY = only("SECURITY_LEVEL_UNSPECIFIED", "SECURE_OPTIONAL", "SECURE_ALWAYS");

    private static final Map<String, Field> SECOND = version2();
    private static final Map<String, Field> FIRST = version1();

    private static Map<String, Field> known(String... names) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (String each : names) {
            fields.put(each, NOTHING);
        }
        return fields;
    }

    private static Map<String, Field> version2() {
        Map<String, Field> fields = known(
                "name",
                "state",
                "stateMessages",
                "createTime",
                "updateTime",
                "url",
                "satisfiesPzs",
                "satisfiesPzi",
                "upgradeInfo",
                "buildConfig.build",
                "buildConfig.sourceProvenance",
                "buildConfig.automaticUpdatePolicy",
                "serviceConfig.uri",
                "serviceConfig.service",
                "serviceConfig.revision",
                SOURCE);
        fields.put("environment", only("GEN_2"));
        fields.put("description", annotation(Settings.DESCRIPTION));
        fields.put("labels", Settings::labels);
        fields.put("buildConfig.runtime", text("runtime"));
        fields.put("buildConfig.entryPoint", text("handler"));
        fields.put("buildConfig.dockerRegistry", REGISTRY);
        fields.put("serviceConfig.availableMemory", Settings::memory);
        fields.put("serviceConfig.availableCpu", annotation(Settings.CPU));
        fields.put("serviceConfig.timeoutSeconds", Settings::seconds);
        fields.put("serviceConfig.environmentVariables", Settings::env);
        fields.put("serviceConfig.secretEnvironmentVariables", Settings::secrets);
        fields.put("serviceConfig.minInstanceCount", number("minInstances", 0));
        fields.put("serviceConfig.maxInstanceCount", number("maxInstances", Settings.INSTANCES));
        fields.put("serviceConfig.maxInstanceRequestConcurrency", number("concurrency", 1));
        fields.put("serviceConfig.serviceAccountEmail", annotation(Settings.ACCOUNT));
        fields.put("serviceConfig.ingressSettings", INGRESS);
        fields.put("serviceConfig.allTrafficOnLatestRevision", only("true"));
        fields.put("serviceConfig.securityLevel", SECURITY);
        return fields;
    }

    private static Map<String, Field> version1() {
        Map<String, Field> fields = known(
                "name",
                "status",
                "updateTime",
                "versionId",
                "buildId",
                "buildName",
                "sourceToken",
                "automaticUpdatePolicy",
                "httpsTrigger.url",
                SOURCE_URL);
        fields.put("description", annotation(Settings.DESCRIPTION));
        fields.put("labels", Settings::labels);
        fields.put("runtime", text("runtime"));
        fields.put("entryPoint", text("handler"));
        fields.put("timeout", Settings::duration);
        fields.put("availableMemoryMb", Settings::mebibytes);
        fields.put("environmentVariables", Settings::env);
        fields.put("secretEnvironmentVariables", Settings::secrets);
        fields.put("minInstances", number("minInstances", 0));
        fields.put("maxInstances", number("maxInstances", Settings.INSTANCES));
        fields.put("serviceAccountEmail", annotation(Settings.ACCOUNT));
        fields.put("ingressSettings", INGRESS);
        fields.put("dockerRegistry", REGISTRY);
        fields.put("httpsTrigger.securityLevel", SECURITY);
        return fields;
    }

    private static Field text(String name) {
        return (to, field, value) -> to.text(name, field, value);
    }

    private static Field annotation(String name) {
        return (to, field, value) -> to.annotation(name, field, value);
    }

    private static Field number(String name, int fallback) {
        return (to, field, value) -> to.number(name, field, value, Settings.INSTANCES_MAX, fallback);
    }

    /** A field that may only say what goes without saying. */
    private static Field only(String... values) {
        Set<String> good = Set.of(values);
        return (settings, field, value) -> {
            if (!empty(value) && !good.contains(value.asString(""))) {
                throw notDone(field + " other than " + new TreeSet<>(good));
            }
        };
    }

    private static Wrong notDone(String what) {
        return new Wrong(new GoogleError(
                501, "UNIMPLEMENTED", what + " is not done by Weft's façade of Google Cloud Functions; leave it out"));
    }

    /** The resource that {@code body} must be. */
    static Described read(boolean first, byte[] body) throws Wrong {
        try {
            JsonNode said = JsonMapper.shared().readTree(body);
            if (said.isObject()) {
                return new Described(first, said);
            }
        } catch (JacksonException noJson) {
            throw Wrong.invalid("Invalid JSON payload received: the body must be a JSON object");
        }
        throw Wrong.invalid("Invalid JSON payload received: the body must be a JSON object");
    }

    private Map<String, Field> fields() {
        return first ? FIRST : SECOND;
    }

    /** What it is to become, from nothing. */
    Draft draft(String theirs) throws Wrong {
        return changed(Settings.of(theirs), leaves());
    }

    /** The same with the fields that {@code mask} names; without one, with those that are there. */
    Draft changed(Draft before, @Nullable String mask) throws Wrong {
        return changed(new Settings(before), mask == null ? leaves() : masked(mask));
    }

    private Draft changed(Settings settings, List<String> paths) throws Wrong {
        for (String path : paths) {
            Field field = fields().get(path);
            if (field != null) {
                field.set(settings, path, at(path));
            }
        }
        return settings.draft();
    }

    /** Fields that are there, each by its path; one that means something nobody here knows is refused. */
    private List<String> leaves() throws Wrong {
        List<String> leaves = new ArrayList<>();
        collect("", said, leaves);
        return leaves;
    }

    private void collect(String above, JsonNode node, List<String> leaves) throws Wrong {
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            String path = above + each.getKey();
            JsonNode value = each.getValue();
            if (fields().containsKey(path)) {
                leaves.add(path);
            } else if (value.isObject() && fields().keySet().stream().anyMatch(known -> known.startsWith(path + '.'))) {
                collect(path + '.', value, leaves);
            } else if (!empty(value)) {
                throw notDone(path);
            }
        }
    }

    private static boolean empty(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isContainer() && value.isEmpty())
                || (value.isString() && value.asString().isEmpty())
                || (value.isBoolean() && !value.asBoolean())
                || (value.isNumber() && value.asInt(1) == 0);
    }

    private List<String> masked(String mask) throws Wrong {
        List<String> paths = new ArrayList<>();
        for (String each : mask.split(",", -1)) {
            String path = camel(each.strip());
            List<String> known = fields().keySet().stream()
                    .filter(field -> field.equals(path) || field.startsWith(path + '.'))
                    .toList();
            if (known.isEmpty() && !empty(at(path))) {
                throw notDone("updateMask path " + each);
            }
            paths.addAll(known);
        }
        return paths;
    }

    private JsonNode at(String path) {
        JsonNode node = said;
        for (String step : path.split("\\.", -1)) {
            node = node.path(step);
        }
        return node;
    }

    private static String camel(String snake) {
        StringBuilder camel = new StringBuilder();
        boolean up = false;
        for (int i = 0; i < snake.length(); i++) {
            char c = snake.charAt(i);
            if (c == '_') {
                up = true;
            } else {
                camel.append(up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return camel.toString();
    }

    /** The name in its own full name; empty where it has none. */
    String name(String parent) throws Wrong {
        String name = said.path("name").asString("");
        String prefix = parent + "/functions/";
        if (!name.startsWith(prefix)) {
            throw Wrong.invalid("name must begin with " + prefix);
        }
        return name.substring(prefix.length());
    }

    /** The uploaded object that it is to be made of; null where it keeps its code. */
    @Nullable
    String source(@Nullable String mask) throws Wrong {
        String path = first ? SOURCE_URL : SOURCE;
        if ((mask != null && !masked(mask).contains(path)) || empty(at(path))) {
            return null;
        }
        if (first) {
            return Uploading.object(at(path).asString(""));
        }
        JsonNode place = at(path).path("storageSource");
        if (!place.isObject() || !place.path("bucket").asString("").equals(Uploading.BUCKET)) {
            throw notDone("a source that GenerateUploadUrl did not name");
        }
        String object = place.path("object").asString("");
        return object.endsWith(Uploading.DEPLOYED) ? null : object;
    }
}
