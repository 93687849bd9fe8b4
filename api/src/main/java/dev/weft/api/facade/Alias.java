// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.resource.Function;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A name for one version of a function, or for two with a share of the calls each. It is kept as an annotation of the function, so
 * that it is the same for the clients of all vendors that have such names. Pure.
 *
 * @param version a version's number; {@link Versions#LATEST} for the function as it is now
 * @param weights shares of the calls that go to another version, from 0 to 1; at most one
 */
public record Alias(String name, String version, String description, Map<String, Double> weights) {
    /** Aliases of one function. */
    public static final int EACH_MAX = 100;

    private static final String ANNOTATION = Draft.ITSELF + "alias.";
    private static final String FORM = "alias\n";

    public Alias {
        weights = Map.copyOf(weights);
    }

    /** The annotation that an alias of that name is kept as. */
    public static String annotation(String name) {
        return ANNOTATION + name;
    }

    /** The alias of that name; null where {@code function} has none. */
    public static @Nullable Alias of(Function function, String name) {
        return read(name, function.metadata().annotations().get(annotation(name)));
    }

    /** All of a function's, by name. */
    public static Map<String, Alias> all(Map<String, String> annotations) {
        Map<String, Alias> all = new TreeMap<>();
        annotations.forEach((key, value) -> {
            if (key.startsWith(ANNOTATION)) {
                String name = key.substring(ANNOTATION.length());
                Alias alias = read(name, value);
                if (alias != null) {
                    all.put(name, alias);
                }
            }
        });
        return all;
    }

    /** What {@link #kept} wrote; null where it is something else. */
    private static @Nullable Alias read(String name, @Nullable String kept) {
        if (kept == null || !kept.startsWith(FORM)) {
            return null;
        }
        String[] lines = kept.split("\n", 3);
        String[] parts = lines.length < 3 ? new String[0] : lines[1].split(" ", -1);
        try {
            return switch (parts.length) {
                case 1 -> new Alias(name, parts[0], lines[2], Map.of());
                case 3 -> new Alias(name, parts[0], lines[2], Map.of(parts[1], Double.parseDouble(parts[2])));
                default -> null;
            };
        } catch (NumberFormatException others) {
            return null;
        }
    }

    /** What the annotation holds: a first line that says so, versions and share, the description. */
    public String kept() {
        StringBuilder kept = new StringBuilder(FORM).append(version);
        weights.forEach(
                (other, share) -> kept.append(' ').append(other).append(' ').append(share));
        return kept.append('\n').append(description).toString();
    }

    /** Whether calls of it may reach that version. */
    public boolean leadsTo(String other) {
        return version.equals(other) || weights.containsKey(other);
    }

    /** The version that one call goes to. */
    public String pick(RandomGenerator random) {
        double at = weights.isEmpty() ? 1 : random.nextDouble();
        for (Map.Entry<String, Double> each : weights.entrySet()) {
            if (at < each.getValue()) {
                return each.getKey();
            }
        }
        return version;
    }
}
