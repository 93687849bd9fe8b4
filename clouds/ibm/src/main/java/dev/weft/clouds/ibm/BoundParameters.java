// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.resource.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Parameters that belong to an action: they go with every call that does not bring its own of that name. Pure. */
public record BoundParameters(@Nullable ObjectNode values) {
    /** Annotation of a function with such parameters: a JSON object. */
    public static final String ANNOTATION = "openwhisk.weft.dev/parameters";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Those of {@code function}; an annotation that is no JSON object binds nothing. */
    public static BoundParameters of(Function function) {
        String said = function.metadata().annotations().get(ANNOTATION);
        try {
            return new BoundParameters(said != null && JSON.readTree(said) instanceof ObjectNode all ? all : null);
        } catch (JacksonException noJson) {
            return new BoundParameters(null);
        }
    }

    /** {@code parameters}, a JSON object, and these. */
    byte[] with(byte[] parameters) {
        ObjectNode all = values;
        if (all == null) {
            return parameters;
        }
        ObjectNode merged = all.deepCopy();
        for (var each : JSON.readTree(parameters).properties()) {
            JsonNode value = each.getValue();
            merged.set(each.getKey(), value);
        }
        return JSON.writeValueAsBytes(merged);
    }
}
