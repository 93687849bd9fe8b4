// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Google would refuse. Source: Cloud Run functions documentation, "Quotas", "Configure environment variables",
 * "Configure memory"; the function's resource in the Cloud Functions API v2; gcloud 528's own checks.
 */
final class GoogleLimits {
    /** Mebibytes of memory of an instance, least and most. */
    static final long MEMORY_MIN = 128;

    static final long MEMORY_MAX = 32 << 10;

    /** Seconds of a call that comes by HTTP. */
    static final long SECONDS_MAX = 3600;

    /** Bytes of all names and values of the environment. */
    static final long ENV_BYTES_MAX = 32 << 10;

    /** Bytes of one secret's value, and characters of its name. */
    static final long SECRET_BYTES_MAX = 64 << 10;

    static final int SECRET_NAME_MAX = 255;

    /** Bytes of the zip file: what a signed URL for an upload takes. */
    static final long ARCHIVE_BYTES_MAX = 100L << 20;

    /** Bytes of what is in it. */
    static final long UNPACKED_BYTES_MAX = 512L << 20;

    /** Files of one function's source that are taken over. */
    static final int FILES_MAX = 20_000;

    private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Set<String> RESERVED = Set.of(
            "FUNCTION_TARGET",
            "FUNCTION_SOURCE",
            "FUNCTION_CLASSPATH",
            "K_SERVICE",
            "K_REVISION",
            "K_CONFIGURATION",
            "PORT");

    private GoogleLimits() {}

    /** All that is wrong with {@code wanted}. */
    static List<Mistake> check(Wanted wanted, GoogleProject project) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = wanted.function().spec();
        if (!NAME.matcher(wanted.name()).matches()) {
            mistakes.add(
                    Mistake.at(
                            "metadata.name",
                            wanted.name(),
                            "a function's name on Google begins with a letter, has lower-case letters, digits and '-', ends with a"
                                    + " letter or digit, and has at most 63 characters; placement.clouds[].as may give it another"));
        }
        memory(spec, mistakes);
        long millis = spec.timeout().toMillis();
        if (millis % 1000 != 0 || millis < 1000 || millis > SECONDS_MAX * 1000) {
            mistakes.add(Mistake.at(
                    "spec.timeout", millis + "ms", "Google counts whole seconds, from 1s to " + SECONDS_MAX + "s"));
        }
        if (spec.minInstances() > spec.maxInstances()) {
            mistakes.add(Mistake.at(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "can't be more than spec.maxInstances, which is " + spec.maxInstances()));
        }
        if (spec.architecture() != Function.Architecture.AMD64) {
            mistakes.add(Mistake.at("spec.architecture", "arm64", "Google runs functions on amd64 only"));
        }
        env(wanted, mistakes);
        secrets(wanted, project, mistakes);
        FunctionLabels.check(wanted.application(), wanted.function().metadata().labels(), mistakes);
        artifact(wanted.artifact(), mistakes);
        return mistakes;
    }

    private static void memory(Function.Spec spec, List<Mistake> mistakes) {
        long mebibytes = spec.memory().mebibytes();
        boolean whole = spec.memory().bytes() % (1 << 20) == 0;
        if (!whole || mebibytes < MEMORY_MIN || mebibytes > MEMORY_MAX) {
            mistakes.add(Mistake.at(
                    "spec.memory",
                    spec.memory().toString(),
                    "Google gives whole mebibytes, from %dMi to %dGi".formatted(MEMORY_MIN, MEMORY_MAX >> 10)));
        }
    }

    private static void env(Wanted wanted, List<Mistake> mistakes) {
        long bytes = 0;
        for (Map.Entry<String, String> each : wanted.env().entrySet()) {
            if (!FunctionSecrets.of(wanted).contains(each.getKey())) {
                bytes += bytes(each.getKey()) + bytes(each.getValue());
            }
            if (RESERVED.contains(each.getKey()) || each.getKey().startsWith("X_GOOGLE_")) {
                mistakes.add(Mistake.at("spec.env." + each.getKey(), null, "Google reserves this name: leave it out"));
            }
        }
        if (bytes > ENV_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.env",
                    bytes + " bytes",
                    "names and values together have at most " + ENV_BYTES_MAX + " bytes on Google"));
        }
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void secrets(Wanted wanted, GoogleProject project, List<Mistake> mistakes) {
        FunctionSecrets.of(wanted).stream().sorted().forEach(name -> {
            String field = "spec.env." + name;
            long bytes = bytes(wanted.env().getOrDefault(name, ""));
            int id = FunctionSecrets.id(project, wanted.name(), name).length();
            if (bytes > SECRET_BYTES_MAX) {
                mistakes.add(Mistake.at(
                        field,
                        bytes + " bytes",
                        "Google's Secret Manager keeps at most " + SECRET_BYTES_MAX + " bytes in one secret"));
            } else if (bytes == 0) {
                mistakes.add(Mistake.at(
                        field,
                        null,
                        "Google's Secret Manager keeps no empty value: say ${plain:…} where it is no secret"));
            }
            if (id > SECRET_NAME_MAX) {
                mistakes.add(Mistake.at(
                        field,
                        null,
                        "its secret is named by region, function and variable, and that name would have " + id
                                + " characters; Google's Secret Manager takes " + SECRET_NAME_MAX));
            }
        });
    }

    private static void artifact(Artifact artifact, List<Mistake> mistakes) {
        switch (artifact) {
            case Artifact.Archive archive -> {
                if (archive.bytes() > ARCHIVE_BYTES_MAX) {
                    mistakes.add(Mistake.at(
                            "spec.code",
                            archive.bytes() + " bytes packed",
                            "Google takes at most " + ARCHIVE_BYTES_MAX
                                    + " bytes; leave out what the build installs, such as node_modules"));
                }
                if (archive.unpackedBytes() > UNPACKED_BYTES_MAX) {
                    mistakes.add(Mistake.at(
                            "spec.code",
                            archive.unpackedBytes() + " bytes",
                            "Google takes at most " + UNPACKED_BYTES_MAX
                                    + " bytes; leave out what the build installs, such as node_modules"));
                }
            }
            case Artifact.Image image ->
                mistakes.add(
                        Mistake.at("spec.code", image.reference(), "Google builds functions from a zip file itself"));
        }
    }
}
