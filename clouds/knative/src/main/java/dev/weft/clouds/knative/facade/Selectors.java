// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Which documents are meant: {@code labelSelector} and {@code fieldSelector}, as Kubernetes writes them. Pure. */
record Selectors(Predicate<JsonNode> all) {
    /** Terms of one selector. */
    static final int TERMS_MAX = 100;

    private static final String KEY = "[A-Za-z0-9][-A-Za-z0-9_./]{0,316}";
    private static final String VALUE = "[-A-Za-z0-9_.]{0,63}";
    private static final Pattern TERM = Pattern.compile(" *(?:(?<key>" + KEY + ") *(?<equal>==|=|!=) *(?<value>" + VALUE
            + ")|(?<set>" + KEY + ") +(?<in>in|notin) *\\((?<values>[^()]{0,2000})\\)|(?<not>! *)?(?<exists>" + KEY
            + ")) *(?:,|$)");
    private static final Pattern FIELD = Pattern.compile("([A-Za-z0-9_./-]{1,200})(==|=|!=)([A-Za-z0-9_.-]{0,253})");

    static Selectors of(Map<String, String> query) throws Wrong {
        List<Predicate<JsonNode>> terms = new ArrayList<>();
        labels(query.getOrDefault("labelSelector", ""), terms);
        fields(query.getOrDefault("fieldSelector", ""), terms);
        return new Selectors(document -> terms.stream().allMatch(each -> each.test(document)));
    }

    boolean matches(JsonNode document) {
        return all.test(document);
    }

    private static void labels(String selector, List<Predicate<JsonNode>> terms) throws Wrong {
        Matcher term = TERM.matcher(selector);
        int at = 0;
        while (at < selector.length()) {
            if (!term.find(at) || term.start() != at || terms.size() == TERMS_MAX) {
                throw Wrong.request(
                        "unable to parse requirement: labelSelector has terms such as a=b, a!=b, a in (b,c), a"
                                + " and !a, at most " + TERMS_MAX);
            }
            at = term.end();
            terms.add(label(term));
        }
    }

    private static Predicate<JsonNode> label(Matcher term) {
        String key = term.group("key");
        if (key != null) {
            String value = term.group("value");
            boolean equal = !term.group("equal").equals("!=");
            return document -> value.equals(labelOf(document, key)) == equal;
        }
        String set = term.group("set");
        if (set != null) {
            Set<String> values = new HashSet<>();
            for (String each : term.group("values").split(",", -1)) {
                values.add(each.trim());
            }
            boolean in = term.group("in").equals("in");
            return document -> {
                String value = labelOf(document, set);
                return (value != null && values.contains(value)) == in;
            };
        }
        String exists = term.group("exists");
        boolean there = term.group("not") == null;
        return document -> (labelOf(document, exists) != null) == there;
    }

    private static @Nullable String labelOf(JsonNode document, String key) {
        JsonNode value = document.path("metadata").path("labels").path(key);
        return value.isString() ? value.asString() : null;
    }

    private static void fields(String selector, List<Predicate<JsonNode>> terms) throws Wrong {
        if (selector.isEmpty()) {
            return;
        }
        for (String each : selector.split(",", TERMS_MAX)) {
            Matcher field = FIELD.matcher(each.trim());
            if (!field.matches()
                    || !(field.group(1).equals("metadata.name")
                            || field.group(1).equals("metadata.namespace"))) {
                throw Wrong.request(
                        "field label not supported: fieldSelector knows metadata.name and metadata.namespace");
            }
            String name = field.group(1).substring("metadata.".length());
            String value = field.group(3);
            boolean equal = !field.group(2).equals("!=");
            terms.add(document ->
                    document.path("metadata").path(name).asString("").equals(value) == equal);
        }
    }
}
