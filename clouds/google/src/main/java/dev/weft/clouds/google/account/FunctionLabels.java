// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.Ownership;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Weft's tags as Google's labels: keys of lower-case letters, digits, {@code _} and {@code -}, so {@code
 * weft.dev/application} is written {@code weft-dev_application}. Source: "Requirements for labels", Resource Manager.
 */
final class FunctionLabels {
    /** Labels of one function at most. */
    static final int LABELS_MAX = 64;

    /** Which tool deployed last: every one of Google's writes its own name there, so that it tells when code is not ours. */
    static final String TOOL = "deployment-tool";

    /** What Weft writes there. */
    static final String OURS = "weft";

    private static final Pattern KEY = Pattern.compile("[a-z][-_a-z0-9]{0,62}");
    private static final Pattern VALUE = Pattern.compile("[-_a-z0-9]{0,63}");
    private static final String KEY_SAYS =
            "Google's labels are named in lower-case letters, digits, '-' and '_', beginning with a letter, at most 63";
    private static final String VALUE_SAYS =
            "values of Google's labels are lower-case letters, digits, '-' and '_', at most 63";
    private static final Set<String> TAGS =
            Set.of(Ownership.APPLICATION, Ownership.FUNCTION, Ownership.CODE, Ownership.SETTINGS);

    private FunctionLabels() {}

    /** {@code tag} as a label's key. */
    static String key(String tag) {
        return tag.replace('.', '-').replace('/', '_');
    }

    /** Those of a function that is Weft's, together with its own. */
    static Map<String, String> of(Ownership owner, Map<String, String> own) {
        Map<String, String> labels = new TreeMap<>();
        own.forEach((key, value) -> labels.put(key(key), value));
        owner.tags().forEach((tag, value) -> labels.put(key(tag), value));
        labels.put(TOOL, OURS);
        return labels;
    }

    /** Who owns what has {@code labels}; null where they name nobody. */
    static @Nullable Ownership owner(JsonNode labels) {
        String application = labels.path(key(Ownership.APPLICATION)).asString("");
        String function = labels.path(key(Ownership.FUNCTION)).asString("");
        return application.isEmpty() || function.isEmpty()
                ? null
                : new Ownership(
                        application,
                        function,
                        labels.path(key(Ownership.CODE)).asString(""),
                        labels.path(key(Ownership.SETTINGS)).asString(""));
    }

    /** Those that are neither Weft's nor a deploying tool's. */
    static Map<String, String> own(JsonNode labels) {
        Map<String, String> own = new TreeMap<>();
        labels.properties().forEach(each -> {
            if (!ours(each.getKey())) {
                own.put(each.getKey(), each.getValue().asString(""));
            }
        });
        return own;
    }

    private static boolean ours(String label) {
        return label.equals(TOOL) || TAGS.stream().anyMatch(tag -> key(tag).equals(label));
    }

    /** Notes the labels of a document that Google would refuse. */
    static void check(String application, Map<String, String> own, List<Mistake> mistakes) {
        if (!VALUE.matcher(application).matches()) {
            mistakes.add(Mistake.at("application", application, "it is written as a label: " + VALUE_SAYS));
        }
        own.forEach((key, value) -> {
            String field = "metadata.labels." + key;
            if (!KEY.matcher(key(key)).matches()) {
                mistakes.add(Mistake.at(field, value, KEY_SAYS));
            } else if (key.startsWith("goog") || ours(key(key))) {
                mistakes.add(Mistake.at(field, value, "this label is Google's or Weft's own: choose another name"));
            } else if (!VALUE.matcher(value).matches()) {
                mistakes.add(Mistake.at(field, value, VALUE_SAYS));
            }
        });
        int most = LABELS_MAX - TAGS.size() - 1;
        if (own.size() > most) {
            mistakes.add(Mistake.at(
                    "metadata.labels",
                    Integer.toString(own.size()),
                    "a function has at most %d labels on Google, and Weft needs some of them: at most %d here"
                            .formatted(LABELS_MAX, most)));
        }
    }
}
