// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * One end of a function, as {@code function.json} has it: its trigger, an input or an output.
 *
 * @param name the parameter's; {@code $return} for what the function returns
 * @param type for example {@code httpTrigger}
 * @param out whether values go out
 * @param settings everything it says of itself
 */
record Binding(String name, String type, boolean out, JsonNode settings) {
    static final String RETURN = "$return";

    static Binding of(String name, JsonNode settings) {
        return new Binding(
                name,
                settings.path("type").asString(""),
                settings.path("direction").asString("in").equalsIgnoreCase("out"),
                settings);
    }

    boolean trigger() {
        return type.toLowerCase(Locale.ROOT).endsWith("trigger");
    }

    boolean is(String other) {
        return type.equalsIgnoreCase(other);
    }

    /** The route as written; empty where there is none. */
    String route() {
        return settings.path("route").asString("");
    }

    /** The methods in upper case; empty where every one is taken. */
    List<String> methods() {
        List<String> methods = new ArrayList<>();
        settings.path("methods").forEach(each -> methods.add(each.asString("").toUpperCase(Locale.ROOT)));
        return methods;
    }

    /** Whether it takes many values at once. */
    boolean many() {
        return settings.path("cardinality").asString("one").equalsIgnoreCase("many");
    }
}
