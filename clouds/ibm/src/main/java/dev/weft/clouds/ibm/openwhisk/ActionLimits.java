// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.EntityName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * OpenWhisk's limits. Those of memory and time are an operator's to set: an account says them where they are not the
 * usual ones. Source: OpenWhisk's application.conf. Pure.
 *
 * @param memoryMax in MiB
 * @param javaEnv whether its runtimes for Java hand an action its variables
 */
record ActionLimits(long memoryMax, Duration timeoutMax, boolean javaEnv) {
    /** MiB of one instance. */
    static final long MEMORY_MIN = 128;

    /** MiB of one instance where the operator says nothing else. */
    static final long MEMORY_MAX = 512;

    static final Duration TIMEOUT_MIN = Duration.ofMillis(100);

    /** Where the operator says nothing else. */
    static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

    /** Bytes of code as it is sent: base64 makes a third more of a zip file. */
    static final long CODE_BYTES_MAX = 48L << 20;

    /** Bytes of all parameters, the environment among them; of all annotations too. */
    static final long PARAMETERS_BYTES_MAX = 1 << 20;

    List<Mistake> check(Wanted wanted, Packing packing) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = wanted.function().spec();
        if (!EntityName.valid(wanted.name())) {
            mistakes.add(
                    Mistake.at(
                            "metadata.name",
                            wanted.name(),
                            "must be at most 256 letters, digits and _ @ . - on OpenWhisk, beginning with a letter, digit or _"));
        }
        long memory = spec.memory().mebibytes();
        if (memory < MEMORY_MIN || memory > memoryMax || spec.memory().bytes() % (1 << 20) != 0) {
            mistakes.add(Mistake.at(
                    "spec.memory",
                    spec.memory().toString(),
                    "must be " + MEMORY_MIN + "Mi to " + memoryMax + "Mi in whole Mi on OpenWhisk; account.memoryMax of"
                            + " the Cloud says where its operator allows more"));
        }
        if (spec.timeout().compareTo(TIMEOUT_MIN) < 0 || spec.timeout().compareTo(timeoutMax) > 0) {
            mistakes.add(Mistake.at(
                    "spec.timeout",
                    spec.timeout().toMillis() + "ms",
                    "must be 100ms to " + timeoutMax.toSeconds()
                            + "s on OpenWhisk; account.timeoutMax of the Cloud says"
                            + " where its operator allows more"));
        }
        if (spec.minInstances() > 0) {
            mistakes.add(Mistake.at(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "must be 0 on OpenWhisk: it keeps none started for one action"));
        }
        if (spec.architecture() == Function.Architecture.ARM64) {
            mistakes.add(Mistake.at("spec.architecture", "arm64", "must be amd64 on OpenWhisk: it offers no choice"));
        }
        size(wanted, mistakes);
        environment(wanted, packing, mistakes);
        wanted.function().metadata().labels().keySet().stream()
                .filter(label -> ActionDocument.RESERVED.contains(label) || label.startsWith("weft.dev/"))
                .forEach(
                        label -> mistakes.add(
                                Mistake.at(
                                        "metadata.labels." + label,
                                        label,
                                        "must have another name on OpenWhisk, where labels are annotations and this is one of its own")));
        return mistakes;
    }

    private static void size(Wanted wanted, List<Mistake> mistakes) {
        if (wanted.artifact() instanceof Artifact.Archive archive) {
            long sent = archive.form() == Packing.Form.TEXT ? archive.bytes() : (archive.bytes() + 2) / 3 * 4;
            if (sent > CODE_BYTES_MAX) {
                mistakes.add(Mistake.at(
                        "spec.code",
                        archive.bytes() + " bytes",
                        "must come to at most " + CODE_BYTES_MAX + " bytes as OpenWhisk takes code, in base64: "
                                + CODE_BYTES_MAX / 4 * 3 + " bytes packed"));
            }
        }
    }

    private void environment(Wanted wanted, Packing packing, List<Mistake> mistakes) {
        Map<String, String> env = ActionDocument.env(wanted, packing);
        if (!env.isEmpty() && !javaEnv && packing.runtime().startsWith("java:")) {
            mistakes.add(Mistake.at(
                    "spec.env",
                    String.join(", ", new TreeSet<>(env.keySet())),
                    "must be empty for Java on OpenWhisk, whose own runtime hands an action no variables; where its operator's"
                            + " does, account.javaEnv: \"true\" of the Cloud says so"));
        }
        long bytes = env.entrySet().stream()
                .mapToLong(each -> each.getKey().length() + each.getValue().getBytes(StandardCharsets.UTF_8).length + 2)
                .sum();
        if (bytes > PARAMETERS_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.env", null, "has " + bytes + " bytes; OpenWhisk takes at most " + PARAMETERS_BYTES_MAX));
        }
        env.keySet().stream()
                .filter(name -> name.startsWith("__OW_"))
                .forEach(name -> mistakes.add(Mistake.at(
                        "spec.env." + name, null, "must not begin with __OW_: OpenWhisk sets those itself")));
    }
}
