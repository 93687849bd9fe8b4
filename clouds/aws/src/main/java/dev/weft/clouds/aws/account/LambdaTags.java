// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Wanted;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What Weft writes on a function as tags. Pure. */
final class LambdaTags {
    /** Lambda's digest of the package that was deployed: another one there means that somebody else put code there. */
    static final String PACKAGE = "weft.dev/package";

    /** How exchanges become events; only where that is not the usual way. */
    static final String PAYLOAD = "weft.dev/payload";

    /** Names of the document's labels, parted by spaces: tags that are not among them are not Weft's to compare. */
    static final String LABELS = "weft.dev/labels";

    /** On a function whose calls were sent back to an earlier version: what was put there last is meant to be another one. */
    static final String BACK = "weft.dev/back";

    /** The usual way. */
    static final String MAPPED = "mapped";

    /** What labels are called among settings. */
    static final String SETTING = "tag.";

    private LambdaTags() {}

    /** The tags that say whose a function is, and no more: what a function has that is being made. */
    static Map<String, String> claim(Wanted wanted) {
        return new TreeMap<>(Map.of(
                Ownership.APPLICATION, wanted.application(),
                Ownership.FUNCTION, wanted.function().name()));
    }

    /** All tags of a function that is deployed. */
    static Map<String, String> all(Wanted wanted, Map<String, String> settings, String digest) {
        Map<String, String> tags = new Ownership(
                        wanted.application(),
                        wanted.function().name(),
                        wanted.artifact().hash(),
                        Ownership.hash(settings))
                .tags();
        tags.put(PACKAGE, digest);
        String payload = LambdaSettings.payload(wanted.function().spec());
        if (!payload.equals(MAPPED)) {
            tags.put(PAYLOAD, payload);
        }
        Map<String, String> labels = labels(wanted);
        if (!labels.isEmpty()) {
            tags.put(LABELS, String.join(" ", labels.keySet()));
            tags.putAll(labels);
        }
        return tags;
    }

    /** The document's labels. */
    static Map<String, String> labels(Wanted wanted) {
        return new TreeMap<>(wanted.function().metadata().labels());
    }

    /** Those of {@code tags} that are a document's labels. */
    static Map<String, String> labels(Map<String, String> tags) {
        Map<String, String> labels = new TreeMap<>();
        for (String name : tags.getOrDefault(LABELS, "").split(" ", -1)) {
            String value = tags.get(name);
            if (value != null) {
                labels.put(name, value);
            }
        }
        return labels;
    }

    /** What the tags say; null where they say that it is nobody's. One that is not finished has empty hashes. */
    static @Nullable Ownership owner(Map<String, String> tags) {
        String application = tags.get(Ownership.APPLICATION);
        String function = tags.get(Ownership.FUNCTION);
        return application == null || function == null
                ? null
                : new Ownership(
                        application,
                        function,
                        tags.getOrDefault(Ownership.CODE, ""),
                        tags.getOrDefault(Ownership.SETTINGS, ""));
    }

    /** The tags in GetFunction's answer. */
    static Map<String, String> of(JsonNode function) {
        Map<String, String> tags = new TreeMap<>();
        function.path("Tags")
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asString("")));
        return tags;
    }
}
