// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

import dev.weft.api.facade.Said;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A package, trigger, rule or sequence as its client puts it: what is wrong or not done is a {@link Refusal}. Pure. Sources: OpenWhisk's
 * {@code WhiskPackagePut}, {@code WhiskTriggerPut}, {@code WhiskRulePut}, {@code Parameters}.
 */
public record EntityPut(Kind kind, ObjectNode said) {
    /** Bytes of parameters, and of annotations; OpenWhisk's own limit. */
    public static final int PARAMETERS_BYTES_MAX = 1 << 20;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectReader EXACT = JSON.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    public static EntityPut of(Kind kind, byte[] body) {
        JsonNode said;
        try {
            said = body.length == 0 ? JSON.createObjectNode() : EXACT.readTree(body);
        } catch (JacksonException | NumberFormatException noJson) {
            throw Refusal.content("Object expected");
        }
        if (!(said instanceof ObjectNode object)) {
            throw Refusal.content("Object expected");
        }
        for (String each : object.propertyNames()) {
            if (!kind.has(each)) {
                throw Refusal.content("'" + Said.value(each) + "' is no field of a " + kind.word());
            }
        }
        EntityPut put = new EntityPut(kind, object);
        put.checkPairs("parameters");
        put.checkPairs("annotations");
        if (object.path("publish").asBoolean(false)) {
            throw Refusal.content("publish must be false here: no other namespace sees a " + kind.word());
        }
        return put;
    }

    private void checkPairs(String field) {
        JsonNode all = said.path(field);
        if (all.isMissingNode()) {
            return;
        }
        boolean right = all instanceof ArrayNode;
        for (JsonNode each : all) {
            right &= each.path("key").isString() && each.has("value");
        }
        if (!right) {
            throw Refusal.content(field + " must be a list of keys and values");
        }
        int bytes = all.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PARAMETERS_BYTES_MAX) {
            throw new Refusal(413, Says.tooBig(field, bytes, PARAMETERS_BYTES_MAX));
        }
    }

    /** The annotation's value; missing where there is none. */
    public JsonNode annotation(String name) {
        JsonNode found = JSON.missingNode();
        for (JsonNode each : said.path("annotations")) {
            found = each.path("key").asString("").equals(name) ? each.path("value") : found;
        }
        return found;
    }

    /** What is kept: of what is not said as before, and one version more. */
    public ObjectNode kept(@Nullable Entity before) {
        ObjectNode kept = JSON.createObjectNode();
        for (String field : new String[] {"parameters", "annotations"}) {
            if (said.path(field) instanceof ArrayNode all) {
                kept.set(field, all);
            } else if (before != null) {
                kept.set(field, before.list(field));
            }
        }
        return kept.put(
                "version", before == null ? 1 : before.said().path("version").asInt(1) + 1);
    }
}
