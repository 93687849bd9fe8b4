// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What Knative Serving takes of a function, and what it refuses, in the user's words. Pure. */
final class KnativePacking {
    /** Seconds of one call, unless the cluster's configuration says otherwise. */
    static final long TIMEOUT_SECONDS_MAX = 600;

    /** Calls one instance serves at once. */
    static final int CONCURRENCY_MAX = 1000;

    /** Bytes of a Secret, which holds the environment. */
    static final int ENV_BYTES_MAX = 1 << 20;

    /** How long an unused instance is kept. */
    static final Duration IDLE_MAX = Duration.ofHours(1);

    /** Variables that Knative sets. */
    private static final Set<String> RESERVED = Set.of("PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION");

    private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern LABEL_NAME =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    private KnativePacking() {}

    /** Images only; the contracts whose servers Knative itself speaks to. */
    static Packed pack(Function function, Path code) {
        Function.Spec spec = function.spec();
        return switch (spec.contract()) {
            case HTTP, CLOUDEVENTS ->
                new Packed.As(new Packing(Packing.Form.IMAGE, "", Map.of(), spec.command(), Map.of(), "", ""));
            case AWS_LAMBDA, AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, OPENWHISK, FN, ALIBABA_FC ->
                Adapters.packing(function, code, Target.KNATIVE);
        };
    }

    /** Every limit that is broken. */
    static List<Mistake> check(Wanted wanted, long timeoutSecondsMax) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = wanted.function().spec();
        if (!NAME.matcher(wanted.name()).matches()) {
            mistakes.add(Mistake.at(
                    "metadata.name",
                    wanted.name(),
                    "Knative's names have up to 63 lower-case letters, digits and '-' and begin with a letter; say another"
                            + " one in spec.placement.clouds[].as"));
        }
        long millis = spec.timeout().toMillis();
        if (millis % 1000 != 0 || millis == 0 || millis > timeoutSecondsMax * 1000) {
            mistakes.add(Mistake.at(
                    "spec.timeout",
                    millis + "ms",
                    "Knative counts whole seconds, from 1 to " + timeoutSecondsMax
                            + " in this cluster; if its config-defaults allow more, say so in spec.account.timeoutMax of"
                            + " the Cloud"));
        }
        if (spec.concurrency() > CONCURRENCY_MAX) {
            mistakes.add(
                    Mistake.at("spec.concurrency", Integer.toString(spec.concurrency()), "at most " + CONCURRENCY_MAX));
        }
        if (spec.maxInstances() > 0 && spec.minInstances() > spec.maxInstances()) {
            mistakes.add(Mistake.at(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "must not be more than spec.maxInstances, " + spec.maxInstances()));
        }
        if (spec.idleTimeout().compareTo(IDLE_MAX) > 0 || spec.idleTimeout().toMillis() % 1000 != 0) {
            mistakes.add(Mistake.at(
                    "spec.idleTimeout",
                    spec.idleTimeout().toMillis() + "ms",
                    "Knative keeps an unused instance for whole seconds, at most " + IDLE_MAX.toSeconds()));
        }
        environment(wanted, mistakes);
        labels(wanted.function(), mistakes);
        if (!(wanted.artifact() instanceof Artifact.Image)) {
            mistakes.add(Mistake.at("spec.code.path", null, "Knative runs container images only; give code.image"));
        }
        return mistakes;
    }

    private static void environment(Wanted wanted, List<Mistake> mistakes) {
        int bytes = 0;
        for (Map.Entry<String, String> each : wanted.env().entrySet()) {
            String name = each.getKey();
            bytes += name.length() + each.getValue().getBytes(StandardCharsets.UTF_8).length;
            if (RESERVED.contains(name) || name.startsWith("K_")) {
                mistakes.add(Mistake.at("spec.env." + name, null, "Knative sets this variable itself"));
            } else if (ServiceDocument.ownEnv(name)) {
                mistakes.add(Mistake.at(
                        "spec.env." + name, null, "names that begin with WEFT_ are Weft's own; choose another"));
            }
        }
        if (bytes > ENV_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.env",
                    bytes + " bytes",
                    "names and values may take " + ENV_BYTES_MAX + " bytes together: they are kept in a Secret"));
        }
    }

    private static void labels(Function function, List<Mistake> mistakes) {
        function.metadata().labels().forEach((name, value) -> {
            if (!LABEL_NAME.matcher(name).matches()
                    || !LABEL_VALUE.matcher(value).matches()
                    || !ServiceDocument.usersLabel(name)) {
                mistakes.add(Mistake.at(
                        "metadata.labels." + name,
                        value,
                        "is no label in Kubernetes: letters, digits, '-', '_' and '.', at most 63 of them, and a name"
                                + " that is neither Weft's nor Knative's"));
            }
        });
    }
}
