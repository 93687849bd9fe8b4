// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.Ownership;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Weft's tags on an app, and the document's labels among them. Azure's tag names have no slash: a colon stands for it. Tags of
 * others are not ours to change: which labels are ours a tag of its own says.
 */
final class AppTags {
    /** The function that calls are for, where the document names one. */
    static final String HANDLER = "weft.dev/handler";
    /** Names of the labels, joined by commas. */
    static final String LABELS = "weft.dev/labels";

    /** What stood for the code in a Flex app's container when Weft had put it there. */
    static final String RELEASED = "weft.dev/released";

    private static final String OURS = "weft.dev/";

    private AppTags() {}

    /** As Azure writes a tag's name. */
    static String name(String ours) {
        return ours.replace('/', ':');
    }

    /** What an app's {@code tags} say, by our names. */
    static Map<String, String> read(JsonNode tags) {
        Map<String, String> read = new TreeMap<>();
        tags.properties().forEach(each -> {
            String name = each.getKey();
            // Azure keeps the case of a name but compares without it
            boolean ours = name.toLowerCase(java.util.Locale.ROOT).startsWith(name(OURS));
            read.put(
                    ours ? name.toLowerCase(java.util.Locale.ROOT).replaceFirst(":", "/") : name,
                    each.getValue().asString(""));
        });
        return read;
    }

    static @Nullable Ownership owner(Map<String, String> tags) {
        String application = tags.get(Ownership.APPLICATION);
        String function = tags.get(Ownership.FUNCTION);
        if (application == null || function == null) {
            return null;
        }
        return new Ownership(
                application,
                function,
                tags.getOrDefault(Ownership.CODE, ""),
                tags.getOrDefault(Ownership.SETTINGS, ""));
    }

    /** The document's labels among {@code tags}, by the names that Azure has. */
    static Map<String, String> labels(Map<String, String> tags) {
        Map<String, String> labels = new TreeMap<>();
        for (String each : listed(tags.get(LABELS))) {
            String value = tags.get(each);
            if (value != null) {
                labels.put(each, value);
            }
        }
        return labels;
    }

    static List<String> listed(@Nullable String joined) {
        return joined == null || joined.isEmpty() ? List.of() : Arrays.asList(joined.split(",", -1));
    }

    /** Everything that is to stand on the app, but for the hashes. */
    static Map<String, String> wanted(String application, String function, String handler, Map<String, String> labels) {
        Map<String, String> tags =
                new TreeMap<>(Map.of(Ownership.APPLICATION, application, Ownership.FUNCTION, function));
        if (!handler.isEmpty()) {
            tags.put(HANDLER, handler);
        }
        Map<String, String> named = new TreeMap<>();
        labels.forEach((name, value) -> named.put(name(name), value));
        if (!named.isEmpty()) {
            tags.put(LABELS, String.join(",", named.keySet()));
            tags.putAll(named);
        }
        return tags;
    }

    /** The tags as Azure writes them. */
    static Map<String, String> written(Map<String, String> tags) {
        Map<String, String> written = new TreeMap<>();
        tags.forEach((name, value) -> written.put(name.startsWith(OURS) ? name(name) : name, value));
        return written;
    }
}
