// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Events;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Contract;
import dev.weft.api.resource.Function.Placement;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Spelling;
import dev.weft.control.ManifestReader.Source;
import dev.weft.control.code.OpenedArchives;
import dev.weft.control.placement.PlacementChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What must hold between the fields of a function, its clouds and its code. */
final class FunctionChecks {
    private static final String PLACEMENT = "spec.placement";
    private static final String CODE = "spec.code";
    private static final List<String> KINDS_OF_CODE = List.of(".path", ".zip", ".jar", ".image");

    private final Map<String, Source<Cloud>> clouds;
    private final Map<String, Source<Function>> functions;
    private final boolean complete;

    /** Against {@code clouds} and {@code functions} by name; only if {@code complete} is a name that is not there a mistake. */
    FunctionChecks(Map<String, Source<Cloud>> clouds, Map<String, Source<Function>> functions, boolean complete) {
        this.clouds = clouds;
        this.functions = functions;
        this.complete = complete;
    }

    /** Notes what does not hold. */
    void check(Source<Function> source) {
        Findings findings = source.findings();
        if (!findings.sound("spec")) {
            return;
        }
        Function.Spec spec = source.document().spec();
        if (findings.sound("spec.contract")) {
            contract(spec, findings);
        }
        boolean counts = findings.sound("spec.minInstances") && findings.sound("spec.maxInstances");
        if (counts && spec.maxInstances() > 0 && spec.minInstances() > spec.maxInstances()) {
            findings.wrong(
                    "spec.minInstances",
                    Integer.toString(spec.minInstances()),
                    "must not be above maxInstances, which is " + spec.maxInstances());
        }
        placement(spec, findings);
        Events events = spec.events();
        if (events != null && findings.sound("spec.events")) {
            destination("spec.events.onSuccess", events.onSuccess(), source);
            destination("spec.events.onFailure", events.onFailure(), source);
        }
    }

    private void destination(String field, @Nullable String name, Source<Function> source) {
        Findings findings = source.findings();
        if (name == null || !findings.sound(field)) {
            return;
        }
        if (name.equals(source.document().metadata().name())) {
            findings.wrong(field, name, "must be another function: what becomes of its own events it knows");
        } else if (complete && !functions.containsKey(Metadata.qualified(namespace(source), name))) {
            // of other namespaces' functions nothing is said, nor do they get what is not theirs
            List<String> known = Nearest.within(namespace(source), functions.keySet());
            findings.wrong(field, name, "there is no Function of that name; " + Nearest.hint(name, known));
        }
    }

    private static String namespace(Source<Function> source) {
        return source.document().metadata().namespace();
    }

    /** The absolute folder of the function's code, or its jar; null, and noted, where there is none. */
    @Nullable
    Path code(Source<Function> source) {
        Findings findings = source.findings();
        if (!findings.sound("spec") || !findings.sound(CODE)) {
            return null;
        }
        Function.Code code = source.document().spec().code();
        long given = KINDS_OF_CODE.stream()
                .filter(kind -> findings.given(CODE + kind))
                .count();
        boolean told = KINDS_OF_CODE.stream().anyMatch(kind -> !findings.sound(CODE + kind));
        boolean elsewhere = source.document().spec().existing();
        if (given != 1) {
            if (!told && !(elsewhere && given == 0)) {
                findings.wrong(CODE, null, "must have exactly one of path, zip, jar, image");
            }
            return null;
        }
        String image = code.image();
        if (image != null && code.base() != null && findings.sound(CODE + ".base")) {
            findings.wrong(
                    CODE + ".base", code.base(), "is for an image that Weft makes, of path or jar; leave it out");
        }
        if (image != null && findings.sound(CODE + ".image")) {
            return source.folder();
        }
        String path = code.path();
        if (path != null && findings.sound(CODE + ".path")) {
            return folder(path, source);
        }
        String zip = code.zip();
        if (zip != null && findings.sound(CODE + ".zip")) {
            return zip(source);
        }
        String jar = code.jar();
        return jar != null && findings.sound(CODE + ".jar") ? file(jar, ".jar", source) : null;
    }

    /** {@code files}, and the zip files that hold code of right {@code functions}. */
    static Set<Path> archivesToo(Set<Path> files, List<Source<Function>> functions) {
        Set<Path> all = new LinkedHashSet<>(files);
        for (Source<Function> each : functions) {
            String zip = each.document().spec().code().zip();
            if (zip != null) {
                all.add(each.folder().resolve(zip).normalize());
            }
        }
        return all;
    }

    /** The field that {@code mistake} is about: what is wrong in a zip file is told as if it were a folder. */
    static String field(Source<Function> source, Mistake mistake) {
        boolean zip = source.document().spec().code().zip() != null;
        return zip && mistake.field().equals("spec.code.path") ? CODE + ".zip" : mistake.field();
    }

    private static @Nullable Path zip(Source<Function> source) {
        String written = String.valueOf(source.document().spec().code().zip());
        Path file = file(written, ".zip", source);
        try {
            return file == null ? null : OpenedArchives.ofProcess().open(file);
        } catch (IllegalArgumentException wrong) {
            source.findings().wrong(CODE + ".zip", written, String.valueOf(wrong.getMessage()));
            return null;
        }
    }

    private static @Nullable Path file(String written, String end, Source<Function> source) {
        String field = CODE + end;
        try {
            Path file = source.folder().resolve(written).normalize();
            if (!written.endsWith(end)) {
                source.findings().wrong(field, written, "must be a file whose name ends in " + end);
            } else if (!Files.isRegularFile(file)) {
                source.findings().wrong(field, written, "there is no file " + file + "; build it first");
            } else if (!Files.isReadable(file)) {
                source.findings().wrong(field, written, "the file " + file + " is not readable");
            } else {
                return file;
            }
        } catch (InvalidPathException noPath) {
            source.findings().wrong(field, written, "is not a path: " + noPath.getReason());
        }
        return null;
    }

    private static @Nullable Path folder(String written, Source<Function> source) {
        String field = CODE + ".path";
        Path folder;
        try {
            folder = source.folder().resolve(written).normalize();
        } catch (InvalidPathException noPath) {
            source.findings().wrong(field, written, "is not a path: " + noPath.getReason());
            return null;
        }
        if (written.isBlank()) {
            source.findings().wrong(field, written, "must be a folder; write . for the document's own");
        } else if (Files.isRegularFile(folder)) {
            source.findings().wrong(field, written, "must be a folder, and is a file; name the folder it is in");
        } else if (!Files.isDirectory(folder)) {
            source.findings().wrong(field, written, "there is no folder " + folder + near(folder));
        } else if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            source.findings().wrong(field, written, "the folder " + folder + " is not readable");
        } else {
            return folder;
        }
        return null;
    }

    private static String near(Path folder) {
        Path parent = folder.getParent();
        Path name = folder.getFileName();
        if (parent == null || name == null || !Files.isDirectory(parent)) {
            return "";
        }
        try (Stream<Path> beside = Files.list(parent)) {
            List<String> names = beside.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList();
            return Nearest.of(name.toString(), names)
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse("");
        } catch (IOException unreadable) {
            return ""; // the mistake is said already, only the hint is missing
        }
    }

    private static void contract(Function.Spec spec, Findings findings) {
        String contract = "contract " + Spelling.Words.of(spec.contract());
        boolean program = spec.contract() == Contract.HTTP || spec.contract() == Contract.CLOUDEVENTS;
        // an image starts itself, and what is somebody else's is not started at all
        boolean started = spec.code().image() == null && !(spec.existing() && noCode(spec.code()));
        if (program) {
            required("spec.command", spec.command().isEmpty() && started, contract, findings);
            refused(
                    "spec.handler",
                    spec.handler(),
                    contract + " calls a server on $PORT: start it by command",
                    findings);
        }
        if (spec.contract() == Contract.AWS_LAMBDA) {
            required("spec.handler", spec.handler() == null && started, contract, findings);
        }
        if (!program) {
            required("spec.runtime", spec.runtime() == null && started, contract, findings);
            if (!spec.command().isEmpty() && !custom(spec)) {
                findings.wrong(
                        "spec.command",
                        null,
                        spec.code().image() == null
                                ? contract + " starts its runtime itself: name runtime and handler"
                                : contract + " starts what the image says; leave it out");
            }
        }
        if (spec.contract() != Contract.HTTP
                && spec.appProtocol() != Function.AppProtocol.HTTP
                && findings.sound("spec.appProtocol")) {
            findings.wrong(
                    "spec.appProtocol",
                    Spelling.Words.of(spec.appProtocol()),
                    contract + " is called in its vendor's own way; only http has a choice of protocol");
        }
        if (spec.contract() != Contract.AWS_LAMBDA
                && spec.payload() != Function.Payload.MAPPED
                && findings.sound("spec.payload")) {
            String payload = Spelling.Words.of(spec.payload());
            findings.wrong("spec.payload", payload, contract + " has no " + payload + " payload; only aws-lambda has");
        }
    }

    private static boolean noCode(Function.Code code) {
        return code.path() == null && code.zip() == null && code.jar() == null && code.image() == null;
    }

    /** Whether the runtime is any program that fulfils the contract itself, and so is started by a command. */
    private static boolean custom(Function.Spec spec) {
        return spec.runtime() != null && spec.runtime().startsWith("custom");
    }

    private static void required(String field, boolean missing, String contract, Findings findings) {
        if (missing && findings.sound(field)) {
            findings.wrong(field, null, "is required by " + contract);
        }
    }

    private static void refused(String field, @Nullable String value, String why, Findings findings) {
        if (value != null && findings.sound(field)) {
            findings.wrong(field, value, why);
        }
    }

    private void placement(Function.Spec spec, Findings findings) {
        Placement placement = spec.placement();
        if (!findings.sound(PLACEMENT)) {
            return;
        }
        new PlacementChecks(this::readable, placement, spec.budget() != null, findings).check();
        if (spec.existing() && placement.requireParity() && findings.sound("spec.placement.requireParity")) {
            findings.wrong(
                    "spec.placement.requireParity",
                    "true",
                    "a certificate holds of code, and whose code an existing function is nobody here knows; leave it out, and"
                            + " compare by weft parity --real");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < placement.clouds().size(); i++) {
            String field = PLACEMENT + ".clouds[" + i + "].name";
            String name = placement.clouds().get(i).name();
            if (!findings.sound(field)) {
                continue;
            }
            Source<Cloud> cloud = clouds.get(name);
            if (!names.add(name)) {
                findings.wrong(field, name, "stands here twice; name each cloud once");
            } else if (cloud != null) {
                require(placement.require(), cloud, field, findings);
            } else if (complete) {
                findings.wrong(field, name, "there is no Cloud of that name; " + Nearest.hint(name, clouds.keySet()));
            }
        }
    }

    private @Nullable Cloud readable(String name) {
        Source<Cloud> cloud = clouds.get(name);
        boolean sound = cloud != null
                && cloud.findings().sound("spec.labels")
                && cloud.findings().sound("spec.price");
        return cloud != null && sound ? cloud.document() : null;
    }

    private static void require(Map<String, String> require, Source<Cloud> source, String field, Findings findings) {
        if (!source.findings().sound("spec.labels")) {
            return;
        }
        Cloud cloud = source.document();
        require.forEach((label, wanted) -> {
            String has = cloud.spec().labels().get(label);
            boolean broken = !source.findings().sound(RecordBinder.join("spec.labels", label));
            if (has == null && !broken) {
                Set<String> labels = cloud.spec().labels().keySet();
                findings.wrong(
                        field,
                        cloud.name(),
                        "lacks the required label " + label + ": " + wanted
                                + (labels.isEmpty() ? "; it has no labels" : "; " + Nearest.hint(label, labels)));
            } else if (has != null && !has.equals(wanted)) {
                findings.wrong(
                        field,
                        cloud.name(),
                        "has the label " + label + ": " + has + ", but require asks for " + wanted);
            }
        });
    }
}
