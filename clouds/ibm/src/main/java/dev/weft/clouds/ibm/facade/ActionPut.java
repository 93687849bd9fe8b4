// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.ibm.ActionCode;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.BoundParameters;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.facade.kept.ActionLimit;
import dev.weft.clouds.ibm.facade.kept.EntityPut;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An action as its client puts it. What is wrong is an {@link IllegalArgumentException} in OpenWhisk's manner. Pure. Sources:
 * OpenWhisk's {@code WhiskActionPut}, {@code Exec}, {@code ActionLimits}; that code which looks like base64 is taken for it, as
 * {@code Exec.isBinaryCode} does, is from memory.
 */
final class ActionPut {
    /** Bytes of an action's code; OpenWhisk's own limit. */
    static final int CODE_BYTES_MAX = 48 << 20;

    /** Annotation with those of OpenWhisk's that are no texts; texts are labels. */
    static final String ANNOTATIONS = "openwhisk.weft.dev/annotations";

    /** Annotation with the number of the version, which each change makes one more. */
    static final String VERSION = "openwhisk.weft.dev/version";

    /** Annotation with the limit of its log, in mebibytes, where it has one of its own. */
    static final String LOGS = "openwhisk.weft.dev/logs";

    private static final Pattern BASE64 =
            Pattern.compile("(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(100 << 20)
                            .build())
                    .build())
            .build();

    private static final Set<String> FIELDS = Set.of(
            "exec",
            "parameters",
            "annotations",
            "limits",
            "version",
            "publish",
            "name",
            "namespace",
            "updated",
            "delAnnotations");

    private final String name;
    private final JsonNode said;

    private ActionPut(String name, JsonNode said) {
        this.name = name;
        this.said = said;
    }

    /** What a client says of the action that it calls {@code name}. */
    static ActionPut of(String name, byte[] body) {
        JsonNode said;
        try {
            said = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (JacksonException noJson) {
            throw malformed("Object expected");
        }
        if (!said.isObject()) {
            throw malformed("Object expected");
        }
        said.propertyNames().forEach(each -> {
            if (!FIELDS.contains(each)) {
                throw malformed("'" + Said.value(each) + "' is no field of an action");
            }
        });
        if (!said.path("limits").isMissingNode() && !said.path("limits").isObject()) {
            throw malformed("limits must be an object");
        }
        ActionPut put = new ActionPut(name, said);
        String kind = put.exec().path("kind").asString("");
        if (kind.equals("blackbox")) {
            throw malformed("exec.kind '" + kind + "' is not done by Weft's façade; give code and its language");
        }
        return put;
    }

    /** Whether such a body puts a sequence. */
    static boolean sequence(byte[] body) {
        try {
            return body.length > 0
                    && body.length <= OpenWhiskHost.PAYLOAD_BYTES_MAX
                    && JSON.readTree(body)
                            .path("exec")
                            .path("kind")
                            .asString("")
                            .equals("sequence");
        } catch (JacksonException noJson) {
            return false;
        }
    }

    private JsonNode exec() {
        return said.path("exec");
    }

    /** What the action is to become; of one that is not there {@code before} is null. */
    Draft draft(@Nullable Draft before) {
        Map<String, Object> spec = new TreeMap<>(before == null ? fresh() : before.spec());
        if (exec().isObject()) {
            spec.put("runtime", exec().path("kind").asString("nodejs:default"));
            spec.remove("handler");
            String main = exec().path("main").asString("");
            if (!main.isEmpty()) {
                spec.put("handler", main);
            }
        }
        String weft = Names.weft(name);
        Map<String, String> annotations = new TreeMap<>(before == null ? Map.of() : before.annotations());
        if (ActionName.packaged(name)) {
            annotations.put(ActionName.PACKAGED, name);
        } else if (!weft.equals(name)) {
            annotations.put(Draft.NAME, name);
        }
        limits(spec, annotations);
        annotations.put(VERSION, Integer.toString(1 + Integer.parseInt(annotations.getOrDefault(VERSION, "0"))));
        Map<String, String> labels = new TreeMap<>(before == null ? Map.of() : before.labels());
        annotations(labels, annotations);
        Map<String, String> env = new TreeMap<>(before == null ? Map.of() : before.env());
        parameters(env, annotations);
        return new Draft(weft, labels, annotations, spec, env, Cloud.Type.OPENWHISK);
    }

    private static Map<String, Object> fresh() {
        return Map.of(
                "contract",
                "openwhisk",
                "timeout",
                ActionLimit.TIMEOUT_USUAL + "ms",
                "memory",
                ActionLimit.MEMORY_USUAL + "Mi");
    }

    private void limits(Map<String, Object> spec, Map<String, String> annotations) {
        for (Map.Entry<String, JsonNode> each : said.path("limits").properties()) {
            JsonNode value = each.getValue();
            switch (ActionLimit.check(each.getKey(), value)) {
                case TIMEOUT -> spec.put("timeout", value.asInt() + "ms");
                case MEMORY -> spec.put("memory", value.asInt() + "Mi");
                case INSTANCES -> spec.put("maxInstances", value.asInt());
                case LOGS -> {
                    annotations.remove(LOGS);
                    if (value.asInt() != ActionLimit.LOGS_USUAL) {
                        annotations.put(LOGS, value.toString());
                    }
                }
                case CONCURRENCY -> {} // one, as always
            }
        }
    }

    /** Texts are labels, so that every façade shows them; whatever else is kept as it is. */
    private void annotations(Map<String, String> labels, Map<String, String> annotations) {
        if (!said.has("annotations")) {
            return;
        }
        ObjectNode others = JSON.createObjectNode();
        labels.clear();
        pairs("annotations").forEach((key, pair) -> {
            JsonNode value = pair.path("value");
            if (value.isString()) {
                labels.put(key, value.asString());
            } else {
                others.set(key, value);
            }
        });
        annotations.remove(ANNOTATIONS);
        if (!others.isEmpty()) {
            annotations.put(ANNOTATIONS, others.toString());
        }
    }

    /** Those for the start are variables, the others go with every call. */
    private void parameters(Map<String, String> env, Map<String, String> annotations) {
        if (!said.has("parameters")) {
            return;
        }
        env.clear();
        ObjectNode bound = JSON.createObjectNode();
        pairs("parameters").forEach((key, pair) -> {
            JsonNode value = pair.path("value");
            if (pair.path("init").asBoolean(false)) {
                env.put(key, value.isString() ? value.asString() : value.toString());
            } else {
                bound.set(key, value);
            }
        });
        annotations.remove(BoundParameters.ANNOTATION);
        if (!bound.isEmpty()) {
            annotations.put(BoundParameters.ANNOTATION, bound.toString());
        }
    }

    /** By their keys; of one that is named twice the last. */
    private Map<String, JsonNode> pairs(String field) {
        if (!(said.path(field) instanceof ArrayNode all)) {
            throw malformed(field + " must be a list of keys and values");
        }
        int bytes = all.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > EntityPut.PARAMETERS_BYTES_MAX) {
            throw new Refusal(413, Says.tooBig(field, bytes, EntityPut.PARAMETERS_BYTES_MAX));
        }
        Map<String, JsonNode> pairs = new TreeMap<>();
        for (JsonNode each : all) {
            if (!each.path("key").isString() || !each.has("value")) {
                throw malformed(field + " must be a list of keys and values");
            }
            pairs.put(each.path("key").asString(), each);
        }
        return pairs;
    }

    /** The code as a zip file of the folder that Weft runs; null where none is said. */
    byte @Nullable [] zip() {
        JsonNode code = exec().path("code");
        if (!code.isString() || code.asString().isBlank()) {
            if (exec().isObject()) {
                throw malformed("exec.code is required: text, or base64 of a zip or jar file");
            }
            return null;
        }
        String kind = exec().path("kind").asString("nodejs:default");
        String text = code.asString();
        boolean binary = exec().path("binary").asBoolean(false)
                || (!text.isBlank() && BASE64.matcher(text.strip()).matches());
        byte[] bytes;
        try {
            bytes = binary ? Base64.getMimeDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            throw malformed("exec.code must be base64 where exec.binary is true");
        }
        if (bytes.length > CODE_BYTES_MAX) {
            throw new Refusal(
                    413, "exec.code has " + bytes.length + " bytes; at most " + CODE_BYTES_MAX + " are taken");
        }
        if (binary && !kind.startsWith("java")) {
            return bytes;
        }
        return zipped(ActionCode.fileName(kind, binary), bytes);
    }

    /** Of one file; the same bytes make the same zip file. */
    private static byte[] zipped(String file, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 200);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry(file);
            entry.setTime(0);
            zip.putNextEntry(entry);
            zip.write(bytes);
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
        return out.toByteArray();
    }

    private static IllegalArgumentException malformed(String why) {
        return Refusal.content(why);
    }

    /** What such an annotation holds; nothing where somebody else wrote it. */
    static Map<String, JsonNode> kept(@Nullable String annotation) {
        Map<String, JsonNode> kept = new TreeMap<>();
        try {
            if (annotation != null) {
                JSON.readTree(annotation).properties().forEach(each -> kept.put(each.getKey(), each.getValue()));
            }
        } catch (JacksonException others) {
            return Map.of();
        }
        return kept;
    }
}
