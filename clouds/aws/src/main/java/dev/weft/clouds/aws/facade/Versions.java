// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Names;
import dev.weft.api.resource.Function;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Versions of a function: each is a function of its own in Weft, with the code and settings that the function had when it was
 * published. Pure but for what it asks {@link Functions}.
 */
final class Versions {
    /** Annotation of a function: the number that its next version will have. */
    private static final String NEXT = "aws.weft.dev/next-version";

    /** Annotation of a function that is as it was when it was last published: that version. */
    static final String PUBLISHED = "aws.weft.dev/published-as";

    private Versions() {}

    /** What a version is called in Weft. */
    static String name(String function, String version) {
        return version.equals(LambdaName.LATEST) ? Names.weft(function) : Names.weft(function + "--v" + version);
    }

    /** Which version {@code served} is. */
    static String of(Function served) {
        return served.metadata().annotations().getOrDefault(LambdaPayload.VERSION, LambdaName.LATEST);
    }

    /** The version that {@code qualifier} means for one call; null where there is no such alias. */
    static @Nullable String meant(Function function, @Nullable String qualifier) {
        if (qualifier == null || qualifier.equals(LambdaName.LATEST)) {
            return LambdaName.LATEST;
        }
        if (qualifier.matches("[0-9]{1,9}")) {
            return qualifier;
        }
        Alias alias = Alias.of(function, qualifier);
        return alias == null ? null : alias.pick(ThreadLocalRandom.current());
    }

    /** The function itself; null where there is none of that name. */
    static @Nullable Served latest(Functions functions, String namespace, String name) {
        Served found = functions.find(namespace, Names.weft(name));
        return found == null || !found.shownName().equals(name) ? null : found;
    }

    /** The one that {@code name} means, for who wants to see it; null where there is none. An alias stands for its first version. */
    static @Nullable Served find(Functions functions, String namespace, LambdaName name) {
        Served latest = latest(functions, namespace, name.function());
        String qualifier = name.qualifier();
        if (latest == null || name.latest() || qualifier == null) {
            return latest;
        }
        Alias alias = Alias.of(latest.function(), qualifier);
        Served found = functions.find(namespace, name(name.function(), alias == null ? qualifier : alias.version()));
        return found == null || !found.shownName().equals(name.function()) ? null : found;
    }

    /** All of a function, itself first. */
    static List<Served> all(Functions functions, String namespace, String name) {
        return functions.versions(namespace, Names.weft(name)).stream()
                .sorted(Comparator.comparingInt((Served each) -> number(of(each.function()))))
                .toList();
    }

    private static int number(String version) {
        return version.matches("[0-9]{1,9}") ? Integer.parseInt(version) : 0;
    }

    /** A function and the version of it that is made now. */
    record Published(Draft function, Draft version) {
        String number() {
            return String.valueOf(version.annotations().get(LambdaPayload.VERSION));
        }
    }

    /** The next version of {@code function}. */
    static Published publish(Draft function, @Nullable String description) {
        String number = function.annotations().getOrDefault(NEXT, "1");
        String shown = function.annotations().getOrDefault(Draft.NAME, function.name());
        Map<String, String> annotations = new TreeMap<>(function.annotations());
        annotations.keySet().removeIf(each -> Alias.annotates(each) || Settings.annotates(each));
        annotations.remove(NEXT);
        annotations.remove(PUBLISHED);
        annotations.put(Draft.NAME, shown);
        annotations.put(Draft.VERSION_OF, function.name());
        annotations.put(LambdaPayload.VERSION, number);
        if (description != null) {
            annotations.put(Described.DESCRIPTION, description);
        }
        Draft version = new Draft(
                name(shown, number), function.labels(), annotations, function.spec(), function.env(), function.home());
        return new Published(
                function.with(NEXT, Integer.toString(Integer.parseInt(number) + 1))
                        .with(PUBLISHED, number),
                version);
    }
}
