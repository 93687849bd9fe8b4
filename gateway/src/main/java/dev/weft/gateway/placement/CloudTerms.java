// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a placement may ask of a cloud.
 *
 * @param premises whether it is on machines of one's own
 * @param price of calls there; null where nobody knows
 * @param priceFrom who says so, in words for people
 * @param withheld the functions whose calls must not go there, by name, each with what is lacking in words for people
 */
public record CloudTerms(
        String name,
        Map<String, String> labels,
        boolean premises,
        Cloud.@Nullable Price price,
        String priceFrom,
        Map<String, String> withheld) {
    /** Of a cloud that nothing is known of but its name. */
    public static CloudTerms unknown(String name) {
        return new CloudTerms(name, Map.of(), false, null, "nobody", Map.of());
    }

    /** Why calls of {@code function} must not go there; null where they may. */
    public @Nullable String unmet(Function function) {
        String lacking = withheld.get(function.name());
        if (lacking != null) {
            return lacking;
        }
        Map<String, String> require = function.spec().placement().require();
        for (Map.Entry<String, String> wanted : new TreeMap<>(require).entrySet()) {
            String has = labels.get(wanted.getKey());
            if (!wanted.getValue().equals(has)) {
                String asked = wanted.getKey() + ": " + wanted.getValue();
                return has == null ? "lacks " + asked : "has " + wanted.getKey() + ": " + has + ", not " + asked;
            }
        }
        return null;
    }
}
