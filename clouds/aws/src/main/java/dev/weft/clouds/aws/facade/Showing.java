// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Alias;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lambda's operations that show functions, versions and aliases. Source: AWS Lambda API reference. */
record Showing(Operation operation, Key key, String region, Map<String, String> query) {
    /** Items in a list where the client names no number. */
    static final int ITEMS = 50;

    /** Items in a list at most. */
    static final int ITEMS_MAX = 10_000;

    /** All functions. */
    Wish list() throws Described.Wrong {
        boolean versions = "ALL".equals(query.get("FunctionVersion"));
        return page("Functions", "", functions -> functions.list(key.namespace()).stream()
                .sorted(Comparator.comparing(Served::shownName))
                .flatMap(each -> versions
                        ? Versions.all(functions, key.namespace(), each.shownName()).stream()
                        : Stream.of(each))
                .map(each -> versions ? qualified(each) : configuration(each))
                .toList());
    }

    /** How much there is, and the limit that clients of this façade meet. */
    Wish account() {
        return new Wish.Control(key, operation.action(), "", functions -> {
            List<Served> all = functions.list(key.namespace());
            long bytes = all.stream().mapToLong(Served::codeBytes).sum();
            return Answers.json(
                    200,
                    Map.of(
                            "AccountLimit",
                            Map.of("CodeSizeZipped", Described.ZIP_BYTES_MAX),
                            "AccountUsage",
                            Map.of("FunctionCount", all.size(), "TotalCodeSize", bytes)));
        });
    }

    /** What there is to see of one function. */
    Wish of(LambdaName name) throws Described.Wrong {
        return switch (operation.kind()) {
            case VERSIONS ->
                page("Versions", name.function(), functions -> {
                    List<Served> all = Versions.latest(functions, key.namespace(), name.function()) == null
                            ? List.of()
                            : Versions.all(functions, key.namespace(), name.function());
                    return all.isEmpty()
                            ? null
                            : all.stream().map(this::qualified).toList();
                });
            case ALIASES ->
                page("Aliases", name.function(), functions -> {
                    Served found = Versions.latest(functions, key.namespace(), name.function());
                    String version = query.get("FunctionVersion");
                    return found == null
                            ? null
                            : Alias.all(found.function().metadata().annotations()).values().stream()
                                    .filter(each -> version == null || each.leadsTo(Versions.kept(version)))
                                    .map(each -> AliasForm.shown(each, arn(name.function())))
                                    .toList();
                });
            case ALIAS ->
                control(name, functions -> {
                    Served found = Versions.latest(functions, key.namespace(), name.function());
                    Alias alias = found == null ? null : Alias.of(found.function(), operation.alias());
                    return alias == null
                            ? Answers.noAlias(arn(name.function()) + ':' + operation.alias())
                            : Answers.json(200, AliasForm.shown(alias, arn(name.function())));
                });
            default ->
                control(name, functions -> {
                    Served found = Versions.find(functions, key.namespace(), name);
                    return found == null ? Answers.absent(arn(name)) : shown(found, name.latest());
                });
        };
    }

    private FacadeAnswer shown(Served found, boolean latest) {
        Map<String, Object> configuration = latest ? configuration(found) : qualified(found);
        return Answers.json(
                200,
                switch (operation.kind()) {
                    case GET -> whole(configuration, found);
                    case CONFIGURATION -> configuration;
                    case TAGS -> Map.of("Tags", found.function().metadata().labels());
                    case RESERVED -> Answers.reserved(found);
                    default -> throw new IllegalStateException(operation.action() + " shows nothing");
                });
    }

    /** Code is not handed out, so there is no place of it. */
    private static Map<String, Object> whole(Map<String, Object> configuration, Served found) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("Configuration", configuration);
        Map<String, String> tags = found.function().metadata().labels();
        if (!tags.isEmpty()) {
            whole.put("Tags", tags);
        }
        Map<String, Object> reserved = Answers.reserved(found);
        if (!reserved.isEmpty()) {
            whole.put("Concurrency", reserved);
        }
        return whole;
    }

    private Map<String, Object> configuration(Served served) {
        return Answers.configuration(served, arn(served.shownName()));
    }

    /** With the version in its ARN. */
    private Map<String, Object> qualified(Served served) {
        return Answers.configuration(served, arn(served.shownName()) + ':' + Versions.of(served.function()));
    }

    private String arn(String function) {
        return LambdaName.arn(region, key.namespace(), function);
    }

    private String arn(LambdaName name) {
        return arn(name.function()) + (name.qualifier() == null ? "" : ':' + name.qualifier());
    }

    private Wish control(LambdaName name, Wish.Work work) {
        return new Wish.Control(key, operation.action(), name.function(), work);
    }

    /** A page of what {@code all} has; the marker names the last item of the page before. */
    private Wish page(String field, String on, Function<Functions, @Nullable List<Map<String, Object>>> all)
            throws Described.Wrong {
        int most = most();
        String marker = query.getOrDefault("Marker", "");
        return new Wish.Control(key, operation.action(), on, functions -> {
            List<Map<String, Object>> found = all.apply(functions);
            if (found == null) {
                return Answers.absent(arn(on));
            }
            List<Map<String, Object>> rest = found.subList(after(marker, found), found.size());
            Map<String, Object> page = new LinkedHashMap<>();
            page.put(field, rest.stream().limit(most).toList());
            if (rest.size() > most) {
                page.put("NextMarker", item(rest.get(most - 1)));
            }
            return Answers.json(200, page);
        });
    }

    /** Where the page begins; where the item has gone meanwhile, with the next by name. */
    private static int after(String marker, List<Map<String, Object>> all) {
        List<String> items = all.stream().map(Showing::item).toList();
        int there = items.indexOf(marker);
        return there >= 0
                ? there + 1
                : (int) items.stream()
                        .takeWhile(each -> each.compareTo(marker) <= 0)
                        .count();
    }

    /** Name and version of a function, or an alias's name. */
    private static String item(Map<String, Object> shown) {
        Object function = shown.get("FunctionName");
        return function == null ? String.valueOf(shown.get("Name")) : function + ":" + shown.get("Version");
    }

    private int most() throws Described.Wrong {
        String text = query.getOrDefault("MaxItems", "");
        if (text.isEmpty()) {
            return ITEMS;
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > ITEMS_MAX) {
            throw Described.wrong("MaxItems '" + Said.value(text) + "' must be from 1 to " + ITEMS_MAX);
        }
        return Integer.parseInt(text);
    }
}
