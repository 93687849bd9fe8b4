// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A value for an output binding whose service isn't here: a queue, a table. It is said in the function's log, and an
 * event's outcome carries it as an attribute; an HTTP caller isn't told.
 */
record Undelivered(String name, String type, JsonNode value) {
    /** Longer values are cut in the log and left out of attributes. */
    static final int VALUE_CHARS_MAX = 4 * 1024;

    static final String ATTRIBUTE = "weft-output-";

    private static final JsonMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Those among a custom handler's outputs. */
    static List<Undelivered> of(AzureFunction function, @Nullable JsonNode outputs, @Nullable JsonNode returned) {
        List<Undelivered> all = new ArrayList<>();
        for (Binding each : function.otherOutputs()) {
            JsonNode value = each.name().equals(Binding.RETURN)
                    ? returned
                    : outputs == null ? null : CustomAnswer.field(outputs, each.name());
            if (value != null && !value.isNull()) {
                all.add(new Undelivered(each.name(), each.type(), value));
            }
        }
        return all;
    }

    String sentence() {
        String text = ASCII.writeValueAsString(value);
        return "Output binding '%s' was set and went nowhere: no service of type %s is here. Value: %s"
                .formatted(name, type, text.substring(0, Math.min(text.length(), VALUE_CHARS_MAX)));
    }

    /** All of them as an outcome's attributes. */
    static Headers attributes(List<Undelivered> all) {
        Headers.Builder attributes = Headers.builder();
        for (Undelivered each : all) {
            String text = ASCII.writeValueAsString(each.value());
            String name = each.name().replaceAll("[^A-Za-z0-9_-]", "");
            if (text.length() <= VALUE_CHARS_MAX && !name.isEmpty()) {
                attributes.add(ATTRIBUTE + name, text);
            }
        }
        return attributes.build();
    }
}
