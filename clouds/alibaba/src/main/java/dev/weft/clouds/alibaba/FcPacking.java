// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.clouds.alibaba.account.FcDocument;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Function Compute takes of a function, and what it refuses, in the user's words. Pure but for looking into the folder. */
final class FcPacking {
    /** Bytes of a package that is sent with the request itself, as Weft does. */
    static final long PACKAGE_BYTES_MAX = 50L << 20;

    /** Bytes of a package that comes by OSS. */
    static final long BUCKET_BYTES_MAX = 500L << 20;

    /** Mebibytes of memory. */
    static final long MEMORY_MIN = 128;

    static final long MEMORY_MAX = 32_768;
    static final long MEMORY_STEP = 64;

    /** Seconds of one call. */
    static final long TIMEOUT_SECONDS_MAX = 86_400;

    /** Bytes of all names and values of the environment. */
    static final int ENV_BYTES_MAX = 4096;

    /** Calls one instance serves at once. */
    static final int CONCURRENCY_MAX = 200;

    /** Tags of a function, Weft's five among them. */
    static final int TAGS_MAX = 20;

    static final int TAG_CHARS_MAX = 128;

    /** What runs a server where the document names no runtime. */
    static final String SERVER_RUNTIME = "custom.debian12";

    private static final int OWN_TAGS = 5;
    private static final String PLACEHOLDER_HANDLER = "index.handler";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final Pattern CPU = Pattern.compile("[0-9]{1,2}(\\.[0-9]{1,2})?");

    private FcPacking() {}

    /** How the folder is packed. */
    static Packed pack(Function function, Path code) {
        Function.Spec spec = function.spec();
        String image = spec.code().image();
        if (image != null) {
            return not("spec.code.image", image, "Weft deploys folders to Alibaba, not images: code.path");
        }
        return switch (spec.contract()) {
            case ALIBABA_FC -> own(function, code);
            case HTTP -> server(function);
            case AWS_LAMBDA, AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, OPENWHISK, FN, CLOUDEVENTS ->
                Adapters.packing(function, code, Target.ALIBABA);
        };
    }

    private static Packed not(String field, @Nullable String value, String message) {
        return new Packed.Not(List.of(Mistake.at(field, value, message)));
    }

    private static Packed own(Function function, Path code) {
        Function.Spec spec = function.spec();
        List<Mistake> mistakes = FcChecks.onTheCloud(function, code);
        if (!mistakes.isEmpty()) {
            return new Packed.Not(mistakes);
        }
        String runtime = String.valueOf(spec.runtime());
        if (FcDocument.custom(runtime)) {
            List<String> command = spec.command().isEmpty() ? List.of("/code/" + FcChecks.BOOTSTRAP) : spec.command();
            return new Packed.As(program(runtime, command));
        }
        String handler = spec.handler();
        return new Packed.As(Packing.own(Packing.Form.ZIP, handler == null ? PLACEHOLDER_HANDLER : handler, runtime));
    }

    private static Packed server(Function function) {
        Function.Spec spec = function.spec();
        String runtime = spec.runtime() == null ? SERVER_RUNTIME : spec.runtime();
        if (!(FcRuntime.of(runtime) instanceof FcRuntime.Custom)) {
            return not(
                    "spec.runtime",
                    spec.runtime(),
                    "contract http runs on Alibaba as custom, custom.debian10, custom.debian11 or custom.debian12; "
                            + SERVER_RUNTIME + " where it is left out");
        }
        if (spec.command().isEmpty()) {
            return not("spec.command", null, "is needed, for example [node, server.js]: it starts the server on $PORT");
        }
        if (spec.appProtocol() == Function.AppProtocol.H2C) {
            return not("spec.appProtocol", "h2c", "Function Compute speaks HTTP/1.1 to functions: http");
        }
        return new Packed.As(program(runtime, spec.command()));
    }

    private static Packing program(String runtime, List<String> command) {
        return new Packing(Packing.Form.ZIP, "", Map.of(), command, Map.of(), PLACEHOLDER_HANDLER, runtime);
    }

    /** Every limit that is broken; large packages go by a bucket where there is one. */
    static List<Mistake> check(Wanted wanted, Packing packing, boolean bucket) {
        List<Mistake> mistakes = new ArrayList<>();
        Function function = wanted.function();
        Function.Spec spec = function.spec();
        if (!NAME.matcher(wanted.name()).matches()) {
            mistakes.add(Mistake.at(
                    "metadata.name",
                    wanted.name(),
                    "Function Compute's names have up to 64 letters, digits, '-' and '_' and begin with a letter or"
                            + " '_'; say another one in spec.placement.clouds[].as"));
        }
        memory(function, mistakes);
        long millis = spec.timeout().toMillis();
        if (millis % 1000 != 0 || millis == 0 || millis > TIMEOUT_SECONDS_MAX * 1000) {
            mistakes.add(Mistake.at(
                    "spec.timeout",
                    millis + "ms",
                    "Function Compute counts whole seconds from 1 to " + TIMEOUT_SECONDS_MAX));
        }
        boolean custom = FcDocument.custom(packing.runtime());
        if (custom && spec.concurrency() > CONCURRENCY_MAX) {
            mistakes.add(Mistake.at(
                    "spec.concurrency",
                    Integer.toString(spec.concurrency()),
                    "an instance of Function Compute serves at most " + CONCURRENCY_MAX + " calls at once"));
        }
        if (spec.minInstances() > 0) {
            mistakes.add(Mistake.at(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "Weft keeps no instances started on Alibaba; only 0 works there"));
        }
        environment(wanted, packing, mistakes);
        tags(function, mistakes);
        if (wanted.artifact() instanceof Artifact.Archive archive) {
            size(archive, bucket, mistakes);
        }
        if (!(wanted.artifact() instanceof Artifact.Archive)) {
            mistakes.add(Mistake.at("spec.code.image", null, "Weft deploys folders to Alibaba, not images: code.path"));
        }
        return mistakes;
    }

    private static void size(Artifact.Archive archive, boolean bucket, List<Mistake> mistakes) {
        if (archive.bytes() > PACKAGE_BYTES_MAX && !bucket) {
            mistakes.add(Mistake.at(
                    "spec.code.path",
                    archive.bytes() + " bytes",
                    "Function Compute itself takes packages of up to " + PACKAGE_BYTES_MAX + " bytes; larger ones go by"
                            + " OSS: name a bucket of the region by spec.account.bucket of the cloud, or leave out what the"
                            + " function does not need"));
        } else if (archive.bytes() > BUCKET_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.code.path",
                    archive.bytes() + " bytes",
                    "a package may have " + BUCKET_BYTES_MAX + " bytes packed; leave out what it does not need"));
        }
    }

    private static void memory(Function function, List<Mistake> mistakes) {
        long bytes = function.spec().memory().bytes();
        long mebibytes = function.spec().memory().mebibytes();
        if (bytes % (MEMORY_STEP << 20) != 0 || mebibytes < MEMORY_MIN || mebibytes > MEMORY_MAX) {
            long right = Math.clamp((mebibytes + MEMORY_STEP - 1) / MEMORY_STEP * MEMORY_STEP, MEMORY_MIN, MEMORY_MAX);
            mistakes.add(Mistake.at(
                    "spec.memory",
                    function.spec().memory().toString(),
                    "Function Compute has steps of %dMi from %dMi to %dMi, for example %dMi"
                            .formatted(MEMORY_STEP, MEMORY_MIN, MEMORY_MAX, right)));
        }
        String said = function.metadata().annotations().get(FcDocument.CPU);
        if (said == null) {
            return;
        }
        if (!CPU.matcher(said).matches() || !stepOf(new BigDecimal(said))) {
            mistakes.add(Mistake.at(
                    "metadata.annotations." + FcDocument.CPU, said, "must be steps of 0.05 from 0.05 to 16"));
            return;
        }
        BigDecimal cpu = new BigDecimal(said);
        BigDecimal gibibytes = BigDecimal.valueOf(mebibytes).divide(BigDecimal.valueOf(1024));
        if (gibibytes.compareTo(cpu) < 0 || gibibytes.compareTo(cpu.multiply(BigDecimal.valueOf(4))) > 0) {
            mistakes.add(Mistake.at(
                    "metadata.annotations." + FcDocument.CPU,
                    said,
                    "Function Compute wants 1 to 4 gibibytes of memory for a processor; spec.memory is "
                            + function.spec().memory()));
        }
    }

    private static boolean stepOf(BigDecimal cpu) {
        return cpu.signum() > 0
                && cpu.compareTo(BigDecimal.valueOf(16)) <= 0
                && cpu.remainder(new BigDecimal("0.05")).signum() == 0;
    }

    private static void environment(Wanted wanted, Packing packing, List<Mistake> mistakes) {
        boolean custom = FcDocument.custom(packing.runtime());
        int bytes = 0;
        for (Map<String, String> part : List.of(wanted.env(), packing.env())) {
            for (Map.Entry<String, String> each : part.entrySet()) {
                bytes += each.getKey().length() + each.getValue().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        if (bytes > ENV_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.env",
                    bytes + " bytes",
                    "names and values may take " + ENV_BYTES_MAX + " bytes together on Function Compute"));
        }
        for (String name : wanted.env().keySet()) {
            if (name.startsWith("FC_")) {
                mistakes.add(
                        Mistake.at("spec.env." + name, null, "names that begin with FC_ are Function Compute's own"));
            }
            if (FcDocument.ownEnv(name, custom)) {
                mistakes.add(
                        Mistake.at("spec.env." + name, null, "Weft sets this variable itself; choose another name"));
            }
        }
    }

    private static void tags(Function function, List<Mistake> mistakes) {
        Map<String, String> labels = function.metadata().labels();
        if (labels.size() > TAGS_MAX - OWN_TAGS) {
            mistakes.add(Mistake.at(
                    "metadata.labels",
                    labels.size() + " labels",
                    "at most " + (TAGS_MAX - OWN_TAGS) + " become tags on Alibaba"));
        }
        labels.forEach((name, value) -> {
            boolean wrong = name.length() > TAG_CHARS_MAX
                    || value.length() > TAG_CHARS_MAX
                    || !FcDocument.usersTag(name)
                    || (name + value).contains("://");
            if (wrong) {
                mistakes.add(Mistake.at(
                        "metadata.labels." + name,
                        value,
                        "is no tag on Alibaba: at most " + TAG_CHARS_MAX + " characters, no ://, and a name that does"
                                + " not begin with acs:, aliyun or weft.dev/"));
            }
        });
    }
}
