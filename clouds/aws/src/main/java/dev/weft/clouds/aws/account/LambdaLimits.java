// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

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

/** Lambda's quotas and rules for one function. Source: AWS Lambda developer guide, "Lambda quotas". Pure. */
final class LambdaLimits {
    /** Least memory. */
    static final long MEMORY_MIB_MIN = 128;

    /** Most memory. */
    static final long MEMORY_MIB_MAX = 10_240;

    /** Longest call. */
    static final Duration TIMEOUT_MAX = Duration.ofMinutes(15);

    /** A zip file that comes with the request; larger ones go by way of S3. */
    static final long PACKAGE_BYTES_MAX = 50L << 20;

    /** What is in a zip file. */
    static final long UNPACKED_BYTES_MAX = 250L << 20;

    /** Names and values of the environment. */
    static final int ENV_BYTES_MAX = 4 << 10;

    /** A function's name. */
    static final int NAME_CHARACTERS_MAX = 64;

    /** Tags of a function. */
    static final int TAGS_MAX = 50;

    /** A tag's value, and with it all names of labels together. */
    static final int TAG_VALUE_CHARACTERS_MAX = 256;

    private static final int WEFTS_TAGS = 7;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1," + NAME_CHARACTERS_MAX + "}");
    private static final Pattern ENV_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]+");
    private static final Pattern TAG_TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");
    private static final Set<String> RESERVED_ENV = Set.of(
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_EXECUTION_ENV",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_LAMBDA_MAX_CONCURRENCY",
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR");

    private final List<Mistake> mistakes = new ArrayList<>();

    private LambdaLimits() {}

    /** Everything that is wrong with {@code wanted}. */
    static List<Mistake> check(Wanted wanted, Packing packing, AccountOptions options) {
        LambdaLimits limits = new LambdaLimits();
        Function.Spec spec = wanted.function().spec();
        limits.name(wanted);
        limits.memory(spec);
        limits.timeout(spec);
        limits.instances(spec);
        limits.environment(wanted, packing);
        limits.labels(wanted);
        limits.artifact(wanted, packing, options.bucket() != null);
        return List.copyOf(limits.mistakes);
    }

    private void name(Wanted wanted) {
        if (!NAME.matcher(wanted.name()).matches()) {
            boolean own = wanted.name().equals(wanted.function().name());
            wrong(
                    own ? "metadata.name" : "spec.placement.clouds.as",
                    wanted.name(),
                    "Lambda takes names of up to %d letters, digits, '-' and '_'".formatted(NAME_CHARACTERS_MAX));
        }
    }

    private void memory(Function.Spec spec) {
        long mebibytes = spec.memory().mebibytes();
        if (spec.memory().bytes() != mebibytes << 20 || mebibytes < MEMORY_MIB_MIN || mebibytes > MEMORY_MIB_MAX) {
            wrong(
                    "spec.memory",
                    spec.memory().toString(),
                    "Lambda gives whole mebibytes from %dMi to %dMi".formatted(MEMORY_MIB_MIN, MEMORY_MIB_MAX));
        }
    }

    private void timeout(Function.Spec spec) {
        Duration timeout = spec.timeout();
        boolean whole = timeout.equals(Duration.ofSeconds(timeout.toSeconds()));
        if (!whole || timeout.toSeconds() < 1 || timeout.compareTo(TIMEOUT_MAX) > 0) {
            wrong(
                    "spec.timeout",
                    timeout.toMillis() + "ms",
                    "Lambda counts whole seconds from 1s to %ds".formatted(TIMEOUT_MAX.toSeconds()));
        }
    }

    private void instances(Function.Spec spec) {
        if (spec.minInstances() > 0) {
            wrong(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "instances kept started need provisioned concurrency, which Weft does not set on Lambda; write 0");
        }
    }

    private void environment(Wanted wanted, Packing packing) {
        int bytes = 0;
        for (Map.Entry<String, String> each :
                LambdaSettings.env(wanted, packing).entrySet()) {
            bytes += each.getKey().getBytes(StandardCharsets.UTF_8).length
                    + each.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > ENV_BYTES_MAX) {
            wrong(
                    "spec.env",
                    bytes + " bytes",
                    "names and values together are at most %d bytes on Lambda".formatted(ENV_BYTES_MAX));
        }
        for (String name : wanted.env().keySet()) {
            String field = "spec.env." + name;
            if (RESERVED_ENV.contains(name)) {
                wrong(field, null, "Lambda sets this variable itself; take another name");
            } else if (name.startsWith(LambdaSettings.OWN_ENV)) {
                wrong(field, null, "variables that begin with WEFT_ are Weft's own; take another name");
            } else if (!ENV_NAME.matcher(name).matches()) {
                wrong(field, null, "Lambda takes names of two or more letters, digits and '_', a letter first");
            }
        }
    }

    private void labels(Wanted wanted) {
        Map<String, String> labels = LambdaTags.labels(wanted);
        labels.forEach((name, value) -> {
            boolean taken = name.startsWith("aws:") || name.startsWith("weft.dev/") || name.contains(" ");
            if (taken || name.length() > 128 || !TAG_TEXT.matcher(name).matches()) {
                wrong(
                        "metadata.labels." + name,
                        value,
                        "labels become tags: up to 128 letters, digits and _.:/=+-@, not beginning with aws: or weft.dev/");
            } else if (value.length() > TAG_VALUE_CHARACTERS_MAX
                    || !TAG_TEXT.matcher(value).matches()) {
                wrong(
                        "metadata.labels." + name,
                        value,
                        "labels become tags: a value has up to %d letters, digits, spaces and _.:/=+-@"
                                .formatted(TAG_VALUE_CHARACTERS_MAX));
            }
        });
        int names = String.join(" ", labels.keySet()).length();
        if (labels.size() > TAGS_MAX - WEFTS_TAGS || names > TAG_VALUE_CHARACTERS_MAX) {
            wrong(
                    "metadata.labels",
                    "%d labels with %d characters of names".formatted(labels.size(), names),
                    "labels become tags: at most %d, whose names together have at most %d characters"
                            .formatted(TAGS_MAX - WEFTS_TAGS, TAG_VALUE_CHARACTERS_MAX));
        }
    }

    private void artifact(Wanted wanted, Packing packing, boolean bucket) {
        switch (wanted.artifact()) {
            case Artifact.Archive archive -> {
                String field = packing.form() == Packing.Form.JAR ? "spec.code.jar" : "spec.code.path";
                if (archive.bytes() > PACKAGE_BYTES_MAX && !bucket) {
                    wrong(
                            field,
                            archive.bytes() + " bytes packed",
                            "Lambda itself takes packages of up to %d bytes; larger ones go by S3: name a bucket of the region by spec.account.bucket of the cloud, leave out what the function does not need, or use an image"
                                    .formatted(PACKAGE_BYTES_MAX));
                }
                if (archive.unpackedBytes() > UNPACKED_BYTES_MAX) {
                    wrong(
                            field,
                            archive.unpackedBytes() + " bytes",
                            "Lambda takes up to %d bytes of code, unpacked".formatted(UNPACKED_BYTES_MAX));
                }
            }
            case Artifact.Image image -> {
                if (!image.reference().contains("@sha256:")) {
                    wrong("spec.code.image", image.reference(), "Lambda needs an image's digest: name@sha256:…");
                }
            }
        }
    }

    private void wrong(String field, @org.jspecify.annotations.Nullable String value, String message) {
        mistakes.add(Mistake.at(field, value, message));
    }
}
