// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.resource.Function;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Versions of a function: each is a function of its own in Weft, with the code and settings that the function had when it was
 * published, and the same for the clients of all vendors that have versions. Pure but for what it asks {@link Functions}.
 */
public final class Versions {
    /** What stands for the function as it is now. */
    public static final String LATEST = "";

    /** Annotation of a version: its number. */
    public static final String VERSION = "weft.dev/version";

    /** Annotation of a function that is as it was when it was last published: that version. */
    public static final String PUBLISHED = Draft.ITSELF + "published-as";

    /** Annotation of a function: the number that its next version will have. */
    private static final String NEXT = Draft.ITSELF + "next-version";

    private static final Set<String> UNVERSIONED = Set.of("events", "maxInstances");
    private static final FacadeAnswer NOTHING = new FacadeAnswer(404, Headers.none(), new byte[0]);
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private Versions() {}

    /** Whether {@code text} can be the number of a version. */
    public static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /** What a version is called in Weft of what its client calls {@code function}. */
    public static String name(String function, String version) {
        return version.equals(LATEST) ? Names.weft(function) : Names.weft(function + "--v" + version);
    }

    /** Which version {@code served} is. */
    public static String of(Function served) {
        return served.metadata().annotations().getOrDefault(VERSION, LATEST);
    }

    /** The version that {@code qualifier} means for one call: its number, or an alias; null where there is no such alias. */
    public static @Nullable String meant(Function function, String qualifier) {
        if (qualifier.equals(LATEST) || isNumber(qualifier)) {
            return qualifier;
        }
        Alias alias = Alias.of(function, qualifier);
        return alias == null ? null : alias.pick(ThreadLocalRandom.current());
    }

    /** The function itself; null where there is none that its client calls so. */
    public static @Nullable Served latest(Functions functions, String namespace, String name) {
        return find(functions, namespace, name, LATEST);
    }

    /** One version; null where there is none. */
    public static @Nullable Served find(Functions functions, String namespace, String name, String version) {
        Served found = functions.find(namespace, name(name, version));
        return found == null || !found.shownName().equals(name) ? null : found;
    }

    /** All of a function, itself first. */
    public static List<Served> all(Functions functions, String namespace, String name) {
        return functions.versions(namespace, Names.weft(name)).stream()
                .sorted(Comparator.comparingInt((Served each) -> number(of(each.function()))))
                .toList();
    }

    private static int number(String version) {
        return isNumber(version) ? Integer.parseInt(version) : 0;
    }

    /** A function and the version of it that is made now. */
    public record Published(Draft function, Draft version) {
        /** Of the version. */
        public String number() {
            return String.valueOf(version.annotations().get(VERSION));
        }
    }

    /** The next version of {@code function}. */
    public static Published publish(Draft function) {
        String number = function.annotations().getOrDefault(NEXT, "1");
        String shown = function.annotations().getOrDefault(Draft.NAME, function.name());
        Map<String, String> annotations = new TreeMap<>(function.annotations());
        annotations.keySet().removeIf(each -> each.startsWith(Draft.ITSELF));
        annotations.put(Draft.NAME, shown);
        annotations.put(Draft.VERSION_OF, function.name());
        annotations.put(VERSION, number);
        Draft version = new Draft(
                name(shown, number), function.labels(), annotations, function.spec(), function.env(), function.home());
        return new Published(
                function.with(NEXT, Integer.toString(Integer.parseInt(number) + 1))
                        .with(PUBLISHED, number),
                version);
    }

    /** The version that {@code function} still is; null where it was never published, was changed since, or that one is gone. */
    public static @Nullable Served same(Functions functions, String namespace, Draft function) {
        String number = function.annotations().get(PUBLISHED);
        return number == null
                ? null
                : find(functions, namespace, function.annotations().getOrDefault(Draft.NAME, function.name()), number);
    }

    /**
     * What {@code put} makes of {@code before}: an image is kept as code is, and with other code or settings it is not as it was
     * published any more. How many instances there may be, and what becomes of events, is no part of a version.
     */
    public static Edited.Put settled(@Nullable Draft before, Edited.Put put) {
        String image = before == null || put.zip() != null ? null : before.image();
        Draft draft = image == null || put.draft().image() != null
                ? put.draft()
                : put.draft().withImage(image);
        boolean same = put.zip() == null
                && before != null
                && versioned(before).equals(versioned(draft))
                && before.env().equals(draft.env());
        return new Edited.Put(
                same || !put.versions().isEmpty() ? draft : draft.with(PUBLISHED, null), put.zip(), put.versions());
    }

    private static Map<String, Object> versioned(Draft draft) {
        Map<String, Object> spec = new TreeMap<>(draft.spec());
        spec.keySet().removeAll(UNVERSIONED);
        return spec;
    }

    /** The names of {@code function}'s aliases that lead to {@code version}: for as long as there are some, it stays. */
    public static List<String> leading(Function function, String version) {
        return Alias.all(function.metadata().annotations()).values().stream()
                .filter(each -> each.leadsTo(version))
                .map(Alias::name)
                .toList();
    }

    /** Deletes one version of {@code function}, to which no alias leads. */
    public static Changed delete(Functions functions, String namespace, Served function, String version)
            throws InterruptedException {
        if (version.equals(function.function().metadata().annotations().get(PUBLISHED))) {
            Changed _ = functions.put(
                    namespace,
                    function.function().metadata().name(),
                    before -> before == null
                            ? new Edited.Leave(NOTHING)
                            : new Edited.Put(before.with(PUBLISHED, null), null));
        }
        return functions.delete(namespace, name(function.shownName(), version));
    }
}
