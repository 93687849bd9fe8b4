// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Said;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A path of Azure's resource manager, whose words are compared without case. Pure.
 *
 * @param subscription empty where the path names none
 * @param group resource group; empty where the path names none
 * @param shape what follows: provider, types and, for each name, {@code *}; in lower case
 * @param type the same without names, as the client writes it
 * @param names what stands in place of each {@code *}
 */
record ArmPath(String subscription, String group, String shape, String type, List<String> names) {
    /** Types whose names are words of the API. */
    private static final Set<String> NAMED = Set.of("config", "host", "basicpublishingcredentialspolicies");

    private static final int SEGMENTS_MAX = 24;
    private static final String PROVIDERS = "providers";

    ArmPath {
        type = Said.message(type);
        names = List.copyOf(names);
    }

    /** The first name; empty where there is none. */
    String on() {
        return names.isEmpty() ? "" : names.getFirst();
    }

    /** What Azure calls an operation on it. */
    String action(String method) {
        return type
                + switch (method) {
                    case "GET", "HEAD" -> "/read";
                    case "PUT", "PATCH" -> "/write";
                    case "DELETE" -> "/delete";
                    default -> "/action";
                };
    }

    /** Null where the path is none. */
    static @Nullable ArmPath read(String path) {
        String[] parts = path.replaceAll("/+$", "").split("/", -1);
        if (parts.length < 2 || parts.length > SEGMENTS_MAX || !parts[0].isEmpty()) {
            return null;
        }
        List<String> all = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].isEmpty()) {
                return null;
            }
            all.add(decoded(parts[i]));
        }
        String subscription = take(all, "subscriptions");
        String group = subscription.isEmpty() ? "" : take(all, "resourcegroups");
        if (!group.isEmpty() && all.isEmpty()) {
            return new ArmPath(subscription, group, "resourcegroups/*", "resourceGroups", List.of(group));
        }
        if (!subscription.isEmpty() && all.isEmpty()) {
            return new ArmPath(subscription, "", "subscriptions/*", "subscriptions", List.of(subscription));
        }
        boolean provided = all.size() > 2
                && all.getFirst().equalsIgnoreCase(PROVIDERS)
                && !all.get(2).equalsIgnoreCase("register");
        return provided ? of(subscription, group, all.subList(1, all.size()), 1) : of(subscription, group, all, 0);
    }

    /** Both segments of {@code TYPE/NAME} at the beginning, if it is that type. */
    private static String take(List<String> all, String type) {
        if (all.size() < 2 || !all.getFirst().equalsIgnoreCase(type)) {
            return "";
        }
        String name = all.get(1);
        all.subList(0, 2).clear();
        return name;
    }

    /** @param first where the first type stands: what is before it is a provider */
    private static ArmPath of(String subscription, String group, List<String> segments, int first) {
        List<String> shape = new ArrayList<>(segments.subList(0, first));
        List<String> types = new ArrayList<>(shape);
        List<String> names = new ArrayList<>();
        for (int i = first; i < segments.size(); i++) {
            boolean name = (i - first) % 2 == 1;
            boolean word = name && NAMED.contains(segments.get(i - 1).toLowerCase(Locale.ROOT));
            if (name && !word) {
                names.add(segments.get(i));
            } else {
                types.add(segments.get(i));
            }
            shape.add(name && !word ? "*" : segments.get(i));
        }
        return new ArmPath(
                subscription, group, String.join("/", shape).toLowerCase(Locale.ROOT), String.join("/", types), names);
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException asItIs) {
            return segment;
        }
    }
}
