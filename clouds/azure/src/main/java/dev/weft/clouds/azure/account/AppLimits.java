// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every limit of Azure's that a function can break, all at once and before anything is sent. Pure. */
final class AppLimits {
    /** Characters of an app's name. */
    static final int NAME_CHARS_MAX = 60;
    /** Memory of an instance by consumption; nobody can choose another. */
    static final long CONSUMPTION_BYTES_MAX = 1_536L << 20;
    /** Memory of the largest instance of a plan of one's own. */
    static final long PLAN_BYTES_MAX = 14_336L << 20;
    /** Time of one call by consumption. */
    static final Duration CONSUMPTION_TIMEOUT_MAX = Duration.ofMinutes(10);
    /** Instances by consumption on Linux. */
    static final int CONSUMPTION_INSTANCES_MAX = 100;
    /** Memory of the largest instance on a Flex plan. */
    static final long FLEX_BYTES_MAX = 4_096L << 20;
    /** Instances on a Flex plan; the documents' own limit is the same. */
    static final int FLEX_INSTANCES_MAX = 1_000;
    /** Instances of an Elastic Premium app kept ready. */
    static final int READY_INSTANCES_MAX = 20;
    /** Size of a package; what one upload of this version's can be. */
    static final long PACKAGE_BYTES_MAX = 256L << 20;
    /** Size of what is in a package. */
    static final long UNPACKED_BYTES_MAX = 1L << 30;
    /** Size of the environment, names and values; Azure states none, so this is what Weft sends. */
    static final int ENV_BYTES_MAX = 60 << 10;
    /** Tags of a resource. */
    static final int TAGS_MAX = 50;
    /** Characters of a tag's name. */
    static final int TAG_NAME_CHARS_MAX = 512;
    /** Characters of a tag's value. */
    static final int TAG_VALUE_CHARS_MAX = 256;

    /** Application, function, code, settings, handler, labels. */
    private static final int OWN_TAGS = 6;

    /** What was released, on a Flex plan. */
    private static final int FLEX_TAGS = 1;

    /** Runtimes that the Linux consumption plan got before it stopped getting any. */
    private static final Set<String> CONSUMPTION_RUNTIMES =
            Set.of("custom", "Node|20", "Node|22", "Java|8", "Java|11", "Java|17", "Java|21");

    /** Runtimes of Flex plans among those that Weft deploys. */
    private static final Set<String> FLEX_RUNTIMES =
            Set.of("custom", "Node|20", "Node|22", "Node|24", "Java|11", "Java|17", "Java|21", "Java|25");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])");
    private static final Pattern TAG_NAME = Pattern.compile("[^<>%&\\\\?/,]+");

    private final List<Mistake> mistakes = new ArrayList<>();
    private final Wanted wanted;
    private final Function.Spec spec;
    private final boolean consumption;
    private final boolean flex;

    private AppLimits(Wanted wanted, AzureOptions options) {
        this.wanted = wanted;
        this.spec = wanted.function().spec();
        this.consumption = options.plan() == null;
        this.flex = options.flex();
    }

    static List<Mistake> check(Wanted wanted, Packing packing, AzureOptions options) {
        AppLimits limits = new AppLimits(wanted, options);
        limits.name();
        limits.size();
        limits.time(packing);
        limits.instances(packing);
        limits.environment(packing);
        limits.labels();
        return limits.mistakes;
    }

    private void mistake(String field, @Nullable String value, String words) {
        mistakes.add(Mistake.at(field, value, words));
    }

    private void name() {
        String name = wanted.name();
        if (name.length() > NAME_CHARS_MAX || !NAME.matcher(name).matches()) {
            String field = name.equals(wanted.function().name()) ? "metadata.name" : "spec.placement.clouds";
            mistake(
                    field,
                    name,
                    "as the name of an Azure app it needs 2 to %d letters, digits and '-', not at its ends; placement.clouds[].as gives it another"
                            .formatted(NAME_CHARS_MAX));
        }
    }

    private void size() {
        long memory = spec.memory().bytes();
        long max = flex ? FLEX_BYTES_MAX : consumption ? CONSUMPTION_BYTES_MAX : PLAN_BYTES_MAX;
        if (memory > max) {
            mistake("spec.memory", spec.memory().toString(), larger());
        }
        if (wanted.artifact() instanceof Artifact.Archive archive) {
            if (archive.bytes() > PACKAGE_BYTES_MAX) {
                mistake(
                        "spec.code.path",
                        spec.code().path(),
                        "the package has %d bytes; at most %d are uploaded"
                                .formatted(archive.bytes(), PACKAGE_BYTES_MAX));
            }
            if (archive.unpackedBytes() > UNPACKED_BYTES_MAX) {
                mistake(
                        "spec.code.path",
                        spec.code().path(),
                        "unpacked the code has %d bytes; at most %d fit"
                                .formatted(archive.unpackedBytes(), UNPACKED_BYTES_MAX));
            }
        }
        if (spec.architecture() != Function.Architecture.AMD64) {
            mistake("spec.architecture", "arm64", "Azure Functions runs on amd64 only");
        }
    }

    private String larger() {
        if (flex) {
            return "an instance of a Flex Consumption plan has 512Mi, 2048Mi or 4096Mi, and no more; spec.account.plan names a larger plan";
        }
        return consumption
                ? "an instance of a consumption plan has 1536Mi, and no more; spec.account.plan: flex allows 4096Mi, and the name of a larger plan more"
                : "the largest instance of an Azure plan has 14336Mi";
    }

    private void time(Packing packing) {
        Duration timeout = spec.timeout();
        if (timeout.toMillis() % 1_000 != 0) {
            mistake(
                    "spec.timeout",
                    timeout.toMillis() + "ms",
                    "Azure counts whole seconds, for example %ds".formatted(timeout.toSeconds() + 1));
        }
        if (consumption && timeout.compareTo(CONSUMPTION_TIMEOUT_MAX) > 0) {
            mistake(
                    "spec.timeout",
                    timeout.toSeconds() + "s",
                    "a call on a consumption plan takes at most 600s; spec.account.plan: flex allows more");
        }
        if (consumption && !CONSUMPTION_RUNTIMES.contains(packing.runtime())) {
            mistake(
                    "spec.runtime",
                    spec.runtime(),
                    "Linux consumption plans get no new languages any more: node20, node22, java8, java11, java17, java21 or custom; or spec.account.plan: flex");
        }
        if (flex && !FLEX_RUNTIMES.contains(packing.runtime())) {
            mistake(
                    "spec.runtime",
                    spec.runtime(),
                    "Flex Consumption plans run node20, node22, node24, java11, java17, java21, java25 and custom");
        }
    }

    private void instances(Packing packing) {
        if (consumption && spec.minInstances() > 0) {
            mistake(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "a consumption plan keeps none started: 0, or spec.account.plan: flex");
        }
        if (flex && spec.minInstances() > spec.maxInstances()) {
            mistake(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "instances that are always ready count among spec.maxInstances, which is %d"
                            .formatted(spec.maxInstances()));
        }
        if (flex && spec.maxInstances() > FLEX_INSTANCES_MAX) {
            mistake(
                    "spec.maxInstances",
                    Integer.toString(spec.maxInstances()),
                    "a Flex Consumption plan has at most %d".formatted(FLEX_INSTANCES_MAX));
        }
        if (!consumption && !flex && spec.minInstances() > READY_INSTANCES_MAX) {
            mistake(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "an app keeps at most %d started".formatted(READY_INSTANCES_MAX));
        }
        if (consumption && spec.maxInstances() > CONSUMPTION_INSTANCES_MAX) {
            mistake(
                    "spec.maxInstances",
                    Integer.toString(spec.maxInstances()),
                    "a consumption plan on Linux has at most %d".formatted(CONSUMPTION_INSTANCES_MAX));
        }
        if (packing.form() != Packing.Form.ZIP) {
            mistake("spec.code.image", null, "Azure's function apps of this version take a folder: spec.code.path");
        }
    }

    private void environment(Packing packing) {
        long bytes = 0;
        for (Map.Entry<String, String> each : AppWords.env(wanted, packing).entrySet()) {
            bytes += utf8(each.getKey()) + utf8(each.getValue());
            if (AppSettings.written(each.getKey())) {
                mistake(
                        "spec.env." + each.getKey(),
                        null,
                        "Weft writes this setting of Azure's itself, from the rest of the document; leave it out");
            }
        }
        if (bytes > ENV_BYTES_MAX) {
            mistake(
                    "spec.env",
                    null,
                    "names and values have %d bytes together; at most %d".formatted(bytes, ENV_BYTES_MAX));
        }
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void labels() {
        Map<String, String> labels = wanted.function().metadata().labels();
        int own = OWN_TAGS + (flex ? FLEX_TAGS : 0);
        if (labels.size() > TAGS_MAX - own) {
            mistake(
                    "metadata.labels",
                    Integer.toString(labels.size()),
                    "an Azure resource has at most %d tags, and Weft needs %d".formatted(TAGS_MAX, own));
        }
        labels.forEach((name, value) -> {
            String tag = AppTags.name(name);
            if (tag.length() > TAG_NAME_CHARS_MAX || !TAG_NAME.matcher(tag).matches()) {
                mistake("metadata.labels." + name, name, "a tag's name on Azure has none of < > % & \\ ? and no comma");
            }
            if (tag.toLowerCase(Locale.ROOT).startsWith("weft.dev:")) {
                mistake("metadata.labels." + name, name, "names that begin with weft.dev/ are Weft's own");
            }
            if (value.length() > TAG_VALUE_CHARS_MAX) {
                mistake(
                        "metadata.labels." + name,
                        value.length() + " characters",
                        "a tag's value on Azure has at most %d".formatted(TAG_VALUE_CHARS_MAX));
            }
        });
        int joined =
                labels.keySet().stream().mapToInt(each -> each.length() + 1).sum();
        if (joined > TAG_VALUE_CHARS_MAX) {
            mistake(
                    "metadata.labels",
                    joined + " characters",
                    "their names together must fit a tag of %d characters".formatted(TAG_VALUE_CHARS_MAX));
        }
    }
}
