// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Weft's own tags among a function's: the four of {@link Ownership}, and one more with the hash of the image's reference, which
 * tells whether somebody put another image there since. Pure.
 *
 * @param prefix what Weft's names begin with
 * @param foreign what names begin with that are neither Weft's nor the user's, for example the cloud's own
 */
record Tags(String prefix, List<String> foreign) {
    /** Of a Fn server: annotations, whose names may hold nearly everything. */
    static final Tags ANNOTATIONS = new Tags("weft.dev/", List.of("fnproject.io/", "oracle.com/"));

    /** Of OCI: free-form tags, whose names hold no dot. */
    static final Tags FREEFORM = new Tags("weft-", List.of());

    /** How many they are. */
    static final int OWN = 5;

    private static final String IMAGE = "image";

    /** What is written for {@code owner}, of a function that runs {@code image}. */
    Map<String, String> written(Ownership owner, String image) {
        Map<String, String> all = new TreeMap<>();
        owner.tags().forEach((name, value) -> all.put(name(name), value));
        all.put(prefix + IMAGE, hash(image));
        return all;
    }

    private String name(String tag) {
        return prefix + tag.substring(tag.indexOf('/') + 1);
    }

    private static String hash(String image) {
        return Ownership.hash(image.getBytes(StandardCharsets.UTF_8));
    }

    /** Whose function with these tags is; null where it is not Weft's. */
    @Nullable
    Ownership owner(Map<String, String> all) {
        String application = all.get(name(Ownership.APPLICATION));
        String function = all.get(name(Ownership.FUNCTION));
        return application == null || function == null
                ? null
                : new Ownership(
                        application,
                        function,
                        all.getOrDefault(name(Ownership.CODE), ""),
                        all.getOrDefault(name(Ownership.SETTINGS), ""));
    }

    /** Whether the image, by any of its {@code names}, is another one than when they were written. */
    boolean touched(Map<String, String> all, String... names) {
        String written = all.get(prefix + IMAGE);
        return owner(all) != null
                && Arrays.stream(names).noneMatch(each -> hash(each).equals(written));
    }

    /** Whether a user may not give a tag of that name. */
    boolean reserved(String name) {
        return name.startsWith(prefix) || foreign.stream().anyMatch(name::startsWith);
    }

    /** Those that are the user's. */
    Map<String, String> users(Map<String, String> all) {
        Map<String, String> users = new TreeMap<>(all);
        users.keySet().removeIf(this::reserved);
        return users;
    }

    /** The image that {@code wanted} runs. */
    static String image(Wanted wanted) {
        return switch (wanted.artifact()) {
            case Artifact.Image image -> image.reference();
            case Artifact.Archive archive ->
                throw new IllegalStateException(
                        wanted + " comes as " + archive.form() + ", and functions of Oracle's clouds are images");
        };
    }

    /** What {@code wanted} is to carry. */
    static Ownership owner(Wanted wanted, Map<String, String> settings) {
        return new Ownership(
                wanted.application(),
                wanted.function().name(),
                wanted.artifact().hash(),
                Ownership.hash(settings));
    }
}
