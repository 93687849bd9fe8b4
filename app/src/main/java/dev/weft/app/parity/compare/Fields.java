// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import dev.weft.app.parity.cases.CaseFile.Ignore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The header fields of two answers. */
final class Fields {
    private static final String COOKIE = "set-cookie";
    private static final String TYPE = "content-type";
    private static final String ENCODING = "content-encoding";

    /** What a cloud that compresses adds, and what varies with that. */
    private static final Set<String> ELSEWHERE = Set.of(COOKIE, TYPE, ENCODING);

    /** Fields that are lists, in which the space after a comma means nothing. */
    private static final Set<String> LISTS =
            Set.of("vary", "allow", "cache-control", "content-language", "accept-ranges", "pragma", "link");

    private static final String CORS = "access-control-";

    private final Masks masks;
    private final List<Difference> found = new ArrayList<>();

    private Fields(Masks masks) {
        this.masks = masks;
    }

    /** In what {@code first} and {@code other} differ, but for media type and encoding, which are looked at with the body. */
    static List<Difference> compare(Heard.Response first, Heard.Response other, Ignore ignore, Masks masks) {
        Fields fields = new Fields(masks);
        Set<String> left = ignore.headers().stream()
                .map(each -> each.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        Map<String, List<String>> here = byName(first);
        Map<String, List<String>> there = byName(other);
        Set<String> names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        names.removeIf(each -> left.contains(each) || Rightful.field(each) || ELSEWHERE.contains(each));
        for (String name : names) {
            fields.field(name, here.getOrDefault(name, List.of()), there.getOrDefault(name, List.of()));
        }
        if (!left.contains(COOKIE)) {
            fields.cookies(here.getOrDefault(COOKIE, List.of()), there.getOrDefault(COOKIE, List.of()));
        }
        return fields.found;
    }

    private static Map<String, List<String>> byName(Heard.Response response) {
        Map<String, List<String>> byName = new TreeMap<>();
        response.headers()
                .forEach(each -> byName.computeIfAbsent(each.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                        .add(each.value().strip()));
        return byName;
    }

    private void field(String name, List<String> first, List<String> other) {
        if (first.isEmpty()) {
            found.add(new Difference.HeaderExtra(name, Excerpt.text(String.join(", ", other))));
        } else if (other.isEmpty()) {
            found.add(new Difference.HeaderMissing(name, Excerpt.text(String.join(", ", first))));
        } else if (first.size() == 1 && other.size() == 1) {
            boolean list = LISTS.contains(name) || name.startsWith(CORS);
            if (!(list ? joined(first) : masks.over(first.getFirst()))
                    .equals(list ? joined(other) : masks.over(other.getFirst()))) {
                found.add(new Difference.HeaderValue(
                        name, Excerpt.text(first.getFirst()), Excerpt.text(other.getFirst())));
            }
        } else if (!joined(first).equals(joined(other))) {
            found.add(new Difference.HeaderValues(name, several(first), several(other)));
        }
    }

    /** Several lines of one field mean what one with commas does (RFC 9110, 5.3). */
    private String joined(List<String> values) {
        return masks.over(
                values.stream().map(each -> each.replaceAll("\\s*,\\s*", ", ")).collect(Collectors.joining(", ")));
    }

    private static String several(List<String> values) {
        return Excerpt.text(values.size() + ": " + String.join(" | ", values));
    }

    /** By name; the order of cookies of different names, and of attributes, means nothing. */
    private void cookies(List<String> first, List<String> other) {
        Map<String, List<String>> here = cookiesByName(first);
        Map<String, List<String>> there = cookiesByName(other);
        Set<String> names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        for (String name : names) {
            List<String> one = here.getOrDefault(name, List.of());
            List<String> two = there.getOrDefault(name, List.of());
            if (!one.equals(two)) {
                found.add(new Difference.Cookie(name, cookie(one), cookie(two)));
            }
        }
    }

    private Map<String, List<String>> cookiesByName(List<String> lines) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        for (String line : lines) {
            String[] parts = line.split(";", -1);
            String name = parts[0].split("=", 2)[0].strip();
            Set<String> attributes = new TreeSet<>();
            for (int i = 1; i < parts.length; i++) {
                String[] attribute = parts[i].split("=", 2);
                String said = attribute[0].strip().toLowerCase(Locale.ROOT);
                if (!said.isEmpty()) {
                    attributes.add(
                            attribute.length == 1
                                    ? said
                                    : said + '=' + attribute[1].strip().toLowerCase(Locale.ROOT));
                }
            }
            byName.computeIfAbsent(name, each -> new ArrayList<>()).add(masks.over(parts[0].strip() + attributes));
        }
        return byName;
    }

    /** Without its value, which may let somebody in. */
    private static String cookie(List<String> said) {
        return said.isEmpty()
                ? "(absent)"
                : Excerpt.text(said.stream()
                        .map(each -> each.replaceFirst("=[^\\[]*\\[", "=…["))
                        .collect(Collectors.joining(" | ")));
    }
}
