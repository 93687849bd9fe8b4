// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold for a function of contract {@code alibaba-fc} to run here. */
final class FcChecks {
    static final String BOOTSTRAP = "bootstrap";

    private static final Pattern HANDLER = Pattern.compile("((?:[^/.]+/)*[^./]+)\\.[A-Za-z_$][A-Za-z0-9_$]*");
    private static final int FIRST_LINE_BYTES = 128;

    private final Function function;
    private final Path code;
    private final ContractHost.@Nullable Languages languages;
    private final List<Mistake> mistakes = new ArrayList<>();

    private FcChecks(Function function, Path code, ContractHost.@Nullable Languages languages) {
        this.function = function;
        this.code = code;
        this.languages = languages;
    }

    /** Every mistake at once, of a function that is to run on this machine. */
    static List<Mistake> of(Function function, Path code, ContractHost.Languages languages) {
        return of(new FcChecks(function, code, languages));
    }

    /** The same for Function Compute itself, which brings its languages. */
    static List<Mistake> onTheCloud(Function function, Path code) {
        return of(new FcChecks(function, code, null));
    }

    private static List<Mistake> of(FcChecks checks) {
        checks.reservedNames();
        String runtime = checks.function.spec().runtime();
        switch (FcRuntime.of(runtime)) {
            case null ->
                checks.wrong(
                        "spec.runtime",
                        runtime,
                        "contract alibaba-fc runs " + FcRuntime.KNOWN + (checks.languages == null ? "" : " here"));
            case FcRuntime.Custom _ -> checks.custom();
            case FcRuntime.Node node -> {
                checks.installed(ContractHost.Language.NODE, node.version());
                checks.handlers(node.endings());
            }
            case FcRuntime.Python python -> {
                checks.installed(ContractHost.Language.PYTHON, python.minor());
                checks.handlers(List.of(".py"));
            }
        }
        return checks.mistakes;
    }

    private void wrong(String field, @Nullable String value, String message) {
        mistakes.add(Mistake.at(field, value, message));
    }

    private void reservedNames() {
        for (String name : function.spec().env().keySet()) {
            if (name.startsWith("FC_")) {
                wrong("spec.env." + name, null, "names that begin with FC_ are Function Compute's own; choose another");
            }
        }
    }

    private void installed(ContractHost.Language language, int version) {
        if (languages == null) {
            return;
        }
        Mistake missing = languages.missing(
                language, version, "spec.runtime", function.spec().runtime());
        if (missing != null) {
            mistakes.add(missing);
        }
    }

    private void handlers(List<String> endings) {
        handler("spec.handler", function.spec().handler(), endings);
        Map<String, String> hooks = function.metadata().annotations();
        for (String hook : List.of(FcHeaders.INITIALIZER, FcHeaders.PRE_STOP)) {
            if (hooks.containsKey(hook)) {
                handler("metadata.annotations." + hook, hooks.get(hook), endings);
            }
        }
    }

    private void handler(String field, @Nullable String value, List<String> endings) {
        Matcher place = HANDLER.matcher(value == null ? "" : value);
        if (!place.matches()) {
            wrong(field, value, "must be file.function, for example index.handler");
            return;
        }
        String stem = place.group(1);
        if (endings.stream().noneMatch(ending -> Files.isRegularFile(code.resolve(stem + ending)))) {
            wrong(
                    field,
                    value,
                    "there is no file %s in the function's folder %s"
                            .formatted(
                                    String.join(
                                            " or ",
                                            endings.stream().map(stem::concat).toList()),
                                    code));
        }
    }

    private void custom() {
        List<String> command = function.spec().command();
        if (!command.isEmpty()) {
            program(command.getFirst());
            return;
        }
        Path bootstrap = code.resolve(BOOTSTRAP);
        if (!Files.isRegularFile(bootstrap)) {
            wrong(
                    "spec.command",
                    null,
                    "is needed, for example [node, server.js], because there is no file %s either"
                            .formatted(bootstrap));
        } else if (!Files.isExecutable(bootstrap)) {
            wrong("spec.code.path", null, bootstrap + " is not executable: chmod +x " + bootstrap);
        } else {
            firstLine(bootstrap);
        }
    }

    private void program(String program) {
        try {
            boolean found = program.contains("/")
                    ? Files.isExecutable(code.resolve(program))
                    : languages == null
                            || onPath(program, System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
            if (!found) {
                wrong(
                        "spec.command[0]",
                        program,
                        program.contains("/")
                                ? "there is no program " + code.resolve(program) + ", or it is not executable"
                                : "this program is not installed, or not on the PATH that Weft sees");
            }
        } catch (InvalidPathException noPath) {
            wrong("spec.command[0]", program, "is not a path: " + noPath.getReason());
        }
    }

    private static boolean onPath(String program, String path) {
        for (String folder : path.split(":", -1)) {
            if (folder.startsWith("/") && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** A script must say what runs it, in a line that Linux reads; a compiled program says so itself. */
    private void firstLine(Path bootstrap) {
        String line;
        try (InputStream in = Files.newInputStream(bootstrap)) {
            String head = new String(in.readNBytes(FIRST_LINE_BYTES), StandardCharsets.ISO_8859_1);
            line = head.lines().findFirst().orElse("");
            if (head.startsWith("\u007fELF")) {
                return;
            }
            if (head.startsWith("#!") && head.indexOf("\r\n") == line.length()) {
                wrong("spec.code.path", null, bootstrap + " has Windows line ends; save it with \\n");
                return;
            }
        } catch (IOException unreadable) {
            wrong("spec.code.path", null, bootstrap + " can't be read: " + unreadable.getMessage());
            return;
        }
        if (!line.startsWith("#!")) {
            wrong("spec.code.path", null, bootstrap + " must begin with a line such as #!/bin/bash");
        }
    }
}
