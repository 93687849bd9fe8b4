// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Code Engine's limits. Sources: IBM's documentation; those of inline code from memory. Pure. */
final class CodeEngineLimits {
    /** One call of a function. */
    static final Duration FUNCTION_TIMEOUT_MAX = Duration.ofMinutes(2);

    /** One request of an app. */
    static final Duration APP_TIMEOUT_MAX = Duration.ofMinutes(10);

    /** Bytes of code that stand in the function itself; more is a code bundle in a registry. */
    static final long INLINE_BYTES_MAX = 100 * 1024;

    /** Instances of an app. */
    static final int INSTANCES_MAX = 250;

    /** Requests that one instance of an app serves at once. */
    static final int CONCURRENCY_MAX = 1000;

    /** Characters of a key of a secret. */
    static final int SECRET_KEY_MAX = 253;

    /** Bytes of a secret: Kubernetes' own limit, for Code Engine's secrets are its. */
    static final long SECRET_BYTES_MAX = 1 << 20;

    static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");

    /** Runtimes of functions. */
    static final Set<String> RUNTIMES = Set.of("nodejs-20", "nodejs-22", "nodejs-24", "python-3.11", "python-3.13");

    private final boolean apps;

    CodeEngineLimits(boolean apps) {
        this.apps = apps;
    }

    List<Mistake> check(Wanted wanted, Packing packing) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = wanted.function().spec();
        if (!NAME.matcher(wanted.name()).matches()) {
            mistakes.add(Mistake.at(
                    "metadata.name",
                    wanted.name(),
                    "must be at most 63 lower-case letters, digits and '-' on Code Engine, beginning with a letter"));
        }
        if (Size.holding(spec.memory().bytes(), apps ? Size.OF_APPS : Size.OF_FUNCTIONS)
                .isEmpty()) {
            mistakes.add(Mistake.at(
                    "spec.memory",
                    spec.memory().toString(),
                    "must be at most " + (apps ? "32G" : "4G") + " on Code Engine, which gives the next of "
                            + (apps ? "0.25G, 0.5G, 1G, 2G, 4G, 8G, 16G and 32G" : "1G, 2G and 4G")));
        }
        Duration most = apps ? APP_TIMEOUT_MAX : FUNCTION_TIMEOUT_MAX;
        if (spec.timeout().compareTo(most) > 0 || spec.timeout().toMillis() % 1000 != 0) {
            mistakes.add(Mistake.at(
                    "spec.timeout",
                    spec.timeout().toMillis() + "ms",
                    "must be 1s to " + most.toSeconds() + "s in whole seconds on Code Engine"));
        }
        if (spec.architecture() == Function.Architecture.ARM64) {
            mistakes.add(Mistake.at("spec.architecture", "arm64", "must be amd64 on Code Engine"));
        }
        if (apps) {
            app(spec, wanted, mistakes);
        } else {
            function(spec, wanted, packing, mistakes);
        }
        EntityDocument.env(wanted, packing).keySet().stream()
                .filter(name -> EntityDocument.RESERVED.contains(name) || name.startsWith("CE_"))
                .sorted()
                .forEach(name -> mistakes.add(Mistake.at(
                        "spec.env." + name,
                        null,
                        "must have another name on Code Engine: CE_… are its own, and WEFT_APPLICATION, WEFT_FUNCTION,"
                                + " WEFT_CODE, WEFT_SETTINGS and WEFT_DIGEST are Weft's")));
        secrets(wanted, mistakes);
        return mistakes;
    }

    private static void secrets(Wanted wanted, List<Mistake> mistakes) {
        long bytes = 0;
        for (Map.Entry<String, String> each : wanted.secret().entrySet()) {
            bytes += each.getKey().length() + each.getValue().getBytes(StandardCharsets.UTF_8).length;
            if (each.getKey().length() > SECRET_KEY_MAX) {
                mistakes.add(Mistake.at(
                        "spec.env." + each.getKey(),
                        null,
                        "must have at most " + SECRET_KEY_MAX + " characters to be a key of a Code Engine secret"));
            }
        }
        if (bytes > SECRET_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.env",
                    bytes + " bytes of secrets",
                    "must be at most " + SECRET_BYTES_MAX + " bytes, names too: they are kept in one secret"));
        }
    }

    private static void app(Function.Spec spec, Wanted wanted, List<Mistake> mistakes) {
        if (!(wanted.artifact() instanceof Artifact.Image)) {
            mistakes.add(Mistake.at("spec.code", null, "must be an image for an app of Code Engine"));
        }
        if (spec.maxInstances() > INSTANCES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.maxInstances",
                    Integer.toString(spec.maxInstances()),
                    "must be at most " + INSTANCES_MAX + " on Code Engine"));
        }
        if (spec.minInstances() > spec.maxInstances()) {
            mistakes.add(Mistake.at(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "must be at most spec.maxInstances, " + spec.maxInstances()));
        }
        if (spec.concurrency() > CONCURRENCY_MAX) {
            mistakes.add(Mistake.at(
                    "spec.concurrency",
                    Integer.toString(spec.concurrency()),
                    "must be at most " + CONCURRENCY_MAX + " on Code Engine"));
        }
        if (spec.appProtocol() == Function.AppProtocol.H2C) {
            mistakes.add(Mistake.at(
                    "spec.appProtocol", "h2c", "must be http: Weft does not set Code Engine's port up for h2c"));
        }
    }

    private static void function(Function.Spec spec, Wanted wanted, Packing packing, List<Mistake> mistakes) {
        String runtime = EntityDocument.runtime(packing.runtime());
        if (!RUNTIMES.contains(runtime)) {
            mistakes.add(
                    Mistake.at(
                            "spec.runtime",
                            spec.runtime(),
                            "must be nodejs:20, nodejs:22, nodejs:24, python:3.11 or python:3.13 for a function of Code Engine"));
        }
        if (wanted.artifact() instanceof Artifact.Archive archive && archive.bytes() > INLINE_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.code",
                    archive.bytes() + " bytes",
                    "must be at most " + INLINE_BYTES_MAX + " bytes packed, which is what stands in a function of Code"
                            + " Engine itself; a larger one is a code bundle in a registry, named by spec.code.image"));
        }
        if (spec.minInstances() > 0) {
            mistakes.add(Mistake.at(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "must be 0 for a function of Code Engine, which keeps none started"));
        }
    }
}
