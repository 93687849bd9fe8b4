// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.adapters.CompiledClass;
import dev.weft.adapters.OneJar;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an action's folder becomes what OpenWhisk's runtimes load: one source file as text, Java as one jar, anything else as a
 * zip file that begins where those runtimes begin. Looks into the folder, changes nothing.
 */
public final class ActionPacking {
    private static final Pattern KIND = Pattern.compile("([a-z]+):?([0-9][0-9.]*|default)?");
    private static final Pattern MODULE = Pattern.compile("([A-Za-z_]\\w*)\\.py");
    private static final String PYTHON_ENTRY = "__main__.py";

    /** Entries of a folder that are looked at before it counts as more than one. */
    private static final int ENOUGH = 2;

    private ActionPacking() {}

    /** OpenWhisk's own spelling of {@code runtime}: nodejs20 is nodejs:20. Null where it is no runtime's name. */
    public static @Nullable String kind(@Nullable String runtime) {
        if (runtime == null) {
            return null;
        }
        Matcher matcher = KIND.matcher(runtime);
        if (!matcher.matches()) {
            return null;
        }
        return matcher.group(1) + ':' + (matcher.group(2) == null ? "default" : matcher.group(2));
    }

    /** The function that the runtime calls where the document names none. */
    public static String main(Function function) {
        return ActionRuntime.main(function);
    }

    /** Of a function whose contract is OpenWhisk's. */
    public static Packed of(Function function, Path code) {
        Function.Spec spec = function.spec();
        if (spec.code().image() != null) {
            return new Packed.As(Packing.own(Packing.Form.IMAGE, main(function), "blackbox"));
        }
        String kind = kind(spec.runtime());
        if (kind == null) {
            return not(
                    "spec.runtime",
                    spec.runtime(),
                    "must name a kind of OpenWhisk's, for example nodejs:20, python:3.11 or java:8");
        }
        if (kind.startsWith("java:")) {
            return java(function, code, kind);
        }
        if (spec.code().jar() != null) {
            return not("spec.runtime", spec.runtime(), "must be a Java kind, for example java:8, for code in a jar");
        }
        return kind.startsWith("nodejs:") || kind.startsWith("python:")
                ? script(function, code, kind)
                : new Packed.As(Packing.own(Packing.Form.ZIP, main(function), kind));
    }

    /**
     * Java's runtime takes one jar and looks into no jar in it. A jar is a zip file with a manifest: classes are packed as they
     * are, and with jars comes what unpacks them there.
     */
    private static Packed java(Function function, Path code, String kind) {
        List<Mistake> mistakes = mistakes(function, code);
        if (!mistakes.isEmpty()) {
            return new Packed.Not(mistakes);
        }
        String main = main(function);
        if (function.spec().code().jar() != null) {
            return new Packed.As(Packing.own(Packing.Form.JAR, main, kind));
        }
        boolean manifest = Files.isRegularFile(code.resolve(OneJar.MANIFEST));
        return CompiledClass.jars(code).isEmpty()
                ? new Packed.As(new Packing(
                        Packing.Form.ZIP, "", manifest ? Map.of() : OneJar.manifest(), List.of(), Map.of(), main, kind))
                : new Packed.As(new Packing(
                        Packing.Form.ZIP,
                        "begins at " + main + ", with its jars",
                        OneJar.start(main, null, !manifest),
                        List.of(),
                        Map.of(),
                        OneJar.START,
                        kind));
    }

    private static List<Mistake> mistakes(Function function, Path code) {
        return ActionRuntime.of(function).isPresent()
                ? ActionRuntime.check(function, code, new There())
                : List.of(); // a kind of its operator's own
    }

    private static Packed script(Function function, Path code, String kind) {
        List<Mistake> mistakes = mistakes(function, code);
        if (!mistakes.isEmpty()) {
            return new Packed.Not(mistakes);
        }
        String main = main(function);
        List<Path> entries = entries(code);
        String only = entries.size() == 1 && Files.isRegularFile(entries.getFirst())
                ? entries.getFirst().getFileName().toString()
                : "";
        boolean text =
                kind.startsWith("nodejs:") ? only.endsWith(".js") || only.endsWith(".cjs") : only.endsWith(".py");
        if (text && main.indexOf('.') < 0) {
            return new Packed.As(Packing.own(Packing.Form.TEXT, main, kind));
        }
        return kind.startsWith("nodejs:") ? node(code, main, kind) : python(function, code, main, kind);
    }

    /** Node's runtime begins at what package.json names, or at index.js. */
    private static Packed node(Path code, String main, String kind) {
        boolean found = main.indexOf('.') >= 0
                || Files.isRegularFile(code.resolve("package.json"))
                || Files.isRegularFile(code.resolve("index.js"));
        if (found) {
            return new Packed.As(Packing.own(Packing.Form.ZIP, main, kind));
        }
        String start = top(code).stream()
                .filter(name -> name.matches(".+\\.[cm]?js"))
                .sorted((one, other) -> Boolean.compare(other.startsWith("index."), one.startsWith("index.")))
                .findFirst()
                .orElse("index.js");
        return added(
                "begins at " + start,
                "package.json",
                "{\"main\": \"" + start.replace("\"", "\\\"") + "\"}\n",
                main,
                kind);
    }

    /** Python's runtime begins at __main__.py. */
    private static Packed python(Function function, Path code, String main, String kind) {
        if (Files.isRegularFile(code.resolve(PYTHON_ENTRY))) {
            return new Packed.As(Packing.own(Packing.Form.ZIP, main, kind));
        }
        Optional<Matcher> module =
                top(code).stream().map(MODULE::matcher).filter(Matcher::matches).findFirst();
        return module.isEmpty()
                ? not(
                        "spec.code.path",
                        function.spec().code().path(),
                        "needs a __main__.py, or one .py file whose name is a Python identifier")
                : added(
                        "begins at " + module.get().group(1) + '.' + main,
                        PYTHON_ENTRY,
                        "from " + module.get().group(1) + " import " + main + "\n",
                        main,
                        kind);
    }

    /** Says where the code begins, for that is what the added file says: two that begin elsewhere are packed apart. */
    private static Packed added(String begins, String name, String text, String main, String kind) {
        return new Packed.As(new Packing(
                Packing.Form.ZIP,
                begins,
                Map.of(name, text.getBytes(StandardCharsets.UTF_8)),
                List.of(),
                Map.of(),
                main,
                kind));
    }

    private static Packed not(String field, @Nullable String value, String message) {
        return new Packed.Not(List.of(Mistake.at(field, value, message)));
    }

    private static List<Path> entries(Path code) {
        if (!Files.isDirectory(code)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(code)) {
            return all.limit(ENOUGH).toList();
        } catch (IOException unreadable) {
            return List.of(); // that a folder can't be read is said where it is packed
        }
    }

    private static List<String> top(Path code) {
        if (!Files.isDirectory(code)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(code)) {
            return all.filter(Files::isRegularFile)
                    .map(each -> each.getFileName().toString())
                    .filter(each -> !each.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The code does not run on this machine: no language of it is missed. */
    private static final class There implements ContractHost.Languages {
        @Override
        public @Nullable Mistake missing(
                ContractHost.Language language, int version, String field, @Nullable String value) {
            return null;
        }
    }
}
