// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of a Fn server, and those that OCI shares with it. Pure. Source: Fn server, api/models. */
final class FnChecks {
    static final int MEMORY_MEBIBYTES_MAX = 8192;
    static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);
    static final Duration IDLE_MAX = Duration.ofHours(1);
    static final int NAME_CHARACTERS_MAX = 255;
    static final int ANNOTATION_NAME_BYTES_MAX = 128;
    static final int ANNOTATION_BYTES_MAX = 512;
    static final int ANNOTATIONS_MAX = 100;

    private FnChecks() {}

    static List<Mistake> check(Wanted wanted) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = wanted.function().spec();
        name(wanted, mistakes);
        if (spec.memory().mebibytes() > MEMORY_MEBIBYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.memory",
                    spec.memory().toString(),
                    "a Fn server gives at most " + MEMORY_MEBIBYTES_MAX + "Mi"));
        }
        seconds("spec.timeout", spec.timeout(), TIMEOUT_MAX, "a Fn server", mistakes);
        seconds("spec.idleTimeout", spec.idleTimeout(), IDLE_MAX, "a Fn server", mistakes);
        if (spec.minInstances() > 0) {
            mistakes.add(Mistake.at(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "a Fn server starts containers when calls come and keeps none ahead: leave it 0"));
        }
        variables(wanted.env(), mistakes);
        wanted.env().forEach((name, value) -> {
            if (value.isEmpty()) {
                mistakes.add(Mistake.at(
                        "spec.env." + name,
                        null,
                        "its value is empty, which a Fn server takes for one that is to be removed: leave it out"));
            }
        });
        annotations(wanted.function().metadata().labels(), mistakes);
        return mistakes;
    }

    /** The name, of either cloud. */
    static void name(Wanted wanted, List<Mistake> mistakes) {
        if (!wanted.name().matches("[A-Za-z0-9_-]{1," + NAME_CHARACTERS_MAX + '}')) {
            mistakes.add(Mistake.at(
                    "spec.placement.clouds.as",
                    wanted.name(),
                    "a function is named with letters, digits, '-' and '_' here, at most " + NAME_CHARACTERS_MAX));
        }
    }

    /** Both clouds count whole seconds. */
    static void seconds(String field, Duration time, Duration most, String cloud, List<Mistake> mistakes) {
        if (time.compareTo(most) > 0) {
            mistakes.add(Mistake.at(field, words(time), cloud + " allows at most " + most.toSeconds() + "s"));
        } else if (time.toMillis() % 1000 != 0) {
            mistakes.add(Mistake.at(
                    field,
                    words(time),
                    cloud + " counts whole seconds: " + (time.toSeconds() + 1) + "s would be right"));
        }
    }

    private static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    /** Variables that either cloud, or Weft, sets itself. */
    static void variables(Map<String, String> env, List<Mistake> mistakes) {
        for (String name : env.keySet()) {
            if (name.startsWith("FN_") || name.startsWith(Words.OWN_VARIABLE)) {
                mistakes.add(Mistake.at(
                        "spec.env." + name,
                        null,
                        "names that begin with FN_ are Fn's and those with WEFT_ are Weft's: choose another"));
            }
        }
    }

    private static void annotations(Map<String, String> labels, List<Mistake> mistakes) {
        if (labels.size() > ANNOTATIONS_MAX - Tags.OWN) {
            mistakes.add(Mistake.at(
                    "metadata.labels",
                    Integer.toString(labels.size()),
                    "a Fn server keeps " + ANNOTATIONS_MAX + " annotations of a function, and Weft needs " + Tags.OWN));
        }
        labels.forEach((name, value) -> {
            String field = "metadata.labels." + name;
            if (Tags.ANNOTATIONS.reserved(name)) {
                mistakes.add(Mistake.at(
                        field,
                        value,
                        "names that begin with weft.dev/, fnproject.io/ or oracle.com/ are" + " not the user's"));
            } else if (!name.matches("[!-~]+") || bytes(name) > ANNOTATION_NAME_BYTES_MAX) {
                mistakes.add(Mistake.at(
                        field,
                        value,
                        "an annotation's name is of ASCII characters without spaces, at most "
                                + ANNOTATION_NAME_BYTES_MAX));
            }
            if (value.isEmpty()) {
                mistakes.add(Mistake.at(field, value, "a Fn server takes no empty annotation: give it a value"));
            } else if (bytes(Json.quoted(value)) > ANNOTATION_BYTES_MAX) {
                mistakes.add(Mistake.at(
                        field, value, "an annotation is at most " + ANNOTATION_BYTES_MAX + " bytes of JSON"));
            }
        });
    }

    private static int bytes(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
